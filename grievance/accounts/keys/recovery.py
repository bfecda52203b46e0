"""The way back where nobody of the Secretariat, or of the custodians, can sign in any more: a code on paper.

The code makes a key pair, and the party's seed is sealed to its public half as to a member's. Whoever was invited again
and holds the paper is admitted by it. The Secretariat's paper opens nothing of the custodians', nor the other way.
"""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import delete, select

from grievance import clock
from grievance.access import Person
from grievance.accounts.keys import log, own_keys, vouching
from grievance.accounts.keys.shares import give_share, held_seeds
from grievance.crypto import envelopes, paper, signing
from grievance.crypto.sealing import CannotOpen, place
from grievance.extensions import db
from grievance.forms.fields import BadInput, Refused
from grievance.models.people import Account, AccountStatus, Party, RecoveryShare, Role
from grievance.record import chain
from grievance.record.events import Signer
from grievance.record.transaction import unit_of_work


@dataclass(frozen=True)
class Paper:
    """The code that is valid now: since when, and when it last admitted somebody."""

    made_at: datetime
    used_at: datetime | None


def may_make(by: Person) -> bool:
    """An approver for the Secretariat, any custodian for the custodians: those who decide about their people."""
    return by.party_seed is not None and by.role in (Role.APPROVER, Role.CUSTODIAN)


def make(by: Person) -> str:
    """A new code for one's own party; one that was made earlier opens nothing from now on. It is shown once, and stored
    nowhere. Raises `Refused`."""
    if not may_make(by):
        raise Refused(_("Only an approver or a custodian may make a recovery code."))
    own_keys.confirm(by)
    code, now = paper.make(), clock.now()
    public = paper.pair_of(code).public
    with unit_of_work() as session:
        party = session.get_one(Party, by.party_id, with_for_update=True)
        seeds = held_seeds(by, party)
        session.execute(delete(RecoveryShare).where(RecoveryShare.party_id == party.id))
        session.add_all(_share(party, key_id, seed, public, now) for key_id, seed in seeds.items())
        facts = {"party": party.id, "paper": signing.digest(public)}
        chain.append(None, "recovery_code_made", by, now, now, facts, signed_by=own_keys.by_person(by))
    return code


def recover(by: Person, typed: str, other: str = "") -> None:
    """Admit whoever waits, by the code of their party, after the other party has heard their fingerprint. `other`:
    where nobody is left there either, the code of its paper. Raises `BadInput`, `Refused`."""
    pair, now = _pair(typed), clock.now()
    with unit_of_work() as session:
        account = session.get_one(Account, by.account_id)
        party = session.get_one(Party, account.party_id, with_for_update=True)
        session.refresh(account, with_for_update=True)
        if account.status != AccountStatus.WAITING:
            raise Refused(_("This person is not waiting to be admitted."))
        fitting, second = _fitting(party, pair), _second(account, party, other)
        seeds = {one.key_id: _opened(party, one, pair) for one in fitting}
        session.add_all(give_share(party, account, key_id, seed) for key_id, seed in seeds.items())
        for one in _shares(party.id):
            one.used_at = now if one.key_id in seeds else one.used_at
        account.status, account.vouched_key = AccountStatus.ACTIVE, None
        facts, signed_by = own_keys.let_in(account, party, by, seeds[party.key_id or ""])
        facts |= {"both_papers": True} if second else {}
        chain.append(None, "recovered", by, now, now, facts, signed_by=(*signed_by, *second))


def _second(account: Account, party: Party, other: str) -> tuple[Signer, ...]:
    """Nothing, where the other party has heard the fingerprint, or is not there yet; else what its paper signs."""
    second = vouching.other_party(party.kind)
    if second is None or vouching.is_vouched(account):
        return ()
    if not vouching.needs_both_papers(party.kind):
        raise Refused(_("First somebody of the other party of the office must type your fingerprint, which is on your"
                        " page. Then the code admits you."))  # fmt: skip
    try:
        pair = _pair(other)
        found = _fitting(second, pair)
    except BadInput as bad:
        raise BadInput({"other": bad.errors["code"]}) from None
    seed = next(_opened(second, one, pair) for one in found if one.key_id == second.key_id)
    return (Signer.party(second.id, seed),)


