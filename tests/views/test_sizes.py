"""How large an answer is: another each time for a page that is not the same for all."""

import re

import pytest

from grievance import clock, demonstration
from grievance.crypto.padding import padme
from grievance.views import sizes
from tests.unpadded import BEHIND, unpadded
from tests.views.public.test_filing import fill_in
from tests.views.public.test_proof import following
from tests.views.test_routes import client_of

TIMES = 12


@pytest.fixture
def case(app, cast):
    return demonstration.walk_story(cast, "respond", clock.now())


def lengths(client, path, **asked):
    return [len(client.get(path, **asked).data) for _ in range(TIMES)]


@pytest.mark.parametrize("who", ["Noor", "Victor", "Amina"])
def test_the_page_of_a_case_is_of_another_size_each_time(app, case, who):
    reference, code = case
    paths = {"Noor": f"/desk/cases/{reference}", "Victor": f"/company/cases/{reference}", "Amina": "/follow/case"}
    client = following(app, code) if who == "Amina" else client_of(app, who)
    found = lengths(client, paths[who])
    assert len(set(found)) > TIMES / 2 and max(found) - min(found) > 100


def test_the_form_and_its_lines_are_too_once_they_are_hers(app, cast):
    client = app.test_client()
    fill_in(client, "account")
    for path in ("/complain?step=account", "/complain?step=check"):
        assert len(set(lengths(client, path))) > TIMES / 2
    assert BEHIND.search(app.test_client().post("/follow", data={"code": "1"}).text)


@pytest.mark.parametrize("path", ["/", "/follow", "/complain", "/safety", "/healthz", "/static/style.css"])
def test_a_page_that_is_the_same_for_all_is_no_larger_than_it_has_to_be(app, cast, path):
    answer = app.test_client().get(path)
    text = answer.get_data(as_text=True)
    answer.close()
    assert not BEHIND.search(text) and "X-Padding" not in answer.headers


def test_without_the_comment_the_page_ends_as_it_did_and_the_comment_says_nothing(app, case):
    page = client_of(app, "Noor").get(f"/desk/cases/{case[0]}").text
    said = page[len(unpadded(page)) :]
    assert unpadded(page).rstrip().endswith("</html>") and re.fullmatch(
        r"<!-- [B-DF-HJ-NP-TV-Zb-df-hjkmnpq]* -->\n", said
    )


@pytest.mark.parametrize("pages", [(20_100, 20_400), (5_130, 5_240)])
def test_pages_of_nearly_one_size_are_filled_up_to_one_first(monkeypatch, pages):
    """Who asks a thousand times and takes the mean learns one of few sizes, as long as nothing compresses the page."""
    monkeypatch.setattr(sizes.secrets, "randbelow", lambda _most: 0)
    filled = {length + len(sizes.comment(length)) for length in pages}
    assert len(filled) == 1 and all(padme(one) == one for one in filled)


def test_what_is_no_page_has_a_head_of_another_size_each_time(app, case):
    client = client_of(app, "Victor")
    path = re.search(r'href="(/company/cases/[^"]+/letters/\w+\.pdf)"', client.get(f"/company/cases/{case[0]}").text)[1]
    heads = {len(client.get(path).headers["X-Padding"]) for _ in range(4)}
    assert len(heads) > 1 and max(heads) < sizes.MOST_OF_A_HEAD
