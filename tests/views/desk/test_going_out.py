"""One summary shown, many referred, and many decided by one press: each an event of its own, each packet looked at, and
what needs a look at the one case left to its own page by name."""

from datetime import timedelta

import pytest
from lxml import html
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.access import find_case
from grievance.demonstration import PACKET, do
from grievance.extensions import db
from grievance.models.case import State
from grievance.models.event import Event
from grievance.models.people import Company
from grievance.models.summary import Summary
from grievance.models.writing import Decision
from grievance.record import chain, compare
from grievance.reports import going_out
from grievance.workflow import steps
from grievance.workflow.conditions import packet_hash
from tests.views.test_routes import client_of, token
from tests.views.union import all_of, press

pytestmark = pytest.mark.usefixtures("asks_her")
NAMED = "Amina Example was pushed at the gate."


def file(**answers):
    return demonstration.file_one(clock.now() - timedelta(days=2), **answers)[:2]


@pytest.fixture
def hers(app, cast):
    """By reference, three complainants."""
    return dict(file() for _number in range(3))


@pytest.fixture
def noor(app, hers):
    return client_of(app, "Noor")


@pytest.fixture
def tomas(app, hers):
    return client_of(app, "Tomas")


def page_of(client, what, references):
    said = {"csrf_token": token(client.get("/desk")), "what": what, "case": list(references)}
    return client.post("/desk/many", data=said, follow_redirects=True)


def ticked(page):
    return html.fromstring(page.text).xpath("//form[@id='typed']//input[@name='case'][@checked]/@value")


def right(hers, packet=PACKET):
    for reference, person in hers.items():
        case = find_case(person, reference)
        db.session.rollback()
        noor = demonstration.signed_in("Noor")
        shown = {"packet": packet, "previewed": packet_hash(packet)}
        steps.take("show_summary", noor, reference, shown)
        do("review_summary", person, reference, clock.now())
        assert case


def left_out(page):
    found = html.fromstring(page.text).xpath("//section[@aria-labelledby='left-out']//li")
    return [" ".join(one.text_content().split()) for one in found]


def events(reference, kind):
    db.session.rollback()
    return db.session.scalars(select(Event.id).where(Event.chain == case_id(reference), Event.kind == kind)).all()


def case_id(reference):
    return find_case(demonstration.signed_in("Noor"), reference).id


def test_one_summary_is_looked_at_once_and_shown_to_each(noor, hers):
    look = press(noor, page_of(noor, "show", hers), then="look", packet=PACKET)
    assert (
        look.status_code == 200 and "3 cases with this" in look.text and not db.session.scalars(select(Summary)).all()
    )
    assert press(noor, look).status_code == 303
    assert all(len(events(one, "show_summary")) == 1 for one in hers)
    assert left_out(page_of(noor, "show", hers))[0].endswith(str(going_out.WAITS_FOR_HER))
    assert chain.verify() == [] and list(compare.everything()) == []


def test_a_word_that_could_show_somebody_is_marked_and_nothing_is_ticked_for_whoever_looks(noor, hers):
    named = file(name="Amina Example", account="I am Amina Example. They pushed me.")[0]
    look = press(noor, page_of(noor, "show", [*hers, named]), then="look", packet=NAMED)
    assert "<mark>" in look.text and named not in ticked(look)
    again = press(noor, look, then="change")
    assert NAMED in again.text and "Look at it before it is shown" in again.text


def test_it_is_written_in_each_language_in_which_one_of_them_reads(noor, hers):
    arabic = demonstration.file_one(clock.now() - timedelta(days=2), "ar")[0]
    page = page_of(noor, "show", [*hers, arabic])
    missing = press(noor, page, then="look", packet=PACKET)
    assert missing.status_code == 422 and 'href="#hers-ar"' in missing.text and PACKET in missing.text
    look = press(noor, page, then="look", packet=PACKET, **{"hers-ar": "دفعوني."})
    assert press(noor, look).status_code == 303 and len(events(arabic, "show_summary")) == 1


