"""Lessons and replies: one person proposes, another publishes, and nobody is shown by them."""

import secrets

import pytest
from sqlalchemy import select

from grievance import clock
from grievance.access import CLOCK
from grievance.companies import editions as member_editions
from grievance.extensions import db
from grievance.forms.fields import BadInput, Refused
from grievance.in_public import lessons, replies, texts
from grievance.maintenance import doctor
from grievance.models.edition import Edition
from grievance.models.people import Company
from grievance.models.public_text import PublicText
from grievance.record import chain
from grievance.record.transaction import unit_of_work
from tests.views.test_routes import client_of, token

LESSON = {"language": "en", "title": "Say who pays", "words": "Contracts should say who pays for a uniform."}
REPLY = {"language": "fr", "words": "Nous payons maintenant chaque mois."}


@pytest.fixture(autouse=True)
def _in_a_language(app):
    with app.test_request_context():
        yield


def figures(slug="2025"):
    """Figures of a year are public."""
    now, nothing = clock.now(), {"key_id": "k", "sealed_key": b"", "sealed": b""}
    by = {"proposed_by": 1, "proposed_at": now, "approved": True, "decided_by": 2, "decided_at": now}
    content = b'{"tables": []}'
    with unit_of_work() as session:
        session.add(Edition(id=secrets.token_hex(16), slug=slug, as_of=now.date(), content=content, **nothing, **by))
        session.flush()
        chain.append(None, "edition_approved", CLOCK, now, now, {})


def newest():
    return db.session.scalars(select(PublicText).order_by(PublicText.id.desc())).first()


def published_members(cast):
    member_editions.propose(cast["Noor"])
    member_editions.publish(cast["Tomas"], member_editions.waiting().id)


def page_of(company_id):
    facts = member_editions.newest().facts
    return "/members/" + next(one["slug"] for one in facts if one["company"] == company_id)


def test_nobody_reads_a_lesson_before_an_approver_who_is_another_person_has_published_it(app, cast):
    lessons.propose(cast["Noor"], LESSON)
    visitor = app.test_client()
    before = visitor.get("/lessons")
    assert before.status_code == 200 and "Say who pays" not in before.text
    with pytest.raises(Refused, match="An approver"):
        texts.approve(cast["Noor"], newest().id)
    texts.approve(cast["Tomas"], newest().id)
    page = visitor.get("/lessons?lang=ar").text
    assert "Say who pays" in page and '<p class="said" lang="en"' in page and "لم يُترجم" in page
    assert "Not translated" not in visitor.get("/lessons").text
    assert chain.verify() == [] and doctor.examine() == []


def test_who_proposed_a_lesson_does_not_approve_it_and_others_neither(app, cast):
    lessons.propose(cast["Tomas"], LESSON)
    for name in ("Tomas", "Noor", "Ines", "Victor"):
        with pytest.raises(Refused):
            texts.approve(cast[name], newest().id)
    for name in ("Ines", "Victor"):
        with pytest.raises(Refused):
            lessons.propose(cast[name], LESSON)


def test_a_lesson_is_taken_back_at_once_and_its_words_are_gone(app, cast):
    lessons.propose(cast["Noor"], LESSON)
    texts.approve(cast["Tomas"], newest().id)
    with pytest.raises(Refused):
        texts.take_back(cast["Victor"], newest().id)
    texts.take_back(cast["Noor"], newest().id)
    assert "who pays" not in app.test_client().get("/lessons").text
    assert newest().words == "" and chain.verify() == [] and doctor.examine() == []


def test_a_lesson_that_is_refused_says_why(app, cast):
    lessons.propose(cast["Noor"], LESSON)
    with pytest.raises(BadInput):
        texts.refuse(cast["Tomas"], newest().id, " ")
    texts.refuse(cast["Tomas"], newest().id, "It names a gate.")
    assert "It names a gate." in client_of(app, "Noor").get("/desk/public-texts").text
    with pytest.raises(Refused, match="meanwhile"):
        texts.approve(cast["Tomas"], newest().id)


