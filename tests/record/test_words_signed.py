"""What she writes is signed by a receipt that the record knows and that was good then; what accounts do, by them."""

import json
from collections import defaultdict
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.accounts import receipts
from grievance.crypto import signing
from grievance.extensions import db
from grievance.intake import filing
from grievance.maintenance import doctor
from grievance.models.event import Event
from grievance.models.vouching import Signature
from grievance.record import chain
from grievance.record.transaction import unit_of_work
from grievance.record.words_signed import faults, signatures_of_case
from tests.attacks.test_old_copies import Story, before_there_were_any, code_in, opens, replaced, taken_over


@pytest.fixture
def story(both):
    return Story(both.cast)


def keys_of(story):
    seeds = {one.account_id: one.own_seed for one in story.cast.values() if one.own_seed}
    return lambda event: [signing.light_public_of(seeds[n])] if (n := event["actor_id"]) in seeds else []


def found(story):
    return list(faults(keys_of(story)))


def sentences(story):
    return [one.partition(": ")[2].split(" ", 2)[2] for one in found(story)]


def signed(story, kind):
    """Who signed the last event of a kind: whose seed, and whose name."""
    query = select(Event.hash).where(Event.case_id == story.case.id, Event.kind == kind).order_by(Event.seq.desc())
    digest = db.session.scalars(query).first()
    rows = db.session.scalars(select(Signature).where(Signature.event_hash == digest))
    return {(one.signer, one.signer_id) for one in rows}


def test_every_event_of_a_case_is_signed_by_whoever_acted(story):
    story.in_every_compartment()
    (hers,) = receipts.living_receipts(story.case)
    assert ("receipt", hers.id) in signed(story, "file") and signed(story, "write") == {
        ("account", str(story.cast["Victor"].account_id))
    }
    assert found(story) == []


def test_the_event_that_makes_a_receipt_names_its_keys(story):
    (hers,) = receipts.living_receipts(story.case)
    seed = opens(story.code)[32:]
    facts = json.loads(db.session.scalars(select(Event.facts).where(Event.kind == "file")).first())
    key = receipts.receipt_pair(seed).public
    assert facts["receipt"] == {
        "id": hers.id, "key": signing.digest(key), "sign_key": signing.light_public_of(seed).hex()
    }  # fmt: skip
    assert hers.public_key == key


def test_a_receipt_that_replaces_another_ends_it_by_name_and_signs_from_then_on(story):
    lost = receipts.living_receipts(story.case)[0].id
    code = code_in(story.do("reissue_receipt", "Noor", holder="complainant"))
    (code_id,) = [one.id for one in receipts.living_receipts(story.case) if one.id != lost]
    taken_over(story, code)
    query = select(Event.facts).where(Event.kind == "receipt_taken_over")
    facts = json.loads(db.session.scalars(query).one())
    (new,) = receipts.living_receipts(story.case)
    assert facts["ended"] == sorted([lost, code_id]) and facts["receipt"]["id"] == new.id
    assert signed(story, "receipt_taken_over") == {("receipt", new.id), ("receipt", code_id)}
    story.say("Amina", "secretariat")
    assert signed(story, "write") == {("receipt", new.id)} and found(story) == []


def said_by(story, seed, receipt_id, role="complainant"):
    """An event in her name, added to the chain as by somebody who holds this seed."""
    person = type(story.cast["Amina"])(
        demonstration.Role(role), case_id=story.case.id, receipt_id=receipt_id, receipt_seed=seed
    )
    with unit_of_work():
        case = story.case
        chain.append(case, "write", person, clock.now(), clock.now())
        case.version += 1


def test_what_a_receipt_signs_after_its_end_is_a_fault(story):
    old, lost = receipts.living_receipts(story.case)[0].id, opens(story.code)
    replaced(story)
    said_by(story, lost[32:], old)
    assert sentences(story) == ["is signed by a receipt that had ended"]
    assert any("is signed by a receipt that had ended" in one for one in doctor.examine())


