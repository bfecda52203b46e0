"""How the form and the receipt are laid out, as far as their pages say it."""

from lxml import html

from grievance.views.public.form_pages import KEYS, PAGES, minutes
from grievance.workflow.questions import CONSENTS
from tests.views.public.test_filing import answer, fill_in, send


def test_squares_and_words_say_which_step_it_is_and_back_stands_above_the_heading(app, cast):
    client = app.test_client()
    answer(client, "safety", could_harm="no")
    answer(client, "account", account="They pushed me.")
    page = html.fromstring(client.get("/complain?step=company").text)
    squares = page.xpath("//*[@class='squares']/i")
    assert len(squares) == len(KEYS) and sum(one.get("class") == "on" for one in squares) == 3
    assert "Step 3 of 8, about 2 minutes" in page.text_content()
    assert page.xpath("//h1/preceding-sibling::button[@form='typed'][@value='back']")
    assert len(page.xpath("//main//button[contains(@class, 'filled')]")) == 1


def test_the_minutes_that_are_left_only_grow_fewer(app):
    left = [minutes(page) for page in PAGES]
    assert left == sorted(left, reverse=True) and left[-1] == 1


def test_what_happens_on_yes_and_on_no_stands_in_the_row_of_each_answer(app, cast):
    client = app.test_client()
    fill_in(client, "files")
    page = html.fromstring(client.get("/complain?step=agree").text)
    for field in CONSENTS:
        rows = page.xpath(f"//fieldset[@id='{field.name}']/label[@class='tick'][input[@type='radio']]")
        assert [row.xpath("string(.//small)") for row in rows] == [str(field.on_yes), str(field.on_no)]


def test_the_receipt_is_five_numbered_lines(app, cast):
    client = app.test_client()
    fill_in(client)
    send(client)
    page = html.fromstring(client.get("/complain/receipt").text)
    assert [len(line.text_content()) for line in page.xpath("//ol[@class='receipt']/li")] == [4] * 5
