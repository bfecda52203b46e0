"""A text of signs is offered when two people of the office have approved it, and never changed then."""

import pytest
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.extensions import db
from grievance.forms.fields import BadInput, Refused
from grievance.models.event import Event
from grievance.models.people import Role
from grievance.models.sign import SignText
from grievance.notify import sign_rounds, sign_texts, signs
from grievance.reports.office_waits import office_waits
from tests.accounts.test_leaving import join
from tests.notify import signing


def proposed(by, text="Something new.", place="1", language="en"):
    sign_texts.propose(by, {"language": language, "place": place, "text": text})
    return db.session.scalars(select(SignText).order_by(SignText.id.desc())).first().id


def offered(language="en"):
    return [one.text for one in sign_texts.offered(language)]


def test_it_is_offered_when_a_second_person_has_approved_it_and_not_before(app, cast):
    number = proposed(cast["Noor"])
    assert offered() == []
    sign_texts.decide(cast["Tomas"], number, True)
    assert offered() == ["Something new."] and offered("fr") == []


@pytest.mark.parametrize("who", ["Noor", "Ines", "Victor"])
def test_nobody_else_approves_it(app, cast, who):
    number = proposed(cast["Noor"])
    with pytest.raises(Refused):
        sign_texts.decide(cast[who], number, True)
    assert offered() == []


def test_an_approver_does_not_approve_their_own_and_an_officer_approves_it(app, cast):
    number = proposed(cast["Tomas"])
    with pytest.raises(Refused, match="second person"):
        sign_texts.decide(cast["Tomas"], number, True)
    sign_texts.decide(cast["Noor"], number, True)
    assert offered() == ["Something new."]


def test_of_two_officers_neither_is_an_approver(app, cast):
    other = join("Olivia", Role.OFFICER, cast["Tomas"])
    number = proposed(cast["Noor"])
    with pytest.raises(Refused, match="one of the two is an approver"):
        sign_texts.decide(other, number, True)


def test_an_office_of_one_person_does_both_and_the_record_says_so(app, cast):
    app.config["ALLOW_SOLO"] = True
    sign_texts.decide(cast["Tomas"], proposed(cast["Tomas"]), True)
    (facts,) = db.session.scalars(select(Event.facts).where(Event.kind == "sign_text_approved"))
    assert '"solo":true' in facts and offered() == ["Something new."]


def test_whoever_can_approve_it_is_told_that_it_waits(app, cast):
    proposed(cast["Noor"])
    waits = {name: [one.name for one in office_waits(cast[name])] for name in ("Tomas", "Noor")}
    assert "sign_texts" in waits["Tomas"] and "sign_texts" not in waits["Noor"]


def test_another_one_takes_its_place_and_who_chose_the_first_still_gets_that(app, cast):
    signing.offer(app, cast)
    reference, amina, _code = demonstration.file_one(clock.now())
    signing.ask(amina, reference)
    sign_texts.decide(cast["Tomas"], proposed(cast["Noor"], "Another."), True)
    assert offered()[0] == "Another." and len(offered()) == 5
    assert db.session.get_one(SignText, signs.of(amina).text_id).text == "There is something new."


def test_a_text_that_is_stopped_is_sent_to_nobody_and_who_chose_it_cannot_be_reached(app, cast):
    signing.offer(app, cast)
    begin = clock.now().replace(hour=10, minute=0)
    reference, amina, _code = demonstration.file_one(begin)
    signing.ask(amina, reference, begin, from_hour="0", to_hour="24")
    sign_texts.stop(cast["Noor"], signs.of(amina).text_id)
    assert "There is something new." not in offered()
    demonstration.do("acknowledge", cast["Noor"], reference, begin)
    assert [sign_rounds.deliver(begin.replace(hour=hour)) for hour in range(10, 24)] == [0] * 14
    assert sign_rounds.deliver(begin.replace(hour=23, minute=59)) == 0
    sign = signs.of(amina)
    assert sign.failed_since is not None and sign.went_at is None and sign.due_at is None


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a" * 161, "This takes 161 of 160 characters"),
        ("ç" + "a" * 70, "This takes 71 of 70 characters: with “ç” in it"),
    ],
)
def test_a_text_that_does_not_fit_one_part_is_refused_with_the_count(app, cast, text, sentence):
    with pytest.raises(BadInput) as bad:
        proposed(cast["Noor"], text)
    assert sentence in bad.value.errors["text"]


def test_a_proposal_for_the_same_place_takes_the_place_of_the_one_that_waits(app, cast):
    first, second = proposed(cast["Noor"], "One."), proposed(cast["Noor"], "Two.")
    with pytest.raises(Refused, match="decided already"):
        sign_texts.decide(cast["Tomas"], first, True)
    sign_texts.decide(cast["Tomas"], second, True)
    assert offered() == ["Two."]
