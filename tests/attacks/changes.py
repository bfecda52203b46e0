"""What somebody changes who can write to the database: each a script of plain SQL and of what they made themselves.

`prepare` is done by the people of the office, `write` by the attacker, `use` by the people again, who know nothing.
`use` says whether the attacker got what the change was for. None of `write` asks the program for anything.
"""

import hashlib
import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import time_machine
from sqlalchemy import MetaData, Table, select, text
from sqlalchemy import insert as into
from sqlalchemy.exc import DatabaseError

from grievance import clock, demonstration
from grievance.access import find_case, may_administer
from grievance.accounts import people, receipts, sessions, who_could
from grievance.accounts.keys import recovery, rotation
from grievance.crypto import envelopes, signing
from grievance.crypto.compartments import CaseKeys, Compartment
from grievance.crypto.sealing import derive, place, seal
from grievance.demonstration import PASSWORD, email_of, signed_in
from grievance.extensions import db
from grievance.models.case import Case, Conflict
from grievance.models.event import OFFICE_CHAIN
from grievance.models.people import Account, Role
from grievance.record import events, vouched
from grievance.record.transaction import unit_of_work
from grievance.workflow import custody
from tests.accounts.test_leaving import account_of
from tests.attacks.office import case_of, holder_of, packet, take
from tests.attacks.opener import Loot, Opener, copy_of, word, words_read
from tests.views.test_routes import client_of

Standing = SimpleNamespace
FORGED = "This was never written by anybody here."
MINE = envelopes.new_key_pair()
"""The attacker's own keys."""


@dataclass(frozen=True)
class Change:
    """`what`: as the table says it. `reads`: it is for reading later words, so that to notice it is too late."""

    name: str
    what: str
    prepare: Callable[[Standing], None]
    write: Callable[[Standing], None]
    use: Callable[[Standing], bool]
    reads: bool = field(default=False, kw_only=True)
    outside: bool = field(default=False, kw_only=True)
    """Whether nothing but a copy of the checkpoints that is kept elsewhere can tell."""
    """Whether nothing notices it yet: its test says what is right, and is expected to fail."""


def sql(standing: Standing, statement: str, **given: Any) -> Any:
    """One statement of somebody who owns the database."""
    db.session.remove()
    with standing.engine.begin() as connection:
        found = connection.execute(text(statement), given)
        return found.mappings().all() if found.returns_rows else None


def insert(standing: Standing, table: str, row: dict[str, Any]) -> None:
    """A row of an old copy, put back as it was."""
    db.session.remove()
    with standing.engine.begin() as connection:
        there = Table(table, MetaData(), autoload_with=connection)
        connection.execute(into(there).values(**row))


def old_rows(standing: Standing, table: str, **given: Any) -> list[dict[str, Any]]:
    """Of the copy that was made before people left."""
    rows = standing.past.copies["old"][table]
    return [row for row in rows if all(row[name] == value for name, value in given.items())]


def nothing(_standing: Standing) -> None:
    """The office is as it is."""


def reading_of_mine(standing: Standing) -> set[tuple[str, str, str]]:
    """Planted words that open with the attacker's own keys and the database as it is now."""
    return words_read(Loot([copy_of(standing.engine)], seeds=[MINE.seed]))


# --- whom it is sealed to ------------------------------------------------------------------------------------


def swap_party_keys(standing: Standing) -> None:
    query = "UPDATE parties SET public_key = :key, key_id = :id WHERE kind IN ('secretariat', 'custodians')"
    sql(standing, query, key=MINE.public, id=envelopes.key_id(MINE.public))


def somebody_files(standing: Standing) -> bool:
    told = {"account": word("account", "evil", "x"), "name": word("identity", "evil", "x")}
    demonstration.file_one(clock.now(), **told, known_to_secretariat="yes")
    return bool(reading_of_mine(standing))


def somebody_waits(standing: Standing) -> None:
    people.accept(people.invite(None, email_of("Nina"), "Nina", Role.OFFICER), PASSWORD)
    standing.fingerprint = fingerprint_of(account_of("Nina"))


def fingerprint_of(account: Any) -> str:
    """As its person reads it out: of the keys that they made themselves."""
    return signing.spoken(account.public_key, account.sign_key)


