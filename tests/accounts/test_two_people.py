"""One person cuts an access at once; that it is for good, and a new invitation, take a second person or three days."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.access import opened
from grievance.accounts import leaving, people, resets, sessions, waits
from grievance.accounts.keys import log, recovery
from grievance.crypto.compartments import Compartment
from grievance.demonstration import PASSWORD, signed_in
from grievance.extensions import db
from grievance.forms.fields import BadInput, Refused
from grievance.maintenance import doctor
from grievance.maintenance.sweep import sweep
from grievance.models.account_waits import AccountWait
from grievance.models.people import AccountStatus, Role
from grievance.record import chain
from grievance.reports import office_waits
from grievance.reports.office import office_record
from tests.accounts import two_people
from tests.accounts.test_leaving import account_of, case_with, join, office

NEW = "another password of mine"


def in_hours(hours):
    return time_machine.travel(clock.now() + timedelta(hours=hours))


def wait_about(name):
    query = select(AccountWait).where(AccountWait.account_id == account_of(name).id).order_by(AccountWait.id.desc())
    return db.session.scalars(query).first()


def accepted(name="Petra", role=Role.OFFICER):
    people.accept(people.invite(None, demonstration.email_of(name), name, role), PASSWORD)
    return account_of(name).id


# --- the fingerprint ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["", "12 34", "0" * 24, "x" * 24, "1" * 300])
def test_nobody_is_admitted_whose_digits_were_not_typed(app, cast, typed):
    petra = accepted()
    with pytest.raises(BadInput, match="fingerprint"):
        people.admit(cast["Noor"], petra, typed)
    assert account_of("Petra").status == AccountStatus.WAITING and office("admitted")[-1]["account"] != petra


@pytest.mark.parametrize("write", [
    lambda digits: digits.replace(" ", ""),
    lambda digits: digits.replace(" ", "-"),
    lambda digits: digits.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")),
    lambda digits: digits.translate(str.maketrans("0123456789", "०१२३४५६७८९")).replace(" ", "\n"),
])  # fmt: skip
def test_the_digits_are_taken_in_any_groups_and_any_script(app, cast, write):
    petra = accepted()
    people.admit(cast["Noor"], petra, write(two_people.read_out(petra)))
    assert signed_in("Petra").party_seed == cast["Noor"].party_seed


def test_a_key_that_was_swapped_in_the_database_is_not_admitted_by_what_its_owner_reads_out(app, cast):
    """Who can write to the database, and holds no key, puts their own in the place of who waits."""
    from grievance.accounts import fingerprints
    from grievance.crypto import envelopes, signing
    from grievance.models.people import Account

    petra = accepted()
    spoken, theirs = fingerprints.own(signed_in("Petra")), envelopes.new_key_pair()
    with db.engine.begin() as connection:
        values = {"public_key": theirs.public, "sign_key": signing.public_of(theirs.seed)}
        connection.execute(Account.__table__.update().where(Account.id == petra).values(**values))
    with pytest.raises(BadInput, match="fingerprint"):
        people.admit(cast["Noor"], petra, spoken)


# --- leaving -----------------------------------------------------------------------------------------------


def test_a_cut_takes_the_partys_key_at_once_and_leaves_the_persons_own_until_it_is_for_good(app, cast, petra):
    leaving.leave(cast["Tomas"], petra.account_id)
    account = account_of("Petra")
    assert account.status == AccountStatus.LEFT and account.wrapped_seed and account.password
    assert sessions.sign_in("petra@example.org", PASSWORD) is None
    assert wait_about("Petra").due_at - wait_about("Petra").began_at == timedelta(hours=72)


def test_a_second_person_makes_it_for_good_and_whoever_began_it_does_not(app, cast, petra, paula):
    leaving.leave(cast["Tomas"], petra.account_id)
    with pytest.raises(Refused, match="Another person"):
        leaving.confirm_left(cast["Tomas"], wait_about("Petra").id)
    leaving.confirm_left(paula, wait_about("Petra").id)
    account = account_of("Petra")
    assert account.wrapped_seed is None and account.password is None
    said = {"account": petra.account_id, "alone": False, "asked_by": cast["Tomas"].account_id}
    assert office("left_for_good") == [{**said, "confirmed_by": paula.account_id}]
    with pytest.raises(Refused, match="decided already"):
        leaving.take_back(paula, wait_about("Petra").id)
    assert chain.verify() == []


@pytest.mark.parametrize("name", ["Noor", "Ines", "Victor"])
def test_only_who_could_have_said_it_makes_it_for_good(app, cast, petra, name):
    leaving.leave(cast["Tomas"], petra.account_id)
    with pytest.raises(Refused):
        leaving.confirm_left(cast[name], wait_about("Petra").id)
    assert account_of("Petra").wrapped_seed


def test_the_clock_ends_the_three_days_once_and_the_record_says_that_one_person_was_alone(both):
    petra = join("Petra", Role.OFFICER, both.cast["Noor"])
    with two_people.three_days_ago():
        leaving.leave(both.cast["Tomas"], petra.account_id)
    sweep(clock.now() - timedelta(hours=2))
    assert office("left_for_good") == [] and account_of("Petra").wrapped_seed
    for _ in range(2):
        sweep(clock.now())
    said = {"account": petra.account_id, "alone": True, "asked_by": both.cast["Tomas"].account_id}
    assert office("left_for_good") == [said] and account_of("Petra").wrapped_seed is None
    newest = office_record().entries[0]
    assert (newest.who, newest.about) == ("Tomas", "Petra · by one person alone, after 3 days")
    assert doctor.examine() == [] and chain.verify() == []


def test_a_colleague_takes_a_cut_back_and_the_person_is_admitted_again_with_the_same_password(app, cast, petra):
    reference, _amina, _code = demonstration.file_one(clock.now())
    leaving.leave(cast["Tomas"], petra.account_id)
    leaving.take_back(cast["Noor"], wait_about("Petra").id)
    back = signed_in("Petra")
    assert back.own_seed == petra.own_seed and back.party_seed is None
    with pytest.raises(Refused, match="this person has not left"):
        two_people.admit(cast["Noor"], petra.account_id)
    two_people.admit(cast["Tomas"], petra.account_id)
    assert opened(signed_in("Petra"), case_with(reference)).can_open(Compartment.INTERNAL)
    assert office("leaving_taken_back") == [{"account": petra.account_id}]
    sweep(clock.now())
    assert office("left_for_good") == [] and doctor.examine() == []


def test_the_other_party_of_the_office_takes_a_cut_back_where_one_person_shut_the_others_out(app, cast):
    leaving.leave(cast["Tomas"], cast["Noor"].account_id)
    leaving.take_back(cast["Ines"], wait_about("Noor").id)
    two_people.admit(cast["Tomas"], cast["Noor"].account_id)
    assert signed_in("Noor").party_seed and log.known().faults == []


def test_who_cut_off_the_only_other_member_admits_nobody_whom_they_invited_themselves(app, cast):
    leaving.leave(cast["Tomas"], cast["Noor"].account_id)
    people.accept(people.invite(cast["Tomas"], "fake@example.org", "Fake", Role.APPROVER), PASSWORD)
    fake = account_of("Fake").id
    assert what_waits(cast["Tomas"]) == 0
    with pytest.raises(Refused, match="made this person's invitation"):
        two_people.admit(cast["Tomas"], fake)
    leaving.end_three_days(clock.now() + timedelta(hours=73))
    assert what_waits(cast["Tomas"]) == 1
    two_people.admit(cast["Tomas"], fake)


def what_waits(by):
    return db.session.scalar(select(office_waits._to_admit(by)))


def test_nobody_confirms_what_began_before_they_were_let_in(app, cast, petra):
    leaving.leave(cast["Tomas"], petra.account_id)
    resets.ask(cast["Tomas"], cast["Noor"].account_id)
    paula = join("Paula", Role.APPROVER, cast["Noor"])
    with pytest.raises(Refused, match="Another person"):
        leaving.confirm_left(paula, wait_about("Petra").id)
    with pytest.raises(Refused, match="Another person"):
        resets.finish(paula, wait_about("Noor").id)
    assert log.known().faults == []


def test_what_somebody_confirmed_who_was_let_in_after_it_began_is_a_fault(app, cast, petra, monkeypatch):
    leaving.leave(cast["Tomas"], petra.account_id)
    paula = join("Paula", Role.APPROVER, cast["Noor"])
    monkeypatch.setattr("grievance.accounts.leaving.is_a_second", lambda _by, _wait: True)
    leaving.confirm_left(paula, wait_about("Petra").id)
    assert "let in after it began" in log.known().faults[0]


@pytest.mark.parametrize("name", ["Victor", "Petra"])
def test_nobody_else_takes_it_back(app, cast, petra, name):
    leaving.leave(cast["Tomas"], petra.account_id)
    with pytest.raises(Refused):
        leaving.take_back(petra if name == "Petra" else cast[name], wait_about("Petra").id)


def test_nobody_is_brought_back_before_it_is_for_good(app, cast, petra):
    leaving.leave(cast["Tomas"], petra.account_id)
    with pytest.raises(Refused, match="not for good yet"):
        resets.ask(cast["Tomas"], petra.account_id)


def test_an_invitation_that_nobody_accepted_is_taken_back_and_put_right_by_one_person_at_once(app, cast):
    people.invite(cast["Tomas"], "rosa@example.org", "Rosa", Role.OFFICER)
    rosa = account_of("Rosa").id
    assert resets.ask(cast["Tomas"], rosa).code
    leaving.leave(cast["Tomas"], rosa)
    assert wait_about("Rosa") is None and resets.ask(cast["Tomas"], rosa).code


def test_the_doctor_finds_who_left_for_good_and_could_still_sign_in(app, cast, petra):
    leaving.leave(cast["Tomas"], petra.account_id)
    assert doctor.examine() == []
    with db.engine.begin() as connection:
        connection.execute(AccountWait.__table__.delete())
    db.session.rollback()
    found = doctor.examine()  # and the record says that there was something to wait for
    assert f"account {petra.account_id}: has left for good, and its own key is still there." in found and len(found) > 1


# --- a new invitation --------------------------------------------------------------------------------------


def test_who_leaves_while_their_password_is_checked_has_no_session(app, cast, petra, monkeypatch):
    checked = sessions.unlocked

    def and_meanwhile(*typed):
        found = checked(*typed)
        leaving.leave(cast["Tomas"], petra.account_id)
        return found

    monkeypatch.setattr(sessions, "unlocked", and_meanwhile)
    assert sessions.sign_in("petra@example.org", PASSWORD) is None


def test_nobody_makes_an_invitation_for_oneself(app, cast, paula):
    resets.ask(cast["Tomas"], paula.account_id)
    with in_hours(73), pytest.raises(Refused, match="Another person"):
        resets.finish(paula, wait_about("Paula").id)


def test_until_a_second_person_confirms_nothing_changes_and_there_is_no_code(app, cast, petra, paula):
    asked = resets.ask(cast["Tomas"], petra.account_id)
    assert asked.code == "" and asked.due_at and signed_in("Petra").party_seed
    assert account_of("Petra").invitation_hash is None
    with pytest.raises(Refused, match="Another person"):
        resets.finish(cast["Tomas"], wait_about("Petra").id)
    with pytest.raises(Refused, match="Another person"):
        resets.finish(petra, wait_about("Petra").id)
    people.accept(resets.finish(paula, wait_about("Petra").id), NEW)
    assert sessions.sign_in("petra@example.org", PASSWORD) is None
    two_people.admit(cast["Noor"], petra.account_id)
    said = {"account": petra.account_id, "asked_by": cast["Tomas"].account_id, "confirmed_by": paula.account_id}
    assert office("invited_again") == [said] and signed_in("Petra", NEW).party_seed


@pytest.mark.parametrize(("hours", "given"), [(71, False), (73, True)])
def test_one_person_alone_gets_the_code_after_three_days_and_the_record_says_so(app, cast, petra, hours, given):
    resets.ask(cast["Tomas"], petra.account_id)
    with in_hours(hours):
        code = resets.ask(cast["Tomas"], petra.account_id).code
    alone = [{"account": petra.account_id, "asked_by": cast["Tomas"].account_id, "alone": True}]
    assert (bool(code), office("invited_again")) == ((True, alone) if given else (False, []))


def test_a_code_that_was_lost_is_made_anew_at_once(app, cast, petra, paula):
    resets.ask(cast["Tomas"], petra.account_id)
    lost = resets.finish(paula, wait_about("Petra").id)
    with in_hours(20 * 24):
        code = resets.ask(cast["Tomas"], petra.account_id).code
        with pytest.raises(Refused, match="used already or is too old"):
            people.invited(lost)
        people.accept(code, NEW)
        assert resets.ask(cast["Tomas"], petra.account_id).code == ""  # and then there is somebody behind it
    assert log.known().faults == []


@pytest.mark.parametrize("name", ["Noor", "Ines", "Petra"])
def test_everybody_of_the_office_may_object_and_an_objection_ends_it(app, cast, petra, name):
    resets.ask(cast["Tomas"], petra.account_id)
    resets.object_to(petra if name == "Petra" else cast[name], wait_about("Petra").id)
    with in_hours(73), pytest.raises(Refused, match="decided already"):
        resets.finish(cast["Tomas"], wait_about("Petra").id)
    assert office("reset_refused")[0]["account"] == petra.account_id
    assert resets.ask(cast["Tomas"], petra.account_id).code == ""  # the time begins anew


@pytest.mark.parametrize("name", ["Victor", "Olga"])
def test_a_company_neither_sees_nor_refuses_what_waits_in_the_office(app, cast, petra, name):
    resets.ask(cast["Tomas"], petra.account_id)
    assert waits.open_ones(cast[name]) == []
    with pytest.raises(Refused, match="cannot object"):
        resets.object_to(cast[name], wait_about("Petra").id)


def test_about_a_companys_person_its_people_and_the_approvers_are_told_and_another_company_is_not(app, cast, petra):
    rosa = join("Rosa", Role.COMPANY, cast["Victor"], cast["Victor"].company_id)
    resets.ask(cast["Victor"], rosa.account_id)
    assert wait_about("Rosa").to_mail == [cast["Tomas"].account_id, rosa.account_id]
    assert [bool(waits.open_ones(cast[one])) for one in ("Tomas", "Victor", "Olga", "Noor", "Ines")] == [
        True, True, False, False, False,
    ]  # fmt: skip


def test_whoever_asks_for_oneself_is_told_and_everybody_else_of_the_office_too(app, cast, petra):
    resets.ask(cast["Tomas"], petra.account_id)
    assert wait_about("Petra").to_mail == [cast["Noor"].account_id, cast["Ines"].account_id, petra.account_id]


def test_an_office_of_one_and_a_company_of_one_come_back_after_three_days(app, cast):
    """The only approver asks for the only person of a company; the command line asks for the only approver."""
    code = two_people.invited_again(cast["Tomas"], cast["Victor"].account_id)
    assert people.invited(code).id == cast["Victor"].account_id
    code = two_people.invited_again(None, cast["Tomas"].account_id)
    assert people.invited(code).id == cast["Tomas"].account_id
    assert [one["asked_by"] for one in office("invited_again")] == [cast["Tomas"].account_id, None]


def test_an_account_confirms_what_the_command_line_asked_for(app, cast, petra):
    assert resets.ask(None, petra.account_id).code == ""
    assert resets.finish(cast["Tomas"], wait_about("Petra").id)
    assert office("invited_again")[0]["confirmed_by"] == cast["Tomas"].account_id


def test_who_leaves_meanwhile_is_not_invited_by_what_was_asked_before(app, cast, petra, paula):
    resets.ask(cast["Tomas"], petra.account_id)
    asked = wait_about("Petra").id
    leaving.leave(paula, petra.account_id)
    with pytest.raises(Refused, match="decided already"):
        resets.finish(paula, asked)
    assert account_of("Petra").status == AccountStatus.LEFT


def test_of_two_who_confirm_at_once_one_makes_the_invitation(app, cast, petra, paula):
    resets.ask(None, petra.account_id)
    wait_id = wait_about("Petra").id
    assert resets.finish(paula, wait_id)
    with pytest.raises(Refused, match="decided already"):
        resets.finish(cast["Tomas"], wait_id)
    assert len(office("invited_again")) == 1


# --- the code on paper -------------------------------------------------------------------------------------


def test_a_code_that_was_found_admits_nobody_whom_the_other_party_has_not_heard(app, cast):
    code = recovery.make(cast["Tomas"])
    petra = accepted()
    with pytest.raises(Refused, match="other party of the office must type"):
        recovery.recover(signed_in("Petra"), code)
    with pytest.raises(Refused):
        two_people.vouch(cast["Noor"], petra)  # of the same party
    with pytest.raises(Refused):
        two_people.vouch(cast["Victor"], petra)
    two_people.vouch(cast["Ines"], petra)
    recovery.recover(signed_in("Petra"), code)
    assert [one["account"] for one in office("recovery_vouched")] == [petra] and signed_in("Petra").party_seed


def test_who_was_heard_with_one_key_is_not_admitted_with_another(app, cast, petra):
    code = recovery.make(cast["Tomas"])
    people.accept(two_people.invited_again(cast["Tomas"], petra.account_id), NEW)
    two_people.vouch(cast["Ines"], petra.account_id)
    people.accept(two_people.invited_again(cast["Tomas"], petra.account_id), "a third password of mine")
    with pytest.raises(Refused, match="other party"):
        recovery.recover(signed_in("Petra", "a third password of mine"), code)


def test_where_nobody_is_left_in_either_party_both_papers_admit_and_one_does_not(both):
    ours, theirs = recovery.make(both.cast["Tomas"]), recovery.make(both.cast["Ines"])
    people.accept(two_people.invited_again(None, both.cast["Ines"].account_id, theirs), NEW)
    leaving.leave(both.cast["Tomas"], both.cast["Noor"].account_id)
    people.accept(two_people.invited_again(None, both.cast["Tomas"].account_id, ours), NEW)
    tomas = signed_in("Tomas", NEW)
    for other in ("", ours, "2" * 32):
        with pytest.raises(BadInput, match="other"):
            recovery.recover(tomas, ours, other)
    recovery.recover(tomas, ours, theirs)
    assert [(one["account"], one["both_papers"]) for one in office("recovered")] == [(tomas.account_id, True)]
    assert signed_in("Tomas", NEW).party_seed == both.cast["Tomas"].party_seed
    two_people.recover(signed_in("Tomas", NEW), signed_in("Ines", NEW), theirs)
    assert chain.verify() == [] and doctor.examine() == []
