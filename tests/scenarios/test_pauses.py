"""What holds a time limit: a suspension, a question, a withdrawal; and the date that it has when it goes on."""

from tests.scenarios.days import day, limits
from tests.scenarios.pages import desk, form
from tests.test_routes import client_of


def test_the_page_to_suspend_holds_each_limit_that_was_ticked(app, today):
    client, path = client_of(app, "Tomas"), desk(today, "suspend")
    page = client.get(path)
    assert all(f'type="checkbox" name="limits" value="{key}"' in page.text for key in ("L4", "L5"))
    answers = {"ground": "safety", "why": "She is threatened.", "review_on": day(40).date().isoformat()}
    sent = client.post(path, data={**form(client, path), **answers, "limits": ["L4", "L5"]})
    assert sent.status_code == 303
    assert all(limits(today.case)[key].paused_at for key in ("L4", "L5"))


def test_what_was_ticked_is_ticked_when_the_page_comes_back(app, today):
    client, path = client_of(app, "Tomas"), desk(today, "suspend")
    sent = client.post(path, data={**form(client, path), "ground": "safety", "limits": ["L4", "L5"]})
    assert sent.status_code == 422
    assert all(f'name="limits" value="{key}" checked' in sent.text for key in ("L4", "L5"))
