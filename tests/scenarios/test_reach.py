"""How to call somebody safely is kept with the number: whoever opens it reads both, a company never."""

import pytest

from grievance import clock, demonstration
from grievance.demonstration import do
from grievance.forms.fields import BadInput
from grievance.workflow import custody, steps
from tests.her_steps import with_names
from tests.scenarios.pages import press
from tests.views.test_routes import client_of

NUMBER, SAFELY = "+999 555 0142", "After eight, ask for my sister, say nothing of work."


def opened(app, cast, reference):
    """What the officer reads, once a custodian has granted it."""
    for step, who in (("ask_identity", "Noor"), ("grant_identity", "Ines")):
        do(step, cast[who], reference, clock.now())
    noor = client_of(app, "Noor")
    return press(noor, f"/desk/cases/{reference}/steps/open_identity").text


@pytest.fixture
def filed(app, cast):
    return demonstration.file_one(
        clock.now(), name="Amina Said", phone=NUMBER, reach=SAFELY, known_to_secretariat="yes", share_identity="yes"
    )


def test_whoever_opens_the_number_reads_how_to_call_safely(app, cast, filed):
    page = opened(app, cast, filed[0])
    assert f"{NUMBER}\n{SAFELY}" in page


def test_the_form_asks_it_beside_the_number(app, cast):
    page = app.test_client().get("/complain?step=all").text
    assert page.index('name="phone"') < page.index('name="reach"') < page.index('name="email"')


def test_it_is_not_kept_without_a_number_and_the_form_says_so(app, cast):
    with pytest.raises(BadInput) as bad:
        demonstration.file_one(clock.now(), reach=SAFELY)
    assert bad.value.errors == {"phone": "Write the number, too: how to call safely is kept with it."}


def test_at_her_page_she_writes_both_anew(app, cast, filed):
    reference, amina, code = filed
    her = app.test_client()
    her.post("/follow", data={"code": code})
    assert "/steps/correct_identity" in with_names(her.get("/follow/case").text)
    with pytest.raises(steps.Refused, match="Write the number, too"):
        steps.take("correct_identity", amina, reference, {"reach": "Never."})
    press(her, "/follow/case/steps/correct_identity", phone="+999 555 0143", reach="Only by text.")
    assert "+999 555 0143\nOnly by text." in opened(app, cast, reference)


def test_a_company_that_is_told_the_number_is_told_nothing_of_how_to_call(app, cast, filed):
    reference = filed[0]
    assert custody.number_alone("phone", f"{NUMBER}\n{SAFELY}") == NUMBER
    for step in ("acknowledge", "refer"):
        do(step, cast["Noor"], reference, clock.now(), cast["Tomas"])
    opened(app, cast, reference)
    do("share_identity", cast["Noor"], reference, clock.now(), cast["Tomas"], scope=["phone"], entries=[])
    page = client_of(app, "Victor").get(f"/company/cases/{reference}").text
    assert NUMBER in page and "sister" not in page
