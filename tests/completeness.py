"""What the tables of steps, events, limits and kinds of answers must say, and what is missing in them: a sentence each.

Each function takes its table, so that a test can take one fact away and see that it is missed.
"""

import re
from collections.abc import Iterable, Iterator

from flask_babel import LazyString

from grievance.deadlines.kinds import Deadline, Duty
from grievance.forms.fields import Field, Shown
from grievance.forms.kinds import FACTS, Kind, KindFacts
from grievance.intake.filing import QUESTIONS
from grievance.models.case import State
from grievance.models.people import Role
from grievance.models.sides import APPROVER, BOARD, COMPANY, COMPLAINANT, SECRETARIAT
from grievance.notify.recipients import MAILED
from grievance.record.letters import FORMER_COMPANY
from grievance.reports.answer_table import ITSELF, PAGE, PLACES, Cell, Silent
from grievance.workflow import beside, whose_word
from grievance.workflow.events import IN_DANGER, NOBODY_OPENED_IT
from grievance.workflow.letter_texts import TEXTS
from grievance.workflow.readers import AUDIENCES
from grievance.workflow.row import Row
from grievance.workflow.told import ROLES, How, addressed, told

SIDES = frozenset({COMPLAINANT, COMPANY})
RECIPIENTS = {"complainant", *MAILED}
OWNERS = {
    SECRETARIAT: {Role.OFFICER}, APPROVER: {Role.APPROVER}, BOARD: {Role.APPROVER}, COMPANY: {Role.COMPANY},
    COMPLAINANT: {Role.COMPLAINANT, Role.REPRESENTATIVE},
}  # fmt: skip
SIDE_OF = {
    Role.OFFICER: SECRETARIAT, Role.APPROVER: SECRETARIAT, Role.COMPANY: COMPANY, Role.COMPLAINANT: COMPLAINANT,
    Role.REPRESENTATIVE: COMPLAINANT, Role.CUSTODIAN: "custodian", Role.CLOCK: "clock",
}  # fmt: skip
OUTSIDE = frozenset({Role.COMPLAINANT, Role.REPRESENTATIVE, Role.COMPANY})
NO_PAGE = (ITSELF, PLACES[Shown.STEP][PAGE], PLACES[Shown.NOWHERE][PAGE])
"""Why a page may not show an answer to somebody who may read it."""
SPEAKS_OF_HER = re.compile(r"\bthe complainant\b|\bthey\b")


def name(row) -> str:
    who = " or ".join(sorted(role.value for role in row.who)) if isinstance(row, Row) else "the program"
    return f"{row.step if isinstance(row, Row) else row.kind} by {who}"


def message_of(text: object) -> str:
    """What the catalogues have for a text, before values are put into it."""
    return str(text._args[0] if isinstance(text, LazyString) and text._args else text)


def blank(text: object) -> bool:
    return text is None or not message_of(text).strip()


def of_rows(rows: Iterable[Row]) -> Iterator[str]:
    for row in rows:
        if blank(row.title):
            yield f"{name(row)}: has no title"
        if not row.source or not row.who:
            yield f"{name(row)}: says neither from which state nor by whom"
        if row.group is None and row.who != {Role.CLOCK}:
            yield f"{name(row)}: belongs to no group, so no page offers it"
        if row.group is not None and blank(row.group.title):
            yield f"{name(row)}: its group has no title"
        yield from of_event(row)
        yield from of_told(row)
        for field in row.asks:
            yield from of_field(row, field)
    yield from same_event(rows)


