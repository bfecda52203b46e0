"""Each form of hers says who reads what she writes there, before she sends it."""

import re
from datetime import timedelta

import pytest

from grievance import clock, demonstration
from grievance.access import Person
from grievance.forms.fields import READ_IN, Kind, Shown
from grievance.models.case import Case
from grievance.models.people import Role
from grievance.views.public.form_pages import FIELDS, PAGES
from grievance.views.step_form import around, read_at_filing
from grievance.workflow import readers, words
from grievance.workflow.procedure import ROWS
from tests.views.public.test_filing import fill_in

HER = Person(Role.COMPLAINANT)
ANSWERED = [
    pytest.param(row, role, chosen, field, id=f"{role}-{row.step}-{field.name}-{chosen}-{min(row.source)}")
    for row in ROWS
    for role in sorted(row.who - {Role.CLOCK})
    for chosen in (
        [value for value, _text in readers.audience_asked(row).choices]
        if readers.audience_asked(row) and role not in (Role.COMPLAINANT, Role.REPRESENTATIVE)
        else [None]
    )
    for field in row.asks
]
SIDES = {
    "internal": set(),
    "locked": set(),
    "custodians": set(),
    "correspondence": {"complainant"},
    "answer": {"complainant"},
    "tick": set(),
    "sent": set(),  # whom a letter is for only once it was sent
    "summary": {"complainant"},  # the company only when she said that it is right
    "company": {"company"},
    "shared": {"complainant", "company"},
}
"""By what a page says: who reads it besides the Secretariat."""
WORDS = [
    pytest.param(row, field, id=f"{row.step}-{field.name}-{min(row.source)}")
    for row in ROWS
    for field in row.asks
    if Role.COMPLAINANT in row.who and field.kind in (Kind.TEXT, Kind.LINE, Kind.FILES) and not field.by_effect
]


@pytest.mark.parametrize(("row", "role", "chosen", "field"), ANSWERED)
def test_the_page_of_each_step_says_of_each_answer_who_reads_it(row, role, chosen, field):
    """Said at the question itself, or at the nearest one above it whose readers are the same."""
    side = "complainant" if role in (Role.COMPLAINANT, Role.REPRESENTATIVE) else Person(role).side
    said, at = readers.of_each(row.asks, side, chosen), ""
    for one in row.asks[: row.asks.index(field) + 1]:
        at = said.get(one.name, at)
    reads = readers.sealed_in(field, side, chosen)
    besides = READ_IN[reads] if reads and not field.for_the_office else field.readers
    if field.stands in (Shown.STEP, Shown.NOWHERE) or besides is None or field.name == "audience":
        assert field.name not in said
    else:
        assert SIDES[at] == besides or (field.by_effect and at in ("locked", "custodians"))


def test_the_form_says_of_each_answer_who_reads_it(app):
    with app.test_request_context("/"):
        for page in PAGES:
            said = read_at_filing(FIELDS[name] for name in page.names)
            assert page.names[0] in said
        assert said_of("you") == {"represents": "Only our office (the Secretariat) sees this tick.",
                                  "authority": "You and our office (the Secretariat) read this. The company does not.",
                                  "name": "Two of our people must agree before anyone reads this."}  # fmt: skip
        assert said_of("company") == {
            "company": "You and our office (the Secretariat) read this. The company learns it only if you agree.",
            "company_named": "You and our office (the Secretariat) read this. The company does not.",
        }
        assert said_of("account") == {
            "account": "You and our office (the Secretariat) read this. The company does not."
        }


def said_of(key):
    return read_at_filing(FIELDS[name] for page in PAGES if page.key == key for name in page.names)


def test_each_page_of_the_form_shows_who_reads_it(app, cast):
    client = app.test_client()
    fill_in(client)
    with app.test_request_context("/"):
        said = {page.key: set(read_at_filing(FIELDS[name] for name in page.names).values()) for page in PAGES}
    for key, sentences in said.items():
        assert all(sentence in client.get(f"/complain?step={key}").text for sentence in sentences)
    whole = client.get("/complain?step=all").text
    for page in (whole, client.get("/complain?step=check").text):
        at_the_button = (
            r'id="beside"><strong>The Secretariat reads it\. .*<button class="filled" aria-describedby="beside"'
        )
        assert re.search(at_the_button, page, re.DOTALL)
    assert all(sentence in whole for sentences in said.values() for sentence in sentences)


@pytest.mark.parametrize(("row", "field"), WORDS)
def test_each_text_of_hers_says_who_reads_it(app, row, field):
    with app.test_request_context("/"):
        said = around(HER, Case(handovers=1, handed_before=0), row, {})
        reads = readers.name_of(field, "complainant", None)
        if not reads:
            assert readers.audience_asked(row)
        else:
            assert words.readers_to_you(reads) in said["readers"].values()
            of_a_text = row.step == "review_summary"  # at the button it would seem to be said of the summary
            assert said["beside"] == ("" if of_a_text else words.readers_to_you(reads))


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        ("decline_remedy", "You, the company and our office (the Secretariat) read this."),
        ("escalate", "You and our office (the Secretariat) read this. The company does not."),
    ],
)
def test_the_page_says_it_at_the_text_and_at_the_button(app, cast, step, sentence):
    _reference, code = demonstration.walk_story(cast, "propose_remedy", clock.now() - timedelta(days=20))
    client = app.test_client()
    client.post("/follow", data={"code": code})
    page = client.get(f"/follow/case/steps/{step}").text
    assert page.count(sentence) == 2
    assert f'<p id="beside"><strong>{sentence}' in page
