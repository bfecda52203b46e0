"""Each fact about a step, an event, a limit and a kind of answer is on its row; what is missing is named."""

from dataclasses import replace

import pytest
from flask import render_template_string

from grievance.deadlines.kinds import DUTIES, Deadline
from grievance.extensions import Label, speaking
from grievance.forms.fields import Field, Shown
from grievance.forms.kinds import FACTS, Kind, Widget
from grievance.intake.filing import ASSISTED
from grievance.models.sides import ALL, HER, NONE
from grievance.reports import answer_table
from grievance.workflow import letter_texts
from grievance.workflow.events import NOTED, OFFICE_LABELS
from grievance.workflow.labels import HAPPENINGS
from grievance.workflow.letter_texts import TEXTS, LetterText, LetterTo, when
from grievance.workflow.procedure import ROWS, TABLE
from grievance.workflow.row import Group
from tests import completeness
from tests.views.test_languages import TRANSLATED, translated


def test_every_step_has_its_words_readers_letters_and_group():
    assert list(completeness.of_rows(ROWS)) == []


def test_every_event_that_no_step_makes_has_its_words_readers_and_letters():
    assert [sentence for noted in NOTED for sentence in completeness.of_event(noted)] == []
    assert [sentence for noted in NOTED for sentence in completeness.of_told(noted)] == []


def test_every_answer_says_where_it_stands_for_each_reader_or_why_it_does_not():
    assert list(completeness.of_answers(answer_table.cells())) == []


def test_no_answer_that_a_company_is_never_told_is_read_by_one():
    assert list(completeness.of_never_told(ROWS, ASSISTED)) == []
    told = {kind for kind, happening in HAPPENINGS.items() if "company" in happening.shown_to}
    assert told & completeness.NEVER_EVENTS == set() and set(HAPPENINGS) >= completeness.NEVER_EVENTS


def test_every_limit_says_who_owes_what_in_words_for_each_reader():
    assert list(completeness.of_duties(DUTIES)) == []


def test_every_limit_is_opened_and_can_be_met_by_who_owes_it():
    assert list(completeness.of_limits(ROWS, NOTED, DUTIES)) == []


def test_every_kind_of_answer_has_a_widget_a_schema_and_a_place_on_paper():
    assert list(completeness.of_kinds(Kind, FACTS)) == []


WRITINGS_ALONE = {"handover_code", "printed_card"}
"""What words are called by that no event has."""


def test_no_kind_of_event_is_two_things():
    kinds = [*{row.step for row in TABLE}, *(noted.kind for noted in NOTED), *OFFICE_LABELS]
    assert len(kinds) == len(set(kinds)) and set(HAPPENINGS) - WRITINGS_ALONE == set(kinds) - set(OFFICE_LABELS)


@pytest.mark.parametrize("kind", Kind, ids=str)
def test_each_kind_of_answer_can_be_given_on_a_page(app, kind):
    """By a control that bears the question's name; a list only where there is something to choose from."""
    field = Field("asked", "What is asked", kind, choices=(("a", "One"), ("b", "Two")))
    with app.test_request_context():
        html = render_template_string(
            '{% from "macros/forms.html" import field with context %}{{ field(f, {}, {}, {}) }}', f=field
        )
    assert 'name="asked"' in html
    assert ('value="a"' in html) == (field.widget in (Widget.ONE_OF, Widget.SOME_OF, Widget.LIST))


@pytest.mark.parametrize("language", ["en", *TRANSLATED])
def test_each_letter_can_be_read_in_the_language_of_its_reader(app, language):
    hers = {one.text for row in (*ROWS, *NOTED) for one in row.letters if one.recipient == "complainant"}
    with app.test_request_context(), speaking(language):
        assert all(str(text.words).strip() for text in TEXTS.values())
    if language != "en":
        assert {completeness.message_of(text.words) for text in hers} <= translated(language)


def test_each_letter_that_is_written_is_sent_by_somebody():
    sent = {letter.text.template for row in (*ROWS, *NOTED) for letter in row.letters}
    sent |= {letter.text.template for row in ROWS for letter in row.may_send}
    assert set(TEXTS) - sent - {letter_texts.SUSPENDED.template} == set()


# --- the test of the test: one fact is taken away at a time -------------------------------------------------

NO_WORDS: Label = ""


def row(step):
    return next(one for one in ROWS if one.step == step)


def duty(key):
    return next(one for one in DUTIES if one.key == key)


def without(step, **facts):
    changed = replace(row(step), **facts)
    return list(completeness.of_rows([changed]))


def field_without(step, question, **facts):
    asks = tuple(replace(f, **facts) if f.name == question else f for f in row(step).asks)
    return without(step, asks=asks)


def rows_without(step, **facts):
    return [replace(one, **facts) if one.step == step else one for one in ROWS]


def limits_without(step, **facts):
    return list(completeness.of_limits(rows_without(step, **facts), NOTED, DUTIES))


