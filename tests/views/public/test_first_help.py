"""Help within 72 hours and on the spot: at the form, and on top of her page; and what is asked there."""

import re
from datetime import date

import pytest
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.contacts import Emergency
from grievance.extensions import db
from grievance.models.case import Case
from tests.her_steps import with_names
from tests.scenarios.pages import form, press
from tests.views.public.test_filing import answer, fill_in, hidden, page_of, send
from tests.views.test_routes import client_of

CLINIC = Emergency("A clinic for women", "+254 00 000 0001", date(2026, 11, 1), "day and night")
CHILDLINE = Emergency("A line for children", "+254 00 000 0002", date(2026, 11, 1))
NEIGHBOURS = Emergency("Neighbours", "+254 00 000 0003", date(2026, 11, 1))
ABROAD = Emergency("A clinic abroad", "+420 00 000 0004", date(2026, 11, 1))
HOURS, HIV, BELIEVE = "best within 72 hours", "HIV", "Believe the child"


@pytest.fixture
def client(app, cast):
    app.config["HELPERS"] = {"sexual": {"KE": CLINIC, "CZ": ABROAD}, "child": {"KE": CHILDLINE}}
    app.config["EMERGENCY"] = {"KE": NEIGHBOURS}
    return app.test_client()


def the_case():
    return db.session.scalars(select(Case)).one()


def about(client, **said):
    """The answer to the page of topics: where it leads."""
    return answer(client, "about", **said).location


def her_page(app, **answers):
    _reference, _amina, code = demonstration.file_one(clock.now(), **answers)
    her = app.test_client()
    her.post("/follow", data={"code": code})
    return her


# --- at the form ---------------------------------------------------------------------------------------------


def test_the_very_next_page_says_where_help_is(client):
    answer(client, "company", company=demonstration.larkfield(), company_named="")
    assert about(client, topics=["sexual"]).endswith("step=next")
    page = client.get("/complain?step=next").text
    assert HOURS in page and HIV in page and "do not go to the police" in page
    assert CLINIC.telephone in page and NEIGHBOURS.telephone in page
    assert ABROAD.telephone not in page and CHILDLINE.telephone not in page and BELIEVE not in page


@pytest.mark.parametrize("child", ["yes", "unsure"])
def test_for_a_child_there_is_help_of_its_own(client, child):
    assert about(client, topics=["work"], child=child).endswith("step=next")
    page = client.get("/complain?step=next").text
    assert BELIEVE in page and CHILDLINE.telephone in page and HIV not in page


def test_nobody_else_is_led_there(client):
    assert about(client, topics=["force"], child="no").endswith("step=files")
    assert "Step 6 of 8" in client.get("/complain?step=files").text


def test_its_page_is_one_of_the_form_forth_and_back(client):
    about(client, topics=["sexual"])
    page = page_of(client, "next")
    assert "Step 6 of 9" in page.text
    sent = {**hidden(page), "officer_sex": "woman", "company_road": "no"}
    assert client.post("/complain", data={**sent, "go": "next"}).location.endswith("step=files")
    assert client.post("/complain", data={**sent, "go": "back"}).location.endswith("step=about")
    back = client.post("/complain", data={**hidden(page_of(client, "files")), "go": "back"})
    assert back.location.endswith("step=next")


def test_where_no_helper_is_known_it_says_so_in_a_sentence(client, app):
    app.config["HELPERS"], app.config["EMERGENCY"] = {"sexual": {}, "child": {}}, {}
    about(client, topics=["sexual"])
    assert "We have not yet checked who helps" in client.get("/complain?step=next").text


def test_what_she_answers_there_is_looked_through_and_filed(client):
    fill_in(client)
    about(client, topics=["sexual"])
    client.post("/complain", data={**hidden(page_of(client, "next")), "officer_sex": "woman", "company_road": "yes"})
    check = client.get("/complain?step=check").text
    assert "Who should speak with you?" in check and "A woman" in check
    assert send(client).status_code == 303
    assert the_case().company_road == "yes" and the_case().topics == ["sexual"]


def test_whoever_says_so_only_while_looking_it_through_is_asked_then(client):
    fill_in(client)
    page = client.get("/complain?step=about&change=yes")
    there = client.post("/complain", data={**hidden(page), "topics": "sexual", "go": "next"}).location
    assert there.endswith("step=next&change=yes")
    then = client.post("/complain", data={**hidden(client.get(there)), "company_road": "no", "go": "next"})
    assert then.location.endswith("step=check")


def test_on_one_page_it_is_asked_and_said_too(client):
    page = client.get("/complain?step=all")
    for said in (HOURS, BELIEVE, "Was a child harmed", "Who should speak with you?", "May we ask the company about"):
        assert said in page.text


