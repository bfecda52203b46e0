"""A company's desk in the language of each of its people: whole, theirs alone, and never hers.

The walk goes to each page of a company and of an account that the routes have, in every language; what it asks of the
catalogues is noted, so that neither a text in English is left nor one that `bin/check_languages.py` does not know.
"""

import json
import re
from collections import defaultdict
from datetime import timedelta

import pytest
from babel import Locale
from flask import has_request_context, request
from lxml import html
from sqlalchemy import select

from bin.check_languages import company_texts_by_place
from grievance import clock, demonstration
from grievance.accounts import language, people, sessions
from grievance.extensions import Tongues, db
from grievance.languages import EVERYWHERE
from grievance.models.people import Account, Company, Role
from grievance.reports import letters
from grievance.views import faces, template_i18n
from tests.accounts import two_people
from tests.unpadded import unpadded
from tests.views.test_languages import translated
from tests.views.test_routes import client_of, token

TRANSLATED = [code for code in EVERYWHERE if code != "en"]


@pytest.fixture
def asked(monkeypatch):
    """By text: on which pages of a company's or of an account it was asked for."""
    texts = defaultdict(set)
    real = Tongues.get_translations

    class Noting:
        def __init__(self, catalogue):
            self.catalogue = catalogue

        def ugettext(self, text):
            note(text)
            return self.catalogue.ugettext(text)

        def ungettext(self, one, many, number):
            note(one)
            return self.catalogue.ungettext(one, many, number)

        def __getattr__(self, name):
            return getattr(self.catalogue, name)

    def note(text):
        if has_request_context() and request.path.startswith(("/company", "/account")):
            texts[text].add(request.path)

    monkeypatch.setattr(Tongues, "get_translations", lambda self: Noting(real(self)))
    monkeypatch.setattr(template_i18n, "_tables", {})
    return texts


def references(cast):
    """A case of Larkfield's at each point of the story."""
    found = []
    for step in (None, *[step for step, _who, _day in demonstration.STORY]):
        reference, _code = demonstration.walk_story(cast, step, clock.now() - timedelta(days=115))
        found.append(reference)
    return found


def pages_of_the_routes(app):
    """Each address without a part that names something, of a company's desk and of an account."""
    theirs = (faces.COMPANY.prefix, faces.ACCOUNT.prefix)
    for rule in app.url_map.iter_rules():
        if "GET" in rule.methods and rule.rule.startswith(theirs) and not rule.arguments:
            yield rule.rule


def walk(client, app, cases):
    """Looks at every page, opens every step, and sends each form empty: the refusals are read, too."""
    for path in sorted(pages_of_the_routes(app)):
        client.get(path)
    for reference in cases:
        page = client.get(f"/company/cases/{reference}").text
        for path in sorted(set(re.findall(r'href="(/company/cases/[^"]+/steps/[^"]+)"', page))):
            look_at(client, path)
    look_at(client, "/company/answers")
    for path in ("/account/password", "/account/address", "/account/app", "/account/language", "/account/passkeys/add"):
        look_at(client, path)
    client.post("/company/export.csv", data={"csrf_token": token(client.get("/company"))}).get_data()


def look_at(client, path):
    page = client.get(path)
    if page.status_code != 200:
        return
    for onward in sorted(set(re.findall(r'href="(/company/[^"]+\?audience=\w+)"', page.text))):
        look_at(client, onward.replace("&amp;", "&"))
    client.post(path, data={"csrf_token": token(page), "which": "all", "then": "send"})
    if "/steps/" in path and "/recuse_person" not in path:
        fill_in(client, path)


def fill_in(client, path):
    """As somebody does it, up to the look before it goes."""
    form = next((one for one in html.fromstring(client.get(path).text).forms if one.get("id") == "typed"), None)
    if form is None:
        return  # first its readers are chosen
    answers = dict(form.form_values())
    for field in form.inputs:
        if isinstance(field, html.TextareaElement):
            answers[field.name] = "We have looked into it."
    client.post(path, data=answers)


@pytest.fixture
def victor(app, cast):
    """A window of Victor's, in a language of his."""

    def window(code):
        language.choose(cast["Victor"], code)
        return client_of(app, "Victor")

    return window


def test_every_text_that_a_page_of_a_company_asks_for_is_known_to_the_check_and_translated(app, cast, asked, victor):
    walk(victor("fr"), app, references(cast))
    known = company_texts_by_place()
    assert len(asked) > 250
    unknown = {text: min(paths) for text, paths in asked.items() if text not in known}
    assert unknown == {}, "\n".join(unknown)
    lacking = {code: sorted(set(asked) - translated(code)) for code in TRANSLATED}
    assert {code: texts for code, texts in lacking.items() if texts} == {}


@pytest.mark.parametrize("code", TRANSLATED)
def test_each_page_of_a_company_is_in_its_persons_language_and_runs_as_that_is_read(app, cast, victor, code):
    reference, _code = demonstration.walk_story(cast, "refer", clock.now() - timedelta(days=7))
    client, direction = victor(code), Locale.parse(code).text_direction
    for path in [*pages_of_the_routes(app), f"/company/cases/{reference}", f"/company/cases/{reference}/steps/respond"]:
        page = client.get(path)
        if page.mimetype == "text/html" and page.status_code == 200:
            assert f'<html lang="{code}" dir="{direction}"' in page.text, path
            assert "You are" not in page.text and ">Sign out<" not in page.text and ">Queue<" not in page.text, path


