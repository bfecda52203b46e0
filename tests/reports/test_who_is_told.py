"""A line of the start page is there for exactly those who find, at the page that it leads to, the thing to press."""

from datetime import timedelta

import pytest
from flask import current_app, url_for
from lxml import html
from sqlalchemy import update

from grievance import clock, demonstration
from grievance.accounts import changes, leaving, people
from grievance.accounts.keys import recovery, rotation
from grievance.companies import editions as member_editions
from grievance.deadlines import holidays, holidays_taken_back
from grievance.demonstration import PASSWORD, signed_in
from grievance.desk import editions, public_questions
from grievance.doors import keeping
from grievance.doors.examples import EXAMPLES
from grievance.enquiries import threads
from grievance.extensions import db
from grievance.in_public import lessons
from grievance.intake import field_tokens
from grievance.maintenance import retention_clock
from grievance.models.door import Door
from grievance.models.people import Company, Membership, Role
from grievance.models.writing import Holiday
from grievance.notify import sign_texts
from grievance.reports import making_editions
from grievance.reports.office_waits import LINES, office_waits
from tests.accounts import two_people
from tests.accounts.keys.test_company_keys import new_company
from tests.accounts.keys.test_recovery import comes_back
from tests.accounts.test_leaving import account_of, join
from tests.companies.test_calendars import forget
from tests.concerns import road
from tests.desk.test_public_questions import QUESTION
from tests.field import filled_in, send
from tests.in_public.test_texts import LESSON
from tests.views.account.test_second_person import client_for

WAITS = "//form[contains(@action, '/people/waits/')]"
START = {Role.COMPANY: "/company", Role.CUSTODIAN: "/custodian"}


def admit(cast):
    people.accept(people.invite(None, "petra@example.org", "Petra", Role.OFFICER), PASSWORD)
    people.accept(people.invite(None, "rosa@example.org", "Rosa", Role.COMPANY, cast["Victor"].company_id), PASSWORD)


def confirm(cast):
    changes.propose_role(cast["Tomas"], join("Petra", Role.OFFICER, cast["Noor"]).account_id, Role.APPROVER)


def wrong(cast):
    year = clock.now().year + 1
    holidays.add(cast["Tomas"], "*", {clock.now().date().replace(year=year, month=3, day=3): "A day off"})
    holidays_taken_back.ask(cast["Noor"], db.session.query(Holiday).order_by(Holiday.id.desc()).first().id)


def going_on(cast):
    for name in ("Noor", "Ines", "Victor"):
        rotation.begin(signed_in(name))


def exposed(cast):
    leaving.leave(cast["Tomas"], join("Petra", Role.OFFICER, cast["Noor"]).account_id)
    rosa = join("Rosa", Role.COMPANY, signed_in("Victor"), cast["Victor"].company_id)
    leaving.leave(cast["Tomas"], rosa.account_id)


def somebody_cut(cast):
    leaving.leave(cast["Tomas"], join("Petra", Role.OFFICER, cast["Noor"]).account_id)


def nobody(cast):
    demonstration.file_one(clock.now())
    leaving.leave(cast["Tomas"], account_of("Victor").id)


def proposed(cast):
    sign_texts.propose_defaults(cast["Noor"], {"language": "en"})


def hear(cast):
    people.accept(people.invite(None, "petra@example.org", "Petra", Role.OFFICER), PASSWORD)
    two_people.admit(cast["Noor"], account_of("Petra").id)


def vouch(cast):
    comes_back("Ines", code=recovery.make(cast["Ines"]))


def closed(days_ago, *asked):
    """A case that was closed so many days ago; the clock of its end ran on these days."""
    at = clock.now() - timedelta(days=days_ago)
    reference = demonstration.file_one(at)[0]
    for step in ("acknowledge", "dismiss"):
        demonstration.do(step, signed_in("Noor"), reference, at, signed_in("Tomas"))
    for days in asked:
        retention_clock.run(clock.now() - timedelta(days=days))


def from_a_register(_cast):
    db.session.add(Company(name="Alpha Guards", membership=Membership.UNCONFIRMED, country="*", zone="UTC"))
    db.session.commit()


