"""Who can write to the database, alone or with keys that were good once, says to nobody whose keys later words go."""

import json
import os
from datetime import datetime

import pytest
from sqlalchemy import select

from grievance.access import WrongKey, receipt_pair
from grievance.accounts.keys import epochs, log
from grievance.crypto import passwords, signing
from grievance.crypto.sealing import open_sealed, place
from grievance.demonstration import PASSWORD, signed_in
from grievance.extensions import db
from grievance.forms.fields import Refused
from grievance.maintenance import doctor
from grievance.models.event import OFFICE_CHAIN
from grievance.models.keys import ReceiptEnvelope
from grievance.record.events import Signer, signatures
from tests.attacks.changes import (
    CONSENTS,
    add_event,
    digests,
    insert,
    old_rows,
    raise_noor_and_say_so,
    sql,
)
from tests.attacks.office import case_of, holder_of, take


def sign(standing, chain, *by):
    """The last event of a chain, with keys that the attacker has."""
    (row,) = sql(standing, "SELECT hash FROM events WHERE chain = :c ORDER BY seq DESC LIMIT 1", c=chain)
    for one in by:
        for signature in signatures(row["hash"], (one,)):
            insert(standing, "signatures", signature)


def a_signature_that_fits_nothing(standing, chain):
    (row,) = sql(standing, "SELECT hash FROM events WHERE chain = :c ORDER BY seq DESC LIMIT 1", c=chain)
    more = {"signer": "party", "signer_id": "1", "key": "0" * 64, "signature": b"\x01" + os.urandom(64)}
    insert(standing, "signatures", {"event_hash": row["hash"], **more})


def named(name, seed):
    key = signing.digest(receipt_pair(seed).public)
    return {"receipt": {"id": name, "key": key, "sign_key": signing.light_public_of(seed).hex()}}


def plant_a_receipt(standing, letter, name, seed):
    """A row of the attacker's own beside hers. Returns what vouches for it."""
    case_id = standing.past.ids[letter]
    query = "SELECT * FROM receipt_envelopes WHERE case_id = :c AND revoked_at IS NULL"
    row = dict(sql(standing, query, c=case_id)[0])
    mine = {"public_key": receipt_pair(seed).public, "sign_key": signing.light_public_of(seed)}
    row |= {"id": name, "lookup": os.urandom(32).hex(), "sealed": b"x" * 100, **mine}
    if isinstance(row["created_at"], str):
        row["created_at"] = datetime.fromisoformat(row["created_at"])
    row["opened_on"] = None  # nobody has come with the one that is put there
    insert(standing, "receipt_envelopes", row)
    said = digests(ReceiptEnvelope, *db.session.scalars(select(ReceiptEnvelope).where(ReceiptEnvelope.id == name)))
    db.session.remove()
    return said


def petra(standing):
    """Her number, and the seed that her old password opened at the page, as an old copy has it."""
    (was,) = old_rows(standing, "accounts", name="Petra")
    record = was["password"] if isinstance(was["password"], dict) else json.loads(was["password"])
    key = standing.secrets.staff_peppers[record["pepper_id"]]
    pepper = passwords.pepper_of(record["pepper_id"], key, was["id"])
    wrapping = passwords.unlock(PASSWORD, passwords.PasswordRecord(**record), pepper)
    return was["id"], open_sealed(wrapping, bytes(was["wrapped_seed"]), place("account-seed", was["id"]))


def faults(standing):
    db.session.remove()
    return doctor.examine()


def nothing_is_sealed_to(standing, letter, name):
    """Neither by her nor by an officer; and nothing of theirs is there half."""
    reference = standing.past.references[letter]
    with pytest.raises(WrongKey):
        epochs.told_by(case_of(reference), {})
    before = sql(standing, "SELECT count(*) AS n FROM writings")[0]["n"]
    with pytest.raises((WrongKey, Refused)):
        take("write", holder_of(standing.past.receipts[letter]), reference, audience="secretariat", message="Later.")
    with pytest.raises((WrongKey, Refused)):
        take("write", signed_in("Noor"), reference, audience="complainant", message="Later.")
    assert sql(standing, "SELECT count(*) AS n FROM writings")[0]["n"] == before
    assert not sql(standing, "SELECT id FROM epoch_envelopes WHERE receipt_id = :r", r=name)


def test_a_receipt_that_an_unsigned_event_names_vouches_for_no_other(standing):
    case_id, seeds, names = standing.past.ids["a"], [os.urandom(32) for _ in "12"], [os.urandom(16).hex() for _ in "12"]
    rows = plant_a_receipt(standing, "a", names[1], seeds[1])
    add_event(standing, case_id, "second_code", "complainant", None, named(names[0], seeds[0]), {})
    second = named(names[1], seeds[1]) | {"ended": ["nobody"]}
    add_event(standing, case_id, "second_code", "complainant", None, second, rows)
    sign(standing, case_id, Signer("receipt", names[0], seeds[0]))
    assert any("is signed by no receipt that the record knows" in one for one in faults(standing))
    nothing_is_sealed_to(standing, "a", names[1])


