"""A length of time in a sentence is the governing rule's or constant's, in the grammar of each language."""

from dataclasses import replace
from datetime import timedelta

import pytest

from grievance.accounts.receipts import HANDED_OVER_FOR
from grievance.deadlines.dates import Rule
from grievance.deadlines.lengths import length, within
from grievance.extensions import speaking
from grievance.forms.fields import MEGABYTES
from grievance.workflow import labels, questions


def in_language(app, language, say, of):
    with app.test_request_context("/"), speaking(language):
        return say(of)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("1c", "1 day"),
        ("7c", "7 days"),
        ("1b", "1 business day"),
        ("15b", "15 business days"),
        ("1h", "1 hour"),
        ("24h", "24 hours"),
    ],
)
def test_a_rule_is_said_in_words(app, rule, said):
    assert in_language(app, "en", length, Rule.parse(rule)) == said
    assert in_language(app, "en", within, Rule.parse(rule)) == f"within {said}"


@pytest.mark.parametrize(
    ("language", "rule", "said"),
    [
        ("ru", "1c", "в течение 1 дня"),
        ("ru", "2c", "в течение 2 дней"),
        ("ru", "21b", "в течение 21 рабочего дня"),
        ("uk", "3c", "протягом 3 днів"),
        ("uk", "24h", "протягом 24 годин"),
        ("ar", "1c", "خلال يوم واحد"),
        ("ar", "2c", "خلال يومين"),
        ("ar", "7c", "خلال ٧ أيام"),
        ("ar", "14c", "خلال ١٤ يومًا"),
        ("ar", "2b", "خلال يومي عمل"),
        ("fr", "1b", "dans un délai de 1 jour ouvré"),
        ("es", "7c", "en un plazo de 7 días"),
        ("pt", "24h", "em 24 horas"),
        ("sw", "7c", "ndani ya siku 7"),
    ],
)
def test_within_bends_the_words_as_the_language_does(app, language, rule, said):
    assert in_language(app, language, within, Rule.parse(rule)) == said


def test_a_constant_is_whole_days_or_else_whole_hours(app):
    assert in_language(app, "en", length, timedelta(hours=24)) == "1 day"
    assert in_language(app, "en", length, timedelta(hours=25)) == "25 hours"


def test_a_constant_of_broken_hours_has_no_words(app):
    with pytest.raises(ValueError, match="whole hours"):
        in_language(app, "en", length, timedelta(minutes=90))


@pytest.fixture
def slower(app):
    """The same procedure with other times for the acknowledgement, the answer, the review and the withdrawal."""
    rules = {"L1": "3b", "L5": "20c", "L16": "30c", "L20": "2c"}
    table = app.extensions["timetable"]
    kinds = {key: replace(kind, rule=Rule.parse(rules.get(key, str(kind.rule)))) for key, kind in table.kinds.items()}
    app.extensions["timetable"] = replace(table, kinds=kinds)
    return app


def test_the_front_page_promises_what_the_timetable_says(slower):
    page = slower.test_client().get("/?lang=ru").text
    assert "мы ответим в течение 3 рабочих дней. У компании на ответ 20 дней." in page


def test_the_first_letter_leads_to_the_page_that_says_the_day(slower):
    """A letter is read on any day: "within 7 days" would begin anew each time."""
    assert in_language(slower, "uk", str, labels.LETTERS["received"]).endswith(
        "На вашій сторінці вказано, до якого дня ми повідомимо, що нею займаються."
    )


def test_the_questions_name_the_times_of_the_timetable(slower):
    asked = {field.name: field.label for field in questions.SUSPEND}
    assert "at most 30 days away" in in_language(slower, "en", str, asked["review_on"])


def test_the_help_names_the_size_that_is_refused_above(app):
    assert f"at most {MEGABYTES} MB each" in in_language(app, "en", str, questions.PHOTOS)


def test_an_event_names_how_long_a_code_is_good(app):
    said = in_language(app, "en", str, labels.HAPPENED["handover_code"])
    assert said == f"A one-use code to hand over, valid for {HANDED_OVER_FOR.days} days"
