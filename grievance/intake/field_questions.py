"""How a form without a network asks each question: in the words of XLSForm."""

from grievance.extensions import Label
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import YES_NO, Field, Kind
from grievance.forms.kinds import Widget
from grievance.intake.filing import QUESTIONS
from grievance.intake.told import TOLD

ASKED: tuple[Field, ...] = (*QUESTIONS, *TOLD)

MEDIA: tuple[tuple[str, str, Label], ...] = (
    *((f"photo_{n}", "image", _l("Photo %(number)s", number=n)) for n in (1, 2, 3, 4)),
    ("video_1", "video", _l("Video")),
    *((f"document_{n}", "file", _l("Document %(number)s", number=n)) for n in (1, 2)),
)
"""The one question for files, as a phone asks for them: name, type of XLSForm, label."""

TYPES = {
    Widget.AREA: "text",
    Widget.LINE: "text",
    Widget.DATE: "date",
    Widget.ONE_OF: "select_one",
    Widget.LIST: "select_one",
    Widget.TICK: "select_one",
    Widget.YES_OR_NO: "select_one",
    Widget.SOME_OF: "select_multiple",
    Widget.RECORDER: "audio",
}
"""Each widget of our pages as a type of XLSForm; files are `MEDIA`."""


def choices_of(field: Field) -> list[tuple[str, tuple[Label, ...]]]:
    """The answers of a question, each with what it says; more than one text is said as several sentences."""
    if field.widget == Widget.YES_OR_NO:
        return [(key, (text, says)) for (key, text), says in zip(YES_NO, (field.on_yes, field.on_no), strict=True)]
    if field.kind == Kind.YES:
        return [(key, (text,)) for key, text in YES_NO]
    return [(str(key), (text,)) for key, text in field.choices]


def asked_if(field: Field) -> str:
    """The condition of XLSForm under which it is asked; empty for always."""
    follows = field.follows_any or ((field.follows,) if field.follows else ())
    return " or ".join(_one_of(name, key) for name, keys in follows for key in sorted(keys))


def _one_of(name: str, key: str) -> str:
    several = any(field.name == name and field.kind == Kind.CHOICES for field in ASKED)
    return f"selected(${{{name}}}, '{key}')" if several else f"${{{name}}} = '{key}'"
