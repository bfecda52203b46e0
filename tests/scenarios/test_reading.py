"""She says that she cannot read a text; the office puts a translation beside it, and she accepts what she has read."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.deadlines import rows as deadlines
from grievance.deadlines.kinds import Deadline
from grievance.extensions import db
from grievance.forms.fields import Refused
from grievance.models.case import Case
from grievance.models.event import Event
from grievance.models.writing import Remedy, RemedyStatus, Writing
from grievance.reports.casefile import open_case_file
from grievance.workflow import steps
from tests.her_steps import with_names
from tests.scenarios.pages import press
from tests.views.test_routes import client_of

PAGE = "/follow/case"
CANNOT, CAN, ACCEPT = (f"{PAGE}/steps/{step}" for step in ("cannot_read", "can_read", "accept_remedy"))
PROMISE, IN_ARABIC = "The wages of May are paid.", "تُدفع أجور مايو."
ASKED = "We have been asked to translate it."


class Offered:
    """A case with a remedy that the company proposed in English."""

    def __init__(self, app, cast, language):
        self.app, self.cast, start = app, cast, clock.now() - timedelta(days=23)
        self.reference, self.amina, code = demonstration.file_one(start, language)
        people = {**cast, "Amina": self.amina}
        for step, who, day in demonstration.STORY[:7]:
            more = {"promise": PROMISE} if step == "propose_remedy" else {}
            demonstration.do(step, people[who], self.reference, start + timedelta(days=day), cast["Tomas"], **more)
        self.her = app.test_client()
        self.her.post("/follow", data={"code": code})
        self.her.get(f"{PAGE}?lang=en")
        self.noor = client_of(app, "Noor")

    @property
    def case(self):
        return db.session.scalars(select(Case).where(Case.reference == self.reference)).one()

    @property
    def remedy(self):
        return db.session.scalars(select(Remedy)).one()

    @property
    def promise(self):
        query = select(Writing.id).where(Writing.remedy_id == self.remedy.id).order_by(Writing.written_at)
        return db.session.scalars(query).first()

    def page(self):
        return with_names(self.her.get(PAGE).text)

    def says(self, step, which=None):
        """One press on her own page: the form and the button as they stand there."""
        page = self.her.get(PAGE).text
        form = re.search(r'<form id="reading" method="post" action="([^"]+)">(.*?)</form>', page, re.S)
        button = re.search(rf'<button[^>]*form="reading"[^>]*value="{which or self.promise}"[^>]*>', page)[0]
        action = re.search(r'formaction="([^"]+)"', button)
        data = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[2]))
        where = action[1] if action else form[1]
        assert with_names(where).endswith(step)
        return self.her.post(where, data={**data, "writing": which or self.promise}, follow_redirects=True)

    def translate(self, text=IN_ARABIC, which=None, language="ar"):
        at = f"/desk/cases/{self.reference}/steps/translate"
        return press(self.noor, at, writing=which or self.promise, text=text, language=language)

    def accept(self, **more):
        return press(self.her, ACCEPT, remedy=self.remedy.id, **more)

    def owed(self):
        return [limit.key for limit in deadlines.owed(self.case)]


@pytest.fixture
def arabic(app, cast):
    return Offered(app, cast, "ar")


@pytest.fixture
def english(app, cast):
    return Offered(app, cast, "en")


# --- a remedy ----------------------------------------------------------------------------------------------


def test_a_remedy_that_is_not_in_her_language_is_not_accepted_and_the_page_says_why(arabic):
    answer = arabic.accept()
    assert answer.status_code == 409 and ASKED in answer.text
    assert arabic.remedy.status == RemedyStatus.PROPOSED


def test_the_office_is_asked_at_once_for_the_words_of_a_remedy_in_another_language(arabic):
    assert Deadline.NEXT_MOVE in arabic.owed()
    assert "This is not in the complainant's language" in arabic.noor.get(f"/desk/cases/{arabic.reference}").text


def test_nobody_is_asked_for_a_remedy_in_her_language(english):
    assert Deadline.NEXT_MOVE not in english.owed()
    assert english.accept().status_code == 303 and english.remedy.status == RemedyStatus.ACCEPTED


def test_she_accepts_it_once_the_translation_stands_beside_it(arabic):
    arabic.says("cannot_read")
    arabic.translate()
    page = arabic.page()
    assert page.index("Translation by the Secretariat") < page.index("As it was written") < page.index(PROMISE)
    assert f'lang="ar">{IN_ARABIC}' in page
    assert arabic.accept().status_code == 303 and arabic.remedy.status == RemedyStatus.ACCEPTED


def test_a_translation_into_another_language_than_hers_is_not_enough(arabic):
    arabic.translate("Les salaires de mai sont payés.", language="fr")
    assert arabic.accept().status_code == 409


def test_whoever_says_that_they_can_read_it_accepts_it(arabic):
    assert arabic.accept(can_read="yes").status_code == 303 and arabic.remedy.status == RemedyStatus.ACCEPTED


def test_what_is_said_to_be_in_her_language_and_she_cannot_read_is_not_accepted(english):
    english.says("cannot_read")
    answer = english.accept()
    assert answer.status_code == 409 and ASKED in answer.text


def test_an_officer_who_records_it_is_refused_too(arabic):
    arabic.says("cannot_read")
    raw = {"remedy": arabic.remedy.id, "channel": "phone", "read_back": "yes"}
    with pytest.raises(Refused, match="does not stand in your language"):
        steps.take("accept_remedy", arabic.cast["Noor"], arabic.reference, raw)


def test_it_is_asked_again_when_an_approval_comes_after_she_said_that_she_cannot(english):
    raw = {"remedy": english.remedy.id, "channel": "phone", "read_back": "yes"}
    decision = steps.take("accept_remedy", english.cast["Noor"], english.reference, raw)
    english.says("cannot_read")
    with pytest.raises(Refused, match="does not stand in your language"):
        steps.decide(english.cast["Tomas"], english.reference, decision.id, True)


def test_a_remedy_of_the_office_in_no_noted_language_is_accepted_by_whoever_says_that_they_can_read_it(english):
    demonstration.do("decline_remedy", english.amina, english.reference, clock.now())
    demonstration.do("propose_remedy", english.cast["Noor"], english.reference, clock.now())
    second = db.session.scalars(select(Remedy.id).where(Remedy.number == 2)).one()
    assert press(english.her, ACCEPT, remedy=second).status_code == 409
    assert press(english.her, ACCEPT, remedy=second, can_read="yes").status_code == 303


# --- one press ---------------------------------------------------------------------------------------------


def test_one_press_asks_for_it_and_another_takes_that_back(english):
    page = english.says("cannot_read").text
    assert "You said that you cannot read this." in page
    assert Deadline.NEXT_MOVE in english.owed()
    english.says("can_read")
    assert Deadline.NEXT_MOVE not in english.owed()
    assert english.accept().status_code == 303


def test_who_can_do_nothing_about_a_text_is_offered_no_empty_fold(app, english):
    folds = {}
    for who in ("Noor", "Tomas"):
        page = client_of(app, who).get(f"/desk/cases/{english.reference}").text
        folds[who] = re.findall(r"<details>(?:(?!</details>).)*Translation</summary>(.*?)</details>", page, re.S)
    assert folds["Noor"] and folds["Tomas"] == [] and all("<a " in one for one in folds["Noor"])


def test_pressed_twice_it_is_said_once(english):
    english.says("cannot_read")
    which = english.promise
    with pytest.raises(Refused, match="You said so already"):
        steps.take("cannot_read", english.amina, english.reference, {"writing": which})


def test_she_says_it_of_an_old_remedy_too(arabic):
    arabic.accept(can_read="yes")
    arabic.says("cannot_read")
    assert arabic.remedy.status == RemedyStatus.ACCEPTED
    assert arabic.translate().status_code == 303


def test_a_translation_that_she_cannot_read_is_asked_for_again(arabic):
    arabic.says("cannot_read")
    arabic.translate()
    arabic.says("cannot_read")
    assert arabic.accept().status_code == 409


def test_what_she_wrote_herself_is_offered_to_nobody(english):
    her_own = db.session.scalars(select(Writing.id).where(Writing.step == "file")).first()
    assert f'value="{her_own}"' not in english.page()
    with pytest.raises(Exception, match="writing"):
        steps.take("cannot_read", english.amina, english.reference, {"writing": her_own})


def test_a_measure_of_protection_is_translated_where_it_stands_in_its_fold(english):
    demonstration.do("report_retaliation", english.amina, english.reference, clock.now())
    demonstration.do("protect", english.cast["Noor"], english.reference, clock.now())
    measure = db.session.scalars(select(Writing.id).where(Writing.step == "protect")).one()
    assert "You said that you cannot read this." in english.says("cannot_read", measure).text
    english.translate("La garde change de porte.", which=measure, language="fr")
    page = english.page()
    assert "You said that you cannot read this." not in page and page.count("La garde change de porte.") == 1


# --- at the desk -------------------------------------------------------------------------------------------


def test_at_the_desk_stands_that_she_cannot_read_it_until_it_is_translated(english):
    at = f"/desk/cases/{english.reference}"
    english.says("cannot_read")
    assert "The complainant cannot read this" in english.noor.get(at).text
    assert english.translate("Les salaires.", language="fr").status_code == 303
    page = english.noor.get(at).text
    assert "The complainant cannot read this" not in page and "Les salaires." in page
    assert Deadline.NEXT_MOVE not in english.owed()


def test_whoever_translates_reads_the_text_beside_the_field(english):
    first = db.session.scalars(select(Writing).where(Writing.step == "show_summary")).one()
    at = f"/desk/cases/{english.reference}/steps/translate?writing={first.id}"
    page = english.noor.get(at).text
    assert "A summary was shown to the complainant</h2>" in page
    assert page.index(demonstration.PACKET) < page.index('id="typed"')


def test_a_next_move_that_was_owed_for_something_else_stays_owed(english):
    demonstration.do("decline_remedy", english.amina, english.reference, clock.now())
    deadlines.open_limit(english.case, Deadline.NEXT_MOVE, clock.now() - timedelta(days=1))
    db.session.commit()
    english.says("cannot_read")
    english.translate()
    assert Deadline.NEXT_MOVE in english.owed()


def test_the_next_move_is_owed_while_another_text_waits(english):
    answer = db.session.scalars(
        select(Writing.id).where(Writing.step == "respond").order_by(Writing.written_at)
    ).first()
    english.says("cannot_read")
    english.says("cannot_read", answer)
    english.translate()
    assert Deadline.NEXT_MOVE in english.owed()
    english.translate(which=answer)
    assert Deadline.NEXT_MOVE not in english.owed()


def test_the_translation_lies_where_no_company_reads(arabic):
    arabic.translate()
    file = open_case_file(arabic.cast["Victor"], arabic.case)
    assert IN_ARABIC not in str(file.remedies) and PROMISE in str(file.remedies)
    assert "translate" not in {one.kind for one in file.timeline}


def test_the_record_names_the_text_the_language_and_who_translated(arabic):
    arabic.translate()
    event = db.session.scalars(select(Event).where(Event.kind == "translate")).one()
    assert f'"writing":"{arabic.promise}"' in event.facts and '"language":"ar"' in event.facts
    assert event.actor_id == arabic.cast["Noor"].account_id
