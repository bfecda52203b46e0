"""One complaint about two companies: one contests and is released, the other misses its limit; neither learns of the
other, and she sees both on her page."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.accounts import parts
from grievance.deadlines import rows as deadlines
from grievance.deadlines.kinds import Deadline
from grievance.extensions import db
from grievance.maintenance.sweep import sweep
from grievance.models.case import Case
from tests.browser.looks import faults, overflow, with_axe
from tests.browser.test_safety import enter
from tests.browser.test_story import Visitor, approve, is_right, sign_in
from tests.outside import a_release_came

SUMMARY = "A person reports that guards at a gate pushed them."


class People(tuple):
    """A complaint that was referred to Larkfield, everybody at their page, and with her receipt."""

    def __new__(cls, them, receipt):
        made = super().__new__(cls, them)
        made.receipt = receipt
        return made


def case_of(reference):
    db.session.rollback()
    return db.session.scalars(select(Case).where(Case.reference == reference)).one()


@pytest.fixture
def people(app, cast, live_server, new_page, chromium):
    reference, receipt = demonstration.walk_story(cast, "refer", clock.now() - timedelta(days=3))
    noor, tomas, victor, olga = (
        sign_in(Visitor(new_page(1280), live_server), name) for name in ("Noor", "Tomas", "Victor", "Olga")
    )
    context = with_axe(chromium, viewport={"width": 360, "height": 740})
    amina = enter(Visitor(context.new_page(), live_server), receipt)
    yield People((reference, noor, tomas, victor, olga, amina), receipt)
    context.close()


def part_of(reference):
    return parts.parts_of(case_of(reference))[0].reference


def ostrova_is_added(people, live_server):
    reference, noor, tomas, _victor, olga, amina = people
    noor.go(f"/desk/cases/{reference}")
    noor.step("Add another company to the complaint", company="Ostrova Security", why="Two gates.",
              letter="You named Ostrova, too.")  # fmt: skip
    approve(tomas, live_server, reference)
    noor.go(f"/desk/cases/{reference}")
    assert "One complaint, 2 companies: this is part 1" in noor.text
    assert olga.go("/company").page.locator("a.ref").count() == 0
    amina.go("/follow/case")
    assert "Your complaint is about 2 companies" in amina.text and "You named Ostrova, too." in amina.unfolded
    return part_of(reference)


def ostrova_is_referred_its_part(people, live_server, part):
    """She agrees for this company, reads what would go, and says *right*; two people refer it."""
    _reference, noor, tomas, _victor, olga, amina = people
    amina.press("Open the page about Ostrova Security")
    assert "This page is about what Ostrova Security does." in amina.text
    assert "Nothing was sent to this company yet. You are asked first." in amina.text
    assert overflow(amina.page) == 0 and faults(amina.page) == []
    amina.press("Say what I agree to").fill(share_account=True).onward()
    noor.go(f"/desk/cases/{part}").press("Show the summary to the complainant").fill(packet=SUMMARY)
    noor.press("Show the summary to the complainant").press("Show this to the complainant")
    is_right(amina)
    noor.go(f"/desk/cases/{part}").press("Refer to the company").fill(packet=SUMMARY, mechanism_not_subject=True)
    noor.press("Refer to the company").press("Propose with this packet")
    approve(tomas, live_server, part)
    olga.go("/company").press(part)
    assert SUMMARY in olga.text


def test_one_contests_and_is_released_the_other_misses_its_limit_and_neither_learns_of_the_other(people, live_server):
    reference, noor, tomas, victor, olga, amina = people
    part = ostrova_is_added(people, live_server)
    ostrova_is_referred_its_part(people, live_server, part)

    olga.press("Say that it is not yours").fill(ground="site", words="We left that site in May.")
    olga.press("Say that it is not yours")
    amina.go("/follow/case").press("Say whether it was this company")
    amina.fill(theirs="no", words="Then it was only the others.").press("Say whether it was this company")
    a_release_came()
    noor.go(f"/desk/cases/{part}")
    noor.step("Change the company", why="It left in May.", letter="Ostrova was not there.", told="You are released.")
    approve(tomas, live_server, part)
    noor.go(f"/desk/cases/{part}").step(
        "Dismiss", reason="It was not this company, and no other is known", letter="None is known."
    )
    approve(tomas, live_server, part)
    assert olga.go(f"/company/cases/{part}").text.startswith("There is no such page")
    victor.go(f"/company/cases/{reference}")
    assert "You must acknowledge the referral" in victor.text and "Held for now" not in victor.text

    ends = {one.key: one.due_at for one in deadlines.owed(case_of(reference))}[Deadline.COMPANY_ACKNOWLEDGEMENT]
    with time_machine.travel(ends + timedelta(minutes=1)):
        sweep(clock.now())
        for visitor, name in ((noor, "Noor"), (victor, "Victor"), (olga, "Olga")):
            sign_in(visitor, name)
        noor.go(f"/desk/cases/{reference}")
        assert "The whole complaint stands at:" in noor.text and "Escalated" in noor.text
        assert part in noor.text
        victor.go(f"/company/cases/{reference}")
        assert "Escalated" in victor.text
        for word in ("Ostrova", part, "We left that site", "2 companies", "another company"):
            assert word not in victor.page.content()
        for page in ("/company", f"/company/cases/{part}"):
            olga.go(page)
            for word in ("Larkfield", reference, "another company"):
                assert word not in olga.page.content()
        enter(amina, people.receipt)
        assert "Your complaint is about 2 companies" in amina.text and "Larkfield Guarding" in amina.text
        assert "The Secretariat has taken your complaint over." in amina.text
        assert "Ostrova Security\nYour complaint is closed." in amina.text
        assert overflow(amina.page) == 0 and faults(amina.page) == []