def test_on_paper_it_is_asked_too(client):
    page = client.get("/complain/paper").text
    for said in (
        "If it is about sexual violence, or about a child",
        HOURS,
        "☐ A woman",
        "May we ask the company about",
    ):
        assert said in page


def test_over_the_api_it_is_asked_too(client):
    body = {"account": "They hurt me.", "could_harm": "no", "topics": ["sexual"], "child": "no",
            "officer_sex": "woman", "company_road": True}  # fmt: skip
    assert client.post("/api/v1/complaints", json=body).status_code == 201
    assert the_case().company_road == "yes"
    members = client.get("/api/v1/openapi.json").json["paths"]["/api/v1/complaints"]["post"]["requestBody"]
    assert {"child", "officer_sex", "company_road"} <= set(
        members["content"]["application/json"]["schema"]["properties"]
    )


def test_an_officer_who_files_for_somebody_asks_it_too(client, app):
    page = client_of(app, "Noor").get("/desk/new").text
    for said in ("Was a child harmed", "Who should speak with you?", "May we ask the company about"):
        assert said in page


# --- on her page ---------------------------------------------------------------------------------------------


def test_help_stands_on_top_of_her_page(client, app):
    page = her_page(app, topics=["sexual"]).get("/follow/case").text
    assert page.index(HOURS) < page.index("What happens next")
    assert page.index(HOURS) < page.index("About your safety") and CLINIC.telephone in page


def test_where_somebody_may_take_her_phone_it_lies_in_the_fold_which_stands_on_top(client, app):
    page = her_page(app, topics=["sexual"], could_harm="unsure").get("/follow/case").text
    fold = page[page.index("About your safety") :]
    assert HOURS not in page[: page.index("About your safety")] and HOURS in fold[: fold.index("</details>")]
    assert page.index("About your safety") < page.index("What happens next")
    assert page.count("About your safety") == 1


def test_whom_it_does_not_concern_reads_none_of_it(client, app):
    page = her_page(app).get("/follow/case").text
    assert HOURS not in page and "choose_road" not in with_names(page)


def test_she_chooses_the_road_at_her_page_and_takes_it_back(client, app):
    her = her_page(app, topics=["sexual"])
    step = "/follow/case/steps/choose_road"
    assert step in with_names(her.get("/follow/case").text)
    press(her, step, company_road="yes", officer_sex="woman")
    assert the_case().company_road == "yes"
    page = her.get("/follow/case").text
    assert "The company may be asked about this: <strong>Yes" in page
    assert re.search(r'name="company_road" value="yes" checked', her.get(step, follow_redirects=True).text)
    press(her, step, company_road="no")
    assert the_case().company_road == "no"


# --- who should speak with her -------------------------------------------------------------------------------


def test_a_person_of_the_office_says_it_of_themselves(client, app):
    noor = client_of(app, "Noor")
    assert "/account/about-me" in noor.get("/account/people").text
    assert press(noor, "/account/about-me", sex="woman").status_code == 303
    assert re.search(r'value="woman" checked', noor.get("/account/about-me").text)
    press(noor, "/account/about-me", sex="")
    assert not re.search(r'value="woman" checked', noor.get("/account/about-me").text)


@pytest.mark.parametrize(("says", "named"), [("woman", "Noor."), ("man", "nobody.")])
def test_who_assigns_is_warned_and_not_refused(client, app, says, named):
    her_page(app, topics=["sexual"], officer_sex="woman")
    press(client_of(app, "Noor"), "/account/about-me", sex=says)
    step = f"/desk/cases/{the_case().reference}/steps/assign"
    tomas = client_of(app, "Tomas")
    page = tomas.get(step).text
    assert "The complainant would rather speak with a woman." in page and f"themselves: {named}" in page
    officer = re.search(r'name="officer" value="(\d+)"|<option value="(\d+)"', page)
    chosen = officer[1] or officer[2]
    assert tomas.post(step, data={**form(tomas, step), "officer": chosen}).status_code == 303
    assert the_case().officer_id == int(chosen)


def test_who_takes_the_case_on_reads_her_wish_too(client, app):
    her_page(app, topics=["sexual"], officer_sex="woman")
    step = f"/desk/cases/{the_case().reference}/steps/acknowledge"
    assert "would rather speak with a woman" in client_of(app, "Noor").get(step).text


def test_the_office_reads_what_was_answered_beside_the_account(client, app):
    her_page(app, topics=["sexual"], officer_sex="woman", child="unsure")
    page = client_of(app, "Noor").get(f"/desk/cases/{the_case().reference}").text
    assert "Who should speak with the complainant" in page and "A woman" in page
    assert "The company may be asked about this" in page
