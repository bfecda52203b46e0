"""What is counted for the public, from the record, as the office's own figures count (`told_cases`): a complaint is one
case of this procedure, of a company that is named; old registers and the case of the drills are counted nowhere. A
complaint about several companies is counted once, by its first case, and its parts in no table.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import select

from grievance.deadlines.kinds import Deadline
from grievance.editions.kept import Kept
from grievance.editions.register import CLASSES, HANDLING, SEVERAL, Counted, Domain, Register, block_of, ends_a_block
from grievance.extensions import db
from grievance.forms.choices import TOPICS
from grievance.forms.vocabulary import Labels
from grievance.models.case import State
from grievance.models.people import Company
from grievance.models.sides import COMPANY
from grievance.models.writing import RemedyStatus
from grievance.reports.figure_tables import BY_A_STEP
from grievance.reports.figures import AGREED, TIMES, days_between
from grievance.reports.told_cases import Told, told

TOLD_FOR = timedelta(days=90)
"""Only cases are broken down whose company was told at least so long before the edition (issue 21)."""
NO_MEMBER, NO_CODE_ISSUE = "not_member", "no_code_issue"
"""Reasons of vocabulary.toml for which a complaint is not taken on, and which the association's table leaves out."""
OPEN, UNSAID = "open", "unsaid"
"""How it ended where it has not; and what was not said."""


def known_then(as_of: date) -> list[Told]:
    return [one for one in told(as_of) if one.own and not one.part]


def is_against_a_member(one: Told) -> bool:
    return one.says["company"] is not None and one.says["reason"] != NO_MEMBER


def alleges_a_breach(one: Told) -> bool:
    """Whoever complains alleges one; not so where the office found that the Code says nothing of it."""
    return bool(one.says["reason"] != NO_CODE_ISSUE)


ASSOCIATION = {"all": lambda one: True, "alleging": alleges_a_breach, "members": is_against_a_member}
"""The association's own table, published whole: what is counted of all complaints."""


def whole_totals(cases: Sequence[Told], last: date) -> list[tuple[str, int, int]]:
    """Of each line: in the year of this day until then, and ever until then."""
    until = [one for one in cases if one.received_on <= last]
    return [
        (name, sum(counts(one) and one.received_on.year == last.year for one in until), sum(map(counts, until)))
        for name, counts in ASSOCIATION.items()
    ]


# --- the register ------------------------------------------------------------------------------------------------


def counted(cases: Sequence[Told], year: int, as_of: date, earlier: Sequence[Kept]) -> dict[str, Counted]:
    """The rows by case: as they were counted before, where their block is closed; else as they are now. A case that is
    counted late belongs to the first year that was not issued yet."""
    before = earlier[-1] if earlier else None
    rows: dict[str, Counted] = dict(before.rows) if before else {}
    begins = before.begins if before else first_year(year)
    closed_until = block_of(before.year + 1, begins) if before else begins
    for one in cases:
        old = rows.get(one.case_id)
        if old is not None and old.year >= closed_until and one.says["company"] is not None:
            rows[one.case_id] = _row(one, old.year, old.days)
        elif old is None and _is_to_count(one, begins, year, as_of):
            in_year = max(one.received_on.year, before.year + 1 if before else begins)
            rows[one.case_id] = _row(one, in_year, _days(one))
    return rows


def first_year(year: int) -> int:
    """The first edition closes a block, so that it has something to show."""
    return year - 2


def _is_to_count(one: Told, begins: int, year: int, as_of: date) -> bool:
    in_time = begins <= one.received_on.year <= year and is_against_a_member(one)
    return in_time and one.handed_on is not None and one.handed_on <= as_of - TOLD_FOR


def _row(one: Told, year: int, days: tuple[str, ...]) -> Counted:
    topics = one.says["topics"] or [UNSAID]
    outcome = (one.says["reason"] or UNSAID) if one.state == State.CLOSED else OPEN
    topic = topics[0] if len(topics) == 1 else SEVERAL
    handled = (answered(one), remedied(one))
    return Counted(year, topic, outcome, str(one.says["company"]), one.says["country"] or UNSAID, days, handled)


def answered(one: Told) -> str:
    """Whether the company answered in time, by what fell due; a limit that two people found was kept is not missed."""
    due = [duty for duty in one.duties if duty.key == Deadline.COMPANY_RESPONSE and duty.owed_by == COMPANY]
    if not due:
        return "none"
    return "late" if any(duty.missed and not duty.corrected for duty in due) else "in_time"


def remedied(one: Told) -> str:
    """Whether every remedy that was agreed, and not waived, is verified."""
    agreed = [status for _kind, status in one.remedies.values() if status in AGREED - {RemedyStatus.WAIVED}]
    if not agreed:
        return "none"
    return "verified" if all(status == RemedyStatus.VERIFIED for status in agreed) else "agreed"


def _days(one: Told) -> tuple[str, ...]:
    return tuple(_class(days_between(one, *TIMES[name])) for name in HANDLING)


def _class(days: int | None) -> str:
    if days is None:
        return "none"
    return next((name for name in CLASSES if name.isdigit() and days <= int(name)), "more")


def register(cases: Sequence[Told], rows: Mapping[str, Counted], year: int, earlier: Sequence[Kept]) -> Register:
    before = earlier[-1] if earlier else None
    begins = before.begins if before else first_year(year)
    theirs = {one.case_id for one in cases if begins <= one.received_on.year <= year and is_against_a_member(one)}
    waiting = Counter(
        str(one.says["company"]) for one in cases if one.case_id in theirs - rows.keys() and one.handed_on is not None
    )
    return Register(
        tuple(rows.values()), {**(before.totals if before else {}), year: len(theirs | rows.keys())},
        {**(before.waiting if before else {}), year: dict(waiting)}, begins,
    )  # fmt: skip


# --- what there can be -------------------------------------------------------------------------------------------


def topics() -> tuple[str, ...]:
    return (*(key for key, _label in TOPICS), SEVERAL, UNSAID)


def outcomes() -> tuple[str, ...]:
    return (OPEN, *Labels("closings"), *BY_A_STEP, UNSAID)


def blocks(found: Register, year: int, earlier: Sequence[Kept]) -> dict[int, Domain]:
    """Of each closed block: as it was when it was closed."""
    before = dict(earlier[-1].blocks) if earlier else {}
    if ends_a_block(year, found.first):
        block = block_of(year, found.first)
        rows = [row for row in found.rows if block_of(row.year, found.first) == block]
        before[block] = Domain(topics(), outcomes(), _works_in()).with_all(rows)
    return before


def _works_in() -> dict[str, frozenset[str]]:
    query = select(Company.id, Company.country, Company.works_in)
    return {str(number): frozenset({country, *works_in}) for number, country, works_in in db.session.execute(query)}


def company_names() -> dict[str, str]:
    return {str(number): name for number, name in db.session.execute(select(Company.id, Company.name))}