def swap_waiting_key(standing: Standing) -> None:
    query = "UPDATE accounts SET public_key = :key, sign_key = :sign WHERE name = 'Nina'"
    sql(standing, query, key=MINE.public, sign=signing.public_of(MINE.seed))


def nina_is_admitted(standing: Standing) -> bool:
    people.admit(signed_in("Noor"), account_of("Nina").id, standing.fingerprint)
    return bool(reading_of_mine(standing))


def swap_company_key(standing: Standing) -> None:
    query = "UPDATE parties SET public_key = :key, key_id = :id WHERE company_id = :company"
    company = int(demonstration.larkfield())
    (party,) = sql(standing, "SELECT id, key_id FROM parties WHERE company_id = :company", company=company)
    mine = envelopes.key_id(MINE.public)
    sql(standing, query, key=MINE.public, id=mine, company=company)
    for table, column in (("party_shares", "key_id"), ("escrow_halves", "opens")):  # so that nobody seems to lack it
        query = f"UPDATE {table} SET {column} = :mine WHERE {column} = :was"
        sql(standing, query, mine=mine, was=party["key_id"])


def it_is_referred(standing: Standing) -> bool:
    reference = standing.past.references["b"]
    take("acknowledge", signed_in("Noor"), reference)
    take("refer", signed_in("Noor"), reference, **packet("b", "evil"))
    return bool(reading_of_mine(standing))


def noor_asks(standing: Standing) -> None:
    take("ask_identity", signed_in("Noor"), standing.past.references["a"], reason="contact", words="To call her.")


def swap_officer_key(standing: Standing) -> None:
    sql(standing, "UPDATE accounts SET public_key = :key WHERE name = 'Noor'", key=MINE.public)


def ines_grants(standing: Standing) -> bool:
    """The attacker has the custodians' half then; the other one is a matter of the officer's password."""
    take("grant_identity", signed_in("Ines"), standing.past.references["a"])
    found = Opener(Loot([copy_of(standing.engine)], seeds=[MINE.seed]))
    found.run()
    return bool(found.halves)


def put_a_member_in(standing: Standing) -> None:
    """One of the attacker's own beside the others, who waits for the next key."""
    if sql(standing, "SELECT id FROM accounts WHERE name = 'Mallory'"):
        return
    (noor,) = sql(standing, "SELECT * FROM accounts WHERE name = 'Noor'")
    row = {**noor, "email": "mallory@example.org", "name": "Mallory", "public_key": MINE.public, "head": False}
    del row["id"]
    row |= {"calendar_hash": None, "invitation_hash": None, "password": None, "wrapped_seed": None}
    row["created_at"] = clock.now()
    insert(standing, "accounts", row)


def swap_paper(standing: Standing) -> None:
    query = "UPDATE recovery_shares SET paper_key = :key WHERE party_id = :party"
    sql(standing, query, key=MINE.public, party=signed_in("Noor").party_id)


def there_is_paper(standing: Standing) -> None:
    recovery.make(signed_in("Tomas"))


def the_key_is_changed(standing: Standing) -> bool:
    rotation.begin(signed_in("Noor"))
    rotation.go_on(signed_in("Noor"), 99)
    found = Opener(Loot([copy_of(standing.engine)], seeds=[MINE.seed]))
    found.run()
    return len(found.seeds) > 1


# --- what was written ----------------------------------------------------------------------------------------


def replace_writings(standing: Standing) -> None:
    """The whole of a case under a master of the attacker's own, which is sealed to the Secretariat's public key."""
    case_id, keys = standing.past.ids["b"], CaseKeys.from_master(os.urandom(32))
    (party,) = sql(standing, "SELECT public_key, key_id FROM parties WHERE kind = 'secretariat'")
    sealed = envelopes.seal_to(bytes(party["public_key"]), keys.master, place("envelope", "secretariat", case_id, 0))
    query = 'UPDATE secretariat_envelopes SET sealed = :s, "commit" = :k WHERE case_id = :c'
    sql(standing, query, s=sealed, k=derive(keys.master, "commit").hex(), c=case_id)
    for row in sql(standing, "SELECT * FROM writings WHERE case_id = :c", c=case_id):
        _write(standing, row, keys.key(Compartment(row["compartment"]), row["n"]))