def test_words_that_no_receipt_signed_and_words_that_a_strange_one_signed_are_faults(story):
    said_by(story, None, None)
    said_by(story, b"m" * 32, "f" * 32)
    said_by(story, b"m" * 32, receipts.living_receipts(story.case)[0].id)
    assert sentences(story) == [
        "is signed by no receipt",
        "is signed by no receipt that the record knows", "is signed by no receipt",
        "is signed by no receipt that the record knows",
    ]  # fmt: skip


def test_a_receipt_that_somebody_wrote_into_the_record_does_not_vouch_for_itself(story):
    seed, name = b"m" * 32, "f" * 32
    made = {"id": name, "key": "0" * 64, "sign_key": signing.light_public_of(seed).hex()}
    person = type(story.cast["Amina"])(
        demonstration.Role.COMPLAINANT, case_id=story.case.id, receipt_id=name, receipt_seed=seed
    )
    with unit_of_work():
        chain.append(story.case, "second_code", person, clock.now(), clock.now(), {"receipt": made})
    assert [one for one in found(story) if "is signed by no receipt" in one]


def test_nor_one_that_is_made_without_a_word_of_its_keys(story):
    unsigned = replace(story.cast["Amina"], receipt_seed=None)
    with unit_of_work():
        chain.append(story.case, "second_code", unsigned, clock.now(), clock.now())
    said_by(story, None, None)
    assert sentences(story) == ["is signed by no receipt", "is signed by no receipt"]


def test_a_signature_of_an_account_that_is_gone_is_missed(story):
    events = defaultdict(list)
    listed = [dict(row) for row in db.session.execute(
        select(Event.__table__).where(Event.case_id == story.case.id).order_by(Event.seq)).mappings()]  # fmt: skip
    for one in db.session.scalars(select(Signature).where(Signature.signer != "account")):
        events[one.event_hash].append(one)
    said = list(signatures_of_case(listed, events, keys_of(story)))
    assert said and all("is not signed by the account that it names" in one for one in said)
    said = list(signatures_of_case(listed, events, lambda _event: []))  # from before they had keys
    assert said and all("names keys, and nobody signed it" in one for one in said)


def test_a_case_from_before_is_no_fault_and_its_new_receipt_signs(both, monkeypatch):
    with before_there_were_any(monkeypatch):
        story = Story(both.cast)
        story.in_every_compartment()
    assert [one for one in found(story) if "receipt" in one] == []
    story.cast["Amina"] = receipts.complainant_of(receipts.follow(story.code).session)
    story.say("Amina", "secretariat")
    assert signed(story, "write") == {("receipt", story.cast["Amina"].receipt_id)}
    assert [one for one in found(story) if "receipt" in one] == []
    said_by(story, None, None)
    assert len([one for one in found(story) if "is signed by no receipt" in one]) == 1


def test_a_second_receipt_is_signed_for_by_the_first(both):
    secret = filing.new_secret()
    raw = {"account": "They pushed me.", "company": "unknown", "could_harm": "no"}
    filed = filing.file_complaint(raw, secret, "en")
    receipts.make_second(secret)
    assert list(faults(lambda _event: [])) == []
    story = Story.__new__(Story)
    story.reference, story.cast = filed.reference, {}
    first, second = (receipts._found(code, clock.now()).envelope.id for code in (filed.code, receipts.shown(
        receipts.second_secret(secret))))  # fmt: skip
    assert signed(story, "second_code") == {("receipt", first)} and first != second


def test_what_is_dated_back_is_judged_by_the_keys_of_when_the_one_before_it_was_recorded(story):
    story.in_every_compartment()
    query = select(Event.__table__).where(Event.case_id == story.case.id).order_by(Event.seq)
    listed, asked = [dict(row) for row in db.session.execute(query).mappings()], []
    by_accounts = [event for event in listed if event["actor_id"]]
    by_accounts[-1]["recorded_at"] = listed[0]["recorded_at"] - timedelta(days=400)
    list(signatures_of_case(listed, {}, lambda event: asked.append(event["recorded_at"]) or []))
    assert asked[-1] >= listed[0]["recorded_at"]
