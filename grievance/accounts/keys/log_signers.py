"""Who must have signed an entry of the key log.

A party's signature only says "somebody who can read": escrow, a recovery code and a former member's copy hold the seed
too. So it never suffices alone.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from grievance.accounts.keys.log_state import ACTIVE, Moment, Signed
from grievance.crypto import signing
from grievance.models.people import PartyKind


@dataclass(frozen=True)
class Wanted:
    """A signature that must be there; `key` None: whose verifying key nobody knows, so that it cannot be."""

    signer: str
    key: bytes | None
    whose: str
    strongly: bool = True


Who = Callable[[Moment], Iterator[Wanted]]


def by_actor(moment: Moment) -> Iterator[Wanted]:
    """Whoever did it, and was active then."""
    active = moment.actor.standing == ACTIVE
    yield Wanted("account", moment.actor.sign_key if active else None, f"account {moment.actor_id}, who did it")


def by_actor_in_session(moment: Moment) -> Iterator[Wanted]:
    """As `by_actor`, with the signature of events: for what two people do, each signed in, about nobody's keys."""
    yield from (replace(one, strongly=False) for one in by_actor(moment))


def by_actor_lightly(moment: Moment) -> Iterator[Wanted]:
    """As `by_actor`, for what only takes away: a signature of events is enough, and who has none yet needs none."""
    if not moment.actor.from_before:
        yield from (replace(one, strongly=False) for one in by_actor(moment))


def by_itself(moment: Moment) -> Iterator[Wanted]:
    """The account that it is about, with the key that it states."""
    own = moment.verifying("sign_key") if moment.actor_id == moment.number("account") else None
    yield Wanted("account", own, f"account {moment.facts.get('account')} itself")


def by_its_former_key(moment: Moment) -> Iterator[Wanted]:
    """The account that it is about, with the key that it had until now."""
    own = moment.account.sign_key if moment.actor_id == moment.number("account") else None
    yield Wanted("account", own, f"account {moment.facts.get('account')} with its key of before")


def by_party(moment: Moment) -> Iterator[Wanted]:
    """The party's key of before this entry."""
    key = moment.party.sign_key if moment.party else None
    yield Wanted("party", key, f"party {moment.facts.get('party')}")


def by_party_as_stated(moment: Moment) -> Iterator[Wanted]:
    """The party's key; of one from before the log, the one that this entry states."""
    if moment.party and not moment.party.from_before:
        yield from by_party(moment)
    else:
        yield from by_new_party(moment)


def by_other_party(moment: Moment) -> Iterator[Wanted]:
    """The key of the office's other party, from its paper."""
    kind = moment.party.kind if moment.party else ""
    office = (PartyKind.SECRETARIAT, PartyKind.CUSTODIANS)
    keys = [one.sign_key for one in moment.state.parties.values() if one.kind in office and one.kind != kind]
    yield Wanted("party", keys[0] if keys else None, "the other party of the office, and it heard nobody")


def by_new_party(moment: Moment) -> Iterator[Wanted]:
    """The key of a party that this entry makes."""
    key = moment.verifying("new_party_sign_key")
    yield Wanted("party", key, f"the new key of party {moment.facts.get('party')}")


def by_party_if_stated(moment: Moment) -> Iterator[Wanted]:
    """The party's key, where the entry says that somebody has it."""
    if "new_party_key" in moment.facts:
        yield from by_party_as_stated(moment)


def by_first_of_party(moment: Moment) -> Iterator[Wanted]:
    """The same, where there is one."""
    if "new_party_key" in moment.facts:
        yield from by_new_party(moment)


# --- whether they did --------------------------------------------------------------------------------------


def missing(moment: Moment, signed_by: tuple[Who, ...]) -> str:
    """Whose signature is missing, or does not fit; empty where all are there."""
    for wanted in (one for who in signed_by for one in who(moment)):
        if not any(_fits(wanted, one, moment.hash) for one in moment.signatures):
            return f"it is not signed by {wanted.whose}"
    return ""


def _fits(wanted: Wanted, one: Signed, digest: str) -> bool:
    if wanted.key is None or wanted.signer != one.signer:
        return False
    return signing.is_signed(wanted.key, one.signature, bytes.fromhex(digest), "event", strongly=wanted.strongly)
