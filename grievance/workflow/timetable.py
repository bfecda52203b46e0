"""Which time limits there are, who owes what in each, and how long the office gives (procedure.toml)."""

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from grievance.extensions import lazy_gettext as _l
from grievance.workflow import limit_checks
from grievance.workflow.limits import Rule

SECRETARIAT, COMPANY, COMPLAINANT, APPROVER, BOARD = "secretariat", "company", "complainant", "approver", "board"
OFFICE = (SECRETARIAT, APPROVER)
CALLED_SOON = timedelta(days=3)
"""How near a date is when it is called soon: in the queues, in their counts, and beside the date."""
# key: what is owed, by whom. The rule and its source come from procedure.toml.
_OWED: dict[str, tuple[Any, str]] = {
    "L1": (_l("acknowledge the complaint"), SECRETARIAT),
    "L2": (_l("decide whether the complaint is admissible"), SECRETARIAT),
    "L3": (_l("answer the question"), COMPLAINANT),
    "L4": (_l("acknowledge the referral"), COMPANY),
    "L5": (_l("answer the complaint"), COMPANY),
    "L6": (_l("tell the complainant how it stands"), SECRETARIAT),
    "L7": (_l("comment on the answer"), COMPLAINANT),
    "L8": (_l("review whether the answer is fair"), SECRETARIAT),
    "L9": (_l("say whether they agree to good offices"), COMPLAINANT),
    "L9c": (_l("say whether it agrees to good offices"), COMPANY),
    "L9m": (_l("bring the mediation to an end"), SECRETARIAT),
    "L10": (_l("decide the case"), BOARD),
    "L11": (_l("deliver the remedy"), COMPANY),
    "L11v": (_l("say whether the remedy was delivered"), COMPLAINANT),
    "L12": (_l("follow up, first time"), SECRETARIAT),
    "L12b": (_l("follow up, second time"), SECRETARIAT),
    "L12c": (_l("follow up, third time"), SECRETARIAT),
    "L13": (_l("appeal against the closure"), COMPLAINANT),
    "L14": (_l("look at the safety"), SECRETARIAT),
    "L14h": (_l("look at the safety, critical case"), SECRETARIAT),
    "L14r": (_l("look at the safety again"), SECRETARIAT),
    "L15": (_l("finish the whole case"), SECRETARIAT),
    "L16": (_l("look again at the suspension"), APPROVER),
    "L17": (_l("decide the next move"), SECRETARIAT),
    "L18": (_l("decide a proposal"), APPROVER),
    "L19": (_l("decide the appeal"), APPROVER),
    "L20": (_l("confirm that the withdrawal is free"), SECRETARIAT),
}
STANDING = frozenset({"L6", "L15"})
"""They run beside the procedure and are no next step by themselves (promise 1)."""
HIDDEN_FROM_COMPANY = frozenset({"L3", "L14", "L14h", "L14r", "L18", "L19", "L20"})


@dataclass(frozen=True)
class LimitKind:
    key: str
    title: Any
    owed_by: str
    rule: Rule
    source: str
    remind: Rule | None
    most: Rule | None
    """What an extension may bring it to at most, counted from its beginning."""

    @property
    def agreed(self) -> bool:
        """It ends on the date that was agreed for it, and its rule counts nothing."""
        return self.key == "L11"


@dataclass(frozen=True)
class Timetable:
    kinds: dict[str, LimitKind]
    retention_years: int


def load(path: Path) -> Timetable:
    """Read procedure.toml. Raises ValueError with a sentence that names the limit and what is wrong with it."""
    data = _tables(path)
    if missing := sorted(set(data["limits"]) ^ set(_OWED)):
        raise ValueError(f"procedure.toml: missing or unknown limits: {missing}")
    return Timetable({key: _kind(key, row) for key, row in data["limits"].items()}, _years(data["retention"]))


def _tables(path: Path) -> dict[str, dict[str, Any]]:
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except ValueError as reason:
        raise ValueError(f"procedure.toml: {reason}") from None
    if set(data) != {"limits", "retention"} or not all(isinstance(table, dict) for table in data.values()):
        raise ValueError("procedure.toml: it has [limits] and [retention], and nothing else")
    return data


def _years(retention: dict[str, Any]) -> int:
    years = retention.get("years")
    if set(retention) != {"years"} or type(years) is not int or not 1 <= years <= 30:
        raise ValueError("procedure.toml: retention: it has years and nothing else, and they must be 1 to 30")
    return years


def _kind(key: str, row: Any) -> LimitKind:
    title, owed_by = _OWED[key]
    try:
        said = limit_checks.read(row)
        rule = limit_checks.parse(said, "rule")
        remind, most = (limit_checks.parse(said, name) if name in said else None for name in ("remind", "most"))
    except ValueError as reason:
        raise ValueError(f"procedure.toml: {key}: {reason}") from None
    for fault in limit_checks.faults(key, owed_by, rule, remind, most):
        raise ValueError(f"procedure.toml: {key}: {fault}")
    return LimitKind(key, title, owed_by, rule, said["source"], remind, most)
