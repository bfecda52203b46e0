"""Shares of a party's key: its seed sealed to each member's own key, with a proof that a member did so.

Who can write to the database, and holds no key, could put a key of their own in a member's place, or a member of their
own beside the others, and wait until the party's key is changed. They cannot make the proof: it needs the party's seed.
"""

import hmac
import secrets

from flask_babel import gettext as _
from sqlalchemy import select

from grievance.access import Person
from grievance.crypto import envelopes
from grievance.crypto.sealing import derive, place
from grievance.extensions import db
from grievance.forms.fields import Refused
from grievance.models.people import Account, AccountStatus, Party, PartyShare, Rotation
from grievance.record.transaction import unit_of_work


def give_share(party: Party, account: Account, key_id: str, party_seed: bytes) -> PartyShare:
    """A party's seed, sealed to one member's own key."""
    if account.public_key is None:
        raise LookupError("who accepted an invitation has a key")
    where = share_place(party.id, account.id)
    sealed = envelopes.seal_to(account.public_key, party_seed, where)
    proof = _proof(party_seed, where, account.public_key)
    return PartyShare(party_id=party.id, account_id=account.id, key_id=key_id, sealed=sealed, proof=proof)


def share_place(party_id: int, account_id: int) -> bytes:
    return place("party-share", party_id, account_id)


def _proof(party_seed: bytes, where: bytes, public: bytes) -> bytes:
    return hmac.digest(derive(party_seed, "member-proof"), where + public, "sha256")


def rotation_of(party_id: int | None) -> Rotation | None:
    """The rotation of a party's key that is under way."""
    query = select(Rotation).where(Rotation.party_id == party_id, Rotation.finished_at.is_(None))
    return db.session.scalars(query).one_or_none()


def held_seeds(by: Person, party: Party) -> dict[str, bytes]:
    """The seeds of a party's keys that a member holds, by the key's identifier: one, or two while a rotation is under
    way. The caller has locked the party. Raises `Refused` where the key was changed, or the member has left, since
    their page was asked for."""
    account = db.session.get(Account, by.account_id or 0, populate_existing=True)
    stays = account is not None and account.status == AccountStatus.ACTIVE
    if not stays or by.party_seed is None or envelopes.key_id(envelopes.public_of(by.party_seed)) != party.key_id:
        raise Refused(_("The key was changed at this moment. Please try again."))
    rotation = rotation_of(party.id)
    former = {key: seed for key, seed in by.former_seeds.items() if rotation and key == rotation.old_key_id}
    return {party.key_id: by.party_seed, **former}


def members(party: Party, party_seed: bytes) -> list[Account]:
    """The active members, to whose keys a new seed may be sealed. `party_seed`: of the key that is sealed to now.
    Raises `Refused` where the database names a member, or a key of one, that no member has put there."""
    active = select(Account).where(Account.party_id == party.id, Account.status == AccountStatus.ACTIVE)
    held = select(PartyShare.account_id, PartyShare.proof).where(PartyShare.key_id == party.key_id)
    proofs = {account_id: proof or b"" for account_id, proof in db.session.execute(held)}
    found = list(db.session.scalars(active.order_by(Account.id)))
    for one in found:
        proof = _proof(party_seed, share_place(party.id, one.id), one.public_key or b"")
        if not secrets.compare_digest(proof, proofs.get(one.id, b"")):
            raise Refused(
                _("It is not certain that the key in the database is the one of %(name)s. They have to sign in once "
                  "before the key is changed. If that does not help, mark them as left, and invite them again.",
                  name=one.name)
            )  # fmt: skip
    return found


def confirm(person: Person) -> None:
    """Whoever signs in proves their own shares, where these were made before there were proofs."""
    query = select(PartyShare).where(PartyShare.account_id == person.account_id, PartyShare.proof.is_(None))
    if person.party_seed is None or not db.session.scalars(query).all():
        return
    with unit_of_work(effect=False) as session:
        account = session.get_one(Account, person.account_id)
        for one in session.scalars(query):
            if account.public_key == envelopes.public_of(person.own_seed or b""):
                where = share_place(one.party_id, account.id)
                one.proof = _proof(person.seed_for(one.key_id), where, account.public_key)
