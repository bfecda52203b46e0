"""The day of an officer with twenty new complaints, two of them urgent, and three messages, one in a closed case."""

from datetime import timedelta

import pytest
from sqlalchemy import delete

from grievance import clock, demonstration
from grievance.accounts import receipts
from grievance.extensions import db
from grievance.models.desk import NewMark
from grievance.record.transaction import unit_of_work
from grievance.workflow import steps
from tests.browser.looks import overflow
from tests.browser.test_story import Visitor, sign_in

MESSAGE = "They stand outside my house now."


class Counting(Visitor):
    """Who counts what they do: a page that is opened, a button or link that is pressed, a field that is filled in."""

    actions = 0

    def go(self, path):
        self.actions += 1
        return super().go(path)

    def fill(self, **answers):
        self.actions += len(answers)
        return super().fill(**answers)

    def press(self, button):
        self.actions += 1
        return super().press(button)

    @property
    def lines(self):
        """Of the queue that is open: reference and marks of each line, as it reads them."""
        cells = self.page.locator("tbody tr td:first-child")
        marks = [[one.strip("● ").strip() for one in cell.split("\n") if one.startswith("●")]
                 for cell in cells.all_inner_texts()]  # fmt: skip
        return list(zip(cells.locator("a.ref").all_inner_texts(), marks, strict=True))


def says(code):
    person = receipts.person_with(code)
    answers = {"audience": "secretariat", "message": MESSAGE}
    steps.take("write", person, receipts.case_of(person).reference, answers)


@pytest.fixture
def morning(app, cast):
    """What came since the officer looked last: references by what they are, each list as it should stand."""
    now = clock.now()
    known = [demonstration.walk_story(cast, until, now - timedelta(days=days))
             for until, days in (("acknowledge", 6), ("respond", 25), ("close", 200), ("acknowledge", 12))]  # fmt: skip
    with unit_of_work():
        db.session.execute(delete(NewMark))  # all that is from before was looked at
    new = [demonstration.file_one(now - timedelta(days=20 - n))[0] for n in range(18)]
    urgent = [demonstration.file_one(now - timedelta(days=2 - n), could_harm="yes")[0] for n in range(2)]
    for _reference, code in known[:3]:
        says(code)
    return {"urgent": urgent, "new": new, "said": [one for one, _code in known[:3]], "due": [known[3][0]]}


def test_an_officer_finds_all_of_it_from_the_queue_alone_in_the_right_order(live_server, new_page, morning):
    noor = Counting(new_page(1280), live_server)
    sign_in(noor, "Noor")
    noor.actions = 0
    noor.go("/desk")
    found = [reference for reference, _marks in noor.lines]
    first, said = [*morning["urgent"], *morning["new"]], len(morning["said"])
    assert found[: len(first)] == first and found[len(first) + said :] == morning["due"]
    assert set(found[len(first) :][:said]) == set(morning["said"])  # of one day: their hour is nobody's
    marks = dict(noor.lines)
    assert all(marks[one] == ["Urgent", "New"] for one in morning["urgent"])
    assert all(marks[one] == ["New"] for one in morning["new"])
    assert all(marks[one] == ["New", "Waits for a word from us"] for one in morning["said"])
    assert marks[morning["due"][0]] == []
    assert noor.actions == 1
    assert "New for you 23" in " ".join(noor.text.split()) and "Waits for a word from us 3" in " ".join(
        noor.text.split()
    )
    noor.press("Waits for a word from us")
    assert {reference for reference, _marks in noor.lines} == set(morning["said"]) and noor.actions == 2


def test_the_two_in_danger_are_taken_and_the_three_answered_and_then_nothing_of_them_is_new(
    app, live_server, new_page, morning
):
    noor = Counting(new_page(360), live_server)
    sign_in(noor, "Noor")
    noor.actions = 0
    noor.go("/desk")
    for reference in morning["urgent"]:
        noor.press(reference).press("Acknowledge")
        noor.fill(no_conflict=True, safety_looked_at=True).press("Acknowledge").go("/desk")
    for reference in morning["said"][:2]:
        noor.press(reference)
        assert "New since you last looked: A message was written" in noor.text and MESSAGE in noor.text
        noor.press("Write a message").press("The complainant")
        noor.fill(message="Go to a safe place. I call you at noon.").press("Send to the complainant").go("/desk")
    closed = morning["said"][2]
    noor.press(closed)
    assert MESSAGE in noor.text
    noor.press("No answer is needed").fill(reason="I called her at once.").press("No answer is needed").go("/desk")
    marks = dict(noor.lines)
    assert [one for one in (*morning["urgent"], *morning["said"]) if marks.get(one)] == []
    first = [reference for reference, _marks in noor.lines][:20]
    assert set(first[:2]) == set(morning["urgent"]), "whose safety alert is open stays at the head"
    assert first[2:] == morning["new"]
    assert overflow(noor.page) <= 0
    assert noor.actions == 30