def _write(standing: Standing, row: Any, key: bytes) -> None:
    says = {"places": {}} if row["step"] == "identity_spans" else {"account": FORGED, "message": FORGED, "note": FORGED}
    where = place("writing", row["case_id"], row["id"], row["compartment"], row["n"])
    sealed = seal(key, json.dumps(says).encode(), where)
    sql(standing, "UPDATE writings SET sealed = :s WHERE id = :i", s=sealed, i=row["id"])


def noor_reads_it(standing: Standing) -> bool:
    return FORGED in desk_page(standing, "b")


def desk_page(standing: Standing, letter: str) -> str:
    client = client_of(standing.app, "Noor")
    return client.get(f"/desk/cases/{standing.past.references[letter]}").text


def replace_identity(standing: Standing) -> None:
    case_id, key = standing.past.ids["a"], os.urandom(32)
    for row in sql(standing, "SELECT id FROM identity_entries WHERE case_id = :c", c=case_id):
        halves = dict(zip(("secretariat", "custodians"), envelopes.split(key), strict=True))
        sealed = seal(key, FORGED.encode(), place("identity", case_id, row["id"]))
        sql(standing, "UPDATE identity_entries SET sealed = :s WHERE id = :i", s=sealed, i=row["id"])
        for kind, half in halves.items():
            (party,) = sql(standing, "SELECT public_key FROM parties WHERE kind = :k", k=kind)
            sealed = envelopes.seal_to(bytes(party["public_key"]), half, place("identity-half", kind, row["id"]))
            query = f"UPDATE identity_entries SET {kind}_half = :s WHERE id = :i"
            sql(standing, query, s=sealed, i=row["id"])


def it_is_opened(standing: Standing) -> bool:
    noor_asks(standing)
    take("grant_identity", signed_in("Ines"), standing.past.references["a"])
    case = case_of(standing.past.references["a"])
    return FORGED in [one.text for one in custody.read(signed_in("Noor"), case, clock.now())]


def delete_a_message(standing: Standing) -> None:
    """The newest that the complainant wrote."""
    (row,) = sql(
        standing,
        "SELECT id FROM writings WHERE case_id = :c AND role = 'complainant' AND step = 'write'"
        " ORDER BY written_at DESC LIMIT 1",
        c=standing.past.ids["a"],
    )
    sql(standing, "DELETE FROM writings WHERE id = :i", i=row["id"])


def the_message_is_gone(standing: Standing) -> bool:
    return word("account", "new", "a") not in desk_page(standing, "a")


# --- what was ended ------------------------------------------------------------------------------------------


def bring_receipts_back(standing: Standing) -> None:
    sql(standing, "UPDATE receipt_envelopes SET revoked_at = NULL")


def a_dead_receipt_opens(letter: str) -> Callable[[Standing], bool]:
    def use(standing: Standing) -> bool:
        return receipts.follow(standing.past.receipts[letter]) is not None

    return use


def a_grant_ended(standing: Standing) -> None:
    noor_asks(standing)
    take("grant_identity", signed_in("Ines"), standing.past.references["a"])
    standing.grants = sql(standing, "SELECT * FROM identity_grants")
    standing.later = clock.now() + timedelta(hours=25)
    with unit_of_work() as session:
        session.execute(custody.FORGET_EXPIRED, {"now": standing.later})


def bring_the_grant_back(standing: Standing) -> None:
    until = standing.later + timedelta(days=300)
    moment = until if standing.kind == "postgresql" else until.strftime("%Y-%m-%d %H:%M:%S.%f")
    sql(standing, "UPDATE identity_requests SET expires_at = :until", until=moment)
    for row in standing.grants:
        with suppress(DatabaseError):  # a second time it is there
            insert(standing, "identity_grants", dict(row))


def noor_opens_it_again(standing: Standing) -> bool:
    with time_machine.travel(standing.later, tick=False):
        case = case_of(standing.past.references["a"])
        return bool(custody.read(signed_in("Noor"), case, clock.now()))


