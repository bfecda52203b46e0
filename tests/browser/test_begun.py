"""Somebody else takes her phone: a begun form shows no word of hers before it has asked, scripts off, at 360 px."""

import re
from datetime import timedelta

import pytest
import time_machine

from grievance import clock
from grievance.crypto.receipt_codes import lines, typed_digits
from grievance.views.public.begun import PAUSE
from tests.browser.test_receipt_first import STORY, keep
from tests.browser.test_story import Visitor

NOTHING_SHOWN = {
    ("en", True): "Nothing of it is shown before you type line",
    ("en", False): "Nothing of it is shown before you go on. Anyone with this phone can. The red bar at the top",
    ("ar", True): "لا يظهر شيء منها قبل كتابة السطر",
    ("ar", False): "لا يظهر شيء منها قبل المتابعة",
}


@pytest.fixture(params=["en", "ar"])
def language(request):
    return request.param


@pytest.fixture
def amina(app, cast, live_server, new_page, language):
    return Visitor(new_page(360, language), live_server)


def begin(amina, language, with_lines):
    """A form with her words. Returns the line that is asked back."""
    amina.go(f"/complain?lang={language}")
    written = lines(typed_digits(amina.page.locator(".receipt").inner_text()))
    line = written[int(re.search(r"\d", amina.page.locator("label[for=line]").inner_text())[0]) - 1]
    if with_lines:
        amina.fill(line=line).onward("button[value=next]")
    else:
        amina.onward("button[value=later]")
    amina.fill(could_harm="no").onward().fill(account=STORY).onward()
    assert amina.page.url.endswith("step=company")
    return line


@pytest.mark.parametrize("with_lines", [True, False])
def test_who_takes_the_phone_reads_no_word_and_she_goes_on_where_she_was(amina, language, with_lines):
    line = begin(amina, language, with_lines)
    amina.go("/complain?step=account")
    assert amina.page.input_value("#account") == STORY
    with time_machine.travel(clock.now() + PAUSE + timedelta(minutes=1)):
        amina.page.reload()
        for way in ("/complain?step=account", "/complain?step=check", "/complain?step=all", "/complain?step=receipt"):
            amina.go(way)
            assert STORY not in amina.page.content() and line not in amina.page.content(), way
            assert NOTHING_SHOWN[language, with_lines] in amina.text and STORY not in amina.page.title()
        amina.page.go_back()
        assert STORY not in amina.page.content()
        keep(amina, f"begun-{language}-{'line' if with_lines else 'button'}")
        amina.go("/complain?step=account")
        if with_lines:
            amina.fill(line=f"{(int(line) + 1) % 10_000:04}").onward("button[value=on]")
            assert amina.page.locator("#line-error").is_visible() and STORY not in amina.page.content()
            keep(amina, f"begun-{language}-wrong")
            amina.fill(line=line)
        amina.onward("button[value=on]")
        assert amina.page.input_value("#account") == STORY


def test_from_the_start_page_it_asks_at_once(amina, language):
    line = begin(amina, language, with_lines=True)
    amina.go(f"/?lang={language}").onward("main a.button.filled")
    assert NOTHING_SHOWN[language, True] in amina.text
    amina.page.go_back()
    amina.go("/complain?step=account")
    assert STORY not in amina.page.content()
    amina.fill(line=line).onward("button[value=on]")
    assert amina.page.input_value("#account") == STORY
