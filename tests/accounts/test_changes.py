"""The head of the office, other roles, people who come back and other addresses: two people, and keys that follow."""

import threading
import time
from unittest import mock

import pytest
import time_machine
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.access import NoSuchCase, find_case, opened
from grievance.accounts import changes, leaving, new_address, people, resets, sessions, waits, who_could
from grievance.accounts.keys import recovery, rotation
from grievance.crypto.compartments import CaseKeys, Compartment
from grievance.demonstration import PASSWORD, do, signed_in
from grievance.extensions import db
from grievance.forms.fields import BadInput, Refused
from grievance.maintenance import doctor
from grievance.models.case import Conflict
from grievance.models.mailbox import CodeMail
from grievance.models.people import Account, AccountChange, AccountStatus, Company, Party, PartyShare, Role
from grievance.record import chain
from grievance.reports import people as people_page
from tests.accounts import two_people
from tests.accounts.test_leaving import account_of, case_with, join, office
from tests.mailed import code_to
from tests.scenarios.days import kinds


def head():
    return list(db.session.scalars(select(Account.name).where(Account.head)))


def proposed():
    return db.session.scalars(select(AccountChange).order_by(AccountChange.id.desc())).first()


def become(account_id, role, by, confirms, company_id=None):
    changes.propose_role(by, account_id, role, company_id)
    changes.decide(confirms, proposed().id, True)


# --- the head ------------------------------------------------------------------------------------------------


def test_the_first_approver_is_the_head_and_no_later_one(app, cast):
    join("Paula", Role.APPROVER, cast["Noor"])
    assert head() == ["Tomas"]


def test_another_head_is_proposed_by_one_approver_and_confirmed_by_another(app, cast):
    paula, bea = join("Paula", Role.APPROVER, cast["Noor"]), join("Bea", Role.APPROVER, cast["Noor"])
    changes.propose_head(cast["Tomas"], paula.account_id)
    for one in (cast["Tomas"], cast["Ines"], cast["Noor"], paula):
        with pytest.raises(Refused, match="Another approver must confirm"):
            changes.decide(one, proposed().id, True)
    assert head() == ["Tomas"]
    changes.decide(bea, proposed().id, True)
    assert head() == ["Paula"]
    assert office("head_changed") == [{"account": paula.account_id, "proposed_by": cast["Tomas"].account_id}]


def test_where_the_only_other_approver_would_become_the_head_a_custodian_confirms(app, cast):
    paula = join("Paula", Role.APPROVER, cast["Noor"])
    changes.propose_head(cast["Tomas"], paula.account_id)
    with pytest.raises(Refused, match="whom it is not about"):
        changes.decide(paula, proposed().id, True)
    changes.decide(cast["Ines"], proposed().id, True)
    assert head() == ["Paula"]


@pytest.mark.parametrize("gone", ["left", "officer now"])
def test_what_somebody_proposed_who_could_not_any_more_is_refused_and_proposed_again(app, cast, gone):
    paula, petra = join("Paula", Role.APPROVER, cast["Noor"]), join("Petra", Role.OFFICER, cast["Noor"])
    changes.propose_role(paula, petra.account_id, Role.APPROVER)
    waits = proposed().id
    if gone == "left":
        leaving.leave(cast["Tomas"], paula.account_id)
    else:
        account_of("Paula").role = Role.OFFICER
        db.session.commit()
    by = cast["Tomas"]
    with pytest.raises(Refused, match="Who proposed this could not"):
        changes.decide(by, waits, True)
    changes.decide(by, waits, False)
    changes.propose_role(by, petra.account_id, Role.APPROVER)
    changes.decide(cast["Ines"], proposed().id, True)
    assert account_of("Petra").role == Role.APPROVER


def test_a_refused_head_changes_nothing_and_another_may_be_proposed(app, cast):
    paula = join("Paula", Role.APPROVER, cast["Noor"])
    changes.propose_head(cast["Tomas"], paula.account_id)
    with pytest.raises(Refused, match="proposed already"):
        changes.propose_head(cast["Tomas"], paula.account_id)
    changes.decide(cast["Ines"], proposed().id, False)
    changes.propose_head(cast["Tomas"], paula.account_id)
    assert head() == ["Tomas"]