def an_old_door(cast):
    keeping.add(cast["Noor"], EXAMPLES[0])
    db.session.execute(update(Door).values(checked_on=clock.office_today() - timedelta(days=400)))
    db.session.commit()


def a_concern(cast):
    road.take(cast["Noor"], "ask_corrective_action", road.opened(cast))


def members(cast):
    member_editions.propose(cast["Noor"])


def figures(cast):
    ended = clock.office_today() - timedelta(days=92)
    quarter = f"{ended.year}-{(ended.month - 1) // 3 + 1}"
    editions.propose(cast["Noor"], making_editions.make(signed_in("Noor"), quarter))


def asked_by_a_company(cast):
    threads.ask(cast["Victor"], {"words": "What does the Code ask of a subcontractor?"})


def a_lesson(cast):
    lessons.propose(cast["Noor"], LESSON)


def from_a_phone(cast):
    send(current_app.test_client(), field_tokens.make(cast["Noor"], {"name": "Asha"}), filled_in())


def a_question(_cast):
    public_questions.ask(QUESTION, "en")


# the situation, who began it and is not asked, and what is pressed at the page
SITUATIONS = {
    "admit": (admit, "", "//a[contains(@href, '/admit')]"),
    "confirm": (confirm, "Tomas", "//form[contains(@action, '/people/changes/')]"),
    "holidays": (wrong, "Noor", "//a[contains(., 'Said to be wrong')]"),
    "going_on": (going_on, "", "//button[contains(., 'Go on')]"),
    "exposed": (exposed, "", "//*[@role='status'][contains(., 'has left')]"),
    "own_key": (new_company, "", "//h2[contains(., 'The key of your company is to be confirmed')]"),
    "calendars": (lambda _cast: forget(), "", "//input[@name='confirm']"),
    "sign_texts": (proposed, "Noor", "//button[contains(., 'Approve')]"),
    "second": (somebody_cut, "Tomas", f"{WAITS}//button[@value='confirm']"),
    "object": (somebody_cut, "Tomas", f"{WAITS}[not(.//button[@value='confirm'])]//button[@value='object']"),
    "company_keys": (new_company, "", "//a[contains(@href, '/companies/')][contains(@href, '/key')]"),
    "half": (lambda _cast: comes_back("Victor"), "", "//a[contains(@href, '/half')]"),
    "nobody": (nobody, "", "//select[@id='company']/option[contains(., 'Larkfield')]"),
    "hear": (hear, "Noor", "//a[contains(@href, '/hear')]"),
    "retention_over": (lambda _cast: closed(3 * 365 + 40, 100, 0), "", "//tr//a[@class='ref']"),
    "retention_ends": (lambda _cast: closed(3 * 365 - 60, 0), "", "//tr//a[@class='ref']"),
    "other_doors": (an_old_door, "", "//strong[contains(., 'To be checked again')]"),
    "enquiries": (asked_by_a_company, "", "//strong[contains(., 'waits for')]"),
    "concerns": (a_concern, "Noor", "//a[contains(@href, '/concerns/proposals/')]"),
    "members": (members, "Noor", "//button[@value='publish']"),
    "figures": (figures, "Noor", "//a[contains(., 'Look at it and decide')]"),
    "field": (from_a_phone, "", "//article//a[contains(., 'Arrived')]"),
    "public_questions": (a_question, "", "//button[contains(., 'It is answered')]"),
    "public_texts": (a_lesson, "Noor", "//button[contains(., 'Publish it')]"),
    "register_names": (from_a_register, "", "//button[contains(., 'It is a company of this name')]"),
    "vouch": (vouch, "", "//a[contains(@href, '/vouch')]"),
}


def can(app, name, line, pressed):
    with app.test_request_context():
        page = client_for(app, name).get(url_for(line.endpoint))
    return page.status_code == 200 and bool(html.fromstring(page.text).xpath(pressed))


def test_every_line_has_a_situation():
    assert [one.name for one in LINES] == list(SITUATIONS)


