"""One case as one person may see it: writings that their keys open, limits, remedies, what happened, letters."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import groupby
from typing import Any, BinaryIO

from sqlalchemy import bindparam, func, select
from sqlalchemy import case as either
from sqlalchemy.orm import aliased, joinedload

from grievance import clock
from grievance.access import NoSuchCase, Person, opened, visible
from grievance.accounts import hotlines
from grievance.crypto.compartments import CaseKeys, Compartment
from grievance.crypto.sealing import CannotOpen
from grievance.crypto.streams import open_stream
from grievance.deadlines import rows as deadlines
from grievance.deadlines.dates import Day
from grievance.deadlines.kinds import Deadline, LimitKind, hidden_from
from grievance.extensions import Label, db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.choices import REMEDY_KINDS
from grievance.forms.fields import StoredFile
from grievance.intake.filing import FROM_A_PHONE, HOTLINE, Came
from grievance.models.case import Case, CaseLink, Respondent
from grievance.models.event import Event
from grievance.models.limit import Limit
from grievance.models.people import SECRETARIAT_ROLES, Account, Company, Role
from grievance.models.sides import COMPANY, COMPLAINANT
from grievance.models.writing import Decision, Letter, Remedy, RemedyStatus, Writing
from grievance.record.compare import Looked, Misfit
from grievance.record.files import of_case, store
from grievance.record.letters import COLLEAGUE, PROPOSER
from grievance.record.writings import read_writing
from grievance.redaction.name_spans import IDENTITY_SPANS
from grievance.reports import languages, translated
from grievance.reports.answer_view import NOBODY, answer_view, answers_of, people_named, read_of
from grievance.reports.owed import by_when
from grievance.workflow import safety, unsigned
from grievance.workflow.conditions import packet_hash
from grievance.workflow.events import CORRECTED, MISSED
from grievance.workflow.labels import owed_what
from grievance.workflow.procedure import PROPOSED
from grievance.workflow.readers import HANDED
from grievance.workflow.remedies import of_former
from grievance.workflow.told import reaches
from grievance.workflow.unfit import NOBODYS_WORDS, said_to
from grievance.workflow.visibility import OF_LIMITS, OPENINGS, kind_told, role_told, shown_to

MANY = 7
"""Days of a run that are still told one by one."""


@dataclass(frozen=True)
class OwedLine:
    """One open limit: `due_at` is the first moment that is late, by the days of `zone`; `days_left` is negative when it
    is overdue; `days` explains the date day by day; with a second day, from the one to the other."""

    key: str
    what: Label
    """What is owed, in words for this reader."""
    yours: Label
    """The same to a company that owes it, as a sentence."""
    any_step: bool
    owed_by: str
    due_on: date
    due_at: datetime
    zone: str
    days_left: int
    overdue: bool
    paused: bool
    source: str
    days: tuple[tuple[Day, Day | None], ...]
    counted_in: str
    """By the days of which zone it is counted. Where its last day ends in another, that is over everywhere on earth."""


@dataclass(frozen=True)
class Opened:
    """A writing in clear: `fields` are (question, answer) pairs; `files` have id, name and size in bytes."""

    step: str
    role: str
    compartment: Compartment
    at: datetime
    fields: list[tuple[Label, Any]]
    files: list[dict[str, Any]]
    frozen: str = ""
    """The SHA-256 of the packet that it is, where the record holds the same one."""
    taken_back: bool = False
    """A company could read it, and can no longer."""
    of_danger: bool = False
    """What it came with raised the safety alert: said to the Secretariat alone."""
    langs: list[str] = field(default_factory=list)
    """Of each answer the language of its words, "" where it is not known or where they are a choice."""
    id: str = ""
    to_read: bool = False
    """She reads it and did not write it: she may say that she cannot read it."""
    foreign: bool = False
    """It is known to be in another language than hers."""
    unread: bool = False
    """She says that she cannot read it, and nobody has translated it since."""
    translates: str = ""
    """Of the office's translation: which text it is of."""
    translations: list["Opened"] = field(default_factory=list)

    @property
    def last(self) -> datetime:
        """When something of it came last, its translation too."""
        return max([self.at, *(one.at for one in self.translations)])


