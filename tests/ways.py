"""Ways through the procedure on which each row of the table comes to be offered to each of its people.

A way is walked below the page, with sensible answers and each proposal approved; what a test does at the end of it, it
does at the page.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import time_machine
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.access import Person, opened
from grievance.accounts import receipts, spoken_for
from grievance.crypto import receipt_codes
from grievance.deadlines import rows as deadlines
from grievance.doors import keeping
from grievance.doors.examples import EXAMPLES
from grievance.extensions import db
from grievance.forms.kinds import Kind
from grievance.intake import groups
from grievance.models.case import Case, State
from grievance.models.keys import Holder
from grievance.models.people import Account, Role
from grievance.models.sides import COMPANY as COMPANY_SIDE
from grievance.views.pages import still_theirs
from grievance.workflow import post, reading, steps, texts_to_read
from grievance.workflow.procedure import find_row
from grievance.workflow.row import Row
from tests import sounds
from tests.accounts.test_leaving import join as join_office
from tests.kept import Ready
from tests.outside import a_release_came, another_receipt
from tests.scenarios.days import another_approver
from tests.stolen import stolen
from tests.workflow.test_recusal import join


@dataclass(frozen=True)
class Stop:
    """One step of a way: `after` so many days, with these answers where the sensible ones would not do."""

    step: str
    who: str
    after: int = 0
    answers: dict = field(default_factory=dict)


STOLEN = "her receipt is stolen, and she says so"
"""A stop that is no step: see `tests.stolen`."""
ONE_OF_A_GROUP = {"knows": "yes", "called": "7", "could_harm": "no"} | dict.fromkeys(
    ("share_account", "known_to_secretariat", "share_identity"), "later"
)
IN_SIXTY_DAYS, TODAY = "in sixty days", "today"
ACKNOWLEDGED = (Stop("acknowledge", "Noor"),)
SHOWN = (Stop("show_summary", "Noor"), Stop("review_summary", "Amina"))
REFERRED = (*ACKNOWLEDGED, *SHOWN, Stop("refer", "Noor"))
ANSWERED = (*REFERRED, Stop("company_acknowledge", "Victor"), Stop("respond", "Victor"))
PROMISED = (*ANSWERED, Stop("propose_remedy", "Victor"))
AGREED = (*PROMISED, Stop("accept_remedy", "Amina"))
REMEDIED = (*AGREED, Stop("report_delivered", "Victor"), Stop("verify_remedy", "Amina"), Stop("remedy", "Noor"))
ESCALATED = (*ACKNOWLEDGED, Stop("escalate", "Noor"))
CLOSED = (*REMEDIED, Stop("follow_up", "Noor", 80), Stop("close", "Noor", 1))
DISMISSED = (*ACKNOWLEDGED, Stop("dismiss", "Noor"))

IDENTIFIED = (*REFERRED, Stop("ask_identity", "Noor"), Stop("grant_identity", "Ines"), Stop("open_identity", "Noor"))
UNANSWERED = (*ESCALATED, Stop("ask", "Noor"), Stop("note", "Noor", 20), Stop("note", "Noor", 9),
              Stop("close", "Noor", 11, {"reason": "no_answer"}))  # fmt: skip

WAYS: tuple[tuple[Stop, ...], ...] = (
    (*REFERRED, Stop("request_extension", "Victor", 0, {"until": IN_SIXTY_DAYS}), Stop("decide_extension", "Noor")),
    (*REFERRED, Stop("contest_referral", "Victor"), Stop("answer_contest", "Amina"), Stop("refuse_contest", "Noor")),
    (*ANSWERED, Stop("comment", "Amina"), Stop("draft_observations", "Noor"), Stop("comment_on_draft", "Amina"),
     Stop("company_comment_on_draft", "Victor"), Stop("conclude_review", "Noor")),
    (*ANSWERED, Stop("cannot_read", "Amina")),
    (*ACKNOWLEDGED, Stop("show_visits", "Amina")),
    AGREED,
    CLOSED,
    (*ACKNOWLEDGED, Stop("ask", "Noor"), Stop("answer", "Amina")),
    (*ESCALATED, *SHOWN, Stop("notify_company", "Noor"), Stop("offer_good_offices", "Noor"),
     Stop("agree_good_offices", "Amina"), Stop("agree_good_offices", "Victor"), Stop("begin_mediation", "Noor"),
     Stop("end_mediation", "Noor"), Stop("ask_board", "Noor"), Stop("record_board_decision", "Tomas")),
    IDENTIFIED,
    (*DISMISSED, Stop("appeal", "Amina")),
    (*CLOSED, Stop("appeal", "Amina")),
    UNANSWERED,
    (*ESCALATED, Stop("withdraw", "Amina")),
    (*ESCALATED, Stop("withdraw", "Joseph")),
    (*ACKNOWLEDGED, Stop("ask_deletion", "Amina"), Stop("note", "Noor", 16)),
    (*ACKNOWLEDGED, Stop("ask_deletion", "Joseph")),
    (*DISMISSED, Stop("ask_deletion", "Amina"), Stop("note", "Noor", 16)),
    (*ACKNOWLEDGED, Stop(STOLEN, "Amina")),
    (*ACKNOWLEDGED, Stop("suspend", "Tomas")),
    (*ACKNOWLEDGED, Stop("report_retaliation", "Amina")),
    (*ACKNOWLEDGED, Stop("report_retaliation", "Amina"), Stop("protect", "Noor"), Stop("agree_protection", "Amina")),
    (*ACKNOWLEDGED, Stop("set_legal_hold", "Noor")),
    (*ACKNOWLEDGED, Stop("plan_interview", "Noor"), Stop("plan_visit", "Noor")),
    (*REFERRED, Stop("attach", "Amina"), Stop("say_about_file", "Amina")),
    (*ACKNOWLEDGED, Stop("announce_removal", "Noor"), Stop("object_to_removal", "Amina")),
    (*ACKNOWLEDGED, Stop("show_door", "Noor"), Stop("answer_door", "Amina"), Stop("refer_out", "Noor")),
    (*REFERRED, Stop("write_letter", "Noor", 0, {"addressee": "company"}), Stop("agree_post", "Amina"),
     Stop("correct_identity", "Amina", 0, {"address": "7 Palm Street"}), Stop("write_letter", "Noor")),
    (*ACKNOWLEDGED, Stop("correct_identity", "Amina", 0, {"phone": "+41 22 000 00 00"})),
    (*REFERRED, Stop("escalate_unseen", "Noor", 0, {"tell_on": TODAY})),
    (*DISMISSED, Stop("note", "Noor", 1200), Stop("erase_name", "Noor")),
    (*REMEDIED, Stop("note", "Noor", 80)),
    (*ACKNOWLEDGED, Stop("declare_conflict", "Noor")),
    (*ACKNOWLEDGED, Stop("declare_conflict", "Tomas"), Stop("declare_conflict", "Noor")),
    (*ACKNOWLEDGED, Stop("link", "Noor"), Stop("exclude_person", "Tomas", 0, {"person": "@Wanda"})),
    (*REFERRED, Stop("change_respondent", "Noor")),
    (*REFERRED, Stop("add_respondent", "Noor")),
    (*ACKNOWLEDGED, Stop("note", "Noor", 25)),
    (*REFERRED, Stop("recall_packet", "Noor", 0, {"packet": "", "previewed": ""}), Stop("hand_over_again", "Noor")),
    (*ACKNOWLEDGED, Stop("show_summary", "Petra"), Stop("put_beside", "Noor", 0, {"beside": "@Petra"})),
    (*ACKNOWLEDGED, Stop("show_door", "Petra")),
    (*ACKNOWLEDGED, Stop("classify", "Noor", 0, {"tags": ["child"]}),
     Stop("choose_road", "Amina", 0, {"company_road": "yes"})),
)  # fmt: skip

WITNESSED = (ACKNOWLEDGED,)
"""Ways of a complaint of somebody who was not harmed themselves."""
SPOKEN = tuple((Stop("acknowledge", "Noor"), Stop("write_down", who)) for who in ("Noor", "Petra"))
"""Ways of a complaint that somebody told by a recording."""
OF_A_GROUP = (ACKNOWLEDGED,)
"""Ways of the complaint of one of a group, who used her slip."""
EVERY = WAYS + WITNESSED + SPOKEN + OF_A_GROUP
SECOND_OFFICER = "Petra"
"""Comes only on the way that needs her: elsewhere nobody is left where an office of one officer has none."""
PEOPLE = ("Noor", "Tomas", "Paula", "Ines", "Victor", "Wanda", "Amina", "Joseph")


@dataclass(frozen=True)
class Situation:
    """Somebody is offered a row, after so many stops of a way."""

    row: Row
    who: str
    way: int
    stops: int

    def __str__(self) -> str:
        return f"{self.who}-{self.row.step}-{'-'.join(sorted(self.row.source))}"


@dataclass(frozen=True)
class Place:
    """Where a way has led: the case, its people, and the receipts of those who have one."""

    case: Case
    people: dict[str, Person]
    receipts: dict[str, str]


def office(cast: dict[str, Person]) -> dict[str, Person]:
    """The cast, with a second approver and a second person of the company: for what one alone cannot do; and another
    door, without which nothing goes to one."""
    keeping.add(cast["Noor"], EXAMPLES[0])
    return {**cast, "Paula": another_approver(cast), "Wanda": join(cast["Victor"])}


def begin_way(people: dict[str, Person], at: datetime, way: int) -> Place:
    """The complaint of a way, by its number among all of them."""
    if way < len(WAYS + WITNESSED):
        return begin(people, at, way >= len(WAYS))
    if way < len(WAYS + WITNESSED + SPOKEN):
        return begin(people, at, False, account="", spoken=[sounds.recording()])
    return begin_in_a_group(people, at)


def begin(people: dict[str, Person], at: datetime, witness: bool, **told: Any) -> Place:
    """A complaint with a name, a representative, and a receipt for each."""
    track = "alert" if witness else "remedy"
    reference, amina, hers = demonstration.file_one(at, name="Amina Said", share_identity="yes", track=track, **told)
    case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
    his = receipt_codes.make()
    another_receipt(case, amina, his, Holder.REPRESENTATIVE, at)
    followed = receipts.follow(his)
    joseph = receipts.complainant_of(followed.session)
    return Place(case, {**people, "Amina": amina, "Joseph": joseph}, {"Amina": hers, "Joseph": his})


def begin_in_a_group(people: dict[str, Person], at: datetime) -> Place:
    """The complaint that a spokesperson filed for somebody, who made her receipt with the slip. The spokesperson opens
    it from a page of their own, by no lines."""
    reference, _lead, lines = demonstration.file_one(at)
    lead = receipts.complainant_of(receipts.follow(lines).session)
    number = groups.add(lead, reference, ONE_OF_A_GROUP, at)
    row = spoken_for.one_of(lead, number)
    followed = receipts.follow(spoken_for.held(lead, row).slip)
    hers, amina = receipts.shown(followed.receipt_secret), receipts.complainant_of(followed.session)
    joseph = receipts.complainant_of(spoken_for.enter(lead, number, at).session)
    case = db.session.get_one(Case, row.case_id)
    return Place(case, {**people, "Amina": amina, "Joseph": joseph}, {"Amina": hers})


def go(place: Place, stop: Stop, at: datetime) -> None:
    if stop.step == STOLEN:
        place.people[stop.who], place.receipts[stop.who] = stolen(place.receipts[stop.who], at)
        return
    if stop.who == SECOND_OFFICER and stop.who not in place.people:
        place.people[stop.who] = _second_officer(place.people["Noor"])
    if stop.after > 1000:  # its time is over: the clock asked her, and she said nothing
        demonstration.end_its_keeping(place.case, place.people["Noor"], at)
    if stop.step == "erase":
        demonstration.end_its_keeping(place.case, place.people["Noor"], at, place.people["Tomas"])
    row = find_row(stop.step, place.people[stop.who].role, place.case.state)
    assert row, f"{stop.step} cannot be taken by {stop.who} from {place.case.state}"
    answers = {**demonstration.answers_for(stop.step, place.people[stop.who], place.case), **stop.answers}
    answers = named(answers, place, at)
    decision = steps.take(stop.step, place.people[stop.who], place.case.reference, answers, now=at)
    if decision:
        decider = "Paula" if stop.who == "Tomas" else "Tomas"
        steps.decide(place.people[decider], place.case.reference, decision.id, True, now=at)


def _second_officer(noor: Person) -> Person:
    """Whoever came on a way before is there."""
    known = select(Account.id).where(Account.email == demonstration.email_of(SECOND_OFFICER))
    if db.session.scalar(known):
        return demonstration.signed_in(SECOND_OFFICER)
    return join_office(SECOND_OFFICER, Role.OFFICER, noor)


def named(answers: dict, place: Place, at: datetime) -> dict:
    """Answers with the days and people that stand in them by name."""
    today = max(
        clock.office_day(at), deadlines.day_for(place.case, COMPANY_SIDE, at)
    )  # for both, late in the evening, too
    known = {TODAY: today.isoformat(), IN_SIXTY_DAYS: (today + timedelta(days=60)).isoformat()}
    known |= {f"@{name}": str(person.account_id) for name, person in place.people.items()}
    return {key: known.get(value, value) if isinstance(value, str) else value for key, value in answers.items()}


def stops_of(way: int) -> tuple[Stop, ...]:
    return EVERY[way]


def walked(people: dict[str, Person], situation: Situation) -> Place:
    """The place of a situation, reached a minute ago."""
    stops = stops_of(situation.way)[: situation.stops]
    days = sum(stop.after for stop in stops)
    at = clock.now() - timedelta(days=days, minutes=len(stops) + 2)
    place = begin_way(people, at, situation.way)
    for stop in stops:
        at += timedelta(days=stop.after, minutes=1)
        go(place, stop, at)
    a_release_came()
    return place


def lying_ready(ready: Ready, folder: Path, cast: dict[str, Person], situation: Situation) -> Place:
    """The same beside another complaint, on the database in this folder. Many rows are offered at one place: whoever
    comes there first in this process walks, and it lies ready for the others."""

    def there() -> tuple[str, dict[str, Person], dict[str, str]]:
        people = office(cast)
        demonstration.file_one(clock.now())
        return told(walked(people, situation))

    return again(ready.made(f"way {situation.way}, {situation.stops} stops", folder, there))


def told(place: Place) -> tuple[str, dict[str, Person], dict[str, str]]:
    """What can be kept of a place: its reference, people and receipts, and no row of a session."""
    return place.case.reference, dict(place.people), dict(place.receipts)


def again(known: tuple[str, dict[str, Person], dict[str, str]]) -> Place:
    """The place that this was told of, for one test."""
    reference, people, receipts_here = known
    case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
    return Place(case, dict(people), dict(receipts_here))


FOUND: dict[tuple[Row, str], Situation] = {}
"""Of this process: where a row is offered is of the rows and the ways, and of no database."""


def situations(people: dict[str, Person]) -> dict[tuple[Row, str], Situation]:
    """The first situation for each row and role to which it is offered on some way."""
    if FOUND:
        return FOUND
    found: dict[tuple[Row, str], Situation] = {}
    demonstration.file_one(clock.now())  # another case, for what names one
    for way in range(len(EVERY)):
        for situation in _along(people, way):
            found.setdefault((situation.row, people_roles(situation.who)), situation)
    FOUND.update(found)
    return FOUND


def _along(people: dict[str, Person], way: int) -> Iterator[Situation]:
    begun = clock.now() - timedelta(days=2000)
    with time_machine.travel(begun, tick=False) as travel:
        place = begin_way(people, begun, way)
        yield from _offered(place, way, 0)
        for number, stop in enumerate(stops_of(way), 1):
            travel.shift(timedelta(days=stop.after, minutes=1))
            go(place, stop, clock.now())
            yield from _offered(place, way, number)


def _offered(place: Place, way: int, stops: int) -> Iterator[Situation]:
    for who in PEOPLE:
        if not still_theirs(place.people[who], place.case.reference):
            continue
        for row, missing in steps.choices_now(place.people[who], place.case):
            if missing is None and _has_its_text(row, place, place.people[who]):
                yield Situation(row, who, way, stops)


def _has_its_text(row: Row, place: Place, person: Person) -> bool:
    """What is about a text is offered beside one; that she can read it, beside one that she said she cannot."""
    if row.step == post.WRITE.step:  # there is somebody to whom it may go
        return place.case.company_id is not None and place.case.state != State.RECEIVED
    if letter := next((one for one in row.asks if one.kind == Kind.LETTER), None):
        return bool(post.waiting(place.case, letter.among))
    if not row.about_a_text:
        return True
    if row.step == reading.CAN_READ.step:
        return bool(reading.of(place.case).unread)
    return bool(texts_to_read.options(place.case, opened(person, place.case)))


ROLE_OF = {"Noor": "officer", "Tomas": "approver", "Paula": "approver", "Ines": "custodian", "Victor": "company",
           "Wanda": "company", "Amina": "complainant", "Joseph": "representative"}  # fmt: skip


def people_roles(who: str) -> str:
    return ROLE_OF[who]


def pairs(rows: tuple[Row, ...]) -> list[tuple[Row, str]]:
    """Each row with each role that the table gives it to, but for the clock's own."""
    return [(row, role.value) for row in rows for role in sorted(row.who) if role.value != "clock"]
