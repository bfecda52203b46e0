"""Changing the language loses nothing that is typed: on every page of hers on which something can be typed."""

from html.parser import HTMLParser

import pytest

from grievance import clock, demonstration
from grievance.forms.kinds import Widget
from grievance.views.public.form_pages import KEYS
from grievance.views.step_addresses import HERS
from grievance.workflow.procedure import find_row
from tests.her_steps import name_of
from tests.scenarios.pages import hidden

TYPED = "Nobody paid us in May."
WRITTEN = (Widget.AREA, Widget.LINE)
OF_THE_FORM = ["/complain", "/follow", *(f"/complain?step={key}" for key in [*KEYS, "all", "check"])]
UNTIL = {"received": None, "referred": "refer", "answered": "propose_remedy", "closed": "close"}


class Typing(HTMLParser):
    """Where a page has something to type, and what its language buttons are."""

    def __init__(self, page):
        super().__init__()
        self.form, self.inside, self.outside, self.buttons, self.links = "", [], [], {}, []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        has = dict(attrs)
        if tag == "form":
            self.form = has.get("id", "")
        typed = tag == "textarea" or (tag == "input" and has.get("type", "text") in ("text", "search", "email", "tel"))
        if typed and has.get("name") != "website":  # nobody sees the trap
            (self.inside if self.form == "typed" else self.outside).append(has.get("name"))
        if has.get("value") == "language" and tag == "button":
            self.buttons[has["lang"]] = has["formaction"]
        if tag == "a" and "hreflang" in has and "aria-current" not in has:
            self.links.append(has["hreflang"])

    def handle_endtag(self, tag):
        self.form = "" if tag == "form" else self.form


def kept(client, path):
    """None where there is nothing to type; else whether all of it comes back in another language."""
    page = client.get(path, follow_redirects=True)
    typing = Typing(page.text)
    if page.status_code != 200 or not typing.inside + typing.outside:
        return None
    assert not typing.outside and not typing.links, f"{path}: {typing.outside} would be lost"
    said = {name: f"{TYPED} {number}" for number, name in enumerate(typing.inside)}
    language, action = next(iter(typing.buttons.items()))
    other = client.post(action, data={**hidden(page), **said, "only": "language"}, follow_redirects=True)
    assert f'<html lang="{language}"' in other.text, path
    return [name for name, text in said.items() if text not in other.text] == []


@pytest.mark.parametrize("path", OF_THE_FORM)
def test_what_is_typed_into_the_form_is_there_in_the_other_language(client_of_nobody, path):
    assert kept(client_of_nobody, path) is not False


@pytest.fixture
def client_of_nobody(app, cast):
    client = app.test_client()
    client.get("/complain")
    return client


@pytest.mark.parametrize("state", UNTIL)
def test_what_is_typed_into_any_step_is_there_in_the_other_language(app, cast, state):
    reference, code = demonstration.walk_story(cast, UNTIL[state], clock.now())
    her = app.test_client()
    her.post("/follow", data={"code": code})
    case = demonstration.db.session.query(demonstration.Case).filter_by(reference=reference).one()
    found = {step: kept(her, f"/follow/case/steps/{name_of(case.id, step)}") for step in HERS}
    assert [step for step, all_there in found.items() if all_there is False] == []
    asked = {step for step in HERS if (row := find_row(step, "complainant", case.state)) and row.asks}
    typed = {s for s in asked if any(f.widget in WRITTEN for f in find_row(s, "complainant", case.state).asks)}
    assert {step for step, said in found.items() if said} <= typed and "write" in {
        s for s, said in found.items() if said
    }