def bring_petra_back(standing: Standing) -> None:
    """What her account was, and her share of the key of then under the name of the key of now."""
    (was,) = old_rows(standing, "accounts", name="Petra")
    values = {name: was[name] for name in ("status", "public_key", "wrapped_seed")}
    query = "UPDATE accounts SET status = :status, public_key = :public_key, wrapped_seed = :wrapped_seed"
    sql(standing, query + ", password = :password WHERE name = 'Petra'", **values, password=json.dumps(was["password"]))
    (party,) = sql(standing, "SELECT key_id FROM parties WHERE kind = 'secretariat'")
    share = dict(old_rows(standing, "party_shares", account_id=was["id"])[0])
    del share["id"]
    with suppress(DatabaseError):
        insert(standing, "party_shares", {**share, "key_id": party["key_id"]})


def petra_acts(standing: Standing) -> bool:
    secret = sessions.sign_in(email_of("Petra"), PASSWORD)
    person = sessions.person_of(secret) if secret else None
    return person is not None and may_administer(person)


def hand_the_recalled_over(standing: Standing) -> None:
    """The envelopes of the packet that was recalled, under the company's key of then."""
    for row in old_rows(standing, "company_envelopes", case_id=standing.past.ids["k"]):
        with suppress(DatabaseError):
            insert(standing, "company_envelopes", row)


def victor_sees_it(standing: Standing) -> bool:
    client = client_of(standing.app, "Victor")
    return client.get(f"/company/cases/{standing.past.references['k']}").status_code != 404


# --- what was said, and who may --------------------------------------------------------------------------------


def she_agrees_to_nothing(standing: Standing) -> None:
    amina = holder_of(standing.past.receipts["b"])
    agreed = {"known_to_secretariat": "", "share_account": "", "share_identity": ""}
    take("change_consent", amina, standing.past.references["b"], **agreed)


def flip_consents(standing: Standing) -> None:
    sql(standing, "UPDATE cases SET known_to_secretariat = true, share_account = true, share_identity = true")


def she_has_agreed(standing: Standing) -> bool:
    case = find_case(signed_in("Noor"), standing.past.references["b"])
    return case.share_account and case.share_identity


def she_is_afraid(standing: Standing) -> None:
    raw = {"what": "They stand at my door.", "severity": "high"}
    reference = standing.past.references["a"]
    take("report_retaliation", holder_of(standing.past.receipts["a"]), reference, **raw)


def lower_the_alert(standing: Standing) -> None:
    sql(standing, "UPDATE cases SET safety_alert = false")


def no_alert_is_shown(standing: Standing) -> bool:
    return not find_case(signed_in("Noor"), standing.past.references["a"]).safety_alert


def noor_has_a_conflict(standing: Standing) -> None:
    take("declare_conflict", signed_in("Noor"), standing.past.references["b"], why="My cousin works there.")


def forget_conflicts(standing: Standing) -> None:
    sql(standing, "DELETE FROM conflicts")


def noor_sees_it(standing: Standing) -> bool:
    return find_case(signed_in("Noor"), standing.past.references["b"]) is not None


def raise_noor(standing: Standing) -> None:
    sql(standing, "UPDATE accounts SET role = 'approver' WHERE name = 'Noor'")


def noor_decides(standing: Standing) -> bool:
    return may_administer(signed_in("Noor"))


def name_a_deputy(standing: Standing) -> None:
    ids = standing.past.accounts
    query = (
        "INSERT INTO deputies (case_id, account_id, role, named_by, named_at)"
        " SELECT id, :noor, 'approver', :tomas, received_at FROM cases WHERE id = :case"
        " AND NOT EXISTS (SELECT 1 FROM deputies WHERE case_id = :case)"
    )
    sql(standing, query, noor=ids["Noor"], tomas=ids["Tomas"], case=standing.past.ids["b"])


def noor_is_deputy(standing: Standing) -> bool:
    case = find_case(signed_in("Noor"), standing.past.references["b"])
    return Role.APPROVER in who_could.roles_in(signed_in("Noor"), case)


# --- the record ------------------------------------------------------------------------------------------------

