"""Codes of an app behind the password: each once, and nobody learns which of the two was wrong."""

from datetime import timedelta

import pyotp
import pytest
import time_machine

from grievance import clock, demonstration
from grievance.access import Person
from grievance.accounts import app_code_setup, app_codes, one_session, people, sessions
from grievance.accounts.keys import log
from grievance.crypto.sealing import CannotOpen
from grievance.demonstration import PASSWORD
from grievance.extensions import db
from grievance.forms.fields import BadInput, Refused
from grievance.maintenance import doctor
from grievance.models.keys import AccountSession, AppCode
from grievance.models.people import AccountStatus, Role
from grievance.record import chain
from grievance.record.transaction import unit_of_work
from tests.accounts import two_people
from tests.accounts.test_leaving import account_of, office

EMAIL = demonstration.email_of("Noor")
START = clock.now().replace(second=0, microsecond=0)
HALF_A_MINUTE = timedelta(seconds=30)


def now_is(at):
    return time_machine.travel(at, tick=False)


def sign_in(code, password=PASSWORD):
    db.session.rollback()
    return sessions.sign_in(EMAIL, password, code)


@pytest.fixture
def secret(app, cast):
    """Noor has set up an app at START; the code of then is used."""
    with now_is(START):
        here = sessions.sign_in(EMAIL, PASSWORD)
        noor = sessions.person_of(here)
        begun = app_code_setup.begin(noor, PASSWORD)
        app_code_setup.confirm(here, noor, begun.made, pyotp.TOTP(begun.secret).at(START))
    return begun.secret


def code_at(secret, at):
    return pyotp.TOTP(secret).at(at)


def test_without_a_code_or_with_a_wrong_one_the_right_password_is_not_enough(secret):
    with now_is(later := START + HALF_A_MINUTE):
        assert sign_in("") is None and sign_in("000000") is None
        assert sign_in(code_at(secret, later), "not her password") is None
        assert sessions.person_of(sign_in(code_at(secret, later))).name == "Noor"


def test_each_code_works_once_and_none_from_before_it(secret):
    with now_is(START):
        assert sign_in(code_at(secret, START)) is None  # it confirmed the app
    later = START + 3 * HALF_A_MINUTE
    with now_is(later):
        assert sign_in(code_at(secret, later))
        assert sign_in(code_at(secret, later)) is None
        assert sign_in(code_at(secret, later - HALF_A_MINUTE)) is None


