"""Where a hand-over waits for something that is done elsewhere, the case leads there and not to its dismissal."""

import pytest
from lxml import html

from grievance import clock, demonstration
from grievance.accounts import fingerprints, leaving
from grievance.accounts.keys import company_keys
from grievance.deadlines.kinds import Deadline
from grievance.reports.casefile import open_case_file
from grievance.reports.done_first import done_first
from grievance.workflow import steps
from tests.accounts.keys.test_company_keys import case_for, new_company
from tests.accounts.test_leaving import account_of, case_with
from tests.companies.test_calendars import forget
from tests.views.account.test_second_person import client_for

CARD = "//div[contains(@class, 'card next')][contains(., 'decide whether the complaint is admissible')]"


def card_of(app, name, reference):
    page = html.fromstring(client_for(app, name).get(f"/desk/cases/{reference}").text)
    return page, page.xpath(CARD)[0]


def test_a_case_that_waits_for_the_key_of_its_company_leads_to_who_confirms_it_and_not_to_dismiss(app, cast):
    nils, company_id = new_company(cast)
    reference = case_for(cast, company_id)
    page, card = card_of(app, "Noor", reference)
    assert "Refer to the company: Nobody has confirmed the key of this company yet." in card.text_content()
    assert "An approver calls the company" in card.text_content() and not card.xpath(".//a[contains(., 'Dismiss')]")
    assert page.xpath("//*[@data-steps]//a[contains(., 'Dismiss')]")  # where all steps are
    company_keys.confirm(cast["Tomas"], company_id, fingerprints.of_company(nils))
    _page, card = card_of(app, "Noor", reference)
    assert card.xpath(".//a[contains(., 'Show the')]") and "confirmed the key" not in card.text_content()


def test_who_can_confirm_it_themselves_is_led_to_the_page_where_it_is_done(app, cast):
    _nils, company_id = new_company(cast)
    case = case_with(case_for(cast, company_id))
    file, rows = open_case_file(cast["Noor"], case), steps.choices_now(cast["Noor"], case)
    limit = next(one for one in file.limits if one.key == Deadline.ADMISSIBILITY)
    found = done_first(cast["Tomas"], case, limit, rows)
    assert (found.endpoint, found.company_id) == ("fingerprints.ask_company_key", company_id)
    assert done_first(cast["Noor"], case, limit, rows).endpoint == ""


@pytest.mark.parametrize(
    ("hinders", "said"),
    [
        (lambda cast: forget(), "Nobody has confirmed the calendar of this company"),
        (lambda cast: leaving.leave(cast["Tomas"], account_of("Victor").id), "First invite another person"),
    ],
)
def test_what_else_stands_against_every_hand_over_to_a_company_is_said_there_too(app, cast, hinders, said):
    reference = demonstration.file_one(clock.now())[0]
    demonstration.do("acknowledge", cast["Noor"], reference, clock.now())
    hinders(cast)
    _page, card = card_of(app, "Noor", reference)
    assert said in card.text_content() and not card.xpath(".//a[contains(., 'Dismiss')]")
