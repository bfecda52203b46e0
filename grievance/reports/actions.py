"""The steps that a person may take now, arranged for the eye: beside the time limit that they meet, then by subject."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from grievance.crypto.compartments import CaseKeys
from grievance.extensions import lazy_gettext as _l
from grievance.models.case import Case
from grievance.reports.casefile import OwedLine
from grievance.workflow import answers
from grievance.workflow.fields import Kind
from grievance.workflow.procedure import ROWS
from grievance.workflow.row import Row

Choice = tuple[Row, Any]
"""A row, and None or the sentence that stands against it now."""

SUBJECTS: tuple[tuple[Any, frozenset[str]], ...] = (
    (_l("Write and record"), frozenset({
        "write", "note", "ask", "attach", "share_file", "record_message", "comment", "answer", "respond",
    })),
    (_l("Move the case on"), frozenset({
        "acknowledge", "classify", "dismiss", "record_concern", "refer", "escalate", "notify_company", "refer_back",
        "recall_packet", "company_acknowledge", "request_extension", "decide_extension", "conclude_review", "remedy",
        "follow_up", "close", "reopen", "reopen_admission", "come_back", "appeal", "refuse_appeal",
    })),
    (_l("Remedies"), frozenset({
        "propose_remedy", "accept_remedy", "decline_remedy", "waive_remedy", "report_delivered", "verify_remedy",
        "dispute_remedy",
    })),
    (_l("Good offices and the Board"), frozenset({
        "offer_good_offices", "agree_good_offices", "decline_good_offices", "begin_mediation", "end_mediation",
        "ask_board", "record_board_decision",
    })),
    (_l("Safety"), frozenset({"report_retaliation", "assess_safety", "lift_safety_alert", "suspend", "resume"})),
    (_l("Identity and consent"), frozenset({
        "ask_identity", "grant_identity", "refuse_identity", "open_identity", "share_identity", "correct_identity",
        "change_consent", "revoke_authority", "reissue_receipt",
    })),
    (_l("Withdrawal"), frozenset({"withdraw", "undo_withdrawal", "confirm_withdrawal"})),
    (_l("Keeping the case"), frozenset({
        "assign", "link", "declare_conflict", "exclude_person", "recuse_person", "set_legal_hold", "lift_legal_hold",
        "erase",
    })),
)  # fmt: skip
FOR_THE_COMPLAINANT = _l("By phone, letter or in person, for the complainant")
ANY_STEP = frozenset({"L15", "L17"})
"""Limits that no single step meets: the steps are not repeated beside them."""


@dataclass(frozen=True)
class Group:
    """`nearly`: the steps that are not possible now, with what is missing."""

    title: Any
    possible: list[Row]
    nearly: list[Choice]


def beside(limit: OwedLine, choices: Sequence[Choice], side: str) -> list[Row]:
    """The steps by which this person can meet a limit now; none where somebody else owes it."""
    if limit.key in ANY_STEP or limit.owed_by not in (side, "approver" if side == "secretariat" else side):
        return []
    return [row for row, missing in choices if not missing and limit.key in row.meets + row.helps and not row.recorded]


def by_subject(choices: Sequence[Choice]) -> list[Group]:
    """All steps, grouped by what they are about; a group without any is left out."""
    own = [choice for choice in choices if not choice[0].recorded]
    groups = [_group(title, [c for c in own if c[0].step in steps]) for title, steps in SUBJECTS]
    groups.append(_group(FOR_THE_COMPLAINANT, [c for c in choices if c[0].recorded]))
    return [group for group in groups if group.possible or group.nearly]


def _group(title: Any, choices: list[Choice]) -> Group:
    return Group(title, [row for row, missing in choices if not missing], [c for c in choices if c[1]])


def proposed(case: Case, keys: CaseKeys, step: str, values: dict[str, Any]) -> list[tuple[Any, str]]:
    """The answers of a proposal as an approver reads them; the packet and what the program alone needs are left out."""
    asks = [f for f in next(row for row in ROWS if row.step == step).asks if f.kind != Kind.HIDDEN]
    shown = [f for f in asks if f.name in values and f.name != "packet"]
    return [(f.label, answers.in_words(f, values[f.name], case, keys)) for f in shown]
