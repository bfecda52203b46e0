"""A company's person makes a token at the page, a program works with it, a colleague ends it, and it is refused."""

from datetime import timedelta

from grievance import clock, demonstration
from grievance.demonstration import PASSWORD
from grievance.extensions import db
from grievance.models.people import Role
from tests.accounts.test_leaving import join
from tests.browser.looks import looks_right, with_axe
from tests.browser.test_story import Visitor, sign_in


def asked(app, token, method, path, **more):
    db.session.rollback()  # what the server has written since is seen
    client, said = app.test_client(), {"Authorization": f"Bearer {token}"}
    return client.open(f"/api/v1/company{path}", method=method, headers=said, **more)


def test_a_token_is_made_used_and_ended_at_the_page(app, cast, live_server, new_page):
    reference = demonstration.walk_story(cast, "refer", clock.now() - timedelta(days=9))[0]
    join("Vera", Role.COMPANY, cast["Victor"], cast["Victor"].company_id)
    victor, vera = (Visitor(new_page(), live_server) for _ in range(2))
    sign_in(victor, "Victor").go("/account/people").press("Our programs")
    victor.fill(name="Our case system", password="not mine").press("Make a token")
    assert "This is not your password." in victor.text
    assert victor.page.locator("#name").input_value() == "Our case system"
    victor.fill(password=PASSWORD).press("Make a token")
    token = victor.page.locator("main code").first.inner_text()
    assert asked(app, token, "GET", "/cases").json["cases"][0]["reference"] == reference
    done = asked(
        app, token, "POST", f"/cases/{reference}/acknowledgement", json={"contact": "Our desk", "undertakes": True}
    )
    assert done.status_code == 201
    victor.go(f"/company/cases/{reference}")
    assert "Our desk" in victor.text
    sign_in(vera, "Vera").go("/account/programs")
    assert "Our case system" in vera.text and "Victor" in vera.text and token not in vera.page.content()
    vera.press("End this token")
    assert "refused" in vera.text and "No token works now" in vera.text
    assert asked(app, token, "GET", "/cases").status_code == 401


def test_the_page_fits_each_screen_and_reads_well(app, cast, live_server, chromium):
    context = with_axe(chromium)
    victor = sign_in(Visitor(context.new_page(), live_server), "Victor").go("/account/programs")
    looks_right(victor.page)
    victor.fill(name="Our case system", password=PASSWORD).press("Make a token")
    looks_right(victor.page)
    context.close()
