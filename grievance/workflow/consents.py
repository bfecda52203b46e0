"""The three consents as they are asked: what does not fit is asked back, and whose name it is about is said."""

from collections.abc import Mapping
from typing import Any

from grievance.extensions import Label
from grievance.extensions import lazy_gettext as _l
from grievance.models.case import Case
from grievance.workflow import delicate
from grievance.workflow.custody import IDENTITY
from grievance.workflow.questions import CONSENTS

MEANT = "meant"
"""Sent with answers that were asked back once: then they are what she means."""
WHOSE_NAME = _l(
    "If you speak for someone else: this is about your own name, which you wrote, and not about that person's."
)
WHOSE_NAMES = _l("This is about each name that we keep: of who complains, and of who speaks for them.")
NO_ACCOUNT = _l(
    "The company may know who you are, but not what happened? Without what happened we send it nothing, your name"
    " neither. Look at both answers. If you mean it so, go on."
)  # fmt: skip
NO_NAME = _l(
    "You did not write your name, so there is nothing to tell the company. Go back and write it, or choose No. If you"
    " mean it so, go on."
)  # fmt: skip


def agreed(case: Case) -> list[tuple[Label, bool]]:
    """What she agreed to, as it stands; of the road to the company only where she is asked about it."""
    road = [(delicate.ROAD.read_as, case.company_road == delicate.YES)] if delicate.is_asked(case) else []
    return [*((f.read_as, bool(getattr(case, f.name))) for f in CONSENTS), *road]


def asked_back(said: Mapping[str, Any], form: Mapping[str, Any], named: bool | None = None) -> dict[str, str]:
    """By question: what does not fit, unless it was asked back before. `said`: the answers as they were typed. `named`:
    whether a name or contact is kept already; None where it is among the answers."""
    if form.get(MEANT) == "yes" or not _yes(said.get("share_identity")):
        return {}
    if not _yes(said.get("share_account")):
        return {"share_identity": str(NO_ACCOUNT)}
    has_name = any(said.get(kind) for kind in IDENTITY) if named is None else named
    return {} if has_name else {"share_identity": str(NO_NAME)}


def _yes(answer: Any) -> bool:
    return answer in (True, "yes")
