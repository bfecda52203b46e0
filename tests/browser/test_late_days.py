"""Eid was gazetted two days ahead and the office was closed: at their pages one approver enters it and proposes to
correct what it undoes, another approves, and each side reads both dates."""

from datetime import timedelta

from sqlalchemy import select

from grievance import clock, demonstration
from grievance.extensions import db
from grievance.maintenance import doctor
from grievance.maintenance.sweep import sweep
from grievance.models.case import Case
from tests.browser.looks import WIDTHS, overflow, resize
from tests.browser.test_story import Visitor, sign_in
from tests.scenarios.days import another_approver, limits


def missed(cast):
    """A case whose company owed its acknowledgement until a day ago or two, and which was escalated for it."""
    start = clock.now() - timedelta(days=11)
    reference, _amina, code = demonstration.file_one(start)
    demonstration.do("acknowledge", cast["Noor"], reference, start)
    case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
    case.company.weekend = []
    demonstration.do("refer", cast["Noor"], reference, start + timedelta(days=2), cast["Tomas"])
    due = limits(case)["L4"].due_on
    sweep(limits(case)["L4"].due_at + timedelta(minutes=1))
    return reference, code, due


def fits(visitor, path):
    """At a telephone's width and at a desk's."""
    visitor.go(path)
    for width in WIDTHS:
        resize(visitor.page, width)
        assert overflow(visitor.page) <= 0, f"{path} at {width}"


def test_two_approvers_correct_a_miss_that_a_late_day_off_undoes_at_their_pages(app, cast, live_server, new_page):
    reference, code, due = missed(cast)
    another_approver(cast)
    tomas, paula = Visitor(new_page(1280), live_server), Visitor(new_page(360), live_server)
    sign_in(tomas, "Tomas").go("/desk/admin/holidays/add")
    tomas.fill(country="Kenya", on=due.isoformat(), name="Idd-ul-Fitr").press("Show what moves")
    assert "1 time limit counted as missed" in tomas.text and reference in tomas.text
    tomas.press("Save the holidays")
    assert "To be proposed" in tomas.text and reference in tomas.text
    tomas.press("Propose to correct what is ticked")
    assert "Waits for another person" in tomas.text
    fits(tomas, "/desk/admin/missed")

    sign_in(paula, "Paula").go("/desk/admin").press("Missed because of a day off that was entered late")
    assert "Waits for you" in paula.text and reference in paula.text
    paula.press("Approve what is ticked")
    assert "Corrected." in paula.text and "1 was missed" not in paula.text
    noor = Visitor(new_page(1280), live_server)
    sign_in(noor, "Noor").go(f"/desk/cases/{reference}")
    assert "counted as missed, and was not: this is corrected" in noor.page.content()
    noor.press("Refer back")
    assert "The complainant agrees to go back to the company" in noor.text

    victor, amina = Visitor(new_page(1280), live_server), Visitor(new_page(360), live_server)
    told = "and was not: this is corrected</strong>: {} (by "
    sign_in(victor, "Victor").go(f"/company/cases/{reference}")
    assert (
        told.format("acknowledge the referral") in victor.page.content()
        and "You must acknowledge the referral" in victor.text
    )
    amina.go("/follow").fill(code=code).press("Continue")
    assert told.format("say that it has your complaint") in amina.page.content()
    assert doctor.examine() == []
