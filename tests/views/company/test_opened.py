"""When the company is said to have opened what it was handed: when somebody looks, and not when a browser fetches."""

import pytest

from tests.scenarios.conftest import story
from tests.views.test_routes import client_of

__all__ = ["story"]


@pytest.mark.parametrize("headers", [{"Sec-Purpose": "prefetch"}, {"X-Moz": "prefetch"}], ids=str)
def test_a_page_that_a_browser_fetched_beforehand_was_opened_by_nobody(app, story, headers):
    client, path = client_of(app, "Victor"), f"/company/cases/{story.reference}"
    assert client.get(path, headers=headers).status_code == 200 and story.case.company_opened == 0
    assert client.get(path).status_code == 200 and story.case.company_opened == story.case.handovers