def test_where_there_is_one_approver_a_custodian_confirms(app, cast):
    petra = join("Petra", Role.OFFICER, cast["Noor"])
    become(petra.account_id, Role.APPROVER, cast["Tomas"], cast["Ines"])
    assert account_of("Petra").role == Role.APPROVER


def test_only_an_admitted_approver_becomes_the_head(app, cast):
    for one in ("Noor", "Ines", "Victor", "Tomas"):
        with pytest.raises(Refused):
            changes.propose_head(cast["Tomas"], cast[one].account_id)


def test_the_head_who_leaves_leaves_no_head_and_the_custodians_name_deputies(app, cast):
    reference, _amina, _code = demonstration.file_one(clock.now())
    join("Paula", Role.APPROVER, cast["Noor"])
    leaving.leave(cast["Tomas"], cast["Tomas"].account_id)
    assert head() == []
    assert who_could.standing(case_with(reference)).naming() == {cast["Ines"].account_id}


# --- another role --------------------------------------------------------------------------------------------


def test_an_officer_becomes_an_approver_with_the_same_key_and_their_cases_wait(app, cast):
    paula = join("Paula", Role.APPROVER, cast["Noor"])
    join("Petra", Role.OFFICER, cast["Noor"])
    reference, _amina, _code = demonstration.file_one(clock.now())
    do("acknowledge", cast["Noor"], reference, clock.now())
    become(cast["Noor"].account_id, Role.APPROVER, cast["Tomas"], paula)
    noor = signed_in("Noor")
    assert noor.role == Role.APPROVER and opened(noor, case_with(reference)).can_open(Compartment.INTERNAL)
    assert case_with(reference).officer_id is None and doctor.examine() == []


@pytest.mark.parametrize("role", [Role.CUSTODIAN, Role.APPROVER])
def test_the_last_officer_does_not_become_something_else(app, cast, role):
    with pytest.raises(Refused, match="last officer"):
        changes.propose_role(cast["Tomas"], cast["Noor"].account_id, role)
    petra = join("Petra", Role.OFFICER, cast["Noor"])
    changes.propose_role(cast["Tomas"], cast["Noor"].account_id, role)
    leaving.leave(cast["Tomas"], petra.account_id)
    with pytest.raises(Refused, match="last officer"):
        changes.decide(cast["Ines"], proposed().id, True)


def test_two_equal_proposals_at_once_are_one_and_the_other_is_told_so(both):
    join("Petra", Role.OFFICER, both.cast["Noor"])
    out = at_once(both, lambda: changes.propose_role(both.cast["Tomas"], both.cast["Noor"].account_id, Role.APPROVER))
    assert sorted(out) == ["Refused", "done"]


