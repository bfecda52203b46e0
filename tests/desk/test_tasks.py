"""Tasks of the Secretariat: made, done, given to another; and what becomes of them with their case."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update

from grievance import clock, demonstration
from grievance.access import NoSuchCase, find_case
from grievance.accounts import absence, leaving
from grievance.accounts.keys import rotation
from grievance.demonstration import signed_in
from grievance.desk import tasks
from grievance.extensions import db
from grievance.forms.fields import BadInput
from grievance.models.case import Case
from grievance.models.event import OFFICE_CHAIN, Event
from grievance.models.people import Role
from grievance.models.task import Task
from grievance.record import chain, compare
from grievance.workflow import steps
from tests.accounts.test_leaving import join
from tests.maintenance.backup.conftest import closed_case, erase
from tests.views.test_routes import client_of, token

WORDS = "Zinnober: call her on Tuesday."


@pytest.fixture
def reference(app, cast):
    return demonstration.walk_story(cast, "acknowledge", clock.now() - timedelta(days=6))[0]


def today(days=0):
    return clock.office_today() + timedelta(days=days)


def said(who, days=0, case="", words=WORDS):
    return {"words": words, "due_on": today(days).isoformat(), "who": str(who.account_id), "case": case}


def made(by, who, **more):
    return tasks.make(by, said(who, **more))


def whose(task_id):
    db.session.rollback()
    return db.session.get_one(Task, task_id).account_id


def office_events():
    query = select(Event.kind).where(Event.chain == OFFICE_CHAIN, Event.kind.like("task%"))
    return list(db.session.scalars(query.order_by(Event.seq)))


def test_a_task_stands_with_whose_it_is_and_at_its_case_and_the_record_vouches_for_it(app, cast, reference):
    noor, tomas = cast["Noor"], cast["Tomas"]
    made(tomas, noor, case=reference)
    made(tomas, noor, words="Order paper.")
    assert {(one.words, one.who, one.made_by, one.reference) for one in tasks.listed(noor, "mine")} == {
        (WORDS, "Noor", "Tomas", reference), ("Order paper.", "Noor", "Tomas", None),
    }  # fmt: skip
    assert tasks.listed(tomas, "mine") == [] and len(tasks.listed(tomas, "all")) == 2
    assert [one.words for one in tasks.of_case(tomas, find_case(tomas, reference))] == [WORDS]
    assert office_events() == ["task_made", "task_made"]
    assert list(compare.everything()) == [] and chain.verify() == []


def test_no_event_of_a_case_says_that_there_is_a_task_on_it(app, cast, reference):
    before = find_case(cast["Noor"], reference)
    before = (before.head_seq, before.version)
    tasks.finish(cast["Noor"], made(cast["Tomas"], cast["Noor"], case=reference))
    db.session.rollback()
    after = find_case(cast["Noor"], reference)
    assert (after.head_seq, after.version) == before


def test_who_writes_another_day_or_another_person_into_a_row_is_noticed(app, cast, reference):
    task_id = made(cast["Tomas"], cast["Noor"], case=reference)
    db.session.execute(update(Task).values(due_on=today(30)))
    db.session.commit()
    (found,) = compare.everything()
    assert f"tasks:{task_id}" in str(found)


def test_the_desk_counts_what_is_due_today_and_what_is_late_of_ones_own(app, cast):
    noor, tomas = cast["Noor"], cast["Tomas"]
    for days in (-2, 0, 0, 1):
        made(tomas, noor, days=days)
    made(noor, tomas, days=-1)
    assert tasks.due(noor) == tasks.Due(2, 1, 0)
    tasks.finish(noor, tasks.listed(noor, "mine")[0].id)
    assert tasks.due(noor) == tasks.Due(2, 0, 0)


def test_done_says_who_and_on_which_day_and_can_be_taken_back(app, cast):
    noor, tomas = cast["Noor"], cast["Tomas"]
    task_id = made(noor, noor)
    tasks.finish(tomas, task_id)
    tasks.finish(noor, task_id)  # it was done the first time
    (line,) = tasks.listed(noor, "done")
    assert (line.done_by, line.done_on) == ("Tomas", today())
    tasks.take_back(noor, task_id)
    assert tasks.listed(noor, "done") == [] and len(tasks.listed(noor, "mine")) == 1
    assert office_events() == ["task_made", "task_done", "task_taken_back"]
    assert list(compare.everything()) == []


def test_a_task_is_given_to_another_and_gets_another_day(app, cast):
    task_id = made(cast["Noor"], cast["Noor"])
    answers = {"due_on": today(3).isoformat(), "who": str(cast["Tomas"].account_id)}
    tasks.change(cast["Noor"], task_id, answers)
    tasks.change(cast["Noor"], task_id, answers)  # nothing is another: no event
    (line,) = tasks.listed(cast["Tomas"], "mine")
    assert (line.due_on, line.made_by) == (today(3), "Noor")
    assert office_events() == ["task_made", "task_changed"] and list(compare.everything()) == []


def next_day(weekday):
    return next(day for day in (date(2030, 6, 3) + timedelta(days=n) for n in range(7)) if day.weekday() == weekday)


def test_a_day_off_and_an_absence_are_said_and_nothing_is_moved(app, cast, petra):
    answers = {**said(petra), "due_on": next_day(5).isoformat()}
    line = tasks.one(cast["Noor"], tasks.make(cast["Noor"], answers))
    assert line.due_on == next_day(5) and line.warning == "That day is on a weekend."
    absence.announce(petra, {"first_day": today().isoformat(), "last_day": next_day(2).isoformat(),
                             "stand_in": str(cast["Noor"].account_id)})  # fmt: skip
    line = tasks.one(cast["Noor"], tasks.make(cast["Noor"], {**answers, "due_on": next_day(2).isoformat()}))
    assert line.due_on == next_day(2) and line.warning == "Who does it is away on that day."
    answers["due_on"] = next_day(3).isoformat()
    assert tasks.one(cast["Noor"], tasks.make(cast["Noor"], answers)).warning == ""


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"words": ""}, "words"),
        ({"words": "x" * 2001}, "words"),
        ({"due_on": "soon"}, "due_on"),
        ({"who": "999"}, "who"),
        ({"case": "2020-0000"}, "case"),
    ],
)
def test_a_task_that_lacks_something_is_not_made(app, cast, answers, field):
    with pytest.raises(BadInput) as bad:
        tasks.make(cast["Noor"], {**said(cast["Noor"]), **answers})
    assert set(bad.value.errors) == {field} and tasks.listed(cast["Noor"], "all") == []


@pytest.mark.parametrize("name", ["Ines", "Victor", "Amina"])
def test_nobody_else_reads_or_does_anything_with_a_task(app, cast, name):
    task_id = made(cast["Noor"], cast["Noor"])
    person = cast.get(name) or demonstration.file_one(clock.now())[1]
    for use in (lambda: tasks.listed(person, "all"), lambda: tasks.one(person, task_id), lambda: tasks.due(person),
                lambda: tasks.finish(person, task_id), lambda: made(person, cast["Noor"])):  # fmt: skip
        with pytest.raises(NoSuchCase):
            use()


def test_who_declared_a_conflict_sees_no_task_of_the_case_and_gets_none(app, cast, petra, reference):
    task_id = made(cast["Noor"], petra, case=reference)
    steps.take("declare_conflict", petra, reference, {"why": "My brother works there."})
    assert tasks.listed(petra, "mine") == tasks.listed(petra, "all") == []
    assert tasks.due(petra) == tasks.Due(0, 0, 0)
    for use in (tasks.one, tasks.finish, tasks.take_back):
        with pytest.raises(NoSuchCase):
            use(petra, task_id)
    with pytest.raises(BadInput, match="who"):
        made(cast["Noor"], petra, case=reference)
    with pytest.raises(BadInput, match="case"):
        made(petra, cast["Noor"], case=reference)
    assert [one.orphan for one in tasks.listed(cast["Noor"], "nobodys")] == [True]


def test_a_case_that_goes_to_another_officer_takes_the_open_tasks_of_its_officer_with_it(app, cast, petra, reference):
    noor, tomas = cast["Noor"], cast["Tomas"]
    its, done, other, elsewhere = (
        made(tomas, noor, case=reference), made(tomas, noor, case=reference), made(noor, tomas, case=reference),
        made(noor, noor),
    )  # fmt: skip
    tasks.finish(noor, done)
    steps.take("assign", tomas, reference, {"officer": str(petra.account_id)})
    owners = {its: petra, done: noor, other: tomas, elsewhere: noor}
    assert {one: whose(one) for one in owners} == {one: who.account_id for one, who in owners.items()}
    assert "tasks_handed_over" in office_events() and list(compare.everything()) == []


def test_what_somebody_who_left_was_to_do_is_named_and_goes_with_the_case(app, cast, petra, reference):
    on_case, other = made(cast["Noor"], petra, case=reference), made(cast["Noor"], petra)
    leaving.leave(cast["Tomas"], petra.account_id)
    assert tasks.due(cast["Noor"]).nobodys == 2
    assert {one.id for one in tasks.listed(cast["Noor"], "nobodys")} == {on_case, other}
    quinn = join("Quinn", Role.OFFICER, cast["Noor"])
    steps.take("assign", cast["Tomas"], reference, {"officer": str(quinn.account_id)})
    assert {one.id for one in tasks.listed(cast["Noor"], "nobodys")} == {other}
    assert whose(on_case) == quinn.account_id


def test_an_erased_case_takes_its_tasks_with_it_and_the_record_says_so(app, cast):
    reference = closed_case(cast)
    made(cast["Noor"], cast["Noor"], case=reference)
    kept = made(cast["Noor"], cast["Noor"])
    erase(cast, reference)
    assert list(db.session.scalars(select(Task.id))) == [kept]
    assert office_events()[-1] == "tasks_erased" and list(compare.everything()) == []
    with pytest.raises(BadInput, match="case"):
        made(cast["Noor"], cast["Noor"], case=reference)


def test_an_erased_case_offers_no_task_and_its_form_says_why(app, cast):
    reference = closed_case(cast)
    noor, page = client_of(app, "Noor"), f"/desk/cases/{reference}"
    form = f"/desk/tasks/new/{reference}"
    csrf = token(noor.get(form))
    assert form in noor.get(page).text
    erase(cast, reference)
    assert form not in noor.get(page).text and 'id="tasks"' not in noor.get(page).text
    answers = noor.get(form), noor.post(form, data={"csrf_token": csrf, **said(cast["Noor"])})
    assert [(one.status_code, "This case was erased." in one.text, "<textarea" in one.text) for one in answers] == [
        (409, True, False)
    ] * 2


def test_no_number_stands_at_mine_that_is_not_how_many_the_tab_lists(app, cast):
    for day in (-1, 0, 9):
        made(cast["Noor"], cast["Noor"], days=day)
    page = client_of(app, "Noor").get("/desk/tasks").text
    assert page.count('/done"') == 3 and "Mine</a>" in page


def test_a_new_key_of_the_secretariat_opens_the_tasks_of_before(app, cast):
    made(cast["Noor"], cast["Noor"])
    rotation.begin(signed_in("Noor"))
    assert [one.words for one in tasks.listed(signed_in("Tomas"), "all")] == [WORDS]
    assert rotation.go_on(signed_in("Noor"), 99).finished
    assert [one.words for one in tasks.listed(signed_in("Tomas"), "all")] == [WORDS]
    assert list(rotation.faults()) == []


def test_the_database_holds_no_word_of_a_task(app, cast):
    made(cast["Noor"], cast["Noor"])
    (row,) = db.session.execute(select(Task.__table__)).all()
    assert b"Zinnober" not in repr(tuple(row)).encode()


def test_a_task_is_made_changed_and_done_on_both_databases(both):
    noor, tomas = both.cast["Noor"], both.cast["Tomas"]
    reference = demonstration.walk_story(both.cast, "acknowledge", clock.now() - timedelta(days=6))[0]
    task_id = made(noor, noor, case=reference)
    tasks.change(noor, task_id, {"due_on": today(1).isoformat(), "who": str(tomas.account_id)})
    assert tasks.due(tomas) == tasks.Due(0, 0, 0)
    tasks.finish(tomas, task_id)
    assert [one.done_by for one in tasks.of_case(noor, find_case(noor, reference))] == ["Tomas"]
    assert list(compare.everything()) == [] and db.session.scalar(select(func.count()).select_from(Case)) == 1