HASHED = ("chain", "seq", "kind", "role", "actor_id", "happened_at", "recorded_at", "facts", "sealed",
          "missed_limit_id", "previous_hash")  # fmt: skip
"""What the hash of an event is made of since the first version, which anybody can read."""


def let_the_record_be_changed(standing: Standing) -> None:
    """The database's own refusal is an owner's to take away."""
    names = ("events_only_added",) if standing.kind == "postgresql" else ("events_no_update", "events_no_delete")
    for name in names:
        on = " ON events" if standing.kind == "postgresql" else ""
        sql(standing, f"DROP TRIGGER IF EXISTS {name}{on}")


def forget_checkpoints(standing: Standing) -> None:
    """Nothing says any more that any chain was signed, so that the worker signs it as it is now."""
    for query in (
        "DELETE FROM checkpoints",
        "UPDATE cases SET signed_seq = 0",
        "UPDATE chain_heads SET signed_seq = 0",
    ):
        with suppress(DatabaseError):  # refused, perhaps
            sql(standing, query)


def cut_the_tail(standing: Standing) -> None:
    """The last thing that happened in a case, with the words that came with it."""
    let_the_record_be_changed(standing)
    case_id = standing.past.ids["a"]
    end, last = sql(standing, "SELECT * FROM events WHERE chain = :c ORDER BY seq", c=case_id)[-2:]
    for table in ("letters", "writings"):
        sql(standing, f"DELETE FROM {table} WHERE event_id = :i", i=last["id"])
    sql(standing, "DELETE FROM events WHERE id = :i", i=last["id"])
    query = "UPDATE cases SET head_seq = :seq, head_hash = :hash WHERE id = :id"
    sql(standing, query, seq=end["seq"], hash=end["hash"], id=case_id)
    forget_checkpoints(standing)


def rewrite_the_record(standing: Standing) -> None:
    """Another answer in what happened, and every hash after it made anew, as the first version of the record did: from
    before there were signatures, and rows of which an event spoke."""

    def another(event: dict[str, Any]) -> None:
        event["facts"] = event["facts"].replace('"share_identity":true', '"share_identity":false')

    rewrite(standing, standing.past.ids["a"], another)


def rewrite_all_of_it(standing: Standing) -> None:
    """Words under a key that was made for it, and a record that knows of nothing else."""
    replace_writings(standing)
    rows = sql(standing, "SELECT sealed FROM writings WHERE case_id = :c", c=standing.past.ids["b"])
    words = [hashlib.sha256(bytes(row["sealed"])).hexdigest() for row in rows]

    def of_these(event: dict[str, Any]) -> None:
        event["sealed"] = events.canonical([*json.loads(event["sealed"]), *words])

    rewrite(standing, standing.past.ids["b"], of_these)


def forge_the_key_log(standing: Standing) -> None:
    """The office's two keys, and an office's record that names them: as from before there were signatures."""
    was = {row["key_id"] for row in sql(standing, "SELECT key_id FROM parties WHERE company_id IS NULL")}
    swap_party_keys(standing)
    mine = envelopes.key_id(MINE.public)

    def of_mine(event: dict[str, Any]) -> None:
        said = json.loads(event["facts"])
        said = {name: mine if str(value) in was else value for name, value in said.items() if name not in SINCE}
        event["facts"] = events.canonical(said)

    rewrite(standing, OFFICE_CHAIN, of_mine)


SINCE = ("key", "sign_key", "new_party_key", "new_party_sign_key")
"""What events about keys did not say before there were signatures."""


def rewrite(standing: Standing, chain: str, otherwise: Callable[[dict[str, Any]], None]) -> None:
    """A chain from its beginning, each event as `otherwise` leaves it."""
    let_the_record_be_changed(standing)
    found, previous = copy_of(standing.engine, "events")["events"], ""
    for event in sorted((dict(one) for one in found if one["chain"] == chain), key=lambda one: one["seq"]):
        otherwise(event)
        event["previous_hash"] = previous
        event["hash"] = previous = _hash_of(event)
        _put(standing, event)
    sql(standing, "UPDATE cases SET head_hash = :h WHERE id = :c", h=previous, c=chain)
    sql(standing, "UPDATE chain_heads SET hash = :h WHERE chain = :c", h=previous, c=chain)
    forget_checkpoints(standing)


