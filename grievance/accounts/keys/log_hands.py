"""Whether two accounts are two people, as far as the key log knows: who lets somebody in is the first to hear them, and
could be both until somebody else has heard them too.

Whoever was let in by the same hand is one with who let them in, and with each other: else a puppet would approve what
another puppet proposes. Nobody of that hand counts as the second to hear.
"""

from grievance.accounts.keys.log_state import ACTIVE, Moment, OfAccount, State
from grievance.accounts.roles import ROLES
from grievance.models.people import PartyKind

OFFICE = frozenset(one.role for one in ROLES.values() if one.party in (PartyKind.SECRETARIAT, PartyKind.CUSTODIANS))


def hears(state: State, number: int, by: int | None) -> None:
    """Somebody typed the digits that this account read out. The first one may have made the account, and stays first
    until somebody else of another hand has."""
    if by is None or state.accounts.get(number, OfAccount()).role not in OFFICE:
        return
    first = state.first_to_hear.setdefault(number, by)
    if first != by and not are_one(state, first, by):
        state.heard_twice.add(number)


def forgets(state: State, number: int, inviter: int | None) -> None:
    """New keys by an invitation: nobody has heard them. Who comes in without being heard, as the first of a party does,
    is of the hand that made the invitation: nobody's, where nobody but the command line did; a link that it prints for
    somebody's invitation stays that one's."""
    state.heard_twice.discard(number)
    state.first_to_hear.pop(number, None)
    state.inviter[number] = inviter if inviter is not None else state.inviter.get(number)


def unheard(state: State, number: int) -> None:
    """The first of a party makes its key, and nobody types a digit."""
    hears(state, number, state.inviter.get(number))


def are_one(state: State, one: int, other: int) -> bool:
    """Whether one person could be both accounts."""
    return not _line(state, one).isdisjoint(_line(state, other))


def _line(state: State, number: int | None) -> set[int]:
    """An account, whose hand let it in, whose hand let that one in, and so on. Two lines that meet are of one hand:
    each account has one hand alone."""
    found: set[int] = set()
    while number is not None and number not in found:
        found.add(number)
        number = None if number in state.heard_twice else state.first_to_hear.get(number)
    return found


def to_hear(state: State) -> set[int]:
    """The accounts that one hand alone has let in."""
    return state.first_to_hear.keys() - state.heard_twice


def may_hear(state: State, by: int, number: int) -> bool:
    """Whether it says something when this account types the digits of that one."""
    return by != number and number in to_hear(state) and not are_one(state, by, number)


def heard_too(moment: Moment) -> str:
    """A second account of the office typed the digits of somebody who is in."""
    state, number, actor = moment.state, moment.number("account"), moment.actor
    if actor.role not in OFFICE or moment.account.standing != ACTIVE or moment.text("key") != moment.account.key:
        return "this account is not in with this key, or who heard it is not of the office"
    if not may_hear(state, moment.actor_id or -1, number):
        return "who heard it could be who let it in"
    hears(state, number, moment.actor_id)
    return ""