def test_each_is_referred_with_the_text_to_which_its_complainant_said_right(noor, tomas, hers):
    right(hers)
    page = page_of(noor, "refer", hers)
    missing = press(noor, page)
    assert missing.status_code == 422 and 'href="#mechanism_not_subject"' in missing.text
    assert press(noor, page, mechanism_not_subject="yes").status_code == 303
    assert all(len(events(one, "proposed")) == 1 for one in hers) and not any(events(one, "refer") for one in hers)
    decide = page_of(tomas, "approve", hers)
    assert PACKET in decide.text and sorted(ticked(decide)) == sorted(hers)
    assert press(tomas, decide).status_code == 303
    assert [find_case(person, one).state for one, person in hers.items()] == [State.REFERRED] * 3
    assert all(len(events(one, "refer")) == 1 for one in hers)
    assert chain.verify() == [] and list(compare.everything()) == []


def test_what_nobody_said_right_to_is_left_out_by_name_and_refused_where_it_is_sent(noor, hers):
    first, *others = hers
    right({one: hers[one] for one in others})
    page = page_of(noor, "refer", hers)
    assert all_of(page) == others and left_out(page)[0].startswith(first)
    answer = press(noor, page, tick=[first, *others], mechanism_not_subject="yes")
    assert answer.status_code == 409 and f"{first}: " in answer.text and "2 cases were proposed." in answer.text
    assert not events(first, "proposed") and all(events(one, "proposed") for one in others)


@pytest.mark.parametrize("answer", [{"could_harm": "yes", "harm_when": "soon"}, {"could_harm": "unsure"}])
@pytest.mark.parametrize("what", ["show", "refer"])
def test_who_may_be_in_danger_has_a_page_of_their_own(noor, hers, what, answer):
    afraid = file(**answer)[0]
    if what == "refer":
        right(hers)
    page = page_of(noor, what, [*hers, afraid])
    assert afraid not in all_of(page) and any(one.startswith(afraid) for one in left_out(page))


def test_a_packet_that_was_not_looked_at_is_not_proposed(noor, hers):
    right(hers)
    first, *others = hers
    page = page_of(noor, "refer", hers)
    answer = press(noor, page, mechanism_not_subject="yes", unseen=first)
    assert answer.status_code == 409 and f"{first}: Look at the packet" in answer.text
    assert not events(first, "proposed") and all(events(one, "proposed") for one in others)


def test_another_company_is_taken_apart(noor, hers, cast):
    other = db.session.scalars(select(Company).where(Company.id != demonstration.larkfield())).first()
    elsewhere, _person = file(company=str(other.id))
    page = page_of(noor, "show", [*hers, elsewhere])
    assert all_of(page) == list(hers) and len(left_out(page)) == 1


def test_a_proposal_that_came_since_the_look_is_looked_at_first(noor, tomas, hers, cast):
    right(hers)
    press(noor, page_of(noor, "refer", hers), mechanism_not_subject="yes")
    looked = page_of(tomas, "approve", hers)
    first, *others = hers
    (before,) = db.session.scalars(select(Decision).where(Decision.case_id == case_id(first))).all()
    steps.decide(cast["Tomas"], first, before.id, False, "Somebody is named.")
    press(noor, page_of(noor, "refer", [first]), mechanism_not_subject="yes")
    answer = press(tomas, looked)
    assert answer.status_code == 409 and "look again" in answer.text
    assert not events(first, "refer") and all(events(one, "refer") for one in others)


def test_nobody_decides_what_they_proposed_and_an_officer_decides_nothing(noor, hers):
    right(hers)
    press(noor, page_of(noor, "refer", hers), mechanism_not_subject="yes")
    page = page_of(noor, "approve", hers)
    assert all_of(page) == [] and all(str(going_out.ANOTHER_DECIDES) in one for one in left_out(page))


def test_nobody_else_has_the_pages(app, cast):
    for name in ("Victor", "Ines"):
        for what in ("show", "refer", "approve"):
            assert client_of(app, name).get(f"/desk/together/{what}").status_code in (403, 404)
