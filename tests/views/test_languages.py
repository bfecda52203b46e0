"""Everything that a complainant can see is there in every language that is offered."""

import io
import re
from datetime import date, timedelta

import pytest
from babel.messages.pofile import read_po
from flask import has_request_context, request

from bin.her_texts import every, of_rows
from bin.translations import found, singular
from grievance import clock, demonstration
from grievance.deadlines import days
from grievance.extensions import Tongues, speaking
from grievance.forms.fields import BadInput, StoredFile
from grievance.languages import EVERYWHERE
from grievance.record import files
from grievance.views import NAMES, faces, template_i18n
from grievance.workflow import words
from tests.conftest import ROOT
from tests.views.public.test_filing import fill_in, hidden, send
from tests.views.test_routes import client_of, token

TRANSLATED = [language for language in NAMES if language != "en"]


def catalogue(language):
    path = ROOT / "translations" / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return read_po(file, locale=language)


@pytest.fixture
def asked(monkeypatch):
    """Each text that her pages ask a translation of, and whether one that all languages have does."""
    texts = {}
    real = Tongues.get_translations

    class Noting:
        """The page's catalogue, which notes what it is asked for."""

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
        if has_request_context() and not request.path.startswith(("/desk", "/company")):
            texts[text] = texts.get(text, False) or not faces.in_fewer_languages()

    monkeypatch.setattr(Tongues, "get_translations", lambda self: Noting(real(self)))
    monkeypatch.setattr(template_i18n, "_tables", {})
    return texts


def walk(app, cast):
    """Every page that a complainant can come to: the form with its errors, and a case at each point of the story."""
    client = app.test_client()
    client.get("/members")
    demonstration.publish_members(cast)
    for path in (
        "/",
        "/members?country=XX",
        "/members/ostrova-security",
        "/members/ostrova-security/paper.pdf",
        "/members/tender",
        "/members/data/changes.atom",
        "/complain",
        "/complain?step=all",
        "/follow",
        "/safety",
        "/help?country=KE&harm=1",
        "/procedure",
        "/complain/paper",
        "/nowhere",
        "/complain/receipt",
    ):
        client.get(path)
    client.post("/complain", data={**hidden(client.get("/complain?step=all")), "represents": "yes"})
    for code in ("1", "0" * 20, "0" * 19 + "1"):
        client.post("/follow", data={"code": code})
    fill_in(client)
    client.post("/complain/go-on", data={**hidden(client.get("/complain")), "go": "on"})
    client.get("/complain?step=files")
    client.get("/complain?step=anew")
    send(client)
    page = client.get("/complain/receipt")
    client.post("/complain/receipt/second", data={"csrf_token": token(page)})
    client.post("/complain/receipt", data={"csrf_token": token(client.get("/complain/receipt"))})
    for step in (None, *[step for step, _who, _day in demonstration.STORY]):
        start = clock.now() - timedelta(days=115)
        _reference, code = demonstration.walk_story(cast, step, start)
        look_at(app.test_client(), code)


def look_at(client, code):
    client.post("/follow", data={"code": code})
    client.get("/follow/case/summary")
    client.get("/follow/case/proof")
    page = client.get("/follow/case")
    for path in set(re.findall(r'href="(/follow/case/steps/[^"]+)"', page.text)):
        form = client.get(path)
        if form.status_code == 200:
            client.post(form.request.path, data={"csrf_token": token(form)})  # nothing answered: the refusals
    client.post("/follow/case/steps/write", data={"message": "Without a token: the session is over."})


def meet_faults(app, monkeypatch):
    """The pages of a disk that is away: with words alone, with a file, and with a file that is gone."""
    from grievance.intake import filing

    client = app.test_client()
    fill_in(client)
    away = {"secret": "x" * 43, "account": "The guards came back on Tuesday."}
    with monkeypatch.context() as broken:
        broken.setattr(filing, "clean", broken_disk)
        client.post("/complain", data={**hidden(client.get("/complain?step=all")), **away})
        more = {"files": (io.BytesIO(b"words"), "a.txt")}
        client.post("/complain", data={**hidden(client.get("/complain?step=all")), **away, **more})
    gone = StoredFile("0" * 32, "a.txt", 5, "txt", "", "", None)
    with app.test_request_context("/complain"), pytest.raises(BadInput):
        files._must_be_there(gone)


def broken_disk(*_anything):
    raise OSError(28, "No space left on device")


def test_every_text_that_a_complainant_can_see_is_translated(app, cast, asked, monkeypatch):
    walk(app, cast)
    meet_faults(app, monkeypatch)
    assert len(asked) > 250
    assert sorted(asked_in("a new one", asked) - every()) == []
    missing = {language: sorted(asked_in(language, asked) - translated(language)) for language in TRANSLATED}
    assert {language: texts for language, texts in missing.items() if texts} == {}
    assert {code: found for code in never() if (found := of_the_office(code, asked_in(code, asked)))} == {}


