"""The brief for the Board as PDF: where, about what, on which ground, what was answered and found, and no identity."""

from typing import Any

from babel import Locale
from flask_babel import gettext as _

from grievance import clock
from grievance.access import Person
from grievance.deadlines import days
from grievance.extensions import Label, speaking
from grievance.extensions import lazy_gettext as _l
from grievance.forms.choices import GROUNDS
from grievance.forms.fields import YES_NO
from grievance.models.case import Case
from grievance.reports.casefile import CaseFile, Happened, Opened, open_case_file
from grievance.reports.directions import Quoted
from grievance.reports.letters import page
from grievance.reports.packet import Stripper, stripper
from grievance.workflow import labels, words
from grievance.workflow.questions import REVIEW

Part = dict[str, Any]
ON_GROUND: dict[str, Label] = {**dict(GROUNDS), "limit_missed": _l("A time limit of the company passed")}
_TOLD = {"respond": _l("What the company answered"), "conclude_review": _l("What the review found")}
"""Whose words both sides read already; of the complainant's own none goes to the Board."""


def brief_pdf(person: Person, case: Case) -> bytes:
    """The case for the Board; never an account, and no word that could show who complained."""
    file, strip = open_case_file(person, case), stripper(person, case)
    with speaking("en"):
        parts = [
            {"title": _("Facts"), "paragraphs": _facts(case, file)},
            {"title": _("The dossier"), "paragraphs": _dossier(file, strip)},
            *_answers(file, strip),
            {"title": _("Verdicts of the fairness review"), "paragraphs": _verdicts(file)},
            {"title": _("Remedies"), "paragraphs": _remedies(file)},
            {"title": _("What happened so far"), "paragraphs": _happened(file)},
        ]
        title = _("A brief on complaint %(reference)s", reference=case.reference)
        today = days.day_there(clock.office_today(), clock.office_zone())
        intro = [_("[…] stands for words that could show who complained.")] if strip.left_out else []
        return page(title, today, intro, [part for part in parts if part["paragraphs"]])


def _facts(case: Case, file: CaseFile) -> list[str]:
    none, country = "–", case.country or (case.company.country if case.company else "")
    grounds = [str(ON_GROUND.get(ground, ground)) for ground in _grounds(file)]
    return [
        f"{_('Company')}: {case.company.name if case.company else none}",
        f"{_('Country')}: {Locale('en').territories.get(country, none)}",
        f"{_('Topics')}: {', '.join(str(words.TOPICS.get(one, one)) for one in case.topics) or none}",
        f"{_('State')}: {words.STATES[case.state.value]}",
        f"{_('Severity')}: {words.SEVERITIES[case.severity.value] if case.severity else none}",
        f"{_('Ground of the escalation')}: {'; '.join(grounds) or none}",
        f"{_('Received on')}: {days.day_there(clock.office_day(case.received_at), clock.office_zone())}",
    ]


def _grounds(file: CaseFile) -> list[str]:
    """On which the case was escalated, the oldest first."""
    escalated = [event.facts for event in reversed(file.timeline) if event.kind == "escalate"]
    return [facts["ground"] for facts in escalated if facts.get("ground")]


def _dossier(file: CaseFile, strip: Stripper) -> list[str]:
    texts = [text for w in file.writings if w.step == "ask_board" for _label, text in w.fields]
    return [Quoted(line) for text in texts for line in strip(text).split("\n")]


def _answers(file: CaseFile, strip: Stripper) -> list[Part]:
    """Each answer of the company and each finding of the review, the oldest first, with its day."""
    told = [w for w in reversed(file.writings) if w.step in _TOLD]
    return [{"title": f"{_TOLD[w.step]}, {_day(w)}", "paragraphs": list(_lines(w, strip))} for w in told]


def _day(writing: Opened) -> str:
    return days.full_date(clock.office_day(writing.at))


def _lines(writing: Opened, strip: Stripper) -> list[str]:
    said = [(label, text) for label, text in writing.fields if isinstance(text, str)]
    return [Quoted(line) for label, text in said for line in f"{label}: {strip(text)}".split("\n")]


def _verdicts(file: CaseFile) -> list[str]:
    """Of the last review: fair, accessible, effective."""
    facts = next((event.facts for event in file.timeline if event.kind == "conclude_review"), {})
    return [f"{f.label} {dict(YES_NO)[facts[f.name]]}" for f in REVIEW if facts.get(f.name) in dict(YES_NO)]


def _remedies(file: CaseFile) -> list[str]:
    return [f"{one.number}. {one.kind}: {words.REMEDY[one.status]}" for one in file.remedies]


def _happened(file: CaseFile) -> list[str]:
    known = [one for one in reversed(file.timeline) if one.kind in labels.HAPPENINGS]
    return [f"{days.full_date(clock.office_day(e.at))}: {labels.happened(e.kind, e.role, '')}{_mark(e)}" for e in known]


def _mark(event: Happened) -> str:
    """The Board reads what one person may have decided alone."""
    return "".join(f". {said}" for said in words.marks(event.facts))