@dataclass(frozen=True)
class RemedyCard:
    """`zone`: where the day ends on which it is due."""

    number: int
    id: str
    kind: Label
    status: str
    due_on: date
    zone: str
    fields: list[tuple[Label, Any]]
    paused: bool = False
    """Its time is held, and the day moves on."""
    langs: list[str] = field(default_factory=list)
    parts: list[Opened] = field(default_factory=list)
    """The same as the texts that it was written in, each with the office's translation beside it."""


@dataclass(frozen=True)
class Happened:
    at: datetime
    kind: str
    role: str
    facts: dict[str, Any]
    about: Label = ""
    """What the time limit asks for that it is about, or the step that was proposed."""
    lapsed: Label = ""
    """What is said instead, where it is a right of the reader's whose time is over."""
    name: str = ""
    """Of the person who did it, to the Secretariat; everybody else reads roles."""
    answers: list[tuple[Label, str]] = field(default_factory=list)
    """What was answered with it besides words: (question, answer) pairs, those that this reader may read."""
    seq: int = 0
    for_others: bool = False
    """What came with it was written to somebody else."""
    own: bool = False
    """It is the doing of the very person of the Secretariat who looks."""

    @property
    def of_her(self) -> bool:
        """What she did has a day and no hour (`workflow.her_day`)."""
        return self.role in (Role.COMPLAINANT.value, Role.REPRESENTATIVE.value)


@dataclass(frozen=True)
class CaseFile:
    case: Case
    limits: list[OwedLine]
    writings: list[Opened]
    remedies: list[RemedyCard]
    timeline: list[Happened]
    letters: list[Letter]
    keys: CaseKeys = field(repr=False)
    """What the person's own open of this case."""
    looked: Looked = field(repr=False)
    """The case beside its record."""
    unsigned: list[Misfit]
    """The events that nobody signed whose word they are."""
    unfit: Label
    """What is said where it does not fit it."""
    sent_to_company: list[Opened] = field(default_factory=list, repr=False)
    """What others than a company wrote for one, about remedies too; newest first."""

    @property
    def misfits(self) -> list[Misfit]:
        """What does not fit the record, of all that was looked at for the page by now."""
        return [*self.looked.misfits(), *self.unsigned]

    @property
    def ledger(self) -> list[Happened]:
        """Who asked for, granted, refused and opened the identity, or told the company of it; newest first."""
        return [one for one in self.timeline if one.kind in OPENINGS]


UNFINISHED = (RemedyStatus.PROPOSED, RemedyStatus.ACCEPTED, RemedyStatus.DELIVERED, RemedyStatus.DISPUTED)
"""What ends with its company: nobody waits for it any more, and nobody gave it up."""
_AT = either((Event.kind == "imported", Event.recorded_at), else_=Event.happened_at).label("happened_at")
"""An earlier version dated a takeover on the day on which the old register says that the complaint was received."""
_EVENTS = (
    select(Event.id, Event.seq, _AT, Event.kind, Event.role, Event.facts)
    .where(Event.chain == bindparam("case_id"))
    .order_by(Event.seq.desc())
)
_WITH_NAMES = _EVENTS.add_columns(Account.name, Event.actor_id).outerjoin(Account, Account.id == Event.actor_id)
_WRITINGS = select(Writing).where(Writing.case_id == bindparam("case_id")).order_by(Writing.written_at.desc())
NOT_SHOWN = ("proposal", IDENTITY_SPANS)


@dataclass(frozen=True)
class AskedFor:
    """What a decision answers: that it was asked for, with its plain answers, and the words."""

    event: Happened
    words: list[tuple[Label, Any]]
    texts: list[Opened] = field(default_factory=list)
    """The same as texts, each with the office's translation beside it."""


def asked_for(person: Person, case: Case, step: str) -> AskedFor | None:
    """The newest of this step in the case, as far as this person may read it; None where there is none."""
    file = open_case_file(person, case) if step else None
    event = next((one for one in file.timeline if one.kind == step), None) if file else None
    if file is None or event is None:
        return None
    texts = [w for w in file.writings if w.step == step and w.at == event.at]
    return AskedFor(event, [pair for w in texts for pair in w.fields], texts)