@pytest.mark.parametrize("line", LINES, ids=lambda one: one.name)
def test_a_line_is_said_to_those_who_can_do_it_at_its_page_and_to_nobody_else(app, cast, line):
    join("Paula", Role.APPROVER, cast["Noor"])
    situation, began, pressed = SITUATIONS[line.name]
    situation(cast)
    everybody = {"Noor", "Tomas", "Paula", "Ines", "Victor", "Olga", "Nils"} - {began}
    here = {name for name in everybody if _admitted(name)}
    told = {name for name in here if line.name in [one.name for one in office_waits(signed_in(name))]}
    assert told == {name for name in here if can(app, name, line, pressed)}
    assert told


def _admitted(name):
    try:
        return signed_in(name).party_seed is not None
    except LookupError:
        return False


@pytest.mark.parametrize(
    ("name", "said"),
    [("Tomas", "1 person of a company that has lost its key waits for your half of it"), ("Noor", ""),
     ("Ines", "1 person of a company that has lost its key waits for your half of it")],
)  # fmt: skip
def test_a_lost_key_of_a_company_is_on_the_start_page_of_each_who_keeps_half_of_it(app, cast, name, said):
    comes_back("Victor")
    page = client_for(app, name).get(START.get(cast[name].role, "/desk"))
    found = html.fromstring(page.text).xpath("//a[@href='/account/people'][contains(., 'lost its key')]")
    assert [one.text_content() for one in found] == [said] * bool(said)


def test_whoever_handed_their_half_over_is_not_asked_again(app, cast):
    from tests.accounts import two_people

    two_people.hand_over(cast["Tomas"], comes_back("Victor").account_id)
    assert [[one.name for one in office_waits(cast[name])] for name in ("Tomas", "Ines")] == [[], ["half"]]


def test_a_company_of_which_nobody_is_left_is_said_as_long_as_nobody_is_invited(app, cast):
    nobody(cast)
    assert "nobody" in [one.name for one in office_waits(cast["Tomas"])]
    people.invite(cast["Tomas"], "rosa@example.org", "Rosa", Role.COMPANY, cast["Victor"].company_id)
    assert "nobody" not in [one.name for one in office_waits(cast["Tomas"])]
    assert "nobody" not in [one.name for one in office_waits(cast["Noor"])]


@pytest.mark.parametrize(("name", "path"), [("Victor", "/company"), ("Noor", "/desk"), ("Ines", "/custodian")])
def test_a_change_of_the_key_that_was_begun_is_on_the_start_page_until_it_is_finished(app, cast, name, path):
    demonstration.walk_story(cast, "respond", clock.now() - timedelta(days=20))
    rotation.begin(signed_in(name))
    client = client_for(app, name)
    found = html.fromstring(client.get(path).text).xpath("//a[@href='/account/keys'][contains(., 'not finished')]")
    assert [one.text_content() for one in found] == ["The change of your key is not finished: go on"]
    assert rotation.go_on(signed_in(name), 99).finished
    assert "not finished" not in client_for(app, name).get(path).text


def test_a_companys_start_page_says_who_waits_to_be_admitted_there(app, cast):
    people.accept(people.invite(None, "rosa@example.org", "Rosa", Role.COMPANY, cast["Victor"].company_id), PASSWORD)
    page = client_for(app, "Victor").get("/company").text
    assert 'href="/account/people">1 person waits to be admitted' in page and "about your people" in page
    assert "waits to be admitted" not in client_for(app, "Olga").get("/company").text


def test_a_new_company_reads_on_its_start_page_that_nothing_can_reach_it_and_what_to_do(app, cast):
    new_company(cast)
    page = html.fromstring(client_for(app, "Nils").get("/company").text)
    (found,) = page.xpath("//a[@href='/account/people'][contains(., 'has not confirmed')]")
    assert "no case can reach you" in found.text_content() and "to an approver" in found.text_content()
    assert "has not confirmed" not in client_for(app, "Victor").get("/company").text


def test_who_leaves_while_the_key_is_changed_is_said_when_that_change_is_finished(app, cast):
    petra = join("Petra", Role.OFFICER, cast["Noor"])
    rotation.begin(signed_in("Noor"))
    leaving.leave(cast["Tomas"], petra.account_id)
    assert "exposed" not in [one.name for one in office_waits(signed_in("Noor"))]
    assert rotation.go_on(signed_in("Noor"), 99).finished
    assert "exposed" in [one.name for one in office_waits(signed_in("Noor"))]