@pytest.mark.parametrize(("steps", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_telephones_clock_may_differ_by_one_step_either_way(secret, steps, taken):
    later = START + 10 * HALF_A_MINUTE
    with now_is(later):
        assert bool(sign_in(code_at(secret, later + steps * HALF_A_MINUTE))) is taken


@pytest.mark.parametrize("digits", ["٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९", "০১২৩৪৫৬৭৮৯"])
def test_a_code_is_taken_in_any_digits_and_with_a_space_in_the_middle(secret, digits):
    with now_is(later := START + HALF_A_MINUTE):
        code = code_at(secret, later).translate(str.maketrans("0123456789", digits))
        assert sign_in(f"{code[:3]} {code[3:]}")


def test_after_five_wrong_codes_the_right_one_waits_a_quarter_of_an_hour(secret):
    at = START + HALF_A_MINUTE
    with now_is(at):
        assert [sign_in("000000") for _ in range(app_codes.WRONG_AT_ONCE)] == [None] * app_codes.WRONG_AT_ONCE
        assert sign_in(code_at(secret, at)) is None
    with now_is(at := at + app_codes.THEN - timedelta(seconds=1)):
        assert sign_in(code_at(secret, at)) is None
    with now_is(at := at + timedelta(seconds=1)):
        assert sign_in(code_at(secret, at))
        assert db.session.get(AppCode, account_of("Noor").id).wrong == 0


def test_who_does_not_know_the_password_shuts_nobody_out_by_wrong_codes(secret):
    with now_is(later := START + HALF_A_MINUTE):
        assert [sign_in("000000", "guessed") for _ in range(20)] == [None] * 20
        assert sign_in(code_at(secret, later))


def test_setting_it_up_asks_for_the_password_and_for_a_code_that_fits(app, cast):
    here = sessions.sign_in(EMAIL, PASSWORD)
    noor = sessions.person_of(here)
    with pytest.raises(BadInput):
        app_code_setup.begin(noor, "not her password")
    begun = app_code_setup.begin(noor, PASSWORD)
    with pytest.raises(BadInput, match="otp"):
        app_code_setup.confirm(here, noor, begun.made, "000000")
    assert not app_codes.is_on(noor.account_id) and sessions.sign_in(EMAIL, PASSWORD)
    assert app_code_setup.again(noor, begun.made) == begun


def test_what_the_page_carries_is_its_persons_alone_and_for_half_an_hour(app, cast):
    here = sessions.sign_in(EMAIL, PASSWORD)
    noor = sessions.person_of(here)
    begun = app_code_setup.begin(noor, PASSWORD)
    assert begun.secret not in begun.made
    with pytest.raises(Refused):
        app_code_setup.again(cast["Tomas"], begun.made)
    with pytest.raises(Refused):
        app_code_setup.again(noor, begun.made[:-8] + "AAAAAAAA")
    with now_is(clock.now() + app_code_setup.BEGUN_FOR), pytest.raises(Refused, match="too long ago"):
        app_code_setup.confirm(here, noor, begun.made, code_at(begun.secret, clock.now()))


def test_whoever_was_signed_in_elsewhere_is_signed_out_and_the_record_says_it_without_the_secret(
    app, cast, monkeypatch
):
    elsewhere = sessions.sign_in(EMAIL, PASSWORD)
    with monkeypatch.context() as before:  # when signing in again ended nothing
        before.setattr(one_session, "begin", lambda new, _now: db.session.add(new))
        here = sessions.sign_in(EMAIL, PASSWORD)
    noor = sessions.person_of(here)
    begun = app_code_setup.begin(noor, PASSWORD)
    app_code_setup.confirm(here, noor, begun.made, code_at(begun.secret, clock.now()))
    assert sessions.person_of(elsewhere) is None and sessions.person_of(here)
    row = db.session.get(AppCode, noor.account_id)
    assert office("app_codes_begun") == [{"account": noor.account_id, "sealed": app_codes.digest_of(row)}]
    assert begun.secret.encode() not in row.sealed
    assert log.again().faults == [] and doctor.examine() == []


def test_it_is_switched_off_with_both_and_the_answer_does_not_say_which_was_wrong(secret, cast):
    with now_is(later := START + HALF_A_MINUTE):
        right = code_at(secret, later)
        told = []
        for password, code in (("wrong", right), (PASSWORD, "000000"), ("wrong", "000000")):
            with pytest.raises(BadInput) as refused:
                app_code_setup.end(cast["Noor"], password, code)
            told.append(refused.value.errors)
        assert told[0] == told[1] == told[2] and app_codes.is_on(cast["Noor"].account_id)
        app_code_setup.end(cast["Noor"], PASSWORD, right)
    assert sign_in("") and office("app_codes_ended") == [{"account": cast["Noor"].account_id}]
    assert doctor.examine() == []


def test_a_second_app_does_not_take_the_place_of_the_first(secret, cast):
    with pytest.raises(Refused, match="already"):
        app_code_setup.begin(cast["Noor"], PASSWORD)


def test_a_new_password_keeps_the_app(secret, cast):
    with now_is(START + HALF_A_MINUTE):
        here = sign_in(code_at(secret, clock.now()))
        sessions.change_password(here, PASSWORD, "four guards at the gate")
    with now_is(later := START + 3 * HALF_A_MINUTE):
        assert sign_in("", "four guards at the gate") is None
        assert sign_in(code_at(secret, later), "four guards at the gate")


def test_who_lost_the_telephone_is_invited_again_and_admitted_without_it(secret, cast):
    new = "another password of mine"
    people.accept(two_people.invited_again(cast["Tomas"], cast["Noor"].account_id), new)
    assert not app_codes.is_on(cast["Noor"].account_id)
    assert sign_in("", new) and account_of("Noor").status == AccountStatus.WAITING
    two_people.admit(cast["Tomas"], cast["Noor"].account_id)
    assert sessions.person_of(sign_in("", new)).party_seed and doctor.examine() == []


def test_a_command_asks_for_the_code_as_well(secret, app, cast):
    runner = app.test_cli_runner()
    with now_is(later := START + HALF_A_MINUTE):
        command = ["keys", "rotate", "--party", "nobody", "--email", EMAIL]
        assert "do not fit together" in runner.invoke(args=command, input=f"{PASSWORD}\n000000\n").output
        assert "does not belong to nobody" in runner.invoke(
            args=command, input=f"{PASSWORD}\n{code_at(secret, later)}\n"
        ).output  # fmt: skip


# --- who writes to the database ------------------------------------------------------------------------------


def written(statement, **values):
    db.session.execute(db.text(statement), values)
    db.session.commit()


def test_taking_the_row_away_lets_nobody_in(secret, cast):
    written("DELETE FROM app_codes")
    with pytest.raises(CannotOpen):
        sign_in("")
    assert db.session.query(AccountSession).filter_by(account_id=cast["Noor"].account_id).count() == 1


def test_an_earlier_secret_in_its_place_lets_nobody_in(secret, cast):
    old = bytes(db.session.get(AppCode, cast["Noor"].account_id).sealed)
    with now_is(START + HALF_A_MINUTE):
        app_code_setup.end(cast["Noor"], PASSWORD, code_at(secret, clock.now()))
        here = sign_in("")
        begun = app_code_setup.begin(noor := sessions.person_of(here), PASSWORD)
        app_code_setup.confirm(here, noor, begun.made, code_at(begun.secret, clock.now()))
    written("UPDATE app_codes SET sealed = :old", old=old)
    with now_is(START + 5 * HALF_A_MINUTE), pytest.raises(CannotOpen):
        sign_in(code_at(secret, clock.now()))


def test_another_persons_row_lets_nobody_in(secret, cast):
    written("UPDATE app_codes SET account_id = :other", other=cast["Tomas"].account_id)
    for name in ("Noor", "Tomas"):
        with pytest.raises(CannotOpen):
            sessions.sign_in(demonstration.email_of(name), PASSWORD, code_at(secret, clock.now()))


def test_an_event_that_was_made_into_its_end_switches_nothing_off(secret, cast):
    """Its signature is over what it said before."""
    written("DROP TRIGGER events_no_update")
    written("UPDATE events SET kind = 'app_codes_ended' WHERE kind = 'app_codes_begun'")
    written("DELETE FROM app_codes")
    with pytest.raises(CannotOpen):
        sign_in("")


def test_an_end_that_somebody_else_signed_switches_nothing_off(secret, cast):
    written("DELETE FROM app_codes")
    with unit_of_work():
        forged = Person(Role.OFFICER, cast["Noor"].account_id, own_seed=cast["Tomas"].own_seed)
        chain.append(None, app_codes.ENDED, forged, clock.now(), clock.now(), {"account": forged.account_id})
    with pytest.raises(CannotOpen):
        sign_in("")