def chosen_text(person: Person, case: Case, which: str) -> AskedFor | None:
    """The text that a step is about, as far as this person may read it: it stands above what is written of it."""
    file = open_case_file(person, case)
    texts = [*file.writings, *(part for remedy in file.remedies for part in remedy.parts)]
    text = next((one for one in texts if one.id == which), None)
    event = next((one for one in file.timeline if text and (one.kind, one.at) == (text.step, text.at)), None)
    return AskedFor(event, text.fields, [text]) if text and event else None


def open_case_file(person: Person, case: Case) -> CaseFile:
    """Everything of a case that this person may see. The queries do not grow with what is in it."""
    known = _WITH_NAMES if person.role in SECRETARIAT_ROLES else _EVENTS
    events = db.session.execute(known, {"case_id": case.id}).all()
    keys, since, (looked, nobodys) = opened(person, case), _began(person, case, events), unsigned.look(case)
    read = [(e, json.loads(e.facts)) for e in events]
    told = [(e.kind, facts) for e, facts in read]
    packets = {facts["packet"] for _kind, facts in told if facts.get("packet")}
    readable = translated.beside(person.side, case, _writings(person, keys, case, packets, looked), read)
    gone, danger = _taken_back(case, reversed(told)), _of_danger(person, events, told)
    return CaseFile(
        case=case,
        limits=_limits(person, case),
        writings=[_marked(w, o, gone, danger) for w, o in readable if not w.remedy_id],
        remedies=_remedies(person, case, readable) if person.role != Role.CUSTODIAN else [],
        timeline=_timeline(person, case, [(e, facts) for e, facts in read if e.seq > since]),
        letters=letters_to(person, case),
        keys=keys,
        looked=looked,
        unsigned=nobodys,
        unfit=said_to(person),
        sent_to_company=[o for w, o in readable if w.compartment in HANDED and w.role != Role.COMPANY],
    )


def _marked(row: Writing, shown: Opened, gone: int, danger: Set[tuple[str, datetime]]) -> Opened:
    taken_back, of_danger = row.compartment in HANDED and 0 < row.n <= gone, (row.step, row.written_at) in danger
    return replace(shown, taken_back=taken_back, of_danger=of_danger) if taken_back or of_danger else shown


def _began(person: Person, case: Case, events: Sequence[Any]) -> int:
    """Where the story begins for this person: for a company, with itself. That another one had the case by mistake is
    told to nobody but the complainant."""
    if person.role != Role.COMPANY:
        return 0
    return max((e.seq for e in events if e.kind == "change_respondent"), default=0)


def _of_danger(
    person: Person, events: Sequence[Any], told: list[tuple[str, dict[str, Any]]]
) -> Set[tuple[str, datetime]]:
    """Which steps, and when, raised the safety alert by an answer beside their words."""
    if person.role not in SECRETARIAT_ROLES:
        return frozenset()
    return {(e.kind, e.happened_at) for e, (_kind, facts) in zip(events, told, strict=True) if facts.get(safety.RAISED)}


def _taken_back(case: Case, events: Iterable[tuple[str, dict[str, Any]]]) -> int:
    """Up to which of its hand-overs no company reads any more what it read: after a recall, and after a change of
    company. `events`: the first one first."""
    newest, gone = 0, case.handed_before - 1
    for kind, facts in events:
        newest, before = facts.get("n", newest), newest
        if kind == "recall_packet":
            gone = max(gone, before)
    return gone


def _writings(
    person: Person, keys: CaseKeys, case: Case, frozen: set[str], looked: Looked
) -> list[tuple[Writing, Opened]]:
    """What does not fit the record is said to be so, and is shown as nobody's words."""
    rows = db.session.scalars(_WRITINGS, {"case_id": case.id})
    found = []
    for row in rows:
        if keys.can_open(row.compartment, row.n, row.epoch) and row.step not in NOT_SHOWN:
            if looked.against(row):
                found.append((row, Opened(row.step, row.role, row.compartment, row.written_at, [NOBODYS_WORDS], [])))
                continue
            says = read_writing(keys, row)
            read = read_of(person.role, row.step, says)
            if says and not read:
                continue  # that there are words would tell of them
            role, langs = role_told(person.side, row.step, row.role), languages.of(person.side, case, row, read)
            shown = in_clear(row, read, frozen, role, langs)
            found.append((row, _hers_first(shown, case.language) if person.side == COMPLAINANT else shown))
    return found


