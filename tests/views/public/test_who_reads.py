"""Each form of hers says who reads what she writes there, before she sends it."""

from datetime import timedelta

import pytest

from grievance import clock, demonstration
from grievance.access import Person
from grievance.forms.fields import Kind
from grievance.models.case import Case
from grievance.models.people import Role
from grievance.views.step_form import around
from grievance.workflow import readers, words
from grievance.workflow.procedure import ROWS

HER = Person(Role.COMPLAINANT)
WORDS = [
    pytest.param(row, field, id=f"{row.step}-{field.name}-{min(row.source)}")
    for row in ROWS
    for field in row.asks
    if Role.COMPLAINANT in row.who and field.kind in (Kind.TEXT, Kind.LINE, Kind.FILES) and not field.by_effect
]


@pytest.mark.parametrize(("row", "field"), WORDS)
def test_each_text_of_hers_says_who_reads_it(app, row, field):
    with app.test_request_context("/"):
        said = around(HER, Case(), row, {})
        where = readers.sealed_in(field, "complainant", None)
        if where is None:
            assert readers.audience_asked(row)
        else:
            assert words.readers_to_you(where.value) in said["readers"].values()
            assert words.readers_to_you(where.value) == said["beside"]


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        ("decline_remedy", "You, the company and the Secretariat read this."),
        ("escalate", "You and the Secretariat read this. The company does not."),
    ],
)
def test_the_page_says_it_at_the_text_and_at_the_button(app, cast, step, sentence):
    _reference, code = demonstration.walk_story(cast, "propose_remedy", clock.now() - timedelta(days=20))
    client = app.test_client()
    client.post("/follow", data={"code": code})
    page = client.get(f"/follow/case/steps/{step}").text
    assert page.count(sentence) == 2
    assert f'<p id="beside"><strong>{sentence}' in page