def of_event(row) -> Iterator[str]:
    """A row's event and letters; also of the events that no step makes."""
    event = row.event
    if event is None or blank(event.words):
        yield f"{name(row)}: nothing says in words that it happened"
        return
    if event.shown_to is None or not event.shown_to <= SIDES:
        yield f"{name(row)}: does not say who besides the Secretariat is shown that it happened"
    elif COMPLAINANT in event.shown_to and message_of(event.words).startswith("The complainant") and blank(event.yours):
        yield f"{name(row)}: has no words (`yours`) for the complainant's own page, where her doing is told as yours"
    if not row.letters and (blank(row.silent) or row.silent.lower().startswith("until ")):
        yield f"{name(row)}: tells nobody, and `silent` does not say why"
    if row.letters and row.silent:
        yield f"{name(row)}: has letters, and `silent` says why it has none"
    for letter in row.letters:
        if letter.recipient not in RECIPIENTS:
            yield f"{name(row)}: a letter goes to {letter.recipient!r}, who is nobody"
        if letter.text.template not in TEXTS or blank(letter.text.words):
            yield f"{name(row)}: the letter {letter.text.template!r} to the {letter.recipient} has no words"
        if letter.text.urgent and letter.recipient in {*SIDES, FORMER_COMPANY}:
            yield f"{name(row)}: the {letter.recipient} would learn that {letter.text.template!r} is urgent"
        if letter.when and not letter.when.among & may_be(row, letter.when.about):
            yield f"{name(row)}: the letter {letter.text.template!r} waits for {letter.when.about}, which is never so"


NOTED_FACTS = {
    "limit": set(Deadline), "raises_alert": {True}, "reminds": {COMPANY, COMPLAINANT, APPROVER, NOBODY_OPENED_IT},
    "warns": {SECRETARIAT, APPROVER, BOARD, IN_DANGER}, "proposed_by": {None},
    "could_harm": {value for field in QUESTIONS if field.name == "could_harm" for value, _text in field.choices},
}  # fmt: skip
"""What the facts can be by which a letter beside the steps is sent."""


def may_be(row, about: str) -> set[object]:
    """What an answer of a step, or a fact of another event, can be."""
    asked = [field for field in getattr(row, "asks", ()) if field.name == about]
    return {value for field in asked for value, _text in field.choices} if asked else NOTED_FACTS.get(about, set())


def of_told(row) -> Iterator[str]:
    """Each role learns of it, is not shown it, or there is a reason; and what comes from outside is never unseen."""
    for role in ROLES:
        cell = told(row, role)
        if cell.how == How.SILENT and (blank(cell.why) or cell.why.lower().startswith("until ")):
            yield f"{name(row)}: the {role.value} is not told, and nothing says why (`quiet`)"
        if role.value in row.quiet and role.value in {letter.recipient for letter in row.letters}:
            yield f"{name(row)}: has a letter to the {role.value}, for whom it is said to be no news"
    if not isinstance(row, Row):
        return
    if row.who & OUTSIDE and not told(row, Role.OFFICER).is_new:
        yield f"{name(row)}: comes from outside the office, and is new for no officer"
    written = [field for field in row.asks if field.kind in (Kind.TEXT, Kind.FILES)]
    if row.who <= OWNERS[COMPLAINANT] and written and not row.waits:
        yield f"{name(row)}: she writes to the office, and does not wait for a word (`waits`)"
    for answer in row.waits_at:
        if not (row.waits and answer.among & may_be(row, answer.about)):
            yield f"{name(row)}: she would wait after an answer that is never given (`waits_at`)"
    if row.who & OWNERS[SECRETARIAT] and not row.answers and addressed(row) and row.step == "write":
        yield f"{name(row)}: the office writes to her, and she goes on waiting for a word (`answers`)"


def of_field(row: Row, field) -> Iterator[str]:
    what = f"{name(row)}: the question {field.name!r}"
    if field.kind not in FACTS:
        yield f"{what} is of a kind that has no facts"
        return
    if blank(field.label) and field.kind != Kind.HIDDEN:
        yield f"{what} has no label"
    if field.kind in (Kind.CHOICE, Kind.CHOICES) and not field.choices:
        yield f"{what} offers nothing to choose"
    if field.stands is None:
        yield f"{what} does not say where its answer is shown (`shown`)"
    if field.sealed_as_chosen:
        asked = next((f for f in row.asks if f.name == "audience"), None)
        for side in {SIDE_OF[role] for role in row.who}:
            if asked is None or any((side, value) not in AUDIENCES for value, _text in asked.choices):
                yield f"{what} is sealed for whom its writer chooses, and not every choice names readers"
    elif field.readers is None:
        yield f"{what} does not say who reads its answer (`read_by` or `sealed_into`)"
    elif field.sealed_into is not None and field.read_by is not None:
        yield f"{what} says who reads it twice"


