"""One approver who would be two: what he can do over HTTP, what is marked, and who is told of it.

Each row is an office. He has a colleague's account made anew, lets "her" in, proposes as "her" and approves as himself.
"""

import html
import re
from dataclasses import dataclass

import pypdfium2
import pytest
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.accounts import fingerprints, hands, leaving, people, waits
from grievance.accounts.keys import log, own_keys, recovery
from grievance.crypto import signing
from grievance.demonstration import PASSWORD, do, email_of, signed_in
from grievance.extensions import db
from grievance.forms.fields import Refused
from grievance.maintenance import doctor
from grievance.models.people import Role
from grievance.models.writing import Decision
from grievance.record import chain
from grievance.record.transaction import unit_of_work
from grievance.reports.office_waits import office_waits
from grievance.workflow import steps
from tests.accounts import two_people
from tests.accounts.test_leaving import account_of, case_with, join, office
from tests.accounts.test_two_people import in_hours
from tests.mailed import code_for
from tests.scenarios.days import facts
from tests.views.account.test_people import press
from tests.views.account.test_second_person import client_for
from tests.views.test_routes import client_of, token

MARK, UNHEARD = "one person alone may have decided this", "let in by one colleague alone"
HERS = "a password that he chose"


def accepts(name):
    """He reads the mailbox that was invited, too, or runs the server, and chooses her password."""
    people.accept(code_for(email_of(name)), HERS)


def digits_of(app, name):
    page = client_for(app, name, HERS).get("/account/people").text
    return " ".join(re.findall(r"<span>(\d+)</span>", page))


def lets_in(app, tomas, name):
    """Whether the page lets him: he types what he reads from her page himself."""
    where = f"/account/people/{account_of(name).id}/admit"
    asked = tomas.get(where)
    if asked.status_code != 200:
        return False
    data = {"csrf_token": token(asked), "fingerprint": digits_of(app, name)}
    return tomas.post(where, data=data).status_code == 303


def takes_over(app, tomas, name):
    """He asks for her new invitation, and it is made three days later, where nobody objects."""
    where = f"/account/people/{account_of(name).id}/again"
    assert press(tomas, where).status_code == 303
    with in_hours(73):
        again = client_for(app, "Tomas")
        assert "/account/invitation#" not in again.get(press(again, where).location).text
        accepts(name)
        return lets_in(app, again, name)


def makes_up(app, tomas, name):
    """He invites somebody who is not there."""
    press(tomas, "/account/people/invite", name=name, email=email_of(name), role="officer")
    accepts(name)
    return lets_in(app, tomas, name)


def approves(app, proposer, approver="Tomas", password=HERS, at=None):
    """The reference of a case in which one proposed to hand over and the other approved it."""
    reference, _amina, _code = demonstration.file_one(clock.now())
    person = signed_in(proposer, password)
    do("acknowledge", person, reference, clock.now())
    decision = steps.take("refer", person, reference, demonstration.ANSWERS["refer"])
    client, where = client_for(app, approver), f"/desk/cases/{reference}/proposals/{decision.id}"
    page = client.get(where)
    client.post(where, data={"csrf_token": token(page), "answer": "approve"})
    return reference, "is marked on the record" in html.unescape(page.text)


def told(*names):
    """On whose start page it stands."""
    return {name for name in names if any(UNHEARD in one.sentence for one in office_waits(signed_in(name)))}


def is_marked(app, reference):
    """On the decision, on the record, at the case's page and in the brief for the Board: on all of them, or on none."""
    case = case_with(reference)
    decision = db.session.scalars(select(Decision).where(Decision.case_id == case.id)).one()
    page = client_of(app, "Tomas").get(f"/desk/cases/{reference}").text
    file = pypdfium2.PdfDocument(client_of(app, "Tomas").get(f"/desk/cases/{reference}/brief.pdf").data)
    brief = " ".join(" ".join(one.get_textpage().get_text_range() for one in file).split())
    said = {decision.solo, facts(case, "refer")[0].get("solo", False), MARK in page, MARK in brief}
    assert len(said) == 1, said
    return said.pop()