def _hers_first(shown: Opened, language: str) -> Opened:
    """Where the same stands in two languages, she reads first what is in hers."""
    if shown.step != languages.SHOWN_TO_HER[0]:
        return shown
    pairs = sorted(zip(shown.fields, shown.langs, strict=True), key=lambda pair: pair[1] != language)
    return replace(shown, fields=[pair for pair, _lang in pairs], langs=[lang for _pair, lang in pairs])


def in_clear(
    row: Writing, says: dict[str, Any], frozen: Set[str] = frozenset(), role: str = "", langs: Sequence[str] = ()
) -> Opened:
    """A writing as a page shows it. `frozen`: the hashes of packets that the record holds; `role`: whose it is said to
    be, where that is another one; `langs`: as `Opened` has them."""
    fields = answer_view(row.step, {name: answer for name, answer in says.items() if name != "files"})
    digest = packet_hash(says.get("packet", ""))
    return Opened(
        row.step, role or row.role, row.compartment, row.written_at, fields, says.get("files", []),
        digest if digest in frozen else "", langs=list(langs),
    )  # fmt: skip


@dataclass(frozen=True)
class OpenedFile:
    """What is known of a file, its plain chunks, and what to close after the last one. `other_id`: its clean copy, or
    what it is the clean copy of, as far as who opens it knows; "" where there is none."""

    file: StoredFile
    plain: Iterator[bytes]
    source: BinaryIO
    other_id: str
    is_copy: bool = False


def open_file(person: Person, case: Case, file_id: str) -> OpenedFile:
    """One file of this case.

    Raises before the first byte: `NoSuchCase` where there is none that this person's keys open, `CannotOpen` or
    FileNotFoundError where it was changed or is missing, `StoreAway`.
    """
    of_it = [
        one for one, _where in of_case(case, opened(person, case)) if file_id in (one.id, one.copy and one.copy.id)
    ]
    if not of_it:
        raise NoSuchCase
    first = of_it[0]
    found, other = (first, first.copy) if first.id == file_id or first.copy is None else (first.copy, first)
    source = store().get(file_id)
    try:
        plain = open_stream(bytes.fromhex(found.key), file_id, source)
        return OpenedFile(found, plain, source, other.id if other else "", is_copy=found is first.copy)
    except CannotOpen:
        source.close()
        raise


def _limits(person: Person, case: Case) -> list[OwedLine]:
    return [line(one, person.side) for one in deadlines.owed(case) if not deadlines.is_kept_from(person.side, one)]


def line(limit: Limit, side: str) -> OwedLine:
    """A limit as a page shows it, the same date for whoever may see it."""
    overdue = deadlines.is_late(limit, clock.now())
    kind = deadlines.kind_of(limit)
    return OwedLine(
        limit.key,
        owed_what(kind, side),
        kind.words if kind.yours is None else kind.yours,
        kind.any_step,
        limit.owed_by,
        limit.due_on,
        limit.due_at,
        deadlines.ends_in(limit),
        deadlines.days_left(limit.due_on, limit.frozen["zone"], overdue),
        overdue,
        limit.paused_at is not None,
        kind.source,
        () if deadlines.days_are_kept_from(side, limit) else _runs(deadlines.explained(limit).days, side),
        limit.frozen["zone"],
    )


def _runs(days: tuple[Day, ...], side: str) -> tuple[tuple[Day, Day | None], ...]:
    """Day by day, except that a run of many counted days is one line, from its first to its last: a limit of a year
    would be a page of its own, and what moved the date would be lost in it. To the complainant its weekends are part of
    a run."""
    usual, many = (("counted", "weekend"), 2) if side == COMPLAINANT else (("counted",), MANY)
    found: list[tuple[Day, Day | None]] = []
    for plain, group in groupby(days, key=lambda day: day.reason in usual and not day.name):
        run = list(group)
        found += _in_one(run, many) if plain else [(day, None) for day in run]
    return tuple(found)


def _in_one(run: list[Day], many: int) -> list[tuple[Day, Day | None]]:
    """From the first counted day to the last; what lies before or behind them stands by itself."""
    counted = [at for at, day in enumerate(run) if day.counted]
    if len(counted) <= many:
        return [(day, None) for day in run]
    first, last = counted[0], counted[-1]
    return [*((day, None) for day in run[:first]), (run[first], run[last]), *((day, None) for day in run[last + 1 :])]