def test_nor_does_an_unsigned_event_end_her_receipt(standing):
    case_id = standing.past.ids["a"]
    add_event(standing, case_id, "reissue_receipt", "clock", None, {"ended": ["nobody"]}, {})
    a_signature_that_fits_nothing(standing, case_id)
    assert any("names keys, and nobody signed it" in one for one in faults(standing))
    nothing_is_sealed_to(standing, "a", "")


def test_a_former_approver_names_no_receipt(standing):
    number, seed = petra(standing)
    mine, name = os.urandom(32), os.urandom(16).hex()
    rows = plant_a_receipt(standing, "a", name, mine)
    said = named(name, mine) | {"ended": ["nobody"]}
    add_event(standing, standing.past.ids["a"], "reissue_receipt", "approver", number, said, rows)
    sign(standing, standing.past.ids["a"], Signer("account", str(number), seed))
    assert any("is not signed by the account that it names" in one for one in faults(standing))
    nothing_is_sealed_to(standing, "a", name)


@pytest.mark.parametrize("role", ["approver", "complainant", "clock"])
def test_what_a_former_member_signs_is_named(standing, role):
    number, seed = petra(standing)
    add_event(standing, standing.past.ids["b"], "change_consent", role, number, dict.fromkeys(CONSENTS, True), {})
    sign(standing, standing.past.ids["b"], Signer("account", str(number), seed))
    assert any("is not signed by the account that it names" in one for one in faults(standing))


@pytest.mark.parametrize(("name", "role"), [("Victor", "approver"), ("Ines", "officer")])
def test_nobody_signs_as_something_else_than_they_are(standing, name, role):
    person = signed_in(name)
    said = dict.fromkeys(CONSENTS, True)
    add_event(standing, standing.past.ids["b"], "change_consent", role, person.account_id, said, {})
    sign(standing, standing.past.ids["b"], Signer("account", str(person.account_id), person.own_seed))
    assert any("is not signed by the account that it names" in one for one in faults(standing))


def test_what_they_signed_while_they_were_here_stays_signed(standing):
    said = sql(standing, "SELECT id FROM events WHERE actor_id = :p", p=standing.past.accounts["Vera"])
    assert log.known().accounts[standing.past.accounts["Petra"]].standing == "left"
    assert faults(standing) == [] and said is not None


@pytest.mark.parametrize("kind", ["note", "refer"])
def test_the_clock_lets_no_company_read_on_after_a_recall(standing, kind):
    case_id, reference = standing.past.ids["k"], standing.past.references["k"]
    add_event(standing, case_id, kind, "clock", None, {"n": 1}, {})
    a_signature_that_fits_nothing(standing, case_id)
    assert any("names keys, and nobody signed it" in one for one in faults(standing))
    with pytest.raises((WrongKey, Refused)):
        take("write", signed_in("Noor"), reference, audience="complainant", message="Later.")
    with pytest.raises(WrongKey):
        epochs.told_by(case_of(reference), {})


@pytest.mark.parametrize(
    ("name", "role", "kind"), [("Victor", "company", "refer"), ("Noor", "officer", "note"), ("Ines", "custodian", "n")]
)
def test_nor_does_an_account_but_by_a_hand_over_of_the_secretariat(standing, name, role, kind):
    person, case_id = signed_in(name), standing.past.ids["k"]
    add_event(standing, case_id, kind, role, person.account_id, {"n": 1}, {})
    sign(standing, case_id, Signer("account", str(person.account_id), person.own_seed))
    assert any("names keys" in one for one in faults(standing))
    with pytest.raises((WrongKey, Refused)):
        take("write", signed_in("Noor"), standing.past.references["k"], audience="complainant", message="Later.")


def test_a_recall_whose_signature_was_taken_away_is_not_passed_over(standing):
    case_id = standing.past.ids["k"]
    query = "SELECT hash FROM events WHERE chain = :c AND kind = 'recall_packet'"
    on = {"sqlite": "DROP TRIGGER IF EXISTS signatures_no_delete"}
    sql(standing, on.get(standing.kind, "ALTER TABLE signatures DISABLE TRIGGER USER"))
    sql(standing, f"DELETE FROM signatures WHERE event_hash = ({query})", c=case_id)
    with pytest.raises((WrongKey, Refused)):
        take("write", signed_in("Noor"), standing.past.references["k"], audience="complainant", message="Later.")