def same_event(rows: Iterable[Row]) -> Iterator[str]:
    first = {}
    for row in rows:
        if row.event is not first.setdefault(row.step, row.event) and row.event != first[row.step]:
            yield f"{name(row)}: its event is told otherwise than in another row of the same step"


def of_duties(duties: Iterable[Duty]) -> Iterator[str]:
    known = {duty.key: duty for duty in duties}
    for key in Deadline:
        if key not in known:
            yield f"{key.name}: nothing says what is owed"
    for duty in known.values():
        what = f"{duty.key.name} ({duty.key})"
        if blank(duty.words):
            yield f"{what}: has no words for what is owed"
        if duty.owed_by not in OWNERS:
            yield f"{what}: does not say who owes it"
        if duty.shown_to is None or not duty.shown_to <= SIDES:
            yield f"{what}: does not say who besides the Secretariat is shown it"
            continue
        if duty.owed_by in SIDES and duty.owed_by not in duty.shown_to:
            yield f"{what}: is hidden from whoever owes it"
        if duty.owed_by == COMPANY and blank(duty.yours):
            yield f"{what}: has no words (`yours`) for the company that owes it"
        if COMPLAINANT in duty.shown_to and SPEAKS_OF_HER.search(message_of(duty.words)):
            said = duty.yours if duty.owed_by == COMPLAINANT else duty.to_complainant
            if blank(said):
                yield f"{what}: speaks of the complainant, and has no words for her own page"


def of_limits(rows: Iterable[Row], noted: Iterable, duties: Iterable[Duty]) -> Iterator[str]:
    """Each limit is opened by something, and met by a row that its owner can take where it can be open."""
    rows, noted = tuple(rows), tuple(noted)
    for duty in duties:
        where = open_in(duty, rows, noted, duties)
        if not where:
            yield f"{duty.key.name} ({duty.key}): no step, event or miss opens it"
        elif not duty.met_otherwise and not met_by(duty, rows, where):
            states = ", ".join(sorted(where))
            yield f"{duty.key.name} ({duty.key}): its owner has no step that meets it where it can be open ({states})"


def met_by(duty: Duty, rows: Iterable[Row], where: set[State]) -> list[Row]:
    owners = OWNERS.get(duty.owed_by, set())
    return [r for r in rows if duty.key in r.meets + r.helps and r.who & owners and r.source & where]


def open_in(duty: Duty, rows, noted, duties) -> set[State]:
    """The states in which a limit can be open: where it is opened, and wherever steps lead that do not end it."""
    found = {State.RECEIVED for one in noted if duty.key in one.opens + one.may_open}
    if any(one.kind == "proposed" and duty.key in one.opens for one in noted):
        found |= {state for row in rows if row.approved for state in row.source}
    for row in rows:
        if duty.key in row.opens + row.may_open:
            found |= {row.target} if row.target else set(row.source)
    if duty.key == Deadline.NEXT_MOVE or any(other.then == duty.key for other in duties):
        found |= {State.RECEIVED, State.REFERRED, State.ESCALATED, State.REMEDIED}
    while True:
        led = {
            row.target for row in rows
            if row.target and row.source & found and duty.key not in row.meets + row.stops
            and (row.stops_all_but is None or duty.key in row.stops_all_but)
        }  # fmt: skip
        if led <= found:
            return found
        found |= led


def of_kinds(kinds: Iterable[Kind], facts: dict[Kind, KindFacts]) -> Iterator[str]:
    for kind in kinds:
        if kind not in facts:
            yield f"{kind.name}: the kind of answer has no facts: no widget, no schema, no place on paper"
            continue
        known = facts[kind]
        if known.widget is None:
            yield f"{kind.name}: has no widget on a page"
        if known.schema not in ("string", "boolean", "array"):
            yield f"{kind.name}: has no JSON type for the API"
        if known.lines is None and blank(known.not_on_paper):
            yield f"{kind.name}: has no place on the paper form, and nothing says why"


def of_answers(cells: Iterable[Cell]) -> Iterator[str]:
    """Each answer has a place for each reader in each medium, or a reason; on the page whoever may read it does."""
    for cell in cells:
        what = f"{cell.step} by {cell.who}: the answer to {cell.question!r}"
        if cell.place is None:
            yield f"{what} stands nowhere for {cell.reader} ({cell.medium}), and nothing says why"
        elif isinstance(cell.place, Silent) and blank(cell.place.why):
            yield f"{what} is kept from {cell.reader} ({cell.medium}) without a reason"
        elif isinstance(cell.place, Silent) and cell.medium == PAGE and cell.place not in NO_PAGE:
            yield f"{what} is for {cell.reader}, and is on no page"