_REMEDIES = (
    select(Remedy, Respondent.not_former(Remedy.respondent_id, bindparam("case_id")), Company.zone)
    .outerjoin(Respondent, Respondent.id == Remedy.respondent_id)
    .outerjoin(Company, Company.id == Respondent.company_id)
    .where(Remedy.case_id == bindparam("case_id"))
    .order_by(Remedy.number)
)


def _remedies(person: Person, case: Case, readable: list[tuple[Writing, Opened]]) -> list[RemedyCard]:
    kinds = dict(REMEDY_KINDS)
    running = [limit for limit in deadlines.owed(case) if limit.key == Deadline.DELIVERY]
    zones = {limit.remedy_id: limit.frozen["zone"] for limit in running}
    paused = {limit.remedy_id for limit in running if limit.paused_at is not None}
    companys = deadlines.zone_for(case, COMPANY)
    rows = db.session.execute(_REMEDIES, {"case_id": case.id})
    before = of_former(case) if person.role == Role.COMPANY else 0
    return [
        RemedyCard(
            r.number - before,
            r.id,
            kinds[r.kind.value],
            r.status.value if theirs or r.status not in UNFINISHED else "ended",
            r.due_on,
            zones.get(r.id, zone or companys),
            [pair for w, o in reversed(readable) if w.remedy_id == r.id for pair in o.fields],
            r.id in paused,
            [lang for w, o in reversed(readable) if w.remedy_id == r.id for lang in o.langs],
            [o for w, o in reversed(readable) if w.remedy_id == r.id and not o.translates],
        )
        for r, theirs, zone in rows
        if theirs or person.role != Role.COMPANY
    ]


def _timeline(person: Person, case: Case, events: list[tuple[Any, dict[str, Any]]]) -> list[Happened]:
    if person.side == COMPANY:
        before = of_former(case)
        events = [(e, _to_company(facts, before)) for e, facts in events]
    if person.role in SECRETARIAT_ROLES:
        names = people_named((e.kind, facts) for e, facts in events)
        return [_named(person, e, _happened(person, case, e, facts, facts, names)) for e, facts in events]
    allowed, hidden = shown_to(person.side), hidden_from(person.side)
    public: tuple[str, ...] = ("remedy", "to", "due_on", "was_due_on")
    if person.side == "complainant":
        public += ("reason", "scope", "whose", "holder")
    return [
        _happened(person, case, e, facts, {k: v for k, v in facts.items() if k in public or _names_a_limit(e, k)})
        for e, facts in events
        if (e.kind in allowed or _written_to(person, e, facts))
        and not (e.kind in OF_LIMITS and (facts.get("limit") in hidden or (person.side == COMPANY and "kept" in facts)))
        and not _anothers_own(person, e, facts)
    ]


def _to_company(facts: dict[str, Any], before: int) -> dict[str, Any]:
    """Told later, an escalation is one like any other; and a remedy is counted among the company's own."""
    to = {"to": facts["shown_to_company"]} if "shown_to_company" in facts else {}
    number = {"remedy": facts["remedy"] - before} if "remedy" in facts else {}
    return {**facts, **to, **number}


def _written_to(person: Person, event: Any, facts: dict[str, Any]) -> bool:
    """A message or file whose readers its writer chose is shown to the side that is among them, and to no other."""
    return "audience" in facts and reaches(person.side, facts["audience"], _side(event))


def _side(event: Any) -> str:
    return COMPLAINANT if event.role == Role.REPRESENTATIVE else str(event.role)


def _anothers_own(person: Person, event: Any, facts: dict[str, Any]) -> bool:
    """A representative is not told that the complainant gave a name or contact without them: whoever helps may also
    be whom she hides from (as `custody.entries_shown_to`)."""
    whose = facts.get("whose", event.role)
    return event.kind == "correct_identity" and person.role == Role.REPRESENTATIVE and whose != person.role


def _names_a_limit(event: Any, fact: str) -> bool:
    return fact == "limit" and event.kind in OF_LIMITS