def test_words_that_could_show_somebody_and_names_of_companies_are_asked_about_before_they_go(app, cast):
    noor = client_of(app, "Noor")
    typed = {**LESSON, "words": "Larkfield Guarding paid on +254 700 123 456."}
    page = noor.post("/desk/public-texts/new", data={**typed, "csrf_token": token(noor.get("/desk/public-texts/new"))})
    name = db.session.get_one(Company, cast["Victor"].company_id).name
    typed["words"] = f"{name} paid on +254 700 123 456."
    page = noor.post("/desk/public-texts/new", data={**typed, "csrf_token": token(page)})
    assert f"<bdi>{name}</bdi>" in page.text and "+254 700 123 456</bdi>" in page.text and newest() is None
    looked = page.text.split('name="looked" value="')[1].split('"')[0]
    other = noor.post("/desk/public-texts/new", data={
        **typed, "words": typed["words"] + " B.", "looked": looked, "csrf_token": token(page)})  # fmt: skip
    assert "Look again" in other.text and newest() is None
    noor.post("/desk/public-texts/new", data={**typed, "looked": looked, "csrf_token": token(page)})
    assert newest().words == typed["words"]
    assert f"<bdi>{name}</bdi>" in client_of(app, "Tomas").get("/desk/public-texts").text


def test_a_text_that_is_too_long_is_asked_for_shorter_and_nothing_is_lost(app, cast):
    noor = client_of(app, "Noor")
    typed = {**LESSON, "words": "a" * (texts.LONGEST + 1)}
    page = noor.post("/desk/public-texts/new", data={**typed, "csrf_token": token(noor.get("/desk/public-texts/new"))})
    assert page.status_code == 422 and "at most 1500" in page.text and typed["words"] in page.text


def test_a_reply_stands_beside_the_figures_with_its_day_once_an_approver_looked_at_it(app, cast):
    figures()
    published_members(cast)
    page = page_of(cast["Victor"].company_id)
    visitor = app.test_client()
    replies.propose(cast["Victor"], REPLY)
    assert "Nous payons" not in visitor.get(page).text
    with pytest.raises(Refused):
        texts.approve(cast["Victor"], newest().id)
    texts.approve(cast["Tomas"], newest().id)
    shown = visitor.get(page).text
    assert (
        "reply to the figures of 2025" in shown and '<p class="said" lang="fr"' in shown and "Not translated" in shown
    )
    assert "public since" in shown
    texts.take_back(cast["Victor"], newest().id)
    assert "Nous payons" not in visitor.get(page).text
    assert chain.verify() == []


def test_a_new_reply_takes_the_place_of_the_public_one_only_once_it_is_approved(app, cast):
    figures()
    published_members(cast)
    page, visitor = page_of(cast["Victor"].company_id), app.test_client()
    replies.propose(cast["Victor"], REPLY)
    texts.approve(cast["Tomas"], newest().id)
    replies.propose(cast["Victor"], {**REPLY, "words": "Deux."})
    replies.propose(cast["Victor"], {**REPLY, "words": "Trois."})
    assert "Nous payons" in visitor.get(page).text
    texts.approve(cast["Tomas"], newest().id)
    shown = visitor.get(page).text
    assert "Trois." in shown and "Nous payons" not in shown and "Deux." not in shown
    kept = db.session.scalars(select(PublicText.words).order_by(PublicText.id)).all()
    assert kept == ["", "", "Trois."]


def test_a_company_takes_back_no_other_companys_reply_and_reads_none_at_its_desk(app, cast):
    figures()
    replies.propose(cast["Victor"], REPLY)
    with pytest.raises(Refused):
        texts.take_back(cast["Olga"], newest().id)
    assert "Nous payons" not in client_of(app, "Olga").get("/company/reply").text
    assert "Nous payons" in client_of(app, "Victor").get("/company/reply").text


def test_a_refused_reply_comes_back_with_the_reason_and_its_words(app, cast):
    figures()
    replies.propose(cast["Victor"], REPLY)
    texts.refuse(cast["Tomas"], newest().id, "It names a month.")
    page = client_of(app, "Victor").get("/company/reply").text
    assert "It names a month." in page and page.count("Nous payons") == 1


def test_there_is_no_reply_before_the_figures_of_a_year(app, cast):
    figures("2026-1")
    with pytest.raises(Refused, match="nothing to reply to"):
        replies.propose(cast["Victor"], REPLY)
    assert "nothing to reply to" in client_of(app, "Victor").get("/company/reply").text


def test_a_reply_with_a_number_is_asked_about_at_the_companys_desk(app, cast):
    figures()
    victor = client_of(app, "Victor")
    typed = {**REPLY, "words": "Call +254 700 123 456."}
    page = victor.post("/company/reply", data={**typed, "csrf_token": token(victor.get("/company/reply"))})
    assert "Look again" in page.text and newest() is None
