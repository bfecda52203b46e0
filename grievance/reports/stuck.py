"""The cases in which nobody can act: said at the desk, to the custodians and by `doctor`, with what to do."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select

from grievance.access import CLOCK, Person, reachable
from grievance.accounts import who_could
from grievance.accounts.who_could import Standing
from grievance.extensions import Label, db
from grievance.extensions import lazy_gettext as _l
from grievance.models.case import Case, State
from grievance.models.people import Account, Role

NOBODY: Mapping[Role, Label] = {
    Role.OFFICER: _l("No officer can take the next step: who could has left, has no key or must not see it."),
    Role.APPROVER: _l("Nobody can decide what needs a second person: who could has left, has no key, must not see the"
                      " case, or would decide about their own doing."),
}  # fmt: skip


@dataclass(frozen=True)
class Notice:
    """`title`: that nobody can act, or that everything can be done but what a second person decides. `why`: as what
    somebody is missing. `names`: whoever looks can name a deputy now. `todo`: what is to be done."""

    reference: str
    title: Label
    why: list[Label]
    names: bool
    todo: str


@dataclass(frozen=True)
class Waiting:
    """`notices`: of the cases in which nobody can act, as far as this person may see them. `office`: what is missing in
    every case, because the office has nobody for it."""

    notices: list[Notice]
    office: list[Label]
    todo: str

    def __contains__(self, reference: str) -> bool:
        """Whether nobody can act in this case."""
        return bool(self.office) or any(one.reference == reference for one in self.notices)


def waiting(person: Person) -> Waiting:
    """All of them. One query, and two more where there are some: the cases, and the head's name."""
    found = who_could.standings()
    suspects = {one for one, standing in found.noted.items() if standing.lacks(State.RECEIVED)}
    head = db.session.get(Account, found.office.head) if suspects and found.office.head else None
    why = _why(found.office, State.RECEIVED)
    notices = [*_of_cases(person, found, suspects)]
    del head  # held until here, so that its name was read once for all of them
    return Waiting(notices, why, _todo(found.office, deputies=False) if why else "")


def _of_cases(person: Person, found: who_could.Standings, suspects: set[str]) -> Iterator[Notice]:
    query = reachable(person).where(Case.id.in_(suspects)).order_by(Case.queue_at, Case.id)
    for case in db.session.scalars(query) if suspects else ():
        if said := notice(person, case, found.of(case.id)):
            yield said


def examined() -> Iterator[str]:
    """For `doctor`: each case in which nobody can take the next step, and what to do."""
    found = who_could.standings()
    if found.office.lacks(State.RECEIVED):
        cases = select(Case).where(Case.queue_at.is_not(None)).order_by(Case.id)
    else:
        cases = select(Case).where(Case.id.in_(found.noted), Case.queue_at.is_not(None)).order_by(Case.id)
    for case in db.session.scalars(cases.execution_options(yield_per=1000)):
        if said := notice(CLOCK, case, found.of(case.id)):
            yield f"{said.reference}: nobody can act in this case. {' '.join(map(str, said.why))} {said.todo}"


def notice(person: Person, case: Case, standing: Standing) -> Notice | None:
    """What the page of a case says; None where somebody can act."""
    return _notice(person, case.reference, case, standing) if who_could.lacking(case, standing) else None


def _notice(person: Person, reference: str, case: Case, standing: Standing) -> Notice:
    deputies = standing.possible_deputies(case.state)
    why = _why(standing, case.state)
    names = bool(deputies) and person.account_id in standing.naming()
    nobody = Role.OFFICER in standing.lacks(case.state)
    title = _l("Nobody can act in this case") if nobody else _l("Nobody can approve in this case")
    return Notice(reference, title, why, names, _todo(standing, bool(deputies)))


def _why(standing: Standing, state: State) -> list[Label]:
    """Where there is somebody to decide, and no officer, the second person is not what is missing first."""
    lacking = standing.lacks(state)
    if Role.OFFICER in lacking and lacking.count(Role.APPROVER) == 1 and standing.judging():
        lacking = [Role.OFFICER]
    return [words for role, words in NOBODY.items() if role in lacking]


def _todo(standing: Standing, deputies: bool) -> str:
    if not deputies:
        return str(
            _("Nobody is left who could be named. An approver invites another person to the Secretariat, who is"
              " admitted by somebody who has the key.")
        )  # fmt: skip
    by = standing.naming()
    if by and by == {standing.head}:
        return str(_("%(name)s, the head of the office, names a deputy for this one case.", name=_name(standing.head)))
    return str(_("A custodian names a deputy for this one case, because the head of the office cannot."))


@dataclass(frozen=True)
class Staff:
    """How many people of the office are there and have the key."""

    officers: int
    approvers: int
    custodians: int

    @property
    def too_few(self) -> bool:
        """Not even everyday work can be done: who proposes does not approve, and a custodian is of another party."""
        return self.officers < 1 or self.approvers < 1 or self.custodians < 1

    @property
    def fewer_than_recommended(self) -> bool:
        return min(self.officers, self.approvers, self.custodians) < RECOMMENDED


RECOMMENDED = 2
"""Of each: so that an illness, a conflict of interest or an appeal against one's own closing stops no case."""


def staff() -> Staff:
    roles = [row.role for row in db.session.execute(who_could.holders())]
    return Staff(*(roles.count(role) for role in (Role.OFFICER, Role.APPROVER, Role.CUSTODIAN)))


def deputies(standing: Standing) -> list[tuple[str, Role]]:
    """Who may act in a case as what they are not elsewhere, by name."""
    return [(_name(one), role) for one, role in standing.deputies]


def _name(account_id: int | None) -> str:
    account = db.session.get(Account, account_id) if account_id else None  # read once, however many cases name it
    return account.name if account else ""
