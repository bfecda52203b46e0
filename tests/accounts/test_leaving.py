"""Who left opens nothing; who forgot a password comes back with a new key, and only through another member."""

import json
import threading
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, update

from grievance import clock, demonstration
from grievance.access import opened
from grievance.accounts import leaving, one_session, people, sessions
from grievance.crypto.compartments import CaseKeys, Compartment
from grievance.demonstration import PASSWORD, do, signed_in
from grievance.extensions import db
from grievance.forms.fields import BadInput, Refused
from grievance.intake import filing
from grievance.maintenance import doctor
from grievance.models.case import Case
from grievance.models.event import OFFICE_CHAIN, Event
from grievance.models.keys import AccountSession, IdentityGrant
from grievance.models.people import Account, AccountStatus, EscrowHalf, Party, PartyShare, Role
from grievance.record import chain
from grievance.workflow import custody, steps
from tests.accounts import two_people


def join(name, role, host, company_id=None, password=PASSWORD):
    """One more person of a party, admitted by somebody of it, heard by another one of the office, and signed in."""
    people.accept(people.invite(None, demonstration.email_of(name), name, role, company_id), password)
    two_people.admit(host, account_of(name).id)
    two_people.heard_too(account_of(name).id)
    return signed_in(name, password)


def account_of(name):
    return db.session.scalars(select(Account).where(Account.email == demonstration.email_of(name))).one()


def case_with(reference):
    return db.session.scalars(select(Case).where(Case.reference == reference)).one()


def office(kind):
    query = select(Event.facts).where(Event.chain == OFFICE_CHAIN, Event.kind == kind).order_by(Event.seq)
    return [json.loads(text) for text in db.session.scalars(query)]


def test_who_left_opens_nothing_with_the_old_cookie_or_the_old_password(both):
    petra = join("Petra", Role.OFFICER, both.cast["Noor"])
    cookie = sessions.sign_in("petra@example.org", PASSWORD)
    leaving.leave(both.cast["Tomas"], petra.account_id)
    assert sessions.person_of(cookie) is None
    assert sessions.sign_in("petra@example.org", PASSWORD) is None
    assert sessions.with_password("petra@example.org", PASSWORD) is None
    for table in (PartyShare, AccountSession):
        assert db.session.scalar(select(func.count()).where(table.account_id == petra.account_id)) == 0
    account = account_of("Petra")
    assert (account.status, account.name) == (AccountStatus.LEFT, "Petra")
    assert chain.verify() == []


def test_who_leaves_while_the_session_waits_to_be_noted_gets_no_key_of_the_party(both, monkeypatch):
    """Noting that somebody is there waits for its turn to write, and who leaves may come before it."""
    petra = join("Petra", Role.OFFICER, both.cast["Noor"])
    cookie = sessions.sign_in("petra@example.org", PASSWORD)
    db.session.execute(update(AccountSession).values(seen_at=clock.now() - timedelta(minutes=2)))
    db.session.commit()
    touch = sessions._touch

    def wait_and_touch(*what):
        leaving.leave(both.cast["Tomas"], petra.account_id)
        touch(*what)

    monkeypatch.setattr(sessions, "_touch", wait_and_touch)
    assert sessions.person_of(cookie) is None


def test_a_key_whose_holder_left_is_to_be_rotated_and_one_that_was_never_held_is_not(app, cast, petra):
    party = db.session.get_one(Party, petra.party_id)
    people.invite(None, "rosa@example.org", "Rosa", Role.OFFICER)
    leaving.leave(cast["Tomas"], account_of("Rosa").id)
    assert db.session.get_one(Party, party.id).exposed_since is None
    leaving.leave(cast["Tomas"], petra.account_id)
    assert db.session.get_one(Party, party.id).exposed_since is not None


def test_an_invitation_that_was_taken_back_cannot_be_accepted(app, cast):
    code = people.invite(None, "rosa@example.org", "Rosa", Role.OFFICER)
    leaving.leave(cast["Tomas"], account_of("Rosa").id)
    with pytest.raises(Refused, match="too old"):
        people.accept(code, PASSWORD)


def test_their_cases_wait_for_another_officer_and_each_case_says_so_once(app, cast, petra):
    references = [demonstration.file_one(clock.now())[0] for _ in range(2)]
    for reference in references:
        do("acknowledge", petra, reference, clock.now())
    leaving.leave(cast["Tomas"], petra.account_id)
    for reference in references:
        case = case_with(reference)
        kinds = list(db.session.scalars(select(Event.kind).where(Event.case_id == case.id)))
        assert (case.officer_id, kinds.count("unassigned")) == (None, 1)
    assert office("left") == [{"account": petra.account_id, "cases": 2}]
    assert doctor.examine() == []