def at_once(both, do_it, people=2):
    """What came of it when several do the same at the same moment, each before the others have committed."""
    out, together = [], threading.Barrier(people)
    append = changes.chain.append
    db.session.remove()

    def slow(*what, **named):
        time.sleep(0.5)
        return append(*what, **named)

    def one():
        with both.app.app_context():
            try:
                together.wait()
                do_it()
                out.append("done")
            except Exception as wrong:
                out.append(type(wrong).__name__)
            finally:
                db.session.remove()

    with mock.patch.object(changes.chain, "append", slow):
        threads = [threading.Thread(target=one) for _ in range(people)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return out


def test_who_changes_party_loses_the_old_key_at_once_and_waits_for_the_new_one(app, cast):
    reference, _amina, _code = demonstration.file_one(clock.now())
    petra, cookie = join("Petra", Role.OFFICER, cast["Noor"]), sessions.sign_in("noor@example.org", PASSWORD)
    secretariat = petra.party_id
    cookie = sessions.sign_in("petra@example.org", PASSWORD)
    become(petra.account_id, Role.CUSTODIAN, cast["Tomas"], cast["Ines"])
    assert sessions.person_of(cookie) is None
    assert db.session.scalars(select(PartyShare).where(PartyShare.account_id == petra.account_id)).all() == []
    assert db.session.get_one(Party, secretariat).exposed_since is not None
    now = signed_in("Petra")
    assert now.party_seed is None and now.role == Role.CUSTODIAN and opened(now, case_with(reference)) == CaseKeys()
    two_people.admit(cast["Ines"], petra.account_id)
    assert signed_in("Petra").party_seed == cast["Ines"].party_seed
    rotation.begin(cast["Noor"])
    rotation.go_on(signed_in("Noor"), 10)
    assert doctor.examine() == []


def test_a_role_is_proposed_only_by_those_who_decide_about_a_person_and_confirmed_by_another(app, cast):
    petra = join("Petra", Role.OFFICER, cast["Noor"])
    for one in ("Noor", "Ines", "Victor"):
        with pytest.raises(Refused):
            changes.propose_role(cast[one], petra.account_id, Role.APPROVER)
    changes.propose_role(cast["Tomas"], petra.account_id, Role.APPROVER)
    for one in (cast["Tomas"], petra, cast["Noor"], cast["Victor"]):
        with pytest.raises(Refused):
            changes.decide(one, proposed().id, True)
    assert account_of("Petra").role == Role.OFFICER


def test_the_head_and_the_last_approver_do_not_become_something_else(app, cast):
    with pytest.raises(Refused, match="First make another approver the head"):
        changes.propose_role(cast["Tomas"], cast["Tomas"].account_id, Role.OFFICER)
    db.session.get_one(Account, cast["Tomas"].account_id).head = False
    db.session.commit()
    with pytest.raises(Refused, match="last approver"):
        changes.propose_role(cast["Tomas"], cast["Tomas"].account_id, Role.OFFICER)
    paula = join("Paula", Role.APPROVER, cast["Noor"])
    changes.propose_role(paula, cast["Tomas"].account_id, Role.OFFICER)
    leaving.leave(paula, paula.account_id)
    with pytest.raises(Refused, match="Who proposed this could not"):
        changes.decide(cast["Ines"], proposed().id, True)


def test_the_last_who_holds_a_key_without_a_way_back_does_not_change_party(app, cast):
    with pytest.raises(Refused, match="nothing could be read any more"):
        become(cast["Ines"].account_id, Role.OFFICER, cast["Ines"], cast["Tomas"])
    assert signed_in("Ines").party_seed == cast["Ines"].party_seed
    recovery.make(cast["Ines"])
    changes.decide(cast["Tomas"], proposed().id, True)
    assert signed_in("Ines").role == Role.OFFICER


def test_a_person_of_a_company_moves_to_another_company_and_an_invitation_keeps_its_code(app, cast):
    code = people.invite(cast["Tomas"], "rosa@example.org", "Rosa", Role.COMPANY, cast["Victor"].company_id)
    become(account_of("Rosa").id, Role.COMPANY, cast["Tomas"], cast["Ines"], cast["Olga"].company_id)
    people.accept(code, PASSWORD)
    rosa = signed_in("Rosa")
    assert rosa.party_seed is None and rosa.company_id == cast["Olga"].company_id
    two_people.admit(cast["Olga"], rosa.account_id)


def referred(cast):
    reference, _amina, _code = demonstration.file_one(clock.now())
    do("acknowledge", cast["Noor"], reference, clock.now())
    do("refer", cast["Noor"], reference, clock.now(), cast["Tomas"])
    return reference


@pytest.mark.parametrize("lost", [False, True])
def test_a_companys_person_who_joins_the_secretariat_reads_no_case_of_that_company(app, cast, lost):
    reference, other = referred(cast), demonstration.file_one(clock.now(), company=str(cast["Olga"].company_id))[0]
    join("Vera", Role.COMPANY, cast["Victor"], cast["Victor"].company_id)
    if lost:
        olgas = db.session.scalars(select(Company).where(Company.id == cast["Olga"].company_id)).one()
        changed = {"why": "The gate is theirs.", "letter": "It was not you.", "told": "Please destroy your copies."}
        do("change_respondent", cast["Noor"], reference, clock.now(), cast["Tomas"], company=str(olgas.id), **changed)
    changes.propose_role(cast["Tomas"], cast["Victor"].account_id, Role.OFFICER)
    assert people_page.changes_waiting(cast["Ines"])[0].shut_out == 1
    changes.decide(cast["Ines"], proposed().id, True)
    two_people.admit(cast["Noor"], cast["Victor"].account_id)
    victor = signed_in("Victor")
    assert find_case(victor, other).reference == other
    with pytest.raises(NoSuchCase):
        find_case(victor, reference)
    assert kinds(case_with(reference))[-1] == "side_changed" and chain.verify() == []


def test_an_officer_who_joins_a_company_reads_no_case_of_it(app, cast):
    reference = referred(cast)
    join("Petra", Role.OFFICER, cast["Noor"])
    become(cast["Noor"].account_id, Role.COMPANY, cast["Tomas"], cast["Ines"], cast["Victor"].company_id)
    two_people.admit(cast["Victor"], cast["Noor"].account_id)
    with pytest.raises(NoSuchCase):
        find_case(signed_in("Noor"), reference)
    assert kinds(case_with(reference))[-2:] == ["unassigned", "side_changed"]
    assert find_case(cast["Victor"], reference).reference == reference


# --- coming back, and another address ------------------------------------------------------------------------


def test_who_left_comes_back_by_an_invitation_and_is_admitted_by_another(app, cast):
    reference, _amina, _code = demonstration.file_one(clock.now())
    petra = join("Petra", Role.OFFICER, cast["Noor"])
    db.session.add(Conflict(case_id=case_with(reference).id, account_id=petra.account_id))
    db.session.commit()
    two_people.left_for_good(cast["Tomas"], petra.account_id)
    people.accept(two_people.invited_again(cast["Tomas"], petra.account_id), "another password of hers")
    assert signed_in("Petra", "another password of hers").party_seed is None
    with pytest.raises(Refused, match="made this person's invitation"):
        two_people.admit(cast["Tomas"], petra.account_id)
    two_people.admit(cast["Noor"], petra.account_id)
    assert [one["account"] for one in office("came_back")] == [petra.account_id]
    assert petra.account_id not in who_could.standing(case_with(reference)).acts_as  # whom it was closed to


def test_nobody_brings_back_whom_they_could_not_end(app, cast):
    petra = join("Petra", Role.OFFICER, cast["Noor"])
    two_people.left_for_good(cast["Tomas"], petra.account_id)
    for one in ("Noor", "Ines", "Victor"):
        with pytest.raises(Refused, match="cannot change"):
            two_people.invited_again(cast[one], petra.account_id)


def test_an_address_is_changed_with_the_password_and_signs_in_from_then_on(app, cast):
    cookie = sessions.sign_in("noor@example.org", PASSWORD)
    with pytest.raises(BadInput):
        sessions.change_address(cookie, "not her password", "noor@example.net")
    with pytest.raises(BadInput, match="email"):
        sessions.change_address(cookie, PASSWORD, "tomas@example.org")
    sessions.change_address(cookie, PASSWORD, "Noor@Example.net")
    assert sessions.sign_in("noor@example.org", PASSWORD) and not sessions.sign_in("noor@example.net", PASSWORD)
    new_address.finish(cast["Ines"], waits.of(cast["Noor"].account_id).id)
    assert sessions.sign_in("noor@example.net", PASSWORD) and not sessions.sign_in("noor@example.org", PASSWORD)
    noor, ines = cast["Noor"].account_id, cast["Ines"].account_id
    assert office("address_changed") == [{"account": noor, "asked_by": noor, "confirmed_by": ines}]


def asked_for(cast, name="Noor", email="elsewhere@example.net"):
    """By whoever has the password."""
    sessions.change_address(sessions.sign_in(demonstration.email_of(name), PASSWORD), PASSWORD, email)
    return waits.of(cast[name].account_id)


def test_with_a_stolen_password_no_address_is_changed_before_everybody_was_told_at_the_old_one(app, cast, petra):
    wait = asked_for(cast)
    assert set(wait.to_mail) == {account_of(name).id for name in ("Noor", "Tomas", "Ines", "Petra")}
    with pytest.raises(Refused, match="Another person must confirm"):
        new_address.finish(cast["Noor"], wait.id)
    new_address.object_to(cast["Noor"], wait.id)
    assert account_of("Noor").email == "noor@example.org" and waits.of(cast["Noor"].account_id) is None
    assert office("address_refused")[0]["account"] == cast["Noor"].account_id and wait.wanted is None


def test_after_three_days_whoever_asked_has_it_alone_and_the_record_says_so(app, cast):
    wait = asked_for(cast)
    with time_machine.travel(clock.now() + waits.ALONE_AFTER):
        new_address.finish(cast["Noor"], wait.id)
    assert office("address_changed")[0]["alone"] is True
    assert sessions.sign_in("elsewhere@example.net", PASSWORD)


def test_with_mail_nobody_confirms_an_address_whose_code_was_not_typed_not_even_after_three_days(app, cast):
    app.config["MAIL_URL"] = "smtp://127.0.0.1:9"
    wait = asked_for(cast)
    number, first = cast["Noor"].account_id, code_to(cast["Noor"].account_id)
    with time_machine.travel(clock.now() + waits.ALONE_AFTER), pytest.raises(Refused, match="has not typed the code"):
        new_address.finish(cast["Ines"], wait.id)
    new_address.mail_again(cast["Noor"])
    second = code_to(number)
    for wrong in ("", first, second[:-1], "x"):
        with pytest.raises(BadInput, match="code"):
            new_address.prove(cast["Noor"], wrong)
    with pytest.raises(Refused, match="No new address waits"):
        new_address.prove(cast["Ines"], second)
    new_address.prove(cast["Noor"], second.replace(" ", ""))
    assert db.session.get(CodeMail, number) is None
    new_address.finish(cast["Ines"], wait.id)
    assert sessions.sign_in("elsewhere@example.net", PASSWORD) and office("address_proven") == [{"account": number}]
    assert doctor.examine() == []


def test_an_objection_ends_the_code_of_an_address_too(app, cast):
    app.config["MAIL_URL"] = "smtp://127.0.0.1:9"
    new_address.object_to(cast["Tomas"], asked_for(cast).id)
    assert db.session.get(CodeMail, cast["Noor"].account_id) is None and doctor.examine() == []


def test_a_puppet_confirms_no_address_and_a_company_none_of_the_office(app, cast):
    people.accept(people.invite(cast["Tomas"], "nina@example.org", "Nina", Role.OFFICER), PASSWORD)
    leaving.leave(cast["Tomas"], cast["Noor"].account_id)
    leaving.end_three_days(clock.now() + waits.ALONE_AFTER)
    two_people.admit(cast["Tomas"], account_of("Nina").id)
    wait = asked_for(cast, "Tomas")
    for one in (signed_in("Nina"), cast["Victor"]):
        with pytest.raises(Refused, match="Another person must confirm"):
            new_address.finish(one, wait.id)
    with pytest.raises(Refused, match="cannot object"):
        new_address.object_to(cast["Victor"], wait.id)
    new_address.finish(cast["Ines"], wait.id)


def test_a_new_invitation_ends_an_address_that_waits_and_a_second_one_is_not_asked_for(app, cast, paula):
    wait = asked_for(cast)
    with pytest.raises(BadInput, match="email"):
        asked_for(cast, email="another@example.net")
    assert not resets.ask(cast["Tomas"], cast["Noor"].account_id).code
    assert (wait.ended, wait.wanted) == ("overtaken", None)
    with pytest.raises(Refused, match="decided already"):
        new_address.finish(cast["Ines"], wait.id)


def test_only_an_invitation_that_nobody_accepted_gets_another_address_from_an_approver(app, cast):
    old = people.invite(cast["Tomas"], "rosa@exmaple.org", "Rosa", Role.OFFICER)
    rosa = db.session.scalars(select(Account).where(Account.name == "Rosa")).one()
    new = two_people.invited_again(cast["Tomas"], rosa.id, email="rosa@example.org")
    with pytest.raises(Refused):
        people.accept(old, PASSWORD)
    people.accept(new, PASSWORD)
    with pytest.raises(Refused, match="changes their address themselves"):
        two_people.invited_again(cast["Tomas"], rosa.id, email="rosa@example.net")


def test_whose_account_it_was_keeps_its_address_when_they_are_brought_back_or_lose_their_password(app, cast):
    petra, by = join("Petra", Role.OFFICER, cast["Noor"]), cast["Tomas"]
    two_people.left_for_good(by, petra.account_id)
    with pytest.raises(Refused, match="belongs to a person who left"):
        two_people.invited_again(by, petra.account_id, email="tomas2@example.org")
    assert account_of("Petra").status == AccountStatus.LEFT
    two_people.invited_again(by, petra.account_id)
    with pytest.raises(Refused, match="changes their address themselves"):
        two_people.invited_again(by, petra.account_id, email="tomas2@example.org")
    assert account_of("Petra").status == AccountStatus.INVITED


def test_an_address_and_its_invitation_are_changed_together_or_not_at_all(app, cast, monkeypatch):
    code = people.invite(cast["Tomas"], "rosa@exmaple.org", "Rosa", Role.OFFICER)
    rosa = db.session.scalars(select(Account).where(Account.name == "Rosa")).one().id

    def fails(*_what):
        raise OSError("the disk is full")

    monkeypatch.setattr(leaving, "take_keys", fails)
    with pytest.raises(OSError, match="disk"):
        two_people.invited_again(cast["Tomas"], rosa, email="rosa@example.org")
    assert db.session.get_one(Account, rosa).email == "rosa@exmaple.org" and people.invited(code).id == rosa


def test_an_approver_puts_the_invitation_of_a_custodian_right_until_it_is_accepted(app, cast):
    people.invite(cast["Tomas"], "iris@exmaple.org", "Iris", Role.CUSTODIAN)
    iris = db.session.scalars(select(Account).where(Account.name == "Iris")).one()
    assert [one.name for one in people_page.members(cast["Tomas"])["Custodians who were invited"]] == ["Iris"]
    with pytest.raises(Refused):
        two_people.invited_again(cast["Noor"], iris.id, email="iris@example.org")
    with pytest.raises(Refused):
        changes.propose_role(cast["Tomas"], iris.id, Role.OFFICER)
    people.accept(two_people.invited_again(cast["Tomas"], iris.id, email="iris@example.org"), PASSWORD)
    assert "Custodians who were invited" not in people_page.members(cast["Tomas"])
    for one in (account_of("Iris").id, cast["Ines"].account_id):
        with pytest.raises(Refused):
            two_people.invited_again(cast["Tomas"], one)


def test_the_last_approver_is_cut_off_and_an_officer_admits_the_next_one(app, cast):
    leaving.leave(cast["Tomas"], cast["Tomas"].account_id)
    assert account_of("Tomas").status == AccountStatus.LEFT
    paula = join("Paula", Role.APPROVER, cast["Noor"])
    assert paula.party_seed == cast["Noor"].party_seed


def test_the_last_holder_of_a_key_is_cut_off_where_the_code_on_paper_opens_it(app, cast):
    code = recovery.make(cast["Ines"])
    leaving.leave(cast["Ines"], cast["Ines"].account_id)
    people.accept(people.invite(None, "iris@example.org", "Iris", Role.CUSTODIAN), PASSWORD)
    two_people.recover(cast["Noor"], signed_in("Iris"), code)
    assert signed_in("Iris").party_seed == cast["Ines"].party_seed
