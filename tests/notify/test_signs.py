"""A sign that there is news: asked for, sent once, taken back; and nobody but the worker can open where it goes."""

import pytest
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.accounts.keys import sign_key
from grievance.extensions import db
from grievance.models.sign import Sign
from tests.notify import signing


@pytest.fixture
def offered(app, cast):
    return signing.offer(app, cast)


@pytest.fixture
def amina(offered):
    return demonstration.file_one(clock.now())


def test_she_asks_for_one_and_only_the_workers_key_opens_where_it_goes(app, amina):
    reference, person, _code = amina
    signing.ask(person, reference, to="+254 712 345678")
    (sign,) = db.session.scalars(select(Sign))
    for written in ("712345678", "712 345678"):
        assert written.encode() not in sign.sealed and written not in str(vars(sign).values())
    (pair,) = sign_key.key_pairs().values()
    said = sign_key.opened(pair, sign.case_id, sign.id, sign.sealed)
    assert said == {"to": "+254712345678", "text": "There is something new."}


def test_who_changes_the_hours_gets_no_second_sign_that_day(app, amina):
    reference, person, _code = amina
    signing.ask(person, reference)
    went = clock.now()
    db.session.scalars(select(Sign)).one().went_at = went
    db.session.commit()
    signing.ask(person, reference, from_hour="8")
    assert db.session.scalars(select(Sign)).one().went_at == went