def _happened(
    person: Person, case: Case, event: Any, facts: dict[str, Any], shown: dict[str, Any],
    names: Mapping[str, str] = NOBODY,
) -> Happened:  # fmt: skip
    """An event as this person is told it. `shown`: its facts that go out as they are."""
    kind = deadlines.timetable().kinds.get(facts.get("limit", "")) if event.kind in OF_LIMITS else None
    lapsed = kind.lapsed if kind and event.kind == MISSED.kind and person.side == COMPLAINANT else ""
    return Happened(
        event.happened_at, kind_told(person.side, event.kind), role_told(person.side, event.kind, event.role), shown,
        _about(person, case, event.kind, kind, facts) if kind else "",
        answers=answers_of(person, case, event.kind, event.happened_at, facts, names),
        lapsed=lapsed, seq=event.seq,
        for_others=not reaches(person.side, facts.get("audience"), _side(event)),
    )  # fmt: skip


def _about(person: Person, case: Case, event_kind: str, kind: LimitKind, facts: dict[str, Any]) -> Label:
    """What was owed; of a miss that was none with both days, the right one and the one that was counted."""
    what = owed_what(kind, person.side)
    return f"{what} ({by_when(case, person.side, kind.owed_by, facts)})" if event_kind == CORRECTED.kind else what


def _named(person: Person, event: Any, happened: Happened) -> Happened:
    """As the Secretariat reads it: by whom, of a proposal which step it is, and from which register and import."""
    about = happened.about or PROPOSED.get(happened.facts.get("step", ""), "") or _from_register(happened.facts)
    about = about or _by_a_hotline(happened.facts) or FORM.get(happened.facts.get(FROM_A_PHONE, ""), "")
    return replace(happened, name=event.name or "", about=about, own=event.actor_id == person.account_id)


FORM: dict[str, Label] = {
    Came.SEALED: _l("by a form from a phone, sealed there and whole"),
    Came.UNSEALED: _l("by a form from a phone that had not sealed it"),
    Came.DAMAGED: _l("by a form from a phone that was damaged or altered: ask whoever sent it before you rely on it"),
}


def _by_a_hotline(facts: dict[str, Any]) -> Label:
    if HOTLINE not in facts:
        return ""
    said: Label = _l("by the hotline %(name)s", name=hotlines.name_of(facts[HOTLINE]))
    return said


def _from_register(facts: dict[str, Any]) -> Label:
    if "register" not in facts:
        return ""
    said: Label = _l("%(register)s, import %(run)s", register=facts["register"], run=facts["run"])
    return said


_LETTERS = (
    select(Letter)
    .where(Letter.case_id == bindparam("case_id"))
    .where(Letter.recipient.in_(bindparam("recipients", expanding=True)))
    .order_by(Letter.owed_at.desc())
    .options(joinedload(Letter.event, innerjoin=True).load_only(Event.hash))
)
FROM_THE_OFFICE = ("complainant", "company")
"""Whose letters the Secretariat reads too, as they read them."""


def letters_to(person: Person, case: Case) -> list[Letter]:
    """The letters of this case that are to this person's side, the newest first; the Secretariat reads what it wrote to
    both sides too."""
    ours = ("officer", "approver", PROPOSER, COLLEAGUE, *FROM_THE_OFFICE)
    recipients = ours if person.role in SECRETARIAT_ROLES else (person.side,)
    query, values = _LETTERS, {"case_id": case.id, "recipients": recipients}
    if person.role == Role.COMPANY and case.handed_before:  # those to an earlier company are not this one's
        changes = aliased(Event)
        changed = select(func.max(changes.seq)).where(changes.chain == case.id, changes.kind == "change_respondent")
        query = query.join(Event, Event.id == Letter.event_id).where(Event.seq > changed.scalar_subquery())
    return list(db.session.scalars(query, values))


def decision_of(case: Case, decision_id: str) -> Decision | None:
    """An open proposal of this case; None where there is none."""
    decision = db.session.get(Decision, decision_id)
    return decision if decision and decision.case_id == case.id and decision.outcome is None else None


_PAIRS = select(CaseLink.case_id, CaseLink.other_id).where(
    (CaseLink.case_id == bindparam("case_id")) | (CaseLink.other_id == bindparam("case_id"))
)


def linked(person: Person, case: Case) -> list[str]:
    """References of the cases of the same incident that this person may see too."""
    others = {one for pair in db.session.execute(_PAIRS, {"case_id": case.id}) for one in pair} - {case.id}
    if not others:
        return []
    return list(db.session.scalars(visible(person).where(Case.id.in_(others)).with_only_columns(Case.reference)))
