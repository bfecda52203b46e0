"""Who else may help, as a letter to a complainant lists them: those of the case's country and of what it is about."""

from typing import Any

from flask_babel import gettext as _

from grievance import clock
from grievance.deadlines import days
from grievance.doors import directory, entries
from grievance.forms.choices import GROUPS
from grievance.models.case import Case
from grievance.models.door import Door
from grievance.reports.directions import Quoted
from grievance.workflow.letter_texts import CONCERN, DISMISSED
from grievance.workflow.sent_elsewhere import country_of

LISTED_WITH = frozenset({DISMISSED.template, CONCERN.template})
"""Letters by which the office does not take a complaint on."""
MOST = 12
"""Of the doors of one letter."""


def of_case(case: Case) -> list[Door]:
    """As they are known now. Where an officer has coded topics, and nothing of the form's plain groups is left, with
    whatever harm."""
    harms = frozenset(case.topics) & {key for key, _text in GROUPS}
    return directory.matching(directory.in_use(), country_of(case), harms)[:MOST]


def in_letter(case: Case, template: str) -> list[dict[str, Any]]:
    """Parts of a letter in its language: a title and paragraphs. None where nobody is known, or in another letter."""
    doors = of_case(case) if template in LISTED_WITH else []
    if not doors:
        return []
    known = _("As we know it on %(date)s.", date=days.full_date(clock.office_today()))
    apart = _("They are not part of this office. We tell them nothing about you.")
    head = {"title": _("Who else may help"), "paragraphs": [f"{known} {apart}"]}
    return [head, *({"title": Quoted(door.name), "paragraphs": _paragraphs(door, case.language)} for door in doors)]


def _paragraphs(door: Door, language: str) -> list[str]:
    said, kind = directory.said(door, language), str(dict(entries.KINDS).get(door.kind, door.kind))
    facts = [dict(entries.COSTS).get(door.costs, ""), dict(entries.NEEDS_NAME).get(door.needs_name, "")]
    checked = _("We checked this on %(date)s.", date=days.full_date(door.checked_on))
    return [
        kind,
        f"{_('What they can do:')} {said.does}",
        f"{_('What they cannot do:')} {said.does_not}",
        " ".join(str(fact) for fact in facts),
        *map(Quoted, directory.reached(door)),
        checked,
    ]