def duty_without(key, **facts):
    return list(completeness.of_duties([replace(one, **facts) if one.key == key else one for one in DUTIES]))


def answers_without(step, question="", **facts):
    """The cells of one step, where a fact of its row, or of a question, is taken away."""
    changed = row(step)
    if question:
        asks = tuple(replace(f, **facts) if f.name == question else f for f in changed.asks)
        changed = replace(changed, asks=asks)
    else:
        changed = replace(changed, **facts)
    return list(completeness.of_answers(answer_table.cells([changed], ())))


def told_with(step, question, **facts):
    """Of the step's last row, which an officer records where there is such a one."""
    last = next(one for one in reversed(ROWS) if one.step == step and any(f.name == question for f in one.asks))
    asks = tuple(replace(f, **facts) if f.name == question else f for f in last.asks)
    return list(completeness.of_never_told([replace(last, asks=asks)], ()))


def first_without(question, **facts):
    asked = [replace(f, **facts) if f.name == question else f for f in ASSISTED]
    return list(completeness.of_answers(answer_table.cells((), asked)))


def kinds_without(kind, **facts):
    return list(completeness.of_kinds([kind], {kind: replace(FACTS[kind], **facts)}))


def noted_without(kind, **facts):
    changed = next(replace(one, **facts) for one in NOTED if one.kind == kind)
    return [*completeness.of_event(changed), *completeness.of_told(changed)]