def test_what_somebody_proposed_can_be_decided_after_they_left(app, cast, petra):
    reference, _amina, _code = demonstration.file_one(clock.now())
    do("acknowledge", petra, reference, clock.now())
    decision = steps.take("refer", petra, reference, demonstration.ANSWERS["refer"])
    leaving.leave(cast["Tomas"], petra.account_id)
    steps.decide(cast["Tomas"], reference, decision.id, True)
    assert case_with(reference).state.value == "referred"


def test_a_proposal_that_names_somebody_who_left_is_refused_with_a_sentence(app, cast):
    reference, _amina, _code = demonstration.file_one(clock.now())
    rosa = join("Rosa", Role.COMPANY, cast["Victor"], cast["Victor"].company_id)
    do("acknowledge", cast["Noor"], reference, clock.now())
    raw = {**demonstration.ANSWERS["refer"], "subjects": [str(rosa.account_id)]}
    decision = steps.take("refer", cast["Noor"], reference, raw)
    leaving.leave(cast["Victor"], rosa.account_id)
    with pytest.raises(Refused, match="something that is gone"):
        steps.decide(cast["Tomas"], reference, decision.id, True)


def test_an_open_grant_to_who_left_is_gone_and_a_request_of_theirs_cannot_be_granted(app, cast, petra):
    (one, other) = (
        demonstration.file_one(clock.now(), name="Amina Said", known_to_secretariat="yes")[0] for _ in range(2)
    )
    asked = {"reason": "contact", "words": "To call her."}
    for reference in (one, other):
        steps.take("ask_identity", petra, reference, asked)
    steps.take("grant_identity", cast["Ines"], one, {})
    leaving.leave(cast["Tomas"], petra.account_id)
    assert db.session.scalar(select(func.count()).select_from(IdentityGrant)) == 0
    with pytest.raises(Refused):
        custody.read(petra, case_with(one), clock.now())
    with pytest.raises(Refused, match="ask again"):
        steps.take("grant_identity", cast["Ines"], other, {})
    steps.take("refuse_identity", cast["Ines"], other, {"why": "Petra has left."})
    steps.take("ask_identity", cast["Noor"], other, asked)


MAY = {
    "Noor": set(),
    "Tomas": {"Petra", "Paula", "Rosa"},
    "Ines": {"Iris"},
    "Victor": {"Rosa"},
    "Olga": set(),
}


@pytest.mark.parametrize("name", MAY)
def test_only_those_who_may_mark_somebody_as_having_left(app, cast, name):
    noor = cast["Noor"]
    join("Petra", Role.OFFICER, noor), join("Paula", Role.APPROVER, noor), join("Iris", Role.CUSTODIAN, cast["Ines"])
    join("Rosa", Role.COMPANY, cast["Victor"], cast["Victor"].company_id)
    done = set()
    for whom in ("Petra", "Paula", "Iris", "Rosa"):
        try:
            leaving.leave(cast[name], account_of(whom).id)
            done.add(whom)
        except Refused:
            assert account_of(whom).status == AccountStatus.ACTIVE
    assert done == MAY[name]


def without_escrow():
    db.session.execute(delete(EscrowHalf))
    db.session.commit()


def test_the_last_member_of_a_party_without_a_way_back_stays_and_the_last_approver_may_leave(app, cast):
    without_escrow()
    for by, whom in (("Ines", "Ines"), ("Victor", "Victor"), ("Tomas", "Victor")):
        with pytest.raises(Refused, match="Nobody else"):
            leaving.leave(cast[by], cast[whom].account_id)
    leaving.leave(cast["Tomas"], cast["Tomas"].account_id)
    assert account_of("Tomas").status == AccountStatus.LEFT


# --- passwords ---------------------------------------------------------------------------------------------


def test_a_forgotten_password_gives_a_new_key_that_opens_nothing_until_another_member_admits(app, cast, petra):
    reference, _amina, _code = demonstration.file_one(clock.now())
    cookie = sessions.sign_in("petra@example.org", PASSWORD)
    code = two_people.invited_again(cast["Tomas"], petra.account_id)
    assert sessions.person_of(cookie) is None and sessions.sign_in("petra@example.org", PASSWORD) is None
    people.accept(code, "another password of hers")
    back = signed_in("Petra", "another password of hers")
    assert back.own_seed != petra.own_seed and opened(back, case_with(reference)) == CaseKeys()
    two_people.admit(cast["Noor"], petra.account_id)
    back = signed_in("Petra", "another password of hers")
    assert opened(back, case_with(reference)).can_open(Compartment.INTERNAL)
    assert doctor.examine() == []


def test_who_alone_holds_a_partys_key_that_has_no_way_back_gets_no_new_invitation(app, cast):
    without_escrow()
    for whom in ("Ines", "Victor"):
        with pytest.raises(Refused, match="nothing could be read any more"):
            two_people.invited_again(None, cast[whom].account_id)
    assert signed_in("Ines").party_seed == cast["Ines"].party_seed


