"""A company gets mail about what she did at one hour of its day, whenever she did it; nobody else's mail waits."""

from datetime import UTC, datetime, time, timedelta

import pytest

from grievance import clock, demonstration
from grievance.access import find_case
from grievance.deadlines.rows import timetable
from grievance.maintenance.sweep import sweep
from grievance.models.people import Role
from grievance.models.sides import COMPANY
from grievance.notify.outbox import deliver
from grievance.notify.recipients import MAILED
from grievance.record import chain
from grievance.record.transaction import BY_MOMENT, owe_letter, unit_of_work
from grievance.workflow import release, steps
from grievance.workflow.procedure import ROWS
from grievance.workflow.row import COMPLAINANT
from grievance.workflow.visibility import role_told
from tests.notify.test_days import MONDAY, app, box, cast, handed_over, number, subjects  # noqa: F401
from tests.outside import moments

ZONE = "Africa/Nairobi"
MINUTE = timedelta(minutes=1)
TO_A_COMPANY = tuple(
    row for row in ROWS if any(letter.recipient == "company" for letter in (*row.letters, *row.may_send))
)
HERS = tuple(row for row in TO_A_COMPANY if row.who & COMPLAINANT)


def at(days, hours, minutes=0):
    """A moment by the company's clock, days after Monday."""
    return datetime(2026, 3, 2 + days, hours, minutes, tzinfo=UTC) - timedelta(hours=3)


def owed(case, row, person, now):
    """A letter to the company, as this step of this person owes one."""
    with unit_of_work():
        found = find_case(person, case, lock=True)
        event = chain.append(found, row.step, person, now, now, {})
        owe_letter(event, "company", next(one.text.template for one in letters(row)), {})


def letters(row):
    return [one for one in (*row.letters, *row.may_send) if one.recipient == "company"]


def test_the_rows_of_hers_that_tell_a_company_are_many():
    assert len(HERS) > 5


@pytest.mark.parametrize("row", HERS, ids=lambda row: row.step)
def test_each_of_her_doings_is_mailed_at_the_next_release_and_not_before(app, cast, box, row):  # noqa: F811
    reference, amina = handed_over(cast, box)
    owed(reference, row, amina, at(2, 14, 41))
    for now in (at(2, 14, 42), at(2, 23, 59), at(3, 5, 59)):
        deliver(now)
        assert not subjects(box, "victor"), now
    deliver(at(3, 6))
    assert len(subjects(box, "victor")) == 1


def test_whenever_she_acts_between_two_releases_her_mail_goes_at_the_same_minute(app, cast, box):  # noqa: F811
    reference, amina = handed_over(cast, box)
    gone = set()
    for day, minutes in enumerate((1, 360, 720, 1080, 1439)):
        acted = at(day + 1, 6) + timedelta(minutes=minutes)
        owed(reference, HERS[0], amina, acted)
        box.mails.clear()
        now = acted
        while not subjects(box, "victor"):
            now = release.next_release(now, ZONE)
            deliver(now - timedelta(minutes=1))
            assert not subjects(box, "victor")
            deliver(now)
        gone.add((now - acted < timedelta(days=1), clock.time_of_day(now, ZONE)))
    assert gone == {(True, "06:00")}


def test_the_offices_own_mail_to_a_company_goes_as_before(app, cast, box):  # noqa: F811
    reference, _amina = handed_over(cast, box)
    steps.take("write", cast["Noor"], reference, {"audience": "company", "message": "Please."}, now=at(2, 14))
    deliver(at(2, 14, 1))
    assert len(subjects(box, "victor")) == 1


def test_the_office_is_told_at_once_and_what_is_urgent_waits_for_no_hour(app, cast, box):  # noqa: F811
    reference, amina = handed_over(cast, box)
    steps.take("write", amina, reference, {"audience": "all", "message": "Please look."}, now=at(2, 14))
    steps.take("report_retaliation", amina, reference, {"happened": "Again."}, now=at(2, 14, 1))
    deliver(at(2, 14, 2))
    assert any(one.startswith("Urgent") for one in subjects(box, "tomas")) and subjects(box, "noor")
    assert not subjects(box, "victor")


def test_what_she_did_after_a_mail_of_that_day_is_told_by_one_of_its_own(app, cast, box):  # noqa: F811
    """Of the day alone it would seem that the mail of the morning told of it."""
    reference, amina = handed_over(cast, box)
    steps.take("write", amina, reference, {"audience": "secretariat", "message": "Please look."}, now=at(2, 9))
    deliver(at(2, 9, 1))
    steps.take("write", amina, reference, {"audience": "secretariat", "message": "Once more."}, now=at(2, 14))
    deliver(at(2, 14, 1))
    assert len(subjects(box, "noor")) == 1
    deliver(at(3, 12))
    assert len(subjects(box, "noor")) == 2


