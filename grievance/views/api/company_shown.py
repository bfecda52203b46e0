"""A company's case in JSON: what its page shows and its export tells, and nothing else.

Of all that happened it says the day by the company's clock: an hour beside her doing is when she sat at a telephone.
"""

from collections.abc import Sequence
from typing import Any

from grievance import clock
from grievance.desk.at_company import AtCompany
from grievance.extensions import Label
from grievance.reports.casefile import Happened, Opened, OwedLine, RemedyCard
from grievance.reports.company_page import CompanyPage
from grievance.reports.queue_lines import QueueLine
from grievance.views.api.company_verbs import STEPS
from grievance.workflow import labels, words
from grievance.workflow.custody import Told


def line(one: QueueLine, kept: AtCompany) -> dict[str, Any]:
    """One case of a list. `kept`: as the company keeps it for itself."""
    due = {"title": one.title, "owed_by": one.owed_by, "due_on": one.due_on.isoformat(), "zone": one.zone,
           "paused": one.paused, "overdue": one.overdue} if one.due_on else None  # fmt: skip
    return {"reference": one.case.reference, **_kept(kept), "state": one.case.state, "next": due}


def _kept(kept: AtCompany) -> dict[str, Any]:
    return {"own_reference": kept.reference or None, "in_charge": kept.name or None}


def case(page: CompanyPage, told: Sequence[Told], kept: AtCompany, zone: str) -> dict[str, Any]:
    """`told`: who complained, as far as the company was told. `zone`: whose days it says."""
    file = page.file
    return {
        "reference": file.case.reference,
        **_kept(kept),
        "unfit": str(file.unfit) if file.misfits else None,
        "state": page.state.value,
        "suspended": bool(file.case.suspended),
        "next": [_owed(one) for one in file.limits],
        "possible": sorted(STEPS[row.step] for row, missing in page.rows if missing is None and row.step in STEPS),
        "packet": writing(page.packet, zone) if page.packet else None,
        "messages": [writing(one, zone) for one in page.messages],
        "remedies": [_remedy(one) for one in file.remedies],
        "complainant": [_told(one) for one in told],
        "timeline": [_happened(one, zone) for one in file.timeline],
    }


def _owed(one: OwedLine) -> dict[str, Any]:
    return {"title": str(one.what), "owed_by": one.owed_by, "due_on": one.due_on.isoformat(), "zone": one.zone,
            "paused": one.paused, "overdue": one.overdue}  # fmt: skip


def writing(one: Opened, zone: str) -> dict[str, Any]:
    """What was written; its files are asked for by their `id`."""
    return {
        "step": one.step, "on": clock.day(one.at, zone).isoformat(), "by": one.role,
        "read_by": str(words.AUDIENCES[one.compartment.value]), "frozen": one.frozen or None, "says": _says(one.fields),
        "files": [{"id": f["id"], "name": f["name"], "size": f["size"]} for f in one.files],
    }  # fmt: skip


def _says(fields: Sequence[tuple[Label, Any]]) -> list[list[str]]:
    return [[str(question), str(answer)] for question, answer in fields]


def _remedy(one: RemedyCard) -> dict[str, Any]:
    return {"number": one.number, "kind": str(one.kind), "status": one.status, "due_on": one.due_on.isoformat(),
            "zone": one.zone, "paused": one.paused, "says": _says(one.fields)}  # fmt: skip


def _told(one: Told) -> dict[str, Any]:
    return {"whose": str(words.WHOSE[one.whose]), "kind": str(words.IDENTITY[one.kind]), "text": one.text,
            "superseded": one.superseded}  # fmt: skip


def _happened(one: Happened, zone: str) -> dict[str, Any]:
    on, what = clock.day(one.at, zone).isoformat(), labels.happened(one.kind, one.role, "")
    return {"on": on, "event": one.kind, "what": what, "by": one.role, "says": _says(one.answers)}