def check(party: Party, typed: str) -> None:
    """Raises `BadInput` for what is not the code that opens this party's key of now."""
    _fitting(party, _pair(typed))


def _pair(typed: str) -> envelopes.KeyPair:
    try:
        return paper.pair_of(paper.normalise(typed))
    except paper.BadPaper:
        slip = _("This is not a recovery code. It has 32 letters and digits: look for a slip.")
        raise BadInput({"code": slip}) from None


def _fitting(party: Party, pair: envelopes.KeyPair) -> list[RecoveryShare]:
    """What this code opens, the party's key of now among it."""
    found = [one for one in _shares(party.id) if one.paper_key == pair.public]
    if party.key_id not in {one.key_id for one in found}:
        raise BadInput({"code": _("This is not the code of your party, or a newer one was made since.")})
    return found


def _opened(party: Party, one: RecoveryShare, pair: envelopes.KeyPair) -> bytes:
    try:
        seed = envelopes.open_with(pair.seed, one.sealed, _place(party.id))
        if envelopes.key_id(envelopes.public_of(seed)) == one.key_id:
            return seed
    except (CannotOpen, ValueError):
        pass
    raise Refused(_("What this code opens is damaged. Tell whoever runs the server."))


def renewed(party: Party, new: envelopes.KeyPair, old_key_id: str) -> list[RecoveryShare]:
    """The new seed of a rotation, sealed to the same paper; empty where there is none, where it is older than the key
    log, or where somebody has left who may know the code: then another must be made. The caller has locked the party.
    Raises `Refused` where the paper's key is not the one that the log has, or somebody else wrote of another."""
    one, known = db.session.get(RecoveryShare, (party.id, old_key_id)), log.known()
    logged, doubted = known.papers.get(party.id), ("paper", party.id) in known.state.stopped
    if one is None or logged is None or (party.exposed_since and one.made_at <= party.exposed_since):
        return []
    if doubted or logged != signing.digest(one.paper_key):
        raise Refused(_("The recovery code in the database is not one that was made here. Make a new one first."))
    return [_share(party, envelopes.key_id(new.public), new.seed, one.paper_key, one.made_at, one.used_at)]


def paper_of(party_id: int | None) -> Paper | None:
    """What is known of the code that opens a party's key; None where there is none."""
    party = db.session.get(Party, party_id or 0)
    one = _of_now(party) if party else None
    return Paper(one.made_at, one.used_at) if one else None


def is_the_only_way(by: Person) -> bool:
    """Whether nobody of this person's party has its key, and the paper opens it."""
    here = select(Account.id).where(Account.party_id == by.party_id, Account.status == AccountStatus.ACTIVE)
    return paper_of(by.party_id) is not None and db.session.scalar(here.limit(1)) is None


def is_from_before(party_id: int | None) -> bool:
    """Whether a party's code is older than the key log: its next key is not sealed to it."""
    return paper_of(party_id) is not None and log.known().papers.get(party_id or 0) is None


def _of_now(party: Party) -> RecoveryShare | None:
    """The share of the key that is sealed to now."""
    return db.session.get(RecoveryShare, (party.id, party.key_id or ""))


def _shares(party_id: int | None) -> list[RecoveryShare]:
    return list(db.session.scalars(select(RecoveryShare).where(RecoveryShare.party_id == party_id)))


def _share(
    party: Party, key_id: str, seed: bytes, public: bytes, made_at: datetime, used_at: datetime | None = None
) -> RecoveryShare:
    sealed = envelopes.seal_to(public, seed, _place(party.id))
    return RecoveryShare(
        party_id=party.id, key_id=key_id, paper_key=public, sealed=sealed, made_at=made_at, used_at=used_at
    )  # fmt: skip


def _place(party_id: int) -> bytes:
    return place("recovery-share", party_id)