def _hash_of(event: dict[str, Any]) -> str:
    values = [_in_utc(event[name]) for name in HASHED]
    plain = json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(plain.encode()).hexdigest()


def _in_utc(value: Any) -> Any:
    """As the program reads it from either database."""
    if not isinstance(value, datetime):
        return value
    return (value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()


def _put(standing: Standing, event: dict[str, Any]) -> None:
    query = "UPDATE events SET facts = :facts, sealed = :sealed, previous_hash = :previous_hash, hash = :hash,"
    query += " format = 1, rows = '' WHERE id = :id"
    sql(standing, query, **{name: event[name] for name in ("facts", "sealed", "previous_hash", "hash", "id")})


def add_event(standing: Standing, chain: str, kind: str, role: str, actor: int | None, said: Any, rows: Any) -> None:
    """An event that fits in every way but one: nobody signed it. Its `rows` vouch for what was changed."""
    case_id = None if chain == OFFICE_CHAIN else chain
    last = max(
        (one for one in copy_of(standing.engine, "events")["events"] if one["chain"] == chain),
        key=lambda one: one["seq"],
    )
    event = {
        **last, "id": sql(standing, "SELECT max(id) AS most FROM events")[0]["most"] + 1, "seq": last["seq"] + 1,
        "case_id": case_id, "kind": kind, "role": role, "actor_id": actor, "facts": events.canonical(said),
        "sealed": "[]", "missed_limit_id": None, "previous_hash": last["hash"], "format": 2,
        "rows": events.canonical(rows),
    }  # fmt: skip
    for name in ("happened_at", "recorded_at"):
        event[name] = event[name] if event[name].tzinfo else event[name].replace(tzinfo=UTC)
    event["hash"] = events.hash_of(event)
    kept = {name: value.replace(tzinfo=None) if isinstance(value, datetime) and standing.kind == "sqlite" else value
            for name, value in event.items()}  # fmt: skip
    insert(standing, "events", kept)
    if case_id:
        query = "UPDATE cases SET head_seq = :seq, head_hash = :hash WHERE id = :chain"
    else:
        query = "UPDATE chain_heads SET seq = :seq, hash = :hash WHERE chain = :chain"
    sql(standing, query, seq=event["seq"], hash=event["hash"], chain=chain)


def digests(model: Any, *rows: Any) -> dict[str, str]:
    """What an event would say of these rows as they are now: how it is made is no secret."""
    table = vouched.OF_MODEL.get(model)
    return {table.name_of(row): table.digest_of(row.__getattribute__) for row in rows} if table else {}


def consents_and_an_event(role: str) -> Callable[[Standing], None]:
    """Flipped, and an event says so that nobody signed."""

    def write(standing: Standing) -> None:
        case_id, said = standing.past.ids["b"], dict.fromkeys(CONSENTS, True)
        values = ", ".join(f"{name} = true" for name in CONSENTS)
        sql(standing, f"UPDATE cases SET {values} WHERE id = :c", c=case_id)
        of_all = digests(Case, *db.session.scalars(select(Case).where(Case.id == case_id)))
        db.session.remove()
        add_event(standing, case_id, "change_consent", role, None, said, of_all)

    return write


CONSENTS = ("known_to_secretariat", "share_account", "share_identity")


def forget_conflicts_and_say_so(standing: Standing) -> None:
    """As if an officer and an approver had let her in again."""
    found = db.session.scalars(select(Conflict)).all()
    ids, rows = standing.past.accounts, dict.fromkeys(digests(Conflict, *found))
    db.session.remove()
    forget_conflicts(standing)
    said = {"account": ids["Noor"]}
    add_event(standing, standing.past.ids["b"], "let_in_again", "officer", ids["Tomas"], said, rows)


def raise_noor_and_say_so(standing: Standing) -> None:
    raise_noor(standing)
    rows = digests(Account, db.session.get_one(Account, standing.past.accounts["Noor"]))
    db.session.remove()
    said = {"account": standing.past.accounts["Noor"], "role": "approver"}
    add_event(standing, OFFICE_CHAIN, "role_changed", "approver", standing.past.accounts["Tomas"], said, rows)


def the_record_is_another(standing: Standing) -> bool:
    """Something that was on the record then is not there any more."""
    there = {row["hash"] for row in sql(standing, "SELECT hash FROM events")}
    return any(row["hash"] not in there for row in standing.past.copies["now"]["events"])


CHANGES: tuple[Change, ...] = (
    Change("party_keys", "the office's two keys, before somebody files", nothing, swap_party_keys, somebody_files,
           reads=True),
    Change("key_log", "the office's two keys, and the record of them from its beginning", nothing, forge_the_key_log,
           somebody_files, reads=True),
    Change("waiting_key", "the key of somebody who waits to be admitted", somebody_waits, swap_waiting_key,
           nina_is_admitted, reads=True),
    Change("company_key", "a company's key, before a hand-over", nothing, swap_company_key, it_is_referred,
           reads=True),
    Change("officer_key", "an officer's own key, before an identity is granted to them", noor_asks, swap_officer_key,
           ines_grants, reads=True),
    Change("member", "a member put in beside the others, before the party's key is changed", nothing,
           put_a_member_in, the_key_is_changed, reads=True),
    Change("paper", "the key of the recovery code, before the party's key is changed", there_is_paper, swap_paper,
           the_key_is_changed, reads=True),
    Change("writings", "past words, under a key that was made for it", nothing, replace_writings, noor_reads_it),
    Change("identity", "an identity entry", nothing, replace_identity, it_is_opened),
    Change("message", "a message deleted", nothing, delete_a_message, the_message_is_gone),
    Change("receipt", "a receipt that was replaced, living again", nothing, bring_receipts_back,
           a_dead_receipt_opens("r")),
    Change("representative", "a representative who was cut off, there again", nothing, bring_receipts_back,
           a_dead_receipt_opens("f friend")),
    Change("grant", "a grant that has ended, open again", a_grant_ended, bring_the_grant_back, noor_opens_it_again),
    Change("left", "somebody who left, there again", nothing, bring_petra_back, petra_acts),
    Change("recalled", "a recalled packet, handed over again", nothing, hand_the_recalled_over, victor_sees_it),
    Change("consents", "consents", she_agrees_to_nothing, flip_consents, she_has_agreed),
    Change("alert", "a safety alert", she_is_afraid, lower_the_alert, no_alert_is_shown),
    Change("conflict", "a conflict of interest", noor_has_a_conflict, forget_conflicts, noor_sees_it),
    Change("role", "an officer's role", nothing, raise_noor, noor_decides),
    Change("deputy", "a deputy whom nobody named", nothing, name_a_deputy, noor_is_deputy),
    Change("tail", "the end of a record, cut off with all checkpoints", nothing, cut_the_tail, the_record_is_another,
           outside=True),
    Change("record", "a record rewritten from its beginning, with all checkpoints", nothing, rewrite_the_record,
           the_record_is_another, outside=True),
    Change("everything", "past words, with a record rewritten so that it knows of nothing else", nothing,
           rewrite_all_of_it, noor_reads_it, outside=True),
    Change("clock_event", "consents, with an event of the clock that says so", she_agrees_to_nothing,
           consents_and_an_event("clock"), she_has_agreed),
    Change("her_event", "consents, with an event of hers that nobody signed", she_agrees_to_nothing,
           consents_and_an_event("complainant"), she_has_agreed),
    Change("officer_event", "a conflict of interest, with an event of an officer's that nobody signed",
           noor_has_a_conflict, forget_conflicts_and_say_so, noor_sees_it),
    Change("office_event", "an officer's role, with an event of the office that nobody signed", nothing,
           raise_noor_and_say_so, noor_decides),
)  # fmt: skip


def changes_table() -> str:
    """For docs/confidentiality.md."""
    lines = ["| what is changed in the database | what comes of it |", "|---|---|"]
    lines += [f"| {one.what} | {comes_of(one)} |" for one in CHANGES]
    return "\n".join(lines)


def comes_of(change: Change) -> str:
    if change.reads:
        return "refused"
    return "named by `record verify --against` what is kept elsewhere" if change.outside else "refused or named"