@dataclass(frozen=True)
class Office:
    """`colleagues`: who is there besides Noor, Tomas and Ines. `can`: let in whose account he made. `told`: who reads
    at their start page that one person alone let somebody in."""

    name: str
    colleagues: tuple[tuple[str, Role], ...]
    can: bool
    told: frozenset[str]


OFFICES = (
    Office("with one colleague", (), True, frozenset({"Ines"})),
    Office("with two", (("Petra", Role.OFFICER),), False, frozenset()),
    Office("with five", (("Petra", Role.OFFICER), ("Pia", Role.OFFICER), ("Paula", Role.APPROVER),
                         ("Irma", Role.CUSTODIAN)), False, frozenset()),
)  # fmt: skip


@pytest.mark.parametrize("row", OFFICES, ids=lambda row: row.name)
def test_an_approver_who_takes_a_colleagues_account_over_is_refused_or_marked_and_others_are_told(app, cast, row):
    for name, role in row.colleagues:
        join(name, role, cast["Ines" if role == Role.CUSTODIAN else "Noor"])
    mailed = {*waits.told(account_of("Noor"), cast["Tomas"])}
    assert takes_over(app, client_for(app, "Tomas"), "Noor") is row.can
    others = {"Ines", *(name for name, _role in row.colleagues)}
    assert mailed == {account_of(name).id for name in others | {"Noor"}}  # before anything changed
    assert told(*others) == row.told
    if row.can:
        reference, warned = approves(app, "Noor")
        assert warned and is_marked(app, reference)
    assert doctor.examine() == [] and chain.verify() == []


def test_what_a_voice_deceived_is_between_two_people_who_are_two(app, cast, petra):
    """A colleague typed the digits and decided that she heard her: what is left is marked for what she decides with
    her, until a third has heard her too."""
    assert not takes_over(app, client_for(app, "Tomas"), "Noor")
    two_people.admit(petra, account_of("Noor").id)
    assert hands.are_one(petra.account_id, account_of("Noor").id)
    assert not hands.are_one(cast["Tomas"].account_id, account_of("Noor").id)
    assert told("Ines", "Tomas", "Petra") == {"Ines", "Tomas"}
    hands.hear(cast["Ines"], account_of("Noor").id, two_people.read_out(account_of("Noor").id))
    assert not hands.are_one(petra.account_id, account_of("Noor").id)


@pytest.fixture
def first_day(app, cast):
    """Tomas alone makes the Secretariat's key: everybody else of it has left. Ines is there."""
    leaving.leave(cast["Tomas"], cast["Noor"].account_id)
    leaving.end_three_days(clock.now() + waits.ALONE_AFTER)
    return client_for(app, "Tomas")


def test_on_an_offices_first_day_he_lets_in_whom_he_invited_and_it_is_marked_until_a_custodian_has_heard(
    app, cast, first_day
):
    assert makes_up(app, first_day, "Nina") and told("Ines") == {"Ines"}
    reference, warned = approves(app, "Nina")
    assert warned and is_marked(app, reference)
    ines, where = client_for(app, "Ines"), f"/account/people/{account_of('Nina').id}/hear"
    data = {"csrf_token": token(ines.get(where)), "fingerprint": digits_of(app, "Nina")}
    assert ines.post(where, data=data).status_code == 303 and told("Ines") == set()
    later, warned = approves(app, "Nina")
    assert not warned and not is_marked(app, later) and is_marked(app, reference)  # what was marked stays so