def of_never_told(rows: Iterable[Row], first: Iterable[Field]) -> Iterator[str]:
    """No answer of what is never told to a company (file 2) is read by one."""
    asked = [("file", field) for field in first] + [(row.step, field) for row in rows for field in row.asks]
    for step, field in asked:
        if field.name in {"about_safety", *NEVER.get(step, NEVER_ANYWHERE)} and COMPANY in (field.readers or ()):
            yield f"{step}: the answer to {field.name!r} is never told to a company, and its readers say otherwise"


CONSENTS = frozenset({"share_account", "known_to_secretariat", "share_identity"})
NEVER_ANYWHERE = frozenset({"channel", "whose", "holder", "subjects"}) | CONSENTS
"""Questions whose answer a company never reads, whichever step asks them."""
NEVER: dict[str, frozenset[str]] = {
    "file": CONSENTS | {"could_harm", "harm_when", "channel", "language", "represents", "authority", "name", "phone",
                        "reach", "email", "address", "track", "topics", "account", "files", "where", "when", "wanted",
                        "child", "officer_sex", "company_road"},
    "escalate": frozenset({"ground", "why"}),
    "suspend": frozenset({"ground", "why", "review_on"}),
    "report_retaliation": frozenset({"happened"}),
    "cannot_read": frozenset({"writing", "channel"}),
    "can_read": frozenset({"writing", "channel"}),
    "translate": frozenset({"writing", "language", "text"}),
    "accept_remedy": frozenset({"can_read", "channel"}),
    "assess_safety": frozenset({"assessment"}),
    "lift_safety_alert": frozenset({"assessment"}),
    "choose_road": frozenset({"company_road", "officer_sex"}),
    "protect": frozenset({"what", "by_whom", "by_when", "where"}),
    "agree_protection": frozenset({"measure"}),
    "decline_protection": frozenset({"measure", "why"}),
    "review_protection": frozenset({"measure", "outcome", "how"}),
    **dict.fromkeys(("plan_interview", "plan_visit"), frozenset(
        {"about", "on", "by_whom", "spoken", "consent", "safety_check"})),
    **dict.fromkeys(("record_interview", "record_visit"), frozenset({"meeting", "held", "outcome"})),
    "say_about_file": frozenset({"of_file", "company_may"}),
    "comment_on_draft": frozenset({"comment", "channel"}),
    "answer_contest": frozenset({"theirs", "words", "channel"}),
    "refuse_contest": frozenset({"letter"}),
    "show_door": frozenset({"door", "text"}),
    "answer_door": frozenset({"agrees", "words"}),
    "refer_out": frozenset({"how"}),
    "record_reply": frozenset({"outcome", "words"}),
    "announce_removal": frozenset({"part", "passage", "why"}),
    "object_to_removal": frozenset({"objection", "channel"}),
    "remove_part": frozenset({"removal"}),
    "write_letter": frozenset({"addressee", "letter_kind", "language", "subject", "text", "original",
                               "original_language", "address"}),
    "post_letter": frozenset({"letter", "posted_on"}),
    "discard_letter": frozenset({"letter"}),
    "follow_up": frozenset({"retaliation", "lasting", "words"}),
    "answer_follow_up": frozenset({"retaliation", "lasting", "words"}),
    "link": frozenset({"other", "why"}),
    "classify": frozenset({"severity", "track", "topics", "tags", "membership_then"}),
    "close": frozenset({"reason", "lesson"}),
    "reopen": frozenset({"ground", "may_know"}),
    "withdraw": frozenset({"why", "forced", "channel"}),
    "ask_deletion": frozenset({"why", "forced", "channel"}),
    "close_for_deletion": frozenset({"how", "letter"}),
    "end_freeze": frozenset({"how"}),
    "answer_deletion": frozenset({"answer", "how", "letter"}),
    "reissue_receipt": frozenset({"holder", "channel", "why"}),
    "confirm_receipt": frozenset({"holder", "channel", "why"}),
    "correct_identity": frozenset({"name", "phone", "reach", "email", "address", "whose", "channel"}),
    "confirm_withdrawal": frozenset({"free", "how", "letter"}),
    "answer_retention": frozenset({"retention"}),
}  # fmt: skip
"""The same by step, where a name means something else elsewhere."""
NEVER_EVENTS = frozenset({
    "file", "classify", "report_retaliation", "assess_safety", "lift_safety_alert", "follow_up", "answer_follow_up",
    "link", "call_me", "choose_road", "cannot_read", "can_read", "translate", "show_visits", "hide_visits",
    "agree_post", "end_post", "write_letter", "post_letter", "discard_letter",
    "protect", "agree_protection", "decline_protection", "review_protection",
    "change_consent", "revoke_authority", "reissue_receipt", "second_code", "receipt_taken_over", "correct_identity",
    "ask_identity", "grant_identity", "refuse_identity", "open_identity", "withdraw", "undo_withdrawal", "appeal",
    "ask_deletion", "undo_deletion", "answer_deletion", "ask_retention", "answer_retention", "keep_longer",
    "propose_erasing", "erase_name", "new_receipt", "receipt_not_me", "end_freeze",
    "show_door", "answer_door", "refer_out", "record_reply",
    "refuse_appeal", "come_back", "say_about_file", "write", "attach", "record_message", "note", "imported",
    "answer_contest", "comment_on_draft",
    "confirm_receipt", "code_read", "announce_removal", "object_to_removal", "remove_part",
    "plan_interview", "record_interview", "plan_visit", "record_visit", "put_beside", "take_off_beside",
    "no_longer_beside",
})  # fmt: skip
"""Events of which a company is not told that they happened."""


