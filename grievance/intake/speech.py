"""An account that is spoken: text is then not needed, and the recording is the account from the moment it is sent."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from grievance.deadlines import rows as deadlines
from grievance.deadlines.kinds import Deadline
from grievance.forms.fields import Field
from grievance.models.case import Case, Spoken

ACCOUNT, SPOKEN, READ_BACK = "account", "spoken", "read_back"


def asked(fields: tuple[Field, ...], raw: Mapping[str, Any]) -> tuple[Field, ...]:
    """The questions for who answers so: what was said need not be written as well, and then nothing is read back."""
    if not raw.get(SPOKEN):
        return fields
    free = {ACCOUNT} if raw.get(ACCOUNT) else {ACCOUNT, READ_BACK}
    return tuple(replace(field, required=False) if field.name in free else field for field in fields)


def put_with_the_files(values: dict[str, Any]) -> None:
    """From here on it is one of the files, with its mark."""
    if said := values.pop(SPOKEN, None):
        values["files"] = [*said, *values.get("files", [])]


def is_spoken(values: Mapping[str, Any]) -> bool:
    """Whether one of the files, sealed by now, is the account."""
    return any(one["spoken"] for one in values.get("files", []))


def owe_writing_down(case: Case, values: Mapping[str, Any], now: Any) -> None:
    """A spoken complaint is heard from its first day."""
    if is_spoken(values):
        case.spoken = Spoken.SAID
        deadlines.open_limit(case, Deadline.WRITE_DOWN, now)
