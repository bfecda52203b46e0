"""A case as its complainant looks at it: what they owe first, then what others owe, then what they can do.

All words of it come from `open_case_file` for the person who asks; here they are only put in order.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from grievance import clock
from grievance.access import Person
from grievance.deadlines import office_hours
from grievance.deadlines.kinds import Deadline
from grievance.extensions import Label
from grievance.forms.choices import TAGS
from grievance.models.case import Case, State
from grievance.models.writing import RemedyStatus
from grievance.reports import retention
from grievance.reports.actions import Choice, meeting
from grievance.reports.before_taking_back import UNDOES, while_undone
from grievance.reports.casefile import CaseFile, Happened, Opened, OwedLine, RemedyCard, open_case_file
from grievance.reports.her_safety import OF_SAFETY, HerSafety, elsewhere, her_safety
from grievance.reports.standing import asked_anew, standing
from grievance.reports.track import track
from grievance.workflow import follow_ups, spoken, steps, whose_word, words
from grievance.workflow.procedure import TABLE
from grievance.workflow.retention import ANSWER as OF_KEEPING
from grievance.workflow.row import SAFETY, Row
from grievance.workflow.sent_elsewhere import ANSWER, SHOW, newest

COMPLAINANT = "complainant"
ORDER = {"write": -1, "withdraw": 1, "waive_remedy": 1, "ask_deletion": 2}
"""A message is the first thing that is offered, and to give up the last; before both what she is asked anew."""
SAID = frozenset({"attach", "ask_deletion"})
"""Steps that stay on the page where they are not possible: why says what to do instead."""
LIKELY = frozenset({"write", "escalate", "appeal", "come_back", "choose_road"})
"""What she is likely to want: the others lie behind *More*."""
WAITING = (RemedyStatus.DELIVERED, RemedyStatus.PROPOSED)
"""A remedy that waits for her word."""
RUNNING = (RemedyStatus.ACCEPTED, RemedyStatus.DISPUTED)
ENDS = frozenset(row.step for row in TABLE if row.target == State.CLOSED)


AT_THE_HEAD = {follow_ups.ANSWER.step, spoken.APPROVE_WORDS.step, OF_KEEPING, *UNDOES}


@dataclass(frozen=True)
class Owes:
    """What she owes, with the words that it is about on the same screen: nobody answers a question from memory."""

    limit: OwedLine
    rows: list[Row]
    about: Opened | None


@dataclass(frozen=True)
class ComplainantPage:
    """`own`: what the complainant owes, each with the steps that meet it; `others`: what is owed to the case by others;
    `track`: where the case has come, the last where it stands.

    `rows`: all that the table allows, each with None or what stands against it; `rest`: those that are offered by
    themselves.
    """

    file: CaseFile
    standing: Label
    track: list[str]
    own: list[Owes]
    checks: list[OwedLine]
    """Until when she is to say whether remedies were delivered: said at the remedy itself."""
    others: list[OwedLine]
    rows: list[Choice]
    topics: list[Any]
    at_work: str
    """When somebody of the office is at work next."""
    safety: HerSafety
    """In its fold: nothing of it stands elsewhere on her page."""
    wish: str
    """How a wish for deletion stands."""
    kept: list[str]
    """Until when the case is kept, and what she said shall become of it then."""
    reader: Person

    @property
    def asked(self) -> Row | None:
        """Where the office asks her how it is now: at the head of her page, and in neutral words."""
        step = follow_ups.ANSWER.step
        return next((row for row, missing in self.rows if row.step == step and not missing), None)

    @cached_property
    def words_to_approve(self) -> tuple[Row, Opened] | None:
        """What was written down of what she said, with the step that says whether it is that: nothing is missed by
        whom it is asked of, so that no time limit says it."""
        asked = spoken.APPROVE_WORDS
        row = next((row for row, missing in self.rows if row.step == asked.step and not missing), None)
        said = next((w for w in self.file.writings if w.step == asked.replies_to), None)
        return (row, said) if row and said else None

    @cached_property
    def door_to_answer(self) -> tuple[Row, Opened] | None:
        """What would go to another door, while she has not answered: no time limit says it either."""
        shown = newest(self.file.case)
        if shown is None or shown.agreed:
            return None
        row = next((row for row, missing in self.rows if row.step == ANSWER and not missing), None)
        said = next((w for w in self.file.writings if w.step == SHOW), None)
        return (row, said) if row and said else None

    @property
    def undone(self) -> list[Row]:
        """What she took back and can still undo: at the head of her page."""
        return [row for row, missing in self.rows if row.step in UNDOES and not missing]

    @property
    def keeping(self) -> Row | None:
        """Where she is asked what shall become of it, or may change what she said."""
        return next((row for row, missing in self.rows if row.step == OF_KEEPING and not missing), None)

    @property
    def waiting(self) -> list[RemedyCard]:
        """Remedies that wait for her: with the words that she is to judge, beside the buttons. What was done already,
        as the company says, first."""
        found = [one for one in self.file.remedies if one.status in WAITING]
        return sorted(found, key=lambda one: WAITING.index(RemedyStatus(one.status)))

    @property
    def running(self) -> list[RemedyCard]:
        return [one for one in self.file.remedies if one.status in RUNNING]

    @property
    def ended(self) -> list[RemedyCard]:
        return [one for one in self.file.remedies if one.status not in (*WAITING, *RUNNING)]

    def steps_for(self, remedy: RemedyCard) -> list[Row]:
        """What she may do about one of them; or who speaks for her, where she has not said it herself."""
        possible = [
            row
            for row, missing in self.rows
            if row.asks_remedy
            and not missing
            and not whose_word.is_theirs(self.reader, self.file.case.id, row, remedy.number)
        ]
        return sorted(
            (row for row in possible if remedy.status in row.asks[0].among), key=lambda row: ORDER.get(row.step, 0)
        )

    @cached_property
    def newest(self) -> list[Opened]:
        """What was written last, unless it stands above already, beside what she is to do about it."""
        last = [w for w in self.writings if w.last == self.writings[0].last]
        return [w for w in last if w not in self._above]

    @property
    def older(self) -> list[Opened]:
        shown = [*self.newest, *self._above]
        return [w for w in self.writings if w not in shown]

    @cached_property
    def _above(self) -> list[Opened]:
        above = [one.about for one in self.own if one.about]
        asked = [one[1] for one in (self.words_to_approve, self.door_to_answer) if one]
        return [*above, *asked]

    @cached_property
    def likely(self) -> list[Choice]:
        return [choice for choice in self.rest if choice[0].step in LIKELY | self._first.keys()]

    @property
    def more(self) -> list[Choice]:
        return [choice for choice in self.rest if choice not in self.likely]

    @cached_property
    def _first(self) -> dict[str, int]:
        return {"change_consent": -2} if asked_anew(self.file.case) else {}

    @cached_property
    def writings(self) -> list[Opened]:
        """What was translated stands where its translation came: nobody looks for it among old texts."""
        found = [w for w in elsewhere(self.file.writings) if not w.translates]
        return sorted(found, key=lambda w: w.last, reverse=True)

    @property
    def timeline(self) -> list[Happened]:
        return [one for one in self.file.timeline if one.kind not in OF_SAFETY]

    @cached_property
    def rest(self) -> list[Choice]:
        shown = {row.step for one in self.own for row in one.rows} | AT_THE_HEAD
        shown |= {ANSWER} if self.door_to_answer else set()
        offered = [c for c in self.rows if _is_offered(c, shown) and not c[0].beside_its_thing]
        return sorted(offered, key=lambda choice: {**ORDER, **self._first}.get(choice[0].step, 0))


def _is_offered(choice: Choice, shown: set[str]) -> bool:
    row, missing = choice
    return row.step not in shown and row.group is not SAFETY and (missing is None or row.step in SAID)


def open_complainant_page(person: Person, case: Case) -> ComplainantPage:
    file = open_case_file(person, case)
    rows = steps.choices_now(person, case, file.keys)
    hers = [limit for limit in file.limits if limit.owed_by == COMPLAINANT]
    said_done = any(remedy.status == RemedyStatus.DELIVERED for remedy in file.remedies)
    checks = [limit for limit in hers if said_done and limit.key == Deadline.DELIVERY_CHECK]
    return ComplainantPage(
        file=file,
        standing=standing(case, [remedy.status for remedy in file.remedies]),
        track=track(file),
        own=[_owes(limit, rows, file) for limit in hers if limit not in checks],
        checks=checks,
        others=[limit for limit in file.limits if limit.owed_by != COMPLAINANT],
        rows=rows,
        topics=topics_shown(case),
        safety=her_safety(file, rows),
        at_work=office_hours.for_case(case, clock.now()),
        wish=while_undone(case),
        kept=retention.for_her(case),
        reader=person,
    )


def _owes(limit: OwedLine, choices: list[Choice], file: CaseFile) -> Owes:
    """What it is about is the newest of what its step replies to; of an appeal, the letter at the end."""
    rows = meeting(limit, choices, COMPLAINANT)
    about = {row.replies_to for row in rows} if limit.key != Deadline.APPEAL else ENDS
    found = next((w for w in file.writings if w.step in about), None)
    return Owes(limit, rows, found)


def topics_shown(case: Case) -> list[Any]:
    """What the case is about, as its complainant reads it: the office's own marks are none of it."""
    tags = dict(TAGS)
    return [words.TOPICS[topic] for topic in case.topics if topic in words.TOPICS and topic not in tags]
