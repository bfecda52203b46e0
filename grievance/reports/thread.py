"""The office's discussion of a case as one thread, the oldest first. Made from what the page has opened already."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from grievance.extensions import Label
from grievance.reports.answer_view import label_of
from grievance.reports.casefile import CaseFile, Opened
from grievance.workflow.discussion import ANSWERS, MENTIONED, STEP


@dataclass(frozen=True)
class Said:
    """One note. `seq`: of its event, by which links find it; 0 where it does not fit the record. `mentioned`: names.
    `answers`: the note that it answers."""

    seq: int
    id: str
    name: str
    role: str
    at: datetime
    fields: list[tuple[Label, Any]]
    mentioned: str = ""
    answers: "Said | None" = None


def thread(file: CaseFile) -> list[Said]:
    """Every note of a case that its reader's keys open."""
    said: dict[str, Said] = {}
    for one in _in_turn(file.writings):
        event = next((e for e in file.timeline if (e.kind, e.at) == (STEP, one.at)), None)
        facts, answers = (event.facts, dict(event.answers)) if event else ({}, {})
        said[one.id] = Said(
            event.seq if event else 0, one.id, event.name if event else "", one.role, one.at, _words(one),
            answers.get(label_of(STEP, MENTIONED), ""), said.get(facts.get(ANSWERS, "")),
        )  # fmt: skip
    return list(said.values())


def _in_turn(writings: Iterable[Opened]) -> list[Opened]:
    return sorted((one for one in writings if one.step == STEP), key=lambda one: one.at)


def _words(one: Opened) -> list[tuple[Label, Any]]:
    """What is the note itself needs no heading in the thread."""
    return [("" if label == label_of(STEP, STEP) else label, text) for label, text in one.fields]
