"""What somebody's entries of the key log state, and who signs them: the keys that this person holds at this moment."""

from typing import Any

from grievance import clock
from grievance.access import Person
from grievance.accounts.keys import log, log_state
from grievance.crypto import envelopes, signing
from grievance.models.people import Account, Party
from grievance.record import chain
from grievance.record.events import Signer
from grievance.record.transaction import unit_of_work

SignedBy = tuple[Signer, ...]


def make_party_key(party: Party) -> envelopes.KeyPair:
    """The first key pair of a party, or with a rotation its next. Part of the caller's transaction."""
    pair = envelopes.new_key_pair()
    party.public_key, party.key_id = pair.public, envelopes.key_id(pair.public)
    party.sign_key = signing.public_of(pair.seed)
    return pair


def of_account(account: Account) -> dict[str, Any]:
    """An account with its keys, as an entry states them."""
    return log_state.stated_account(account.id, account.public_key or b"", account.sign_key, account.party_id)


def of_party(party: Party) -> dict[str, Any]:
    """A party with its keys, as an entry states them."""
    keys = (party.public_key or b"", party.sign_key or b"")
    return log_state.stated_party(party.id, party.kind, party.company_id, *keys)


def by_person(by: Person) -> SignedBy:
    """Whoever acts, with both algorithms, as the key log wants it."""
    if by.account_id is None or by.own_seed is None:
        return ()
    return (Signer("account", str(by.account_id), by.own_seed, strongly=True),)


def by_party(party_id: int, seed: bytes, which: str = "") -> SignedBy:
    """Whoever holds a party's seed. `which`: where two keys of one party sign, the one that is not its newest."""
    return (Signer("party", f"{party_id}{which}", seed, strongly=True),)


def by_member(by: Person) -> SignedBy:
    """A member, and the party whose key they hold."""
    party = by_party(by.party_id, by.party_seed) if by.party_id and by.party_seed else ()
    return (*by_person(by), *party)


def accepted(account: Account, party: Party, by: Person, party_seed: bytes | None) -> tuple[dict[str, Any], SignedBy]:
    """Facts and signers of an acceptance. `party_seed`: where this is the first of a party, who made its key."""
    facts = {**of_account(account), "role": account.role.value, "party_key": party.key_id}
    if party_seed is None or party.sign_key is None:
        return {**facts, **_brings(account)}, by_person(by)
    return {**facts, **of_party(party), **_brings(account, party)}, (*by_person(by), *by_party(party.id, party_seed))


def let_in(account: Account, party: Party, by: Person, party_seed: bytes) -> tuple[dict[str, Any], SignedBy]:
    """Facts and signers of who comes in by a way back, and holds the party's key from now on. Accounts and parties from
    before keys were logged state theirs here."""
    account.sign_key, party.sign_key = signing.public_of(by.own_seed or b""), signing.public_of(party_seed)
    facts = {**of_account(account), **of_party(party), **_brings(account, party)}
    return facts, (*by_person(by), *by_party(party.id, party_seed))


def rotated(party: Party, by: Person, new_seed: bytes) -> tuple[dict[str, Any], SignedBy]:
    """Facts and signers of a new key: the old one, a member, and the new one."""
    old = by_party(party.id, by.party_seed or b"", ":old")
    return {**of_party(party), **_brings(party)}, (*by_person(by), *old, *by_party(party.id, new_seed))


def moved(account: Account, by: Person, party_seed: bytes | None) -> tuple[dict[str, Any], SignedBy]:
    """Facts and signers of another role. `party_seed`: where the new party had no key before."""
    if party_seed is None:
        return {"party": account.party_id}, by_person(by)
    party = account.party
    return {**of_party(party), **_brings(party)}, (*by_person(by), *by_party(party.id, party_seed))


def _brings(*whose: Account | Party) -> dict[str, list[str]]:
    return log_state.brought(*(one.sign_key for one in whose if one.sign_key))


def confirm(by: Person) -> None:
    """Whoever is known from before keys were logged says once which theirs are, and with the party's key which that is.
    Who waits has only their own."""
    if by.own_seed is None or _said(by):
        return
    with unit_of_work(effect=False) as session:
        party = session.get_one(Party, by.party_id, with_for_update=True)
        account = session.get_one(Account, by.account_id, with_for_update={"key_share": True})
        if _said(by) or not _are_there(by, account, party):
            return  # what somebody else put there is nobody's to confirm
        account.sign_key = signing.public_of(by.own_seed)
        facts = of_account(account)
        if by.party_seed:
            party.sign_key = signing.public_of(by.party_seed)
            facts |= of_party(party)
        facts |= _brings(account, *([party] if by.party_seed else []))
        chain.append(None, "keys_confirmed", by, clock.now(), clock.now(), facts, signed_by=by_member(by))


def _are_there(by: Person, account: Account, party: Party) -> bool:
    """Whether the database has the keys that this person holds, and the office's is the one that the log has."""
    own, public = account.public_key == envelopes.public_of(by.own_seed or b""), party.public_key or b""
    if not own or by.party_seed is None:
        return own
    ours = party.company_id is not None or log.known().is_of_party(party.id, party.kind, None, public)
    return ours and public == envelopes.public_of(by.party_seed)


def _said(by: Person) -> bool:
    """Whether the log has this person's verifying key, and the party's. Where somebody must look first, nothing is
    added to it."""
    known = log.known()
    mine, party = known.accounts.get(by.account_id or 0), known.parties.get(by.party_id or 0)
    if known.broken or mine is None or by.party_seed is None:
        return bool(known.broken or mine is None or mine.key)
    return bool(mine.confirmed and mine.sign_key and party and not party.from_before)
