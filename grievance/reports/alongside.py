"""What stands alongside each form and each approval of the Secretariat: the account, the last exchange, and the answer
about safety. Nobody decides about a case from a form alone. Reads only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from grievance.access import Person
from grievance.crypto.compartments import Compartment
from grievance.extensions import Label
from grievance.forms.choices import LANGUAGES
from grievance.models.case import Case
from grievance.models.people import SECRETARIAT_ROLES, Role
from grievance.models.writing import Writing
from grievance.reports.answer_view import answer_view
from grievance.reports.casefile import NOT_SHOWN, Happened, Opened, in_clear
from grievance.reports.packet import FILED, OwnWords, all_words, is_theirs
from grievance.reports.raised import Raised, raised
from grievance.reports.since_replaced import since_replaced
from grievance.workflow.procedure import ROWS
from grievance.workflow.row import SAFETY

ASKED_ABOUT_SAFETY = ("could_harm", "harm_when")
"""Whether she may be harmed, and how soon."""
_OF_SAFETY = frozenset(row.step for row in ROWS if row.group is SAFETY)
_OURS = frozenset({Role.OFFICER.value, Role.APPROVER.value})


@dataclass(frozen=True)
class Alongside:
    """`exchange`: the last word from outside and the office's last one, the newest first. `question` and `answer`: what
    the form asked about safety; `harmful`: it was not a plain no, or nobody asked. `raised`: what raised the alert
    since; `since`: what was last reported or assessed about it, where that is another one. `company`: whom the case is
    about, and `reads` the language in which that company reads; both are empty where there is none. `replaced`: in a
    frozen case, what was done with the receipt that took another's place.
    """

    account: Opened | None
    exchange: list[Opened]
    question: Label
    answer: Label
    harmful: bool
    raised: Raised | None
    since: Opened | None
    company: str
    reads: str
    replaced: list[Happened]


def alongside(person: Person, case: Case) -> Alongside | None:
    """None for whoever is not of the Secretariat: their pages show what is theirs."""
    if person.role not in SECRETARIAT_ROLES:
        return None
    words = [pair for pair in all_words(person, case) if pair[0].step not in NOT_SHOWN]
    filed = next((pair for pair in words if pair[0].step in FILED), None)
    question, answer, harmful = _safety(filed)
    alert = raised(person, case, [(writing.event_id, in_clear(writing, says)) for writing, says in words])
    since = _last(words, _is_of_safety)
    return Alongside(
        _account(filed), _exchange(words), question, answer, harmful,
        alert, None if alert and since in alert.words else since,
        case.company.name if case.company else "", dict(LANGUAGES)[case.company.language] if case.company else "",
        since_replaced(person, case),
    )  # fmt: skip


def _account(filed: OwnWords | None) -> Opened | None:
    """The answer about safety stands by itself, above."""
    if filed is None:
        return None
    writing, says = filed
    return in_clear(writing, {name: answer for name, answer in says.items() if name not in ASKED_ABOUT_SAFETY})


def _safety(filed: OwnWords | None) -> tuple[Label, Label, bool]:
    """What was asked, what was answered, and whether somebody may be in danger; an old register did not ask."""
    says: dict[str, Any] = filed[1] if filed else {}
    whether, soon = ASKED_ABOUT_SAFETY
    asked = {whether: says.get(whether) or _("Not asked."), **({soon: says[soon]} if soon in says else {})}
    answered = answer_view("file", asked)
    return answered[0][0], " · ".join(str(answer) for _question, answer in answered), says.get(whether) != "no"


def _exchange(words: list[OwnWords]) -> list[Opened]:
    ends = [_last(words, which) for which in (_is_from_outside, _is_ours)]
    return _newest_first(ends)


def last_exchange(said: Sequence[Opened]) -> list[Opened]:
    """The same of writings that are open already, the oldest first."""
    ends = [next(filter(which, reversed(said)), None) for which in (_is_from_outside, _is_ours)]
    return _newest_first(ends)


def _newest_first(ends: Iterable[Opened | None]) -> list[Opened]:
    return sorted((one for one in ends if one), key=lambda one: one.at, reverse=True)


def _last(words: list[OwnWords], which: Any) -> Opened | None:
    return next((in_clear(writing, says) for writing, says in reversed(words) if which(writing)), None)


def _is_from_outside(writing: Writing | Opened) -> bool:
    return writing.step not in FILED and (is_theirs(writing) or writing.role == Role.COMPANY)


def _is_ours(writing: Writing | Opened) -> bool:
    """What the office wrote to somebody outside."""
    return writing.role in _OURS and writing.compartment != Compartment.INTERNAL and not is_theirs(writing)


def _is_of_safety(writing: Writing) -> bool:
    return writing.step in _OF_SAFETY