def test_a_signature_that_fits_nothing_makes_no_event_of_the_clock_good(standing):
    case_id = standing.past.ids["b"]
    add_event(standing, case_id, "change_consent", "clock", None, dict.fromkeys(CONSENTS, True), {})
    a_signature_that_fits_nothing(standing, case_id)
    assert any("is signed by nobody" in one for one in faults(standing))


# --- the office's chain ---------------------------------------------------------------------------------------


def test_what_nobody_signed_vouches_for_no_row_of_the_office(standing):
    """Neither in the name of an account, nor as the clock, nor with a signature that fits nothing."""
    number = standing.past.accounts["Tomas"]
    for role, actor in (("approver", number), ("clock", None), ("approver", None)):
        add_event(standing, OFFICE_CHAIN, "holiday_added", role, actor, {}, {"accounts:1": "0" * 16})
        a_signature_that_fits_nothing(standing, OFFICE_CHAIN)
    said = [one.partition(" ")[2] for one in faults(standing) if one.startswith("chain office: event")]
    ends = ["is not signed by the account that it names", "is signed by nobody", "names no account"]
    assert [one.split(" ", 3)[3] for one in said] == ends


def test_nor_does_what_a_former_member_signs(standing):
    number, seed = petra(standing)
    add_event(standing, OFFICE_CHAIN, "away", "approver", number, {}, {})
    sign(standing, OFFICE_CHAIN, Signer("account", str(number), seed))
    assert any("is not signed by the account that it names" in one for one in faults(standing))


def test_a_role_that_the_key_log_does_not_know_is_named(standing):
    raise_noor_and_say_so(standing)
    number = standing.past.accounts["Noor"]
    assert f"account {number}: is approver, and the key log says officer." in faults(standing)


def test_an_account_that_was_cut_off_by_nobody_is_named(standing):
    number = standing.past.accounts["Noor"]
    sql(standing, "UPDATE accounts SET status = 'left', public_key = NULL, sign_key = NULL WHERE id = :n", n=number)
    assert f"account {number}: has left, and nobody said so." in faults(standing)


# --- deputies ---------------------------------------------------------------------------------------------------


def noor_signs_as_an_approver(standing, letter):
    noor, case_id = signed_in("Noor"), standing.past.ids[letter]
    add_event(standing, case_id, "change_consent", "approver", noor.account_id, dict.fromkeys(CONSENTS, True), {})
    sign(standing, case_id, Signer("account", str(noor.account_id), noor.own_seed))


def as_a_deputy(standing):
    return {"account": standing.past.accounts["Noor"], "acts_as": "approver"}


def test_an_officer_signs_as_an_approver_in_no_case_that_does_not_say_so(standing):
    """Also where another case does."""
    tomas = signed_in("Tomas")
    named_in = standing.past.ids["a"]
    add_event(standing, named_in, "name_deputy", "approver", tomas.account_id, as_a_deputy(standing), {})
    sign(standing, named_in, Signer("account", str(tomas.account_id), tomas.own_seed))
    noor_signs_as_an_approver(standing, "a")
    assert faults(standing) == []
    noor_signs_as_an_approver(standing, "b")
    assert any("is not signed by the account that it names" in one for one in faults(standing))


def test_nor_where_nobody_who_may_say_so_did(standing):
    noor, case_id = signed_in("Noor"), standing.past.ids["b"]
    for role in ("officer", "approver"):
        add_event(standing, case_id, "name_deputy", role, noor.account_id, as_a_deputy(standing), {})
        sign(standing, case_id, Signer("account", str(noor.account_id), noor.own_seed))
    noor_signs_as_an_approver(standing, "b")
    said = [one for one in faults(standing) if "is not signed by the account that it names" in one]
    assert len(said) == 2


# --- companies --------------------------------------------------------------------------------------------------


def olga_acts_in_another_companys_case(standing, kind, said):
    olga, case_id = signed_in("Olga"), standing.past.ids["a"]
    add_event(standing, case_id, kind, "company", olga.account_id, said, {})
    sign(standing, case_id, Signer("account", str(olga.account_id), olga.own_seed))


def test_people_of_a_company_sign_nothing_in_a_case_of_another_one(standing):
    olga_acts_in_another_companys_case(standing, "respond", {})
    assert any("by somebody of a company that the case was never about" in one for one in faults(standing))
    with pytest.raises(Refused):
        take("note", signed_in("Noor"), standing.past.references["a"], note="What is this?")


def test_nor_do_they_begin_a_key_there(standing):
    keys = {"in": "shared", "n": 1, "number": 9, "keys": {}, "commit": "0" * 64}
    olga_acts_in_another_companys_case(standing, "write", {"epochs": [keys]})
    nothing_is_sealed_to(standing, "a", "")
