"""The end of keeping, at its pages: she answers on a small phone without scripts, and two of the office erase."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.deadlines.days import full_date
from grievance.extensions import db
from grievance.maintenance import retention_clock
from grievance.models.case import Case
from grievance.workflow import keeping
from tests.browser.test_safety import keep
from tests.browser.test_story import Visitor, approve, sign_in
from tests.times import days_later

WORDS = {
    "en": ("Say what shall become of it", "If you say nothing", {"delete": "You said: Delete it, as said.",
                                           "keep": "You said: Keep it for as long again",
                                           "name_only": "You said: Delete my name only."}),
    "ar": ("جوابك: ماذا يحدث لها", "إذا لم تقل شيئاً", {"delete": "قلت: حذفها، كما قيل.", "keep": "قلت: حفظها مدة أخرى",
                               "name_only": "قلت: حذف اسمي فقط."}),
}  # fmt: skip


@pytest.fixture
def ends(app, cast):
    """A case that is asked about: closed nearly as long ago as it is kept. `last`: the day until which it is."""
    at = clock.now() - timedelta(days=3 * 365 - 60)
    reference, _amina, code = demonstration.file_one(at, name="Amina Said")
    for step in ("acknowledge", "dismiss"):
        demonstration.do(step, cast["Noor"], reference, at, cast["Tomas"])
    retention_clock.run(clock.now())
    return SimpleNamespace(reference=reference, code=code, last=case_of(reference).retain_until)


def case_of(reference):
    db.session.rollback()
    return db.session.scalars(select(Case).where(Case.reference == reference)).one()


@pytest.mark.parametrize("language", WORDS)
def test_she_says_what_shall_become_of_it_and_changes_that(ends, live_server, new_page, language):
    title, silent, said = WORDS[language]
    amina = Visitor(new_page(360, language), live_server).go(f"/follow?lang={language}").fill(code=ends.code).onward()
    keep(amina, f"retention-asked-{language}")
    assert silent in amina.text
    for answer, sentence in said.items():
        amina.press(title)
        keep(amina, f"retention-form-{language}")
        amina.fill(retention=answer).press(title)
        assert sentence in amina.text and silent not in amina.text
        assert case_of(ends.reference).retention_answer == answer
        keep(amina, f"retention-{answer}-{language}")
    if language == "en":
        assert full_date(ends.last) in amina.text and full_date(keeping.years_more(ends.last)) in amina.text


@pytest.mark.parametrize("width", [360, 1280])
def test_the_office_sees_it_come_and_two_people_erase_the_name_and_then_the_case(ends, live_server, new_page, width):
    noor, tomas = (Visitor(new_page(width), live_server) for _ in range(2))
    sign_in(noor, "Noor").press("1 case ends its time of keeping soon")
    assert ends.reference in noor.text and full_date(ends.last) in noor.text
    assert "No answer: delete it, as said" in noor.text and "Erase" not in noor.text.split("Ends within")[1]
    keep(noor, f"desk-retention-soon-{width}")
    with time_machine.travel(days_later((ends.last - clock.office_today()).days + 2)):
        retention_clock.run(clock.now())
        sign_in(noor, "Noor").press("1 case has been kept long enough")
        keep(noor, f"desk-retention-over-{width}")
        noor.press("Erase the name").fill(reason="Its time is over.").press("Erase the name")
        sign_in(tomas, "Tomas")
        approve(tomas, live_server, ends.reference)
        noor.go("/desk/retention").follow(noor.page.locator("main a:text-is('Erase')"))
        noor.fill(reason="Its time is over.").press("Erase")
        assert case_of(ends.reference).erased_at is None
        approve(tomas, live_server, ends.reference)
        assert case_of(ends.reference).erased_at
        assert ends.reference not in noor.go("/desk/retention").text
