"""The kinds of answers that a question may have, and what each is: on a page, in the API and on paper."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    TEXT = "text"
    LINE = "line"
    CHOICE = "choice"
    CHOICES = "choices"
    DATE = "date"
    YES = "yes"
    REMEDY = "remedy"
    COMPANY = "company"
    OFFICER = "officer"
    SUBJECTS = "subjects"
    HIDDEN = "hidden"
    FILES = "files"
    SPOKEN = "spoken"
    """A recording, in which somebody says what they would write."""
    FILE = "file"
    LIMITS = "limits"
    BREACHES = "breaches"
    CASE = "case"
    PERSON = "person"
    COLLEAGUE = "colleague"
    DEPUTY = "deputy"
    ENTRIES = "entries"
    SHUT_OUT = "shut_out"
    FORMER = "former"
    MEASURE = "measure"
    MEETING = "meeting"
    OWN_FILE = "own_file"
    WRITING = "writing"
    PART = "part"
    DOOR = "door"
    LETTER = "letter"
    MENTIONED = "mentioned"
    NOTE = "note"
    TO_PUT_BESIDE = "to_put_beside"
    BESIDE = "beside"


class Widget(StrEnum):
    """What a page shows to answer with: a part of templates/macros/forms.html."""

    AREA = "area"
    LINE = "line"
    DATE = "date"
    TICK = "tick"
    YES_OR_NO = "yes_or_no"
    """A question with two answers, none of them chosen before."""
    ONE_OF = "one_of"
    """Radio buttons, or a list where there are many."""
    LIST = "list"
    SOME_OF = "some_of"
    FILES = "files"
    RECORDER = "recorder"
    HIDDEN = "hidden"


@dataclass(frozen=True)
class KindFacts:
    """`schema`: the JSON type of an answer, without its choices. `lines`: how much room it has on the paper form; 0 for
    boxes to tick; None where a form on paper cannot ask it, with the reason in `not_on_paper`."""

    widget: Widget
    schema: str
    lines: int | None = None
    not_on_paper: str = ""
    among_rows: bool = False
    """An answer names a row of the database, which must be one that this case may use."""
    names_itself: bool = False
    """Each answer begins with what it is, as *Remedy 1*: where it is the only one, the question is not said before it.
    """


_OF_A_CASE = "it chooses among what a case holds"
FACTS = {
    Kind.TEXT: KindFacts(Widget.AREA, "string", 4),
    Kind.LINE: KindFacts(Widget.LINE, "string", 1),
    Kind.CHOICE: KindFacts(Widget.ONE_OF, "string", 0),
    Kind.CHOICES: KindFacts(Widget.SOME_OF, "array", 0),
    Kind.DATE: KindFacts(Widget.DATE, "string", 1),
    Kind.YES: KindFacts(Widget.TICK, "boolean", 0),
    Kind.REMEDY: KindFacts(Widget.ONE_OF, "string", None, _OF_A_CASE, among_rows=True, names_itself=True),
    Kind.COMPANY: KindFacts(Widget.LIST, "string", 1, among_rows=True),
    Kind.OFFICER: KindFacts(Widget.LIST, "string", None, _OF_A_CASE, among_rows=True),
    Kind.SUBJECTS: KindFacts(Widget.SOME_OF, "array", None, _OF_A_CASE, among_rows=True),
    Kind.HIDDEN: KindFacts(Widget.HIDDEN, "string", None, "nobody fills it in"),
    Kind.FILES: KindFacts(Widget.FILES, "array", None, "what is on paper is put in with it"),
    Kind.SPOKEN: KindFacts(Widget.RECORDER, "array", None, "nobody speaks to paper"),
    Kind.FILE: KindFacts(Widget.LIST, "string", None, _OF_A_CASE, among_rows=True),
    Kind.LIMITS: KindFacts(Widget.SOME_OF, "array", None, _OF_A_CASE, among_rows=True),
    Kind.BREACHES: KindFacts(Widget.SOME_OF, "array", None, _OF_A_CASE, among_rows=True),
    Kind.CASE: KindFacts(Widget.LINE, "string", None, _OF_A_CASE, among_rows=True),
    Kind.PERSON: KindFacts(Widget.LIST, "string", None, _OF_A_CASE, among_rows=True),
    Kind.COLLEAGUE: KindFacts(Widget.LIST, "string", None, _OF_A_CASE, among_rows=True),
    Kind.DEPUTY: KindFacts(Widget.ONE_OF, "string", None, _OF_A_CASE, among_rows=True),
    Kind.ENTRIES: KindFacts(Widget.SOME_OF, "array", None, _OF_A_CASE, among_rows=True),
    Kind.SHUT_OUT: KindFacts(Widget.LIST, "string", None, _OF_A_CASE, among_rows=True),
    Kind.FORMER: KindFacts(Widget.LIST, "string", None, _OF_A_CASE, among_rows=True),
    Kind.MEASURE: KindFacts(Widget.ONE_OF, "string", None, _OF_A_CASE, among_rows=True, names_itself=True),
    Kind.MEETING: KindFacts(Widget.ONE_OF, "string", None, _OF_A_CASE, among_rows=True, names_itself=True),
    Kind.OWN_FILE: KindFacts(Widget.ONE_OF, "string", None, _OF_A_CASE, among_rows=True),
    Kind.DOOR: KindFacts(Widget.LIST, "string", None, _OF_A_CASE, among_rows=True),
    Kind.PART: KindFacts(Widget.LIST, "string", None, _OF_A_CASE, among_rows=True),
    Kind.LETTER: KindFacts(Widget.LIST, "string", None, _OF_A_CASE, among_rows=True),
    Kind.MENTIONED: KindFacts(Widget.SOME_OF, "array", None, _OF_A_CASE, among_rows=True),
    Kind.NOTE: KindFacts(Widget.LIST, "string", None, _OF_A_CASE, among_rows=True),
    Kind.TO_PUT_BESIDE: KindFacts(Widget.LIST, "string", None, _OF_A_CASE, among_rows=True),
    Kind.BESIDE: KindFacts(Widget.LIST, "string", None, _OF_A_CASE, among_rows=True),
    Kind.WRITING: KindFacts(Widget.LIST, "string", None, _OF_A_CASE, among_rows=True),
}
SEVERAL = frozenset(kind for kind, facts in FACTS.items() if facts.widget == Widget.SOME_OF)
"""Any number of these may be chosen."""