def test_two_people_of_one_company_read_two_languages_at_one_time(app, cast, victor):
    colleague(cast)
    reference, _code = demonstration.walk_story(cast, "refer", clock.now() - timedelta(days=7))
    french = victor("fr").get(f"/company/cases/{reference}").text
    arabic = window_of(app, cast, "Karim", "ar").get(f"/company/cases/{reference}").text
    assert "Vous devez répondre à la plainte" in french and "عليكم الرد على الشكوى" in arabic
    assert 'dir="rtl"' in arabic and demonstration.PACKET in french and demonstration.PACKET in arabic


def colleague(cast, name="Karim"):
    """Another person of Larkfield's, whom Victor invites and admits."""
    victor, email = cast["Victor"], demonstration.email_of(name)
    people.accept(people.invite(victor, email, name, Role.COMPANY, victor.company_id), demonstration.PASSWORD)
    two_people.admit(victor, db.session.scalars(select(Account.id).where(Account.email == email)).one())
    cast[name] = demonstration.signed_in(name)


def window_of(app, cast, name, code):
    language.choose(cast[name], code)
    client = app.test_client()
    with client.session_transaction() as session:
        session["a"] = sessions.sign_in(demonstration.email_of(name), demonstration.PASSWORD)
    return client


def test_a_language_in_the_address_or_of_the_browser_changes_nothing_for_who_is_signed_in(app, cast, victor):
    client = victor("fr")
    assert '<html lang="fr"' in client.get("/company?lang=ru", headers={"Accept-Language": "ar"}).text
    assert '<html lang="fr"' in client.get("/account/password", headers={"Accept-Language": "ar"}).text


def test_the_page_to_sign_in_is_in_the_language_of_the_browser_and_can_be_chosen(app, cast):
    stranger = app.test_client()
    page = stranger.get("/account/sign-in", headers={"Accept-Language": "ar"}).text
    assert '<html lang="ar" dir="rtl"' in page and 'href="?lang=sw"' in page
    refused = stranger.post("/account/sign-in?lang=sw", data={"csrf_token": token(stranger.get("/account/sign-in"))})
    assert refused.status_code == 422 and '<html lang="sw"' in refused.text


def test_the_office_works_in_english_whatever_its_person_or_browser_wishes(app, cast):
    language.choose(cast["Noor"], "fr")
    for path in ("/desk", "/account/people", "/account/language"):
        page = client_of(app, "Noor").get(path, headers={"Accept-Language": "fr"}).text
        assert '<html lang="en" dir="ltr"' in page and 'href="/account/language"' not in page.split("<main")[0]


def test_the_page_is_the_same_whichever_language_she_wrote_in(app, cast, victor):
    """Of her language a company learns nothing: two pages have the same texts, and no mark of another language."""
    start, client = clock.now() - timedelta(days=7), victor("fr")
    pages = []
    for hers in ("en", "uk"):
        reference, _code = demonstration.walk_story(cast, "refer", start, language=hers)
        page = (
            unpadded(client.get(f"/company/cases/{reference}").text)
            .replace(reference, "GR")
            .replace(reference[:7], "GR")
        )
        assert 'lang="uk"' not in page
        pages.append(re.sub(r"[0-9a-f]{12,}", "", html.fromstring(page).text_content()))
    assert pages[0].split() == pages[1].split()


def test_who_is_invited_begins_with_the_language_of_the_company(app, cast):
    db.session.get(Company, cast["Victor"].company_id).language = "pt"
    db.session.commit()
    colleague(cast)
    assert language.chosen(cast["Karim"]) == "pt" and language.chosen(cast["Noor"]) == "en"


def test_a_person_of_a_company_chooses_on_their_own_page_and_reads_the_next_one_in_it(app, cast):
    client = client_of(app, "Victor")
    page = client.get("/account/language")
    assert "Language of your pages, your mail and your calendar" in page.text
    answer = client.post(
        "/account/language", data={"csrf_token": token(page), "account_language": "es"}, follow_redirects=True
    )
    assert '<html lang="es"' in answer.text


def test_a_letter_as_a_pdf_is_in_the_language_of_who_takes_it(app, cast, victor, monkeypatch):
    monkeypatch.setattr(letters, "typeset", lambda _name, data: json.dumps(data, ensure_ascii=False).encode())
    reference, _code = demonstration.walk_story(cast, "refer", clock.now() - timedelta(days=7))
    client = victor("fr")
    link = re.search(r'href="([^"]+/letters/[^"]+\.pdf)"', client.get(f"/company/cases/{reference}").text)[1]
    assert '"lang": "fr"' in client.get(link).text and '"lang": "ar"' in victor("ar").get(link).text


def test_the_headings_of_the_table_of_dates_are_in_the_language_of_who_takes_it(app, cast, victor):
    demonstration.walk_story(cast, "refer", clock.now() - timedelta(days=7))
    client = victor("ar")
    table = client.post("/company/export.csv", data={"csrf_token": token(client.get("/company"))}).text
    assert "تأكد الوصول" in table and "Acknowledged" not in table
