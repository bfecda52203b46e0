"""A lesson from an officer's desk to everybody, and a company's reply beside its figures: each at their own page."""

import pytest

from tests.browser.looks import faults, looks_right, overflow, with_axe
from tests.browser.test_story import Visitor, sign_in
from tests.in_public.test_texts import figures, page_of, published_members


@pytest.fixture
def somebody(chromium, live_server):
    contexts = []

    def come(language="en"):
        contexts.append(with_axe(chromium, viewport={"width": 360, "height": 740}, locale=language, bypass_csp=True))
        return Visitor(contexts[-1].new_page(), live_server)

    yield come
    for context in contexts:
        context.close()


def reads_right(visitor, path, *words):
    visitor.go(path)
    for width in (360, 1280):
        visitor.page.set_viewport_size({"width": width, "height": 740})
        assert faults(visitor.page) == [] and overflow(visitor.page) <= 0
    assert all(one in visitor.text for one in words)


def test_an_officer_proposes_a_lesson_an_approver_publishes_it_and_everybody_reads_it(app, cast, somebody):
    noor, tomas = somebody(), somebody()
    sign_in(noor, "Noor").go("/desk/admin")
    noor.press("Lessons, and replies of companies").press("Propose a lesson")
    looks_right(noor.page)
    noor.page.select_option("#language", value="en")
    noor.fill(title="Uniforms", words="Call +254 700 123 456.").press("Propose")
    assert "Look again" in noor.text
    looks_right(noor.page)
    noor.fill(words="A contract says who pays for a uniform.").press("Propose")
    assert "An approver who is another person decides." in noor.text
    sign_in(tomas, "Tomas").go("/desk")
    tomas.press("1 text for everybody to read waits for you")
    looks_right(tomas.page)
    tomas.press("Publish it Uniforms")
    assert "Published: everybody reads it now." in tomas.text
    for language, title in (("en", "Lessons learnt"), ("ar", "الدروس المستفادة"), ("fr", "Leçons apprises")):
        client = somebody(language)
        client.go("/figures")
        client.press(title)
        reads_right(client, "/lessons", "Uniforms", "who pays for a uniform")
        assert client.page.context.cookies() == []


def test_a_company_replies_to_its_figures_and_takes_it_back(app, cast, somebody):
    figures()
    published_members(cast)
    victor, tomas, client = somebody(), somebody(), somebody("ar")
    sign_in(victor, "Victor").go("/company")
    victor.press("Your reply to the public figures")
    looks_right(victor.page)
    victor.fill(words="In Nairobi we answer on the same day.").press("Send it to the Secretariat")
    assert "The Secretariat looks at this" in victor.text
    sign_in(tomas, "Tomas").go("/desk/public-texts")
    tomas.page.fill("textarea[name=reason]", "Name no town.")
    tomas.page.click("button[value=refuse]")
    tomas.page.wait_for_load_state()
    victor.go("/company/reply")
    assert "Name no town." in victor.text
    looks_right(victor.page)
    victor.fill(words="We answer on the same day.").press("Send it to the Secretariat")
    tomas.go("/desk/public-texts")
    tomas.page.click("button[value=approve]")
    tomas.page.wait_for_load_state()
    page = page_of(cast["Victor"].company_id)
    reads_right(client, page, "We answer on the same day.", "رد الشركة")
    victor.go("/company/reply").press("Take it back from the public page")
    client.go(page)
    assert "same day" not in client.text
