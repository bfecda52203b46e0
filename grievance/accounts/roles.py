"""What an account may be: one row a role. Whose key it shares follows from its row, and from nothing else: a role
without a row shares none, and cannot be invited."""

from dataclasses import dataclass

from grievance.extensions import Label
from grievance.extensions import lazy_gettext as _l
from grievance.models.people import PartyKind, Role


@dataclass(frozen=True)
class AccountRole:
    role: Role
    words: Label
    party: PartyKind
    """Whose key its people share once a member has admitted them."""
    invited_by: frozenset[Role]
    managed_by: frozenset[Role]
    """Who ends it or invites it again: of parties of the same kind only those of its own."""


ROLES = {
    one.role: one
    for one in (
        AccountRole(
            Role.OFFICER, _l("Officer"), PartyKind.SECRETARIAT, frozenset({Role.APPROVER}), frozenset({Role.APPROVER})
        ),
        AccountRole(
            Role.APPROVER, _l("Approver"), PartyKind.SECRETARIAT, frozenset({Role.APPROVER}), frozenset({Role.APPROVER})
        ),
        AccountRole(
            Role.COMPANY,
            _l("Person of a company"),
            PartyKind.COMPANY,
            frozenset({Role.APPROVER, Role.COMPANY}),
            frozenset({Role.APPROVER, Role.COMPANY}),
        ),
        AccountRole(
            Role.CUSTODIAN,
            _l("Identity custodian"),
            PartyKind.CUSTODIANS,
            frozenset({Role.APPROVER, Role.CUSTODIAN}),
            frozenset({Role.CUSTODIAN}),
        ),
        AccountRole(
            Role.OBSERVER,
            _l("Observer or auditor"),
            PartyKind.OBSERVERS,
            frozenset({Role.APPROVER}),
            frozenset({Role.APPROVER}),
        ),
        AccountRole(
            Role.BOARD, _l("Seat of the Board"), PartyKind.BOARD, frozenset({Role.APPROVER}), frozenset({Role.APPROVER})
        ),
    )
}


def invites(by: Role) -> tuple[Role, ...]:
    """The roles that an admitted person of this role may invite."""
    return tuple(one.role for one in ROLES.values() if by in one.invited_by)


def manages_elsewhere(by: Role) -> tuple[Role, ...]:
    """The roles of another kind of party that a person of this role ends or invites again."""
    return tuple(one.role for one in ROLES.values() if by in one.managed_by and one.party != ROLES[by].party)
