"""What a row of the table of concerns is: one step by one kind of person, with each fact about it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from grievance.access import Person
from grievance.extensions import Label
from grievance.forms.fields import Field
from grievance.models.concern import Concern, ConcernItem, Stands, Thing
from grievance.models.people import Role

NEW: frozenset[Stands] = frozenset()
"""The step makes what it is about."""
OFFICER, APPROVER, COMPANY = frozenset({Role.OFFICER}), frozenset({Role.APPROVER}), frozenset({Role.COMPANY})
CLOCK = frozenset({Role.CLOCK})
NOBODY: frozenset[Role] = frozenset()


@dataclass
class Context:
    """One step as it is taken. `item`: the action or measure; None where the step makes it, or is about the concern.
    `facts`: what its event says in plain words."""

    person: Person
    concern: Concern
    item: ConcernItem | None
    values: Mapping[str, Any]
    now: datetime
    facts: dict[str, Any] = field(default_factory=dict)


Condition = Callable[[Context], Label | None]
"""A sentence that says what is missing; None where nothing is."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """`source`: where the thing must stand, `NEW` where the step makes it. `target`: where it stands afterwards; a
    function where an answer decides, None where it stays. `approved`: an officer proposes, an approver decides.
    `opens`, `meets`: time limits. `tells`: whom a mail says that something waits, once it happened."""

    step: str
    title: Label
    of: Thing
    source: frozenset[Stands]
    target: Stands | Callable[[Mapping[str, Any]], Stands] | None = None
    who: frozenset[Role]
    approved: bool = False
    asks: tuple[Field, ...] = ()
    only_if: tuple[Condition, ...] = ()
    then: tuple[Callable[[Context], None], ...] = ()
    opens: str = ""
    meets: str = ""
    stops: bool = False
    tells: frozenset[Role] = NOBODY
    kind: str
    event: Label

    @property
    def is_new(self) -> bool:
        return not self.source and Role.CLOCK not in self.who
