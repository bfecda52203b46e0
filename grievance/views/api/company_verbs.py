"""What a company's program may do in a case: each a step of the table, at an address of its own."""

from dataclasses import dataclass, field
from typing import Any

from grievance.forms.fields import Field, Kind
from grievance.models.people import Role
from grievance.workflow.procedure import ROWS


@dataclass(frozen=True)
class Verb:
    """`path`: behind the address of a case; with `{number}` for one of its remedies. `name`: its operationId. `given`:
    answers that whoever leaves them out gives."""

    path: str
    step: str
    name: str
    summary: str
    given: dict[str, Any] = field(default_factory=dict)

    @property
    def of_a_remedy(self) -> bool:
        return "{number}" in self.path

    @property
    def asks(self) -> tuple[Field, ...]:
        """What is answered in the body: which remedy is meant, the address says. Files have a verb of their own."""
        row = next(one for one in ROWS if one.step == self.step and Role.COMPANY in one.who)
        skipped = {Kind.REMEDY} if self.step == "attach" else {Kind.REMEDY, Kind.FILES}
        return tuple(one for one in row.asks if one.kind not in skipped)

    @property
    def with_files(self) -> bool:
        return any(one.kind == Kind.FILES for one in self.asks)


OFFICE = {"audience": "secretariat"}
VERBS = (
    Verb("acknowledgement", "company_acknowledge", "acknowledge", "Say that it arrived, and who answers"),
    Verb("extension", "request_extension", "askForMoreTime", "Ask for more time"),
    Verb("answer", "respond", "answer", "Answer the complaint"),
    Verb("contest", "contest_referral", "contestReferral", "Say that this referral is not yours"),
    Verb("draft/comment", "company_comment_on_draft", "commentOnDraft", "Comment on a draft of observations"),
    Verb("remedies", "propose_remedy", "proposeRemedy", "Propose a remedy"),
    Verb("remedies/{number}/delivery", "report_delivered", "reportDelivered", "Report that a remedy was delivered"),
    Verb("messages", "write", "writeMessage", "Write a message", OFFICE),
    Verb("files", "attach", "addFiles", "Add files", OFFICE),
)
STEPS = {verb.step: verb.name for verb in VERBS}
"""By the name of the step, what it is called here."""