UNREAD = LetterTo("complainant", LetterText("unread", NO_WORDS))
TAKEN_AWAY = {
    "a step's title": (lambda: without("refer", title=NO_WORDS), "refer by officer: has no title"),
    "a step's states": (lambda: without("refer", source=frozenset()), "refer by officer: says neither"),
    "a step's people": (lambda: without("refer", who=frozenset()), "says neither from which state nor by whom"),
    "a step's group": (lambda: without("refer", group=None), "refer by officer: belongs to no group"),
    "its group's title": (lambda: without("refer", group=Group(NO_WORDS)), "refer by officer: its group has no title"),
    "an event": (lambda: without("refer", event=None), "refer by officer: nothing says in words"),
    "an event's words": (
        lambda: without("refer", event=replace(row("refer").event, words=NO_WORDS)),
        "refer by officer: nothing says in words that it happened",
    ),
    "who is shown an event": (
        lambda: without("refer", event=replace(row("refer").event, shown_to=None)),
        "refer by officer: does not say who besides the Secretariat is shown",
    ),
    "her own words for her doing": (
        lambda: without("comment", event=replace(row("comment").event, yours=None)),
        "comment by complainant or representative: has no words (`yours`)",
    ),
    "a step's letters": (lambda: without("refer", letters=()), "refer by officer: tells nobody"),
    "the reason for silence": (lambda: without("link", silent=""), "link by officer: tells nobody"),
    "a reason that only says until when": (lambda: without("link", silent="until F"), "link by officer: tells nobody"),
    "why it is no news to a role": (
        lambda: noted_without("reminder", quiet={"officer": ""}),
        "reminder by the program: the officer is not told, and nothing says why",
    ),
    "that it is news to the officer": (
        lambda: without("propose_remedy", quiet={"officer": "they will see it"}),
        "propose_remedy by company or officer: comes from outside the office, and is new for no officer",
    ),
    "that she waits for a word": (
        lambda: without("comment", waits=False),
        "comment by complainant or representative: she writes to the office, and does not wait",
    ),
    "a letter's words": (lambda: without("refer", letters=(UNREAD,)), "the letter 'unread' to the complainant has no"),
    "a letter's reader": (
        lambda: without("refer", letters=(LetterTo("", letter_texts.REFERRED),)),
        "refer by officer: a letter goes to ''",
    ),
    "that a company is not told that it is urgent": (
        lambda: without("refer", letters=(LetterTo("company", letter_texts.RETALIATION),)),
        "refer by officer: the company would learn that 'retaliation' is urgent",
    ),
    "an answer by which a letter is sent": (
        lambda: without("refer", letters=(LetterTo("company", letter_texts.MESSAGE, when("audience", "all")),)),
        "refer by officer: the letter 'message' waits for audience, which is never so",
    ),
    "a question's label": (
        lambda: field_without("refer", "packet", label=NO_WORDS),
        "refer by officer: the question 'packet' has no label",
    ),
    "a question's choices": (
        lambda: field_without("dismiss", "reason", choices=()),
        "dismiss by officer: the question 'reason' offers nothing to choose",
    ),
    "where an answer is shown": (
        lambda: field_without("dismiss", "reason", shown=None),
        "dismiss by officer: the question 'reason' does not say where its answer is shown",
    ),
    "who reads an answer": (
        lambda: field_without("dismiss", "reason", read_by=None),
        "dismiss by officer: the question 'reason' does not say who reads its answer",
    ),
    "an answer's compartment": (
        lambda: field_without("comment", "comment", sealed_into=None),
        "comment by complainant or representative: the question 'comment' is sealed for whom its writer chooses",
    ),
    "a line's compartment": (
        lambda: field_without("company_acknowledge", "contact", sealed_into=None, shown=Shown.WRITING),
        "company_acknowledge by company: the question 'contact' does not say who reads its answer",
    ),
    "an audience's readers": (
        lambda: field_without("write", "audience", choices=(("everybody", "Everybody"),)),
        "the question 'message' is sealed for whom its writer chooses, and not every choice names readers",
    ),
    "what a limit asks for": (
        lambda: duty_without(Deadline.COMPANY_RESPONSE, words=NO_WORDS), "COMPANY_RESPONSE (L5): has no words for what"
    ),
    "who owes a limit": (
        lambda: duty_without(Deadline.COMPANY_RESPONSE, owed_by=""), "COMPANY_RESPONSE (L5): does not say who owes it"
    ),
    "a limit's words for a company": (
        lambda: duty_without(Deadline.COMPANY_RESPONSE, yours=None), "COMPANY_RESPONSE (L5): has no words (`yours`)"
    ),
    "a limit's words for her": (
        lambda: duty_without(Deadline.STATUS_UPDATE, to_complainant=None),
        "STATUS_UPDATE (L6): speaks of the complainant, and has no words for her own page",
    ),
    "who is shown a limit": (
        lambda: duty_without(Deadline.COMPANY_RESPONSE, shown_to=None), "COMPANY_RESPONSE (L5): does not say who"
    ),
    "that its owner sees it": (
        lambda: duty_without(Deadline.COMPANY_RESPONSE, shown_to=frozenset({"complainant"})),
        "COMPANY_RESPONSE (L5): is hidden from whoever owes it",
    ),
    "a duty": (
        lambda: list(completeness.of_duties([one for one in DUTIES if one.key != Deadline.APPEAL])),
        "APPEAL: nothing says what is owed",
    ),
    "what opens a limit": (
        lambda: limits_without("accept_remedy", may_open=()), "DELIVERY (L11): no step, event or miss opens it"
    ),
    "what meets a limit": (
        lambda: limits_without("answer", meets=()), "COMPLAINANT_ANSWER (L3): its owner has no step that meets it"
    ),
    "that its owner can take that step": (
        lambda: limits_without("resume", who=frozenset({"officer"})), "SUSPENSION_REVIEW (L16): its owner has no step"
    ),
    "that it can be taken where the limit is open": (
        lambda: limits_without("resume", source=frozenset({"closed"})), "SUSPENSION_REVIEW (L16): its owner has no step"
    ),
    "where an answer stands": (
        lambda: answers_without("suspend", "ground", shown=None),
        "suspend by approver: the answer to 'ground' stands nowhere for secretariat (page)",
    ),
    "where a first answer stands": (
        lambda: first_without("track", shown=None), "file by complainant, officer: the answer to 'track' stands nowhere"
    ),
    "that its reader is shown the event": (
        lambda: answers_without("conclude_review", event=replace(row("conclude_review").event, shown_to=HER)),
        "conclude_review by officer: the answer to 'fair' stands nowhere for company (page)",
    ),
    "that its reader is shown the first event": (
        lambda: answers_without("follow_up", event=replace(row("follow_up").event, shown_to=NONE)),
        "follow_up by officer: the answer to 'lasting' stands nowhere for complainant (page)",
    ),
    "where what is asked of an identity stands": (
        lambda: answers_without("note", "note", sealed_into=None, by_effect=True, shown=Shown.IDENTITY, read_by=NONE),
        "note by approver, officer: the answer to 'note' stands nowhere for secretariat",
    ),
    "that a ground is not for a company": (
        lambda: told_with("escalate", "ground", read_by=ALL),
        "escalate: the answer to 'ground' is never told to a company",
    ),
    "that a channel is not for a company": (
        lambda: told_with("accept_remedy", "channel", read_by=ALL),
        "accept_remedy: the answer to 'channel' is never told to a company",
    ),
    "a kind's widget": (lambda: kinds_without(Kind.DATE, widget=None), "DATE: has no widget on a page"),
    "a kind's schema": (lambda: kinds_without(Kind.DATE, schema=""), "DATE: has no JSON type for the API"),
    "a kind's place on paper": (lambda: kinds_without(Kind.DATE, lines=None), "DATE: has no place on the paper form"),
    "all facts of a kind": (lambda: list(completeness.of_kinds([Kind.DATE], {})), "DATE: the kind of answer has no"),
}  # fmt: skip


@pytest.mark.parametrize("fact", TAKEN_AWAY)
def test_a_fact_that_is_taken_away_is_missed_by_name(fact):
    take_away, sentence = TAKEN_AWAY[fact]
    assert [found for found in take_away() if sentence in found], take_away()
