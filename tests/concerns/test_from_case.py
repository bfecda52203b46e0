"""A concern from a case: no way round her consent, and nothing by which a company learns of the case."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.access import NoSuchCase, find_case
from grievance.concerns import seen, words
from grievance.demonstration import do
from grievance.extensions import db
from grievance.forms.fields import Refused
from grievance.models.case import Conflict, State
from grievance.models.concern import Concern, ConcernWords, Source, Stands
from grievance.models.event import Event
from grievance.models.writing import Letter
from grievance.record import chain, compare
from grievance.record.transaction import unit_of_work
from grievance.reports import concerns as pages
from tests.concerns import road
from tests.maintenance.backup.conftest import closed_case, erase

TYPE = {"concern": "personnel", "words_with_it": "nothing"}
WITH_RIGHT = {"concern": "personnel", "words_with_it": "right"}


def a_case(cast, until="acknowledge"):
    reference = demonstration.walk_story(cast, until, clock.now() - timedelta(days=12))[0]
    do("classify", cast["Noor"], reference, clock.now())
    return reference


def open_from(cast, reference, **more):
    do("open_concern", cast["Noor"], reference, clock.now(), **(more or TYPE))
    return found()


def found():
    db.session.rollback()
    return db.session.scalars(select(Concern).order_by(Concern.opened_at.desc())).first()


def test_it_names_the_company_and_the_type_and_nothing_of_hers_and_she_is_told(app, cast):
    reference = a_case(cast)
    concern = open_from(cast, reference)
    case = find_case(cast["Noor"], reference)
    assert (concern.company_id, concern.kind, concern.source) == (case.company_id, "personnel", Source.CASE)
    assert concern.case_id == case.id and not concern.may_ask
    assert db.session.scalars(select(ConcernWords)).all() == []
    letters = db.session.scalars(
        select(Letter.template).where(Letter.case_id == case.id, Letter.recipient == "complainant")
    )
    assert "concern_opened" in list(letters)
    assert chain.verify() == [] and list(compare.everything()) == []


def test_without_her_right_nothing_is_asked_of_the_company_and_with_another_source_it_is(app, cast):
    concern = open_from(cast, a_case(cast))
    with pytest.raises(Refused, match="complaints alone"):
        road.take(cast["Noor"], "ask_corrective_action", concern.id)
    road.take(cast["Noor"], "add_source", concern.id)
    road.both(cast, "ask_corrective_action", concern.id)


def test_words_that_she_never_said_right_to_do_not_go_with_it(app, cast, asks_her):
    reference = a_case(cast)
    with pytest.raises(Refused, match="not said right"):
        open_from(cast, reference, **WITH_RIGHT)
    assert found() is None


def test_words_to_which_she_said_right_go_with_it_until_she_takes_the_consent_back(app, cast):
    reference = a_case(cast, "refer")
    concern = open_from(cast, reference, **WITH_RIGHT)
    (said,) = words.of(cast["Noor"], concern)
    assert said.says == {"words": demonstration.PACKET} and concern.may_ask
    assert road.take(cast["Noor"], "ask_corrective_action", concern.id)
    with unit_of_work():
        case = find_case(cast["Noor"], reference, lock=True)
        case.share_account = False
        chain.append(case, "change_consents", cast["Noor"], clock.now(), clock.now(), {})
    with pytest.raises(Refused, match="complaints alone"):
        road.take(cast["Noor"], "take_measure", concern.id)


def test_a_second_one_is_not_opened_while_the_first_is_open(app, cast):
    reference = a_case(cast)
    open_from(cast, reference)
    with pytest.raises(Refused, match="is open"):
        open_from(cast, reference)


def test_no_concern_is_opened_under_an_alert_after_a_withdrawal_or_without_a_company(app, cast):
    for column, value, sentence in (("safety_alert", True, "alert"), ("withdrawn_at", clock.now(), "withdrawal"),
                                    ("company_id", None, "classify")):  # fmt: skip
        reference = a_case(cast)
        with unit_of_work():
            case = find_case(cast["Noor"], reference, lock=True)
            setattr(case, column, value)
            chain.append(case, "note", cast["Noor"], clock.now(), clock.now(), {})
        with pytest.raises(Refused, match=sentence):
            open_from(cast, reference)


@pytest.mark.parametrize("until", ["acknowledge", "refer", "escalate", "verify_remedy", "close"])
def test_it_is_opened_from_a_case_in_any_state(app, cast, until):
    reference = demonstration.walk_story(cast, until, clock.now() - timedelta(days=300))[0]
    assert open_from(cast, reference).state == Stands.OPEN
    assert find_case(cast["Noor"], reference).state in State


def test_a_company_sees_neither_the_case_nor_that_there_was_one(app, cast):
    reference = a_case(cast, "refer")
    concern = open_from(cast, reference, **WITH_RIGHT)
    with pytest.raises(NoSuchCase):
        seen.one(cast["Victor"], concern.id)
    road.both(cast, "ask_corrective_action", concern.id)
    page = pages.page(cast["Victor"], concern.id)
    assert page.reference == "" and page.pieces == [] and page.proposals == []
    case_id = db.session.scalar(select(Concern.case_id))
    facts = [json.loads(one) for one in db.session.scalars(select(Event.facts).where(Event.kind.like("concern%")))]
    assert case_id not in str(facts) and reference not in str(facts)


def test_who_must_not_see_the_case_knows_of_no_concern_from_it(app, cast, petra):
    reference = a_case(cast)
    concern = open_from(cast, reference)
    assert seen.one(petra, concern.id)
    with unit_of_work():
        case = find_case(cast["Noor"], reference, lock=True)
        db.session.add(Conflict(case_id=case.id, account_id=petra.account_id))
        chain.append(case, "declare_conflict", petra, clock.now(), clock.now(), {})
    with pytest.raises(NoSuchCase):
        seen.one(petra, concern.id)
    assert pages.listed(petra) == [] and len(pages.listed(cast["Noor"])) == 1


def test_a_case_that_ends_as_a_compliance_concern_opens_one_of_the_type_that_was_chosen(app, cast):
    reference = demonstration.file_one(clock.now() - timedelta(days=9))[0]
    do("acknowledge", cast["Noor"], reference, clock.now())
    do("classify", cast["Noor"], reference, clock.now(), track="alert")
    do("record_concern", cast["Noor"], reference, clock.now(), cast["Tomas"], concern="governance")
    concern = found()
    assert concern.kind == "governance" and not concern.may_ask and concern.source == Source.CASE
    assert find_case(cast["Noor"], reference).state == State.CLOSED


def test_when_the_case_is_erased_the_link_and_her_words_go_and_the_concern_stays(app, cast):
    reference = closed_case(cast)
    concern_id = open_from(cast, reference).id
    erase(cast, reference)
    db.session.rollback()
    concern = db.session.get_one(Concern, concern_id)
    assert concern.case_id is None and not concern.may_ask and concern.state == Stands.OPEN
    assert db.session.scalars(select(ConcernWords).where(ConcernWords.of_case)).all() == []
    assert list(compare.everything()) == []
