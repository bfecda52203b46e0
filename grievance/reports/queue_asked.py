"""What is asked of a queue: which show, filters and order, and by whom."""

from dataclasses import dataclass

from grievance.access import Person
from grievance.desk.new_marks import readers
from grievance.desk.saved_views import FILTERS
from grievance.models.desk import OFFICERS
from grievance.models.people import SECRETARIAT_ROLES
from grievance.reports import queue_order

SHOWS = (
    "open",
    "unseen",
    "waits",
    "new",
    "unacknowledged",
    "overdue",
    "late_office",
    "late_company",
    "soon",
    "alert",
    "proposals",
    "refused",
    "mine",
    "owing",
    "closed",
)
FOR_COMPANIES = ("open", "unseen", "overdue", "soon", "closed")
"""The others, and most filters, would tell a company what is kept from it: an alert, a proposal, how grave it is."""
NEW_FIRST = ("open", "mine", "unseen")
"""These begin with what is new for whoever looks, of closed cases too: urgent before all, then the longest unseen. An
open safety alert of their own cases stays among the urgent ones until it is lifted."""


@dataclass(frozen=True)
class Wanted:
    """What an address of the queue asks for. Whatever it says that is not understood is left out."""

    show: str = "open"
    company: int | None = None
    officer: int | None = None
    state: str = ""
    severity: str = ""
    tag: str = ""
    who: int | None = None
    """For a company: who of it is in charge, 0 for nobody."""
    order: str = queue_order.NEW_FIRST
    after: str = ""
    before: str = ""
    passed: int = 0
    """How many cases the pages before this one showed, as the address says."""

    @property
    def address(self) -> dict[str, str]:
        """What of it an address or a form of the queue carries on: its filters, without the place of a page."""
        said = {name: str(getattr(self, name) or "") for name in FILTERS}
        said["who"] = "" if self.who is None else str(self.who)
        return {name: value for name, value in said.items() if value}

    @property
    def sorted(self) -> queue_order.Order | None:
        """By what it is sorted anew; None where an index has it in its order."""
        return queue_order.ORDERS.get(self.order)

    @property
    def new_first(self) -> bool:
        return self.show in NEW_FIRST and self.order not in (queue_order.BY_DUE, *queue_order.ORDERS)

    def for_company(self) -> "Wanted":
        """What of it a company may ask for."""
        show = self.show if self.show in FOR_COMPANIES else "open"
        return Wanted(show, state=self.state, who=self.who, after=self.after, before=self.before, passed=self.passed)


@dataclass(frozen=True)
class Asked:
    """By what the statements of a queue are kept: to build one takes longer than to ask it. `person`: who they are,
    without keys; `wanted` without its place; `mine`: whose cases they look after."""

    person: Person
    wanted: Wanted
    mine: tuple[int | None, ...]
    back: bool = False
    """Whether the page before a place is read: in the same order, from its end."""

    @property
    def whose(self) -> list[str]:
        """The marks that they see; among their own cases the desk's are none, and would be read for nothing."""
        found = readers(self.person, self.mine)
        return [one for one in found if one != OFFICERS] if self.wanted.show == "mine" else found

    @property
    def waiting_for(self) -> tuple[int | None, ...]:
        """From whom she waits for a word that it is theirs to give: nobody's case is each officer's."""
        return self.mine if self.wanted.show == "mine" else (*self.mine, None)

    @property
    def of_office(self) -> bool:
        return self.person.role in SECRETARIAT_ROLES