def test_an_officer_gives_no_approver_a_new_invitation(app, cast):
    with pytest.raises(Refused):
        two_people.invited_again(cast["Noor"], cast["Tomas"].account_id)


def test_a_changed_password_opens_the_same_keys_and_ends_every_other_session(app, cast, monkeypatch):
    elsewhere = sessions.sign_in("noor@example.org", PASSWORD)
    with monkeypatch.context() as before:  # when signing in again ended nothing
        before.setattr(one_session, "begin", lambda new, _now: db.session.add(new))
        here = sessions.sign_in("noor@example.org", PASSWORD)
    with pytest.raises(BadInput):
        sessions.change_password(here, "not her password", "four guards at the gate")
    with pytest.raises(BadInput):
        sessions.change_password(here, PASSWORD, "short")
    assert sessions.person_of(elsewhere)
    sessions.change_password(here, PASSWORD, "four guards at the gate")
    assert sessions.person_of(elsewhere) is None
    assert sessions.person_of(here).party_seed == cast["Noor"].party_seed
    assert sessions.sign_in("noor@example.org", PASSWORD) is None
    assert signed_in("Noor", "four guards at the gate").party_seed == cast["Noor"].party_seed
    assert office("password_changed") == [{"account": cast["Noor"].account_id}]


def test_an_invitation_works_once(app, cast):
    code = people.invite(None, "rosa@example.org", "Rosa", Role.OFFICER)
    people.accept(code, PASSWORD)
    with pytest.raises(Refused):
        people.accept(code, "another password of mine")


# --- at the same moment ------------------------------------------------------------------------------------


def meanwhile(both, job):
    """Somebody else does it, and ends before the transaction that is under way goes on. SQLite lets one write at a
    time: there it has its turn when that one has ended."""

    def somebody():
        with both.app.app_context(), suppress(Refused, BadInput):
            job()

    thread = threading.Thread(target=somebody)
    thread.start()
    if both.kind == "postgresql":
        thread.join()
    return thread


def interleaved(both, monkeypatch, module, name, before, job):
    """The first call of a function, with somebody else's `job` right before it or right after it."""
    real, threads = getattr(module, name), []

    def once_with_company(*arguments):
        begin = not threads
        if begin and before:
            threads.append(meanwhile(both, job))
        answer = real(*arguments)
        if begin and not before:
            threads.append(meanwhile(both, job))
        return answer

    monkeypatch.setattr(module, name, once_with_company)
    return threads


def owner_of(reference):
    db.session.rollback()
    return db.session.scalar(select(Case.officer_id).where(Case.reference == reference))


def test_who_leaves_when_a_case_was_just_allowed_to_be_theirs_does_not_have_it(both, monkeypatch):
    petra = join("Petra", Role.OFFICER, both.cast["Noor"])
    reference, _amina, _code = demonstration.file_one(clock.now())
    leave = lambda: leaving.leave(both.cast["Tomas"], petra.account_id)  # noqa: E731
    threads = interleaved(both, monkeypatch, steps, "_check", False, leave)
    with suppress(Refused):
        steps.take("assign", both.cast["Noor"], reference, {"officer": str(petra.account_id)})
    threads[0].join()
    assert account_of("Petra").status == AccountStatus.LEFT and owner_of(reference) != petra.account_id


def test_who_is_given_a_case_while_they_leave_does_not_keep_it(both, monkeypatch):
    petra = join("Petra", Role.OFFICER, both.cast["Noor"])
    reference, _amina, _code = demonstration.file_one(clock.now())
    answers = {"officer": str(petra.account_id)}
    assign = lambda: steps.take("assign", both.cast["Noor"], reference, answers)  # noqa: E731
    threads = interleaved(both, monkeypatch, leaving, "locked_account", True, assign)
    leaving.leave(both.cast["Tomas"], petra.account_id)
    threads[0].join()
    assert account_of("Petra").status == AccountStatus.LEFT and owner_of(reference) != petra.account_id
    assert doctor.examine() == []


ON_THE_PHONE = {
    "account": demonstration.ACCOUNT, "company": filing.UNKNOWN_COMPANY, "could_harm": "no", "language": "en",
    "channel": "phone", "read_back": "yes",
}  # fmt: skip


def test_who_left_while_their_page_was_open_takes_on_no_case(both):
    petra = join("Petra", Role.OFFICER, both.cast["Noor"])
    reference, _amina, _code = demonstration.file_one(clock.now())
    leaving.leave(both.cast["Tomas"], petra.account_id)
    with pytest.raises(Refused, match="left already"):
        do("acknowledge", petra, reference, clock.now())
    with pytest.raises(Refused, match="left already"):
        filing.file_complaint(ON_THE_PHONE, filing.new_secret(), "en", officer=petra)
    assert db.session.scalars(select(Case.officer_id)).all() == [None]
