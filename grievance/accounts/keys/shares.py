"""Shares of a party's key: its seed sealed to each member's own key, as the key log has it.

Who can write to the database, and holds no key, could put a key of their own in a member's place, or a member of their
own beside the others, and wait until the party's key is changed. They cannot sign the entry by which a member lets
another in.
"""

from flask_babel import gettext as _
from sqlalchemy import select

from grievance.access import Person
from grievance.accounts.keys import log
from grievance.crypto import envelopes
from grievance.crypto.sealing import place
from grievance.extensions import db
from grievance.forms.fields import Refused
from grievance.models.people import Account, AccountStatus, Party, PartyShare, Rotation


def give_share(party: Party, account: Account, key_id: str, party_seed: bytes, own: bytes | None = None) -> PartyShare:
    """A party's seed, sealed to one member's own key. `own`: that key, where the log does not know it yet or knows it
    in another party. Raises `Refused` where it is not the one that the log has."""
    own = own or log.own_key(account)
    sealed = envelopes.seal_to(own, party_seed, share_place(party.id, account.id))
    return PartyShare(party_id=party.id, account_id=account.id, key_id=key_id, sealed=sealed)


def share_place(party_id: int, account_id: int) -> bytes:
    return place("party-share", party_id, account_id)


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


def members(party: Party) -> list[Account]:
    """The active members, to whose keys a new seed may be sealed: the log says who let each of them in, and with which
    key. Raises `Refused` where the database names another member, or another key of one."""
    active = select(Account).where(Account.party_id == party.id, Account.status == AccountStatus.ACTIVE)
    found = list(db.session.scalars(active.order_by(Account.id)))
    for one in found:
        if not log.known().vouches_for(one):
            raise Refused(
                _("It is not certain that the key in the database is the one of %(name)s. They have to sign in once "
                  "before the key is changed. If that does not help, mark them as left, and invite them again.",
                  name=one.name)
            )  # fmt: skip
    return found
