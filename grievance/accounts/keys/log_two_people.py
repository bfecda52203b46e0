"""What takes two accounts in the key log, or one and three days; and whom the office's other party has heard."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from grievance.accounts.keys import log_hands
from grievance.accounts.keys.log_signers import by_actor, by_other_party, missing
from grievance.accounts.keys.log_state import ACTIVE, Moment, State
from grievance.accounts.roles import ROLES
from grievance.models.people import PartyKind, Role

ALONE_AFTER = timedelta(hours=72)
OTHER = {
    PartyKind.SECRETARIAT.value: PartyKind.CUSTODIANS.value,
    PartyKind.CUSTODIANS.value: PartyKind.SECRETARIAT.value,
}


@dataclass(frozen=True)
class Begun:
    """Who began what about an account, when, and with which entry; nobody in particular where it was the command
    line."""

    by: int | None
    what: str
    at: datetime
    seq: int


def decides(moment: Moment) -> str:
    """Empty where the actor may say that somebody left, or invite them again; nobody in particular is the command line.
    Else why not."""
    role = next((one for one in ROLES.values() if one.role == moment.account.role), None)
    if moment.actor_id is None or role is None:
        return ""
    ours = role.role != Role.COMPANY or moment.actor.role != Role.COMPANY
    same = ours or moment.actor.party_id == moment.account.party_id
    return "" if same and moment.actor.role in role.managed_by else "who did it decides nothing about this account"


def begin(moment: Moment, what: str) -> str:
    moment.state.begun[moment.number("account")] = Begun(moment.actor_id, what, moment.at, moment.seq)
    return ""


def ended(moment: Moment) -> str:
    """Somebody objected, or took it back: it must be begun anew."""
    moment.state.begun.pop(moment.number("account"), None)
    return ""


def two_people(moment: Moment) -> str:
    """Empty where another account than began it signs, or the three days are over; else why not."""
    begun = moment.state.begun.pop(moment.number("account"), None)
    if begun is None or begun.what != moment.kind:
        return "nobody began it"
    if moment.facts.get("alone"):
        if moment.at - begun.at < ALONE_AFTER:
            return "one person did it alone, before the time was over"
        return ""
    if moment.actor_id is None or moment.actor_id in (begun.by, moment.number("account")):
        return "one person did it alone"
    if moment.state.since.get(moment.actor_id, 0) > begun.seq:
        return "who confirmed it was let in after it began"
    return decides(moment) or missing(moment, (by_actor,))


def was_there(state: State, number: int | None, about: int) -> bool:
    """Whether somebody had the key already when what waits about an account began: who began it could let in somebody
    of their own making otherwise."""
    begun = state.begun.get(about)
    return begun is None or state.since.get(number or -1, 0) <= begun.seq


def heard(moment: Moment) -> str:
    """An account of the office's other party typed the fingerprint of this key."""
    parties, known, actor = moment.state.parties, moment.account, moment.actor
    ours, theirs = parties.get(actor.party_id or 0), parties.get(known.party_id or 0)
    known_as = (
        theirs.kind if theirs else OTHER.get(ours.kind if ours else "")
    )  # a party from before the log has no kind
    if actor.standing != ACTIVE or ours is None or OTHER.get(ours.kind, "") != known_as:
        return "who heard it is not of the other party of the office"
    moment.state.heard[moment.number("account")] = moment.text("key")
    log_hands.hears(moment.state, moment.number("account"), moment.actor_id)
    return ""


def let_by_paper(moment: Moment) -> str:
    """Empty where the other party has heard this very key, or its paper was shown too, or it has no key yet."""
    party, number = moment.party, moment.number("account")
    wanted = OTHER.get(party.kind if party else "")
    other = [one for one in moment.state.parties.values() if one.kind == wanted]
    if not other or moment.state.heard.pop(number, None) == moment.text("key"):
        return ""
    return missing(moment, (by_other_party,))
