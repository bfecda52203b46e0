"""The pages of the form: what each asks, in which order, and who comes past it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grievance.extensions import Label
from grievance.extensions import lazy_gettext as _l
from grievance.intake import filing
from grievance.views.pages import UPLOADED
from grievance.workflow import delicate

FIELDS = {field.name: field for field in filing.QUESTIONS}
START = "receipt"
"""The page of the lines that lead back to the form, and to the case when it is sent: the first question stands under
them, so that one press keeps its answer."""
WHO = ("name", "phone", "reach", "email", "address")


@dataclass(frozen=True)
class FormPage:
    """One page of the form: its heading, a sentence of help, and the questions on it."""

    key: str
    title: Label
    names: tuple[str, ...]
    help: Label = ""
    seconds: int = 20
    """How long it takes who reads it slowly and answers it: what is left is said at each step."""

    @property
    def may_be_left_out(self) -> bool:
        """Whether nothing on it is needed, and leaving it out agrees to nothing and refuses nothing."""
        return not any(FIELDS[name].required or FIELDS[name].on_yes for name in self.names)

    @property
    def enough(self) -> bool:
        """Whether what is needed is answered with this page, and more would come after it."""
        order = list(BY_KEY)
        return order.index("company") <= order.index(self.key) < len(order) - 1

    @property
    def written(self) -> tuple[str, ...]:
        """The questions on it that are answered with words and ticks."""
        return tuple(name for name in self.names if name != self.upload)

    @property
    def upload(self) -> str:
        """The question on it that is answered with files; empty where there is none."""
        return next((name for name in self.names if FIELDS[name].kind in UPLOADED), "")


SAFETY = FormPage("safety", FIELDS["could_harm"].label, ("could_harm", "harm_when"), _l(
    "If you say yes, or that you are not sure, we talk about your safety first, and nothing goes to the company"
    " before that."
))  # fmt: skip
HELP = FormPage("next", _l("Help now"), tuple(field.name for field in delicate.ASKED), seconds=60)
"""Only where it is about sexual violence or a child; its address tells that to nobody."""
PAGES = (
    SAFETY,
    FormPage("account", FIELDS["account"].label, ("account", "spoken"), FIELDS["account"].help,
             seconds=90),
    FormPage("company", FIELDS["company"].label, ("company", "company_named")),
    FormPage("when", _l("Where and when was it?"), ("where", "when"), _l("As well as you know. You may leave it out.")),
    FormPage("about", _l("What is it about?"), ("topics", "child", "track", "wanted"), _l("You may leave this out.")),
    HELP,
    FormPage("files", FIELDS["files"].label, ("files",), FIELDS["files"].help),
    FormPage("you", _l("Who are you?"), ("represents", "authority", *WHO), _l(
        "You may leave all of this out. It is locked apart from your complaint:"
        " two of our people must agree before anyone reads it."
    )),
    FormPage("agree", _l("What you agree to"), ("share_account", "known_to_secretariat", "share_identity"), _l(
        "Nothing is chosen for you. What you leave out counts as No. You can change each answer later."
    )),
)  # fmt: skip
KEYS = [page.key for page in PAGES if page is not HELP]
"""What everybody is asked, in this order."""
BY_KEY = {page.key: page for page in PAGES}
FIRST = tuple(FIELDS[name] for name in SAFETY.names)
"""What is asked under the lines already."""


def shown(raw: Mapping[str, Any], at: FormPage | None = None) -> list[FormPage]:
    """The pages that somebody with these answers goes through. `at`: where they are already."""
    return [one for one in PAGES if one is not HELP or one is at or delicate.about(delicate.topics_said(raw))]


def minutes(page: FormPage, pages: Sequence[FormPage] = PAGES) -> int:
    """How long this page and those after it take, about."""
    left = sum(one.seconds for one in pages[pages.index(page) :])
    return max(1, round(left / 60))
