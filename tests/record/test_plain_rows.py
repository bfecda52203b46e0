"""Rows that are written plainly are the rows that the session would have written."""

from sqlalchemy import func, select

from grievance.extensions import db
from grievance.models.keys import Setting
from grievance.models.limit import Limit
from grievance.record import numbers, plain_rows
from grievance.record.transaction import unit_of_work

ROWS = plain_rows.MOST * 2 + 1


def test_more_rows_than_one_statement_takes_are_all_written(both):
    rows = [{"name": f"plain {number}", "value": str(number)} for number in range(ROWS)]
    part = (plain_rows.into(Setting.__table__), frozenset(rows[0]), rows)
    with unit_of_work() as session:
        plain_rows.write(session.connection(), [part])
    written = select(func.count()).select_from(Setting).where(Setting.name.startswith("plain "))
    assert db.session.scalar(written) == ROWS


def test_numbers_that_came_with_an_earlier_question_are_used_before_others_are_asked_for(both):
    with unit_of_work():
        event = numbers.of_event(limits=2)
        first = numbers.of(Limit, 3)
        further = numbers.of(Limit, 1)
    assert event and first == sorted(set(first))
    assert len({*first, *further}) == 4
