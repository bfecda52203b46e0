"""Passkeys: only what this very page asked for is right, once, from this house, with the person verified."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from grievance import clock
from grievance.accounts import ceremonies
from grievance.accounts.authenticators import ALGORITHMS
from grievance.accounts.ceremonies import Known, NoSecret, NotRight, TooOld
from tests.accounts.device import PRESENT, Device

HERE = "https://staff.example.org"
ME, TAB = 7, "this browser"


@pytest.fixture(autouse=True)
def at_a_name(app):
    app.config["STAFF_URL"] = HERE


def enrol(device, known=(), **changes):
    asked = ceremonies.to_enrol(TAB, ME, "noor@example.org", known)
    shown, prf = device.answers(asked.options)
    sent = {"browser": TAB, "made": asked.made, "account_id": ME, "shown": shown, "prf": prf, **changes}
    return ceremonies.enrolled(**sent)


@pytest.fixture
def device():
    return Device(HERE)


@pytest.fixture
def known(device):
    return enrol(device).known


def sign_in(device, known, asked=None, **changes):
    asked = asked or ceremonies.to_sign_in(TAB)
    (shown,), (prf,) = device.answers(asked.options)
    sent = {
        "browser": TAB,
        "made": asked.made,
        "shown": shown,
        "prf": prf,
        "known_of": {device.credential_id: known}.get,
    }
    return ceremonies.signed_in(**{**sent, **changes})


def test_a_passkey_is_enrolled_after_it_opened_the_same_twice_and_signs_in(device, known):
    answer = sign_in(device, known)
    assert answer.credential_id == device.credential_id and len(answer.prf) == 32
    assert answer.known.account_id == ME and answer.known.sign_count == known.sign_count + 1 == 3


def test_the_page_names_nobody_and_asks_for_the_person_and_the_one_salt(known):
    (asked,) = ceremonies.to_sign_in(TAB).options
    assert asked["get"]["userVerification"] == "required" and asked["get"]["rpId"] == "staff.example.org"
    assert "allowCredentials" not in asked["get"]
    assert asked["get"]["extensions"] == ceremonies.to_sign_in("another").options[0]["get"]["extensions"]


def test_a_new_one_is_discoverable_excludes_those_that_are_there_and_is_of_an_algorithm_that_we_read(device):
    create, first, second = ceremonies.to_enrol(TAB, ME, "noor@example.org", [b"one", b"two"]).options
    asked = create["create"]
    assert asked["authenticatorSelection"] == {
        "residentKey": "required", "requireResidentKey": True, "userVerification": "required"
    }  # fmt: skip
    assert len(asked["excludeCredentials"]) == 2 and asked["extensions"] == first["get"]["extensions"]
    assert [one["alg"] for one in asked["pubKeyCredParams"]] == ALGORITHMS
    assert first["get"]["challenge"] != second["get"]["challenge"] != asked["challenge"]


def test_an_answer_is_good_once(device, known):
    asked = ceremonies.to_sign_in(TAB)
    sign_in(device, known, asked)
    with pytest.raises(TooOld):
        sign_in(device, known, asked)


def test_two_tabs_do_not_break_each_other(device, known):
    first, second = ceremonies.to_sign_in(TAB), ceremonies.to_sign_in(TAB)
    later = sign_in(device, known, second)
    assert sign_in(device, later.known, first).known.sign_count == 4


def test_a_page_that_lay_open_too_long_asks_anew(device, known):
    with time_machine.travel(clock.now(), tick=False) as moment:
        asked = ceremonies.to_sign_in(TAB)
        moment.shift(ceremonies.GOOD_FOR - timedelta(seconds=1))
        known = sign_in(device, known, asked).known
        asked = ceremonies.to_sign_in(TAB)
        moment.shift(ceremonies.GOOD_FOR + timedelta(seconds=1))
        with pytest.raises(TooOld):
            sign_in(device, known, asked)


def wrong_origin(device):
    device.origin = "https://staff.example.org.evil.example"


def wrong_house(device):
    device.host = "example.org"


def not_verified(device):
    device.flags = PRESENT


def another_key(device):
    device.key = Device(HERE).key


def somebody_elses(device):
    device.handle = ceremonies.handle_of(ME + 1)


def no_handle(device):
    device.handle = b""


def a_copy(device):
    device.count = 1


@pytest.mark.parametrize(
    "wrong", [wrong_origin, wrong_house, not_verified, another_key, somebody_elses, no_handle, a_copy]
)
def test_what_does_not_fit_is_not_right(device, known, wrong):
    wrong(device)
    with pytest.raises(NotRight):
        sign_in(device, known)


@pytest.mark.parametrize("wrong", [wrong_origin, not_verified])
def test_nor_is_it_enrolled(device, wrong):
    wrong(device)
    with pytest.raises(NotRight):
        enrol(device)


def test_what_another_browser_was_asked_is_not_right(device, known):
    with pytest.raises(NotRight):
        sign_in(device, known, ceremonies.to_sign_in("another browser"))


@pytest.mark.parametrize("made", ["", ".", "x.1", "x.99999999999", "x.٣", "x.-1", "x" * 5000])
def test_nor_what_somebody_made_up(device, known, made):
    with pytest.raises(NotRight):
        sign_in(device, known, made=made)


def test_a_credential_that_nobody_has_is_not_right(device, known):
    with pytest.raises(NotRight):
        sign_in(device, known, known_of=lambda _credential: None)


def test_a_right_passkey_without_a_secret_says_so(device, known):
    device.prf = None
    with pytest.raises(NoSecret):
        sign_in(device, known)


def test_it_is_not_enrolled_without_a_secret_nor_with_two(device):
    for changes in ({"prf": []}, {"prf": ["", ""]}, {"prf": ["QQ", "QQ"]}, {"prf": ["A" * 43, "B" * 43]}):
        with pytest.raises(NoSecret):
            enrol(replace(device), **changes)


def test_three_answers_are_of_one_passkey(device):
    asked, other = ceremonies.to_enrol(TAB, ME, "noor@example.org", []), Device(HERE)
    shown, prf = device.answers(asked.options)
    foreign, _prf = other.answers(asked.options)
    for sent in ([shown[0], foreign[1], foreign[2]], shown[:2], [*shown, shown[2]], [shown[0], shown[2], shown[1]]):
        with pytest.raises(NotRight):
            ceremonies.enrolled(TAB, asked.made, ME, sent, prf)


def test_of_two_answers_that_come_together_one_is_right(both):
    both.app.config["STAFF_URL"] = HERE
    asked = ceremonies.to_sign_in(TAB)
    ceremonies._use(asked.made)
    with pytest.raises(TooOld):
        ceremonies._use(asked.made)


@given(st.recursive(st.none() | st.text() | st.integers(), lambda one: st.lists(one) | st.dictionaries(st.text(), one)))
def test_whatever_is_sent_it_is_not_right_and_nothing_breaks(said):
    for text in (json.dumps(said), str(said), "[" * 30_000):
        with pytest.raises(NotRight):
            ceremonies._identifier(text)
        with pytest.raises(NotRight):
            ceremonies._created(text, b"x", ME)
        with pytest.raises(NotRight):
            ceremonies._verified(text, b"x", Known(ME, b"x", 0))


@pytest.mark.parametrize(
    ("address", "possible"),
    [
        ("https://staff.example.org", True), ("http://localhost:8000", True), ("https://staff.example.org/box", True),
        ("http://127.0.0.1:8000", False), ("http://[::1]:8000", False), ("http://staff.example.org", False),
        ("https://10.1.2.3", False),
    ],
)  # fmt: skip
def test_a_number_is_no_name_and_an_open_line_no_house(app, address, possible):
    app.config["STAFF_URL"] = address
    assert ceremonies.are_possible() == possible