def test_a_company_that_gets_another_mail_before_the_release_gets_hers_at_the_release(app, cast, box):  # noqa: F811
    """That mail led it to a page on which hers did not stand yet."""
    reference, amina = handed_over(cast, box)
    steps.take("write", amina, reference, {"audience": "all", "message": "Please look."}, now=at(2, 13))
    steps.take("write", cast["Noor"], reference, {"audience": "company", "message": "Please."}, now=at(2, 14))
    deliver(at(2, 14, 1))
    assert len(subjects(box, "victor")) == 1
    deliver(at(3, 5, 59))
    assert len(subjects(box, "victor")) == 1
    deliver(at(3, 8))
    assert len(subjects(box, "victor")) == 2


def test_what_the_office_does_behind_a_held_step_is_mailed_at_the_release_though_the_worker_swept(app, cast, box):  # noqa: F811
    reference, amina = handed_over(cast, box)
    steps.take("write", amina, reference, {"audience": "all", "message": "Please look."}, now=at(2, 13))
    demonstration.do("escalate", cast["Noor"], reference, at(2, 13, 30))
    steps.take("write", cast["Noor"], reference, {"audience": "company", "message": "Please."}, now=at(2, 14))
    deliver(at(2, 14, 1))
    sweep(at(3, 6, 1))
    deliver(at(3, 8))
    assert len(subjects(box, "victor")) == 2


def test_once_the_mail_went_no_row_but_its_readers_box_says_in_which_minute_she_acted(app, cast, box):  # noqa: F811
    reference, amina = handed_over(cast, box)
    acted = at(2, 14, 7)
    sweep(acted - timedelta(days=1))
    steps.take("write", amina, reference, {"audience": "all", "message": "Please look."}, now=acted)
    assert of(acted) == {"letters.counts_from"}
    deliver(acted + timedelta(minutes=1))
    assert of(acted) == set()
    assert of(acted + timedelta(minutes=1)) == {"mailboxes.mailed_at"}
    assert of(acted + timedelta(minutes=2)) == of(acted + timedelta(minutes=3)) == set()


def of(minute):
    """The columns that hold a moment of this minute."""
    return {name for name, held in moments().items() if any(minute <= one < minute + MINUTE for one in held)}


def test_to_whom_a_mail_goes_within_a_minute_is_everybody_of_the_office():
    theirs = {one for one, roles in MAILED.items() if Role.COMPANY not in roles}
    assert theirs == BY_MOMENT


DOINGS = tuple((row, role, letter.text.template) for row in TO_A_COMPANY for role in sorted(row.who)
               for letter in letters(row))  # fmt: skip


def test_doings_that_a_company_reads_alike_wait_alike_and_what_is_told_as_hers_waits():
    """Of two mails about an escalation the one that went at once would tell that the other one was her wish."""
    alike = {}
    for row, role, template in DOINGS:
        told = role_told(COMPANY, row.step, role.value)
        waits = release.waits(COMPANY, template, row.step, role.value)
        alike.setdefault((template, told), set()).add(waits)
        assert waits or told != Role.COMPLAINANT, row.step
        assert waits or not row.who & COMPLAINANT, row.step
        assert not any(release.waits(one, template, row.step, role.value) for one in ("officer", "complainant"))
    assert all(len(found) == 1 for found in alike.values()), alike


def test_the_offices_own_word_and_a_missed_limit_wait_for_no_hour():
    assert release.veiled() == {"escalated", "reopened"}
    assert not release.waits(COMPANY, "message", "write", Role.OFFICER.value)
    assert not release.waits(COMPANY, "escalated_late", "escalate", Role.CLOCK.value)


@pytest.mark.parametrize(
    ("zone", "after", "goes"),
    [
        (ZONE, datetime(2026, 3, 2, 2, 59, tzinfo=UTC), datetime(2026, 3, 2, 3, tzinfo=UTC)),
        (ZONE, datetime(2026, 3, 2, 3, tzinfo=UTC), datetime(2026, 3, 3, 3, tzinfo=UTC)),  # strictly after
        ("Europe/Berlin", datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 3, 29, 4, tzinfo=UTC)),  # clocks go on
        ("America/Havana", datetime(2026, 3, 7, 12, tzinfo=UTC), datetime(2026, 3, 8, 10, tzinfo=UTC)),
    ],
)
def test_a_release_is_at_the_hour_of_the_companys_own_clock(app, zone, after, goes):  # noqa: F811
    assert timetable().release == time(6)
    assert release.next_release(after, zone) == goes
