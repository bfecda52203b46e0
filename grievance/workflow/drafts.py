"""Before the review is concluded each side may read a draft of the observations and comment on it (file 2,
"draft_observations").

The draft is one text for both. What one side says of it is never shown to the other, nor that it said anything
(docs/decisions/0085-drafts-of-observations.md).
"""

from dataclasses import replace

from grievance.crypto.compartments import Compartment
from grievance.deadlines import rows as deadlines
from grievance.deadlines.kinds import Deadline
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import Field
from grievance.models.sides import ALL, COMPANY, HER
from grievance.workflow import conditions as only
from grievance.workflow import letter_texts as say
from grievance.workflow.conditions import Answer
from grievance.workflow.context import StepContext
from grievance.workflow.letter_texts import to_both, to_officer
from grievance.workflow.row import COMPANY as BY_COMPANY
from grievance.workflow.row import COMPLAINANT, ESCALATED, OFFICER, PROGRESS, REFERRED, WRITING, Happening, Row, states

DRAFT, COMMENT, COMPANYS_COMMENT = "draft_observations", "comment_on_draft", "company_comment_on_draft"
HERS, COMPANYS = Deadline.DRAFT_COMMENT, Deadline.DRAFT_COMMENT_COMPANY
LIMITS = (HERS, COMPANYS)
NOBODY_ASKS = _l("There is no draft now on which you could comment. You can write a message.")

DRAFT_ASKS = (
    Field("draft", _l("The draft of the observations: both sides read it, word for word"),
          sealed_into=Compartment.SHARED, read_as=_l("The draft of the observations"),
          help=_l("Each side can comment until a day. Neither reads what the other says.")),
)  # fmt: skip
COMMENT_ASKS = (
    Field("comment", _l("What is wrong or missing in the draft?"), sealed_into=Compartment.CORRESPONDENCE,
          read_as=_l("What was said about the draft"), missing=_l("Write what is wrong or missing."),
          help=_l("Only the Secretariat reads this.")),
)  # fmt: skip


def _runs(context: StepContext, *keys: str) -> bool:
    return any(one.key in keys and not one.missed_at for one in deadlines.owed(context.case))


def no_draft_waits(context: StepContext) -> Answer:
    """One at a time; and nobody concludes what a side can still comment on."""
    if _runs(context, *LIMITS):
        return _l("A draft of the observations is with both sides, and one of them can still comment on it.")
    return None


def she_is_asked(context: StepContext) -> Answer:
    return None if _runs(context, HERS) else NOBODY_ASKS


def company_is_asked(context: StepContext) -> Answer:
    return None if _runs(context, COMPANYS) else NOBODY_ASKS


def ask_company(context: StepContext) -> None:
    """A company that was handed nothing reads no draft."""
    if context.case.with_company:
        deadlines.set_off(context.case, COMPANYS, context.at)


DRAFT_OBSERVATIONS = Row(
    step=DRAFT, title=_l("Show both sides a draft of the observations"), source=states(REFERRED, ESCALATED),
    who=OFFICER, group=PROGRESS,
    asks=DRAFT_ASKS, only_if=(no_draft_waits, only.company_knows_of_it), then=(ask_company,),
    opens=(HERS,), may_open=(COMPANYS,),
    answers=True,
    put_right=(DRAFT, "conclude_review"),
    event=Happening(_l("The Secretariat showed a draft of its observations"), ALL),
    letters=to_both(say.DRAFT_SHOWN),
)  # fmt: skip
COMMENT_ON_DRAFT = Row(
    step=COMMENT, title=_l("Comment on the draft"), source=states(REFERRED, ESCALATED), who=COMPLAINANT,
    group=WRITING,
    replies_to=DRAFT,
    asks=COMMENT_ASKS, only_if=(she_is_asked,),
    meets=(HERS,),
    waits=True,
    put_right=("write",),
    event=Happening(_l("The complainant commented on the draft"), HER, _l("You commented on the draft")),
    letters=(to_officer(say.DRAFT_COMMENTED),),
)  # fmt: skip
COMPANY_COMMENTS = Row(
    step=COMPANYS_COMMENT, title=_l("Comment on the draft"), source=states(REFERRED, ESCALATED), who=BY_COMPANY,
    group=WRITING,
    replies_to=DRAFT,
    asks=(replace(COMMENT_ASKS[0], sealed_into=Compartment.COMPANY),), only_if=(company_is_asked,),
    meets=(COMPANYS,),
    put_right=("write",),
    event=Happening(_l("The company commented on the draft"), frozenset({COMPANY})),
    letters=(to_officer(say.DRAFT_COMMENTED),),
)  # fmt: skip
ROWS = (DRAFT_OBSERVATIONS, COMMENT_ON_DRAFT, COMPANY_COMMENTS)
