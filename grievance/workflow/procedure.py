"""The procedure as the program asks it: which rows there are, which one fits, and the machine that moves a state."""

from dataclasses import replace
from typing import Any

from transitions import Machine

from grievance.access import Person
from grievance.extensions import lazy_gettext as _l
from grievance.models.case import Case, State, state_shown
from grievance.models.people import SECRETARIAT_ROLES, Role
from grievance.workflow import questions as ask
from grievance.workflow import whose_word
from grievance.workflow.row import COMPLAINANT, Row
from grievance.workflow.safety import asked
from grievance.workflow.table import TABLE as WRITTEN

TABLE = tuple(asked(row) for row in WRITTEN)


def _recorded() -> tuple[Row, ...]:
    """Each step of the complainant's that has no officer's row: as an officer may record it."""
    own = {row.step for row in TABLE if Role.OFFICER in row.who}
    return tuple(
        replace(
            row,
            title=_l("For the complainant: %(step)s", step=row.title),
            who=row.recorded_by,
            recorded=True,
            asks=row.asks_recorder + row.asks + (ask.TOLD_BY, *ask.RECORDED),
            only_if=(*row.only_if, whose_word.says_who_told),
            approved=row.second_person,
        )
        for row in TABLE
        if row.who == COMPLAINANT and row.step not in own
    )


ROWS = TABLE + _recorded()
STEPS = tuple(dict.fromkeys(row.step for row in ROWS))
HAND_OVERS = frozenset(row.step for row in ROWS if row.hands_over)
SECOND_PERSON = frozenset(row.step for row in ROWS if row.second_person)
CHECKED = frozenset(row.step for row in ROWS if row.checked)
RECORDED = frozenset(row.step for row in ROWS if row.recorded)
"""Steps that an officer takes only by writing down what the complainant did."""
OF_HERS = frozenset({Role.COMPLAINANT.value, Role.REPRESENTATIVE.value})
OF_THE_OFFICE = frozenset(role.value for role in SECRETARIAT_ROLES)
PROPOSED = {
    **{row.step: _l("For the complainant: %(step)s", step=row.title) for row in TABLE if row.checked},
    **{row.step: row.title for row in ROWS if Role.OFFICER in row.who or row.approved},
}
"""As an approver reads what is to be done: of a receipt that is checked also what she does herself alone."""


def is_hers(step: str, role: str) -> bool:
    """Whether it is her doing, or a representative's, also where an officer wrote it down."""
    return role in OF_HERS or (step in RECORDED and role in OF_THE_OFFICE)


def find_row(step: str, role: Role, state: State) -> Row | None:
    """The row for this step, person and state; None where the table lists none."""
    return next((r for r in ROWS if r.step == step and role in r.who and state in r.source), None)


def proposed_row(step: str, by_account: bool, state: State) -> Row | None:
    """The row by which something was proposed: an officer's, or where approvers alone take it, theirs; without an
    account, the complainant's own."""
    if not by_account:
        return find_row(step, Role.COMPLAINANT, state)
    return find_row(step, Role.OFFICER, state) or find_row(step, Role.APPROVER, state)


def row_for(person: Person, step: str, case: Case) -> Row | None:
    """The row of this step for this person: from the state that they are shown, or what is possible would tell them of
    another."""
    return find_row(step, person.role, state_shown(person.side, case))


class Flow(Machine):
    """One shared machine; cases are never registered with it (a machine per case costs 337 µs and 20 kB)."""

    def fire(self, case: Any, step: str) -> None:
        """Move a case's state. Raises `transitions.MachineError` where the table has no such way."""
        self.events[step].trigger(case)


def _ways() -> list[dict[str, Any]]:
    ways = {(row.step, state.name, row.target.name if row.target else None) for row in ROWS for state in row.source}
    return [{"trigger": t, "source": s, "dest": d} for t, s, d in sorted(ways, key=str)]


flow = Flow(
    model=None, states=State, initial=State.RECEIVED, transitions=_ways(), auto_transitions=False, send_event=True
)