def asked_in(language, asked):
    return {text for text, everywhere in asked.items() if everywhere or language in EVERYWHERE}


def test_every_step_letter_and_event_of_the_complainants_is_translated():
    """Also those that the walk above does not come to."""
    missing = {language: sorted(of_rows() - translated(language)) for language in TRANSLATED}
    assert {language: texts for language, texts in missing.items() if texts} == {}


def test_no_step_letter_or_event_is_told_to_her_in_a_word_of_the_office():
    assert set(never()) == set(NAMES)
    assert {language: found for language in never() if (found := of_the_office(language, of_rows()))} == {}


def never():
    """By language, the words that docs/translating.md keeps off the complainants' pages: how each begins."""
    rows = re.findall(r"^\| `(\w{2,3})` \|.+\| (.+) \|$", (ROOT / "docs" / "translating.md").read_text(), re.M)
    begins = {language: words.split(", ") for language, words in rows}
    return {language: re.compile(rf"(?i)(?<!\w)(?:{'|'.join(words)})") for language, words in begins.items()}


def of_the_office(language, texts):
    """What of these is shown on her pages with such a word."""
    known = {one.id: one.string for one in catalogue(language) if isinstance(one.id, str) and one.string}
    return sorted(shown for text in texts if never()[language].search(shown := known.get(text, text)))


def translated(language):
    """The English texts that a catalogue has in full, all plural forms of them."""
    full = set()
    for message in catalogue(language):
        forms = [message.string] if isinstance(message.string, str) else message.string
        if message.id and all(forms):
            full.add(message.id if isinstance(message.id, str) else message.id[0])
    return full


@pytest.mark.parametrize("language", TRANSLATED)
def test_placeholders_are_the_same_in_every_translation(language):
    for message in catalogue(language):
        forms = [message.string] if isinstance(message.string, str) else message.string
        wanted = set(re.findall(r"%\(\w+\)[sd]", message.id if isinstance(message.id, str) else message.id[1]))
        for form in filter(None, forms):
            found = set(re.findall(r"%\(\w+\)[sd]", form))
            assert found == wanted or (found < wanted and not isinstance(message.id, str)), (message.id, form)


def test_a_desk_is_in_one_language_throughout(app, cast):
    page = client_of(app, "Noor").get("/desk", headers={"Accept-Language": "ar"}).text
    assert '<html lang="en" dir="ltr"' in page and "What waits" in page and "العربية" not in page


def test_after_a_letter_in_another_language_a_page_goes_on_in_its_own(app):
    """A letter may come before the page's first text: then nobody has asked yet what the page's language is."""
    with app.test_request_context("/?lang=fr"):
        with speaking("ru"):
            assert days.full_date(date(2026, 5, 3)).startswith("3 мая 2026")
        assert days.full_date(date(2026, 5, 3)) == "3 mai 2026"
        assert str(words.STATES["closed"]) in translations("fr", "Closed")


def translations(language, text):
    return [message.string for message in catalogue(language) if message.id == text]


def test_who_is_in_danger_is_told_in_arabic_not_to_give_her_name():
    """The Arabic for *leave* her name is to hand it over."""
    (told,) = [m for m in catalogue("ar") if isinstance(m.id, str) and "it is better to leave out your name" in m.id]
    assert "ألا تذكر اسمك" in told.string and "تترك" not in told.string


TO_A_MAN = {
    "ar": r"اكتب|اختر|اضغط|قل|أخبرنا|اطلب|اسأل|اقرأ|ابدأ|ارجع|انظر|اذهب|افتح|أجب|أضف|راجع|قارن|احذف|اترك|ادخل|انتظر"
    r"|استخدم|خذ|أرسل|تستطيع قراءته|تتحدث باسم|تثق به|متأكدًا",
    "fr": r"\w+\(e\)|vous seul|pas sûr|êtes parti|êtes venu",
}
"""How a person is spoken to as a man: what must stand on no page of hers, since nobody knows who she is."""


@pytest.mark.parametrize("language", TO_A_MAN)
def test_nobody_is_spoken_to_as_a_man(language):
    spoken = re.compile(rf"(?i)(?<!\w)(?:{TO_A_MAN[language]})(?!\w)")
    known = {one.id: one.string for one in catalogue(language) if isinstance(one.id, str)}
    assert len(said := of_rows() | in_her_templates()) > 400
    assert [known[text] for text in said if text in known and spoken.search(known[text])] == []


def in_her_templates():
    """What the templates of the public pages say, and what refuses and asks back there."""
    places = ("templates/public/", "templates/macros/hers", "templates/macros/reading", "grievance/views/public/")
    return {
        singular(one)
        for one in found()
        if one.id and any(place in file for file, _line in one.locations for place in places)
    }
