"""The head of the office and other roles in the key log: one proposes it, and somebody else confirms it."""

from collections.abc import Callable
from dataclasses import dataclass

from grievance.accounts.keys.log_state import ACTIVE, Moment
from grievance.models.people import Role


@dataclass(frozen=True)
class Proposal:
    """Who proposed it, and which role; empty for the head."""

    by: int | None
    role: str


def proposes(what: str) -> Callable[[Moment], str]:
    """An approver; of a custodian, a custodian."""

    def makes(moment: Moment) -> str:
        if moment.actor.role != _proposer(moment):
            return "who proposed it decides nothing about this account"
        return keep(what)(moment)

    return makes


def keep(what: str) -> Callable[[Moment], str]:
    def makes(moment: Moment) -> str:
        moment.state.proposed[moment.number("account"), what] = Proposal(moment.actor_id, moment.text("role"))
        return ""

    return makes


def ends(what: str) -> Callable[[Moment], str]:
    """Refused: it must be proposed anew."""

    def makes(moment: Moment) -> str:
        moment.state.proposed.pop((moment.number("account"), what), None)
        return ""

    return makes


def confirms(what: str) -> Callable[[Moment], str]:
    """Empty where somebody else confirms the very thing that was proposed, by who could propose it still."""

    def makes(moment: Moment) -> str:
        proposal = moment.state.proposed.pop((moment.number("account"), what), None)
        if proposal is None or (proposal.by, proposal.role) != (moment.facts.get("proposed_by"), moment.text("role")):
            return "nobody proposed it"
        if moment.actor_id in (proposal.by, moment.number("account")):
            return "one person did it alone"
        if moment.actor.role not in (Role.APPROVER, Role.CUSTODIAN):
            return "who confirmed it decides about nobody"
        proposer = moment.state.accounts.get(proposal.by or -1)
        stays = proposer and (proposer.standing, proposer.role) == (ACTIVE, _proposer(moment))
        return "" if stays else "who proposed it could not any more"

    return makes


def _proposer(moment: Moment) -> Role:
    return Role.CUSTODIAN if moment.account.role == Role.CUSTODIAN else Role.APPROVER
