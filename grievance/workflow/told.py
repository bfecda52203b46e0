"""Who learns that something happened: by a letter, by a mark in their queue or on their page, or not, and why not.

Read from the rows alone, so that what the program does and what docs/told.md says cannot differ.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from grievance.models.people import SECRETARIAT_ROLES, Role
from grievance.models.sides import COMPANY, COMPLAINANT
from grievance.workflow.events import NOTED, Noted
from grievance.workflow.procedure import TABLE
from grievance.workflow.row import Row

ROLES = (Role.OFFICER, Role.APPROVER, Role.CUSTODIAN, Role.COMPANY, Role.COMPLAINANT, Role.REPRESENTATIVE)
SIDE_OF = {Role.COMPANY: COMPANY, Role.COMPLAINANT: COMPLAINANT, Role.REPRESENTATIVE: COMPLAINANT}
UNTOLD = {Role.APPROVER: "the officer's own work: an approver hears of what waits for one, what was missed, and danger"}
"""Why a role is not told of what no letter goes to it for, where its row says nothing of it."""


class How(StrEnum):
    LETTER = "letter"
    MARKED = "marked"
    NOT_SHOWN = "not shown"
    SILENT = "silent"


@dataclass(frozen=True)
class Told:
    """`why`: of what is silent."""

    how: How
    why: str = ""

    @property
    def is_new(self) -> bool:
        """Whoever gets a letter finds the case marked, too."""
        return self.how in (How.LETTER, How.MARKED)


def told(one: Row | Noted, role: Role) -> Told:
    """How somebody of this role learns of it, other than who did it. The officer is the case's own, or where it has
    none whoever takes it: what others did in it is new to them unless the row says why not."""
    if role.value in one.quiet:
        return Told(How.SILENT, one.quiet[role.value])
    side = SIDE_OF.get(role, role.value)
    if side in {letter.recipient for letter in one.letters}:
        return Told(How.LETTER)
    if role in SIDE_OF:
        return Told(How.MARKED if side in _shown_to(one) | addressed(one) else How.NOT_SHOWN)
    if role in UNTOLD:
        return Told(How.SILENT, UNTOLD[role])
    return Told(How.MARKED if role in SECRETARIAT_ROLES else How.NOT_SHOWN)


def _shown_to(one: Row | Noted) -> frozenset[str]:
    return one.event.shown_to | ({COMPANY} if one.event.told_company_as else set())


def addressed(one: Row | Noted) -> frozenset[str]:
    """The sides outside the office that its writer may choose to write to."""
    asked = next((field for field in one.asks if field.name == "audience"), None) if isinstance(one, Row) else None
    chosen = {value for value, _text in asked.choices} if asked else set[str]()
    return frozenset(side for side in (COMPANY, COMPLAINANT) if chosen & {side, "all"})


def reaches(side: str, audience: object, by: str) -> bool:
    """Whether words are for this side, as their writer chose: the writer's own side reads them, too. Without a choice,
    their row says it. `by`: the writer's side."""
    return audience in (None, side, "all") or by == side


def every() -> Iterator[tuple[str, Row | Noted]]:
    """Each kind of event with whoever makes it: the rows of the table, then what no step makes."""
    for row in TABLE:
        yield f"{row.step} by {' or '.join(sorted(role.value for role in row.who))}", row
    for noted in NOTED:
        yield noted.kind, noted