def of_beside(rows: Iterable[Row]) -> Iterator[str]:
    """Each step of the office says what it does to the case, as the states beside the state look at it."""
    rows = tuple(rows)
    for row in rows:
        for role in sorted(row.who):
            if beside.what(row, role) is None:
                yield f"{row.step} by {role}: does not say in beside.DOES what it does to the case"
    theirs = {row.step for row in rows if not row.who <= OUTSIDE | {Role.CLOCK}}
    yield from (f"beside.DOES names {step!r}, and there is no such step of the office"
                for step in sorted(beside.DOES) if step not in theirs)  # fmt: skip


def of_whose_word(rows: Iterable[Row]) -> Iterator[str]:
    """What she answered is overturned by nobody who speaks for her, and written down for her by no one person alone."""
    rows = tuple(rows)
    hers = [row for row in rows if Role.REPRESENTATIVE in row.who]
    for row in {row.step: row for row in hers}.values():
        question = whose_word.OF_STEP.get(row.step)
        if (question is None) == (row.step not in whose_word.FREE):
            yield f"{name(row)}: is of no question in whose_word, or is FREE there, too"
    for row in (row for row in rows if row.recorded):
        question = whose_word.OF_STEP.get(row.step)
        if question and question.stops.get(row.step) != whose_word.ALWAYS and not row.second_person:
            yield f"{name(row)}: an officer writes down alone what she decides"
    known = {row.step for row in hers}
    named = {*whose_word.OF_STEP, *whose_word.FREE}
    yield from (f"whose_word names {step!r}, which is no step of hers" for step in sorted(named - known))


def of_mistakes(rows: Iterable[Row]) -> Iterator[str]:
    """Whatever somebody does by mistake is put right by a step that can be taken from where it has led, or stays."""
    rows = tuple(rows)
    for row in rows:
        if row.who == {Role.CLOCK}:
            continue
        if not row.put_right and blank(row.stays):
            yield f"{name(row)}: says neither how it is put right nor why it stays"
        if row.put_right and row.stays:
            yield f"{name(row)}: says how it is put right, and why not"
        for step in row.put_right:
            if step not in {one.step for one in rows}:
                yield f"{name(row)}: there is no step {step!r} that puts it right"
        for state in {row.target} if row.target else row.source if row.put_right else ():
            if row.put_right and not any(one.step in row.put_right and state in one.source for one in rows):
                yield f"{name(row)}: from {state} nobody can take a step that puts it right"
