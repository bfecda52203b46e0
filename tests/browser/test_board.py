"""A measure goes to the seats of the Board: sent by an approver, read and voted on at their own pages."""

import pytest

from tests.accounts.test_leaving import join
from tests.browser.looks import looks_right, with_axe
from tests.browser.test_story import Visitor, sign_in
from tests.concerns.test_board import DOSSIER, Role, before_the_board, seat


@pytest.fixture
def somebody(chromium, live_server):
    contexts = []

    def come(name):
        contexts.append(with_axe(chromium, viewport={"width": 360, "height": 740}, bypass_csp=True))
        return sign_in(Visitor(contexts[-1].new_page(), live_server), name)

    yield come
    for context in contexts:
        context.close()


def test_a_measure_goes_to_the_seats_they_vote_and_the_decision_says_so_by_pillar(app, cast, somebody):
    for name in ("Greta", "Ivan"):
        seat(cast, name)
    join("Paula", Role.APPROVER, cast["Noor"])
    concern_id, item_id = before_the_board(cast)
    tomas = somebody("Tomas")
    tomas.go("/desk/concerns/board").press("Seats of the Board")
    looks_right(tomas.page)
    for name, pillar in (("Greta", "government"), ("Ivan", "industry")):
        card = tomas.page.locator("article", has_text=name)
        card.locator("select").select_option(pillar)
        with tomas.page.expect_navigation():
            card.locator("button").click()

    ivan = somebody("Ivan")
    ivan.go("/board")
    looks_right(ivan.page)
    ivan.page.get_by_label("Larkfield Guarding").check()
    ivan.page.check("input[name=kind][value=own]")
    ivan.press("I stand aside about this company")
    assert "Noted. You stand aside" in ivan.text

    tomas.go("/desk/concerns/board").press("Send it to the Board Larkfield Guarding")
    assert "Larkfield Guarding (own company)" in tomas.text
    looks_right(tomas.page)
    tomas.fill(words=DOSSIER).press("Send it to the Board")
    assert "Sent to the Board." in tomas.text

    ivan.go("/board")
    assert "You stand aside (own company)" in ivan.text and DOSSIER not in ivan.page.content()
    looks_right(ivan.page)
    greta = somebody("Greta")
    greta.go("/board")
    looks_right(greta.page)
    greta.press("Read it and vote Larkfield Guarding")
    assert DOSSIER in greta.text
    looks_right(greta.page)
    greta.page.check("input[name=vote][value=for]")
    greta.press("Vote")
    assert "Your vote is noted." in greta.text and "Your vote: For." in greta.text

    paula = somebody("Paula")
    paula.go(f"/desk/concerns/{concern_id}/items/{item_id}/steps/decide_measure")
    assert "Governments: 1 for" in paula.page.input_value("[name=votes]")
    paula.page.check("input[name=outcome][value=taken]")
    paula.fill(words="Membership is suspended.", recused="", minute="As discussed.")
    paula.page.click("main button.filled")
    paula.page.wait_for_load_state()
    paula.go(f"/desk/concerns/{concern_id}")
    assert "Governments: 1 for, 0 against, 0 abstained" in paula.text and "Ivan (own company)" in paula.text
    greta.go("/board")
    assert "closed" in greta.text