def test_a_puppet_hears_no_other_puppet_and_what_two_puppets_decide_is_marked(app, cast, first_day):
    for name in ("Nina", "Nils"):
        people.accept(people.invite(cast["Tomas"], email_of(name), name, Role.OFFICER), HERS)
    assert lets_in(app, first_day, "Nina")
    nina, nils = account_of("Nina").id, account_of("Nils").id
    two_people.admit(signed_in("Nina", HERS), nils)
    for by in (signed_in("Nina", HERS), cast["Tomas"], signed_in("Nils", HERS)):
        for whom in (nina, nils):
            with pytest.raises(Refused, match="did not let this person in"):
                hands.hear(by, whom, two_people.read_out(whom))
            assert client_for(app, "Tomas").get(f"/account/people/{whom}/hear").status_code in (403, 409)
    assert hands.are_one(cast["Tomas"].account_id, nils) and hands.are_one(nina, nils)
    reference, _warned = approves(app, "Nils")
    assert is_marked(app, reference)


def test_a_puppet_confirms_nothing_that_takes_two_people_or_three_days(app, cast, first_day):
    assert makes_up(app, first_day, "Nina")
    account_of("Nina").role = Role.APPROVER
    db.session.commit()
    people.accept(people.invite(None, email_of("Paula"), "Paula", Role.APPROVER), PASSWORD)
    two_people.admit(signed_in("Nina", HERS), account_of("Paula").id)
    two_people.heard_too(account_of("Paula").id)
    press(first_day, f"/account/people/{account_of('Paula').id}/again")
    wait = waits.of(account_of("Paula").id)
    assert not leaving.is_a_second(signed_in("Nina", HERS), wait) and leaving.is_a_second(cast["Ines"], wait)


def test_an_identity_that_a_custodian_opens_for_whom_they_let_in_with_a_paper_that_was_found_is_marked(app, cast):
    """Ines has found the Secretariat's code, and alone has heard who came in by it."""
    code = recovery.make(cast["Tomas"])
    people.accept(people.invite(None, email_of("Nina"), "Nina", Role.OFFICER), HERS)
    two_people.vouch(cast["Ines"], account_of("Nina").id)
    recovery.recover(signed_in("Nina", HERS), code)
    assert told("Noor", "Tomas", "Ines") == {"Noor", "Tomas"}
    said = {"name": "Amina Said", "known_to_secretariat": "yes"}
    for marks in (True, False):
        reference, _amina, _code = demonstration.file_one(clock.now(), **said)
        asks = {"reason": "contact", "words": "To call her."}
        steps.take("ask_identity", signed_in("Nina", HERS), reference, asks)
        steps.take("grant_identity", cast["Ines"], reference, {})
        assert facts(case_with(reference), "grant_identity")[0].get("solo", False) is marks
        assert (MARK in client_of(app, "Noor").get(f"/desk/cases/{reference}").text) is marks
        if marks:
            hands.hear(cast["Noor"], account_of("Nina").id, two_people.read_out(account_of("Nina").id))


def test_a_forged_hearing_is_a_fault_and_takes_no_mark_away(app, cast, first_day):
    """He writes to the chain what no page lets him: the log says who may hear."""
    assert makes_up(app, first_day, "Nina")
    nina = account_of("Nina")
    with unit_of_work():
        said = {"account": nina.id, "key": signing.digest(nina.public_key)}
        now = clock.now()
        chain.append(None, "heard_too", cast["Tomas"], now, now, said, signed_by=own_keys.by_person(cast["Tomas"]))
    assert "could be who let it in" in log.known().faults[0]
    assert hands.are_one(cast["Tomas"].account_id, nina.id)


def test_wrong_digits_are_not_heard(app, cast, first_day):
    assert makes_up(app, first_day, "Nina")
    ines, where = client_for(app, "Ines"), f"/account/people/{account_of('Nina').id}/hear"
    data = {"csrf_token": token(ines.get(where)), "fingerprint": fingerprints.own(cast["Ines"])}
    assert (
        ines.post(where, data=data).status_code == 422 and office("heard_too")[-1]["account"] != account_of("Nina").id
    )
