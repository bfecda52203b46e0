"""Her whole story on a small phone, scripts off, in four languages: from the lines of her receipt to what became of it.

What the office and the company do is done here without their pages: those have stories of their own. SHOTS=folder keeps
a picture of every page that she sees, in its order.
"""

import os
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from babel.support import Translations

from grievance import clock, demonstration
from grievance.extensions import db
from grievance.notify import sign_rounds
from tests.browser.looks import overflow
from tests.browser.test_story import Visitor
from tests.conftest import ROOT
from tests.notify import gateway, signing

pytestmark = [pytest.mark.long, pytest.mark.usefixtures("asks_her")]
FIRST = "A person reports that guards at the north gate pushed them."
SECOND = "A person reports that guards at a gate pushed them."
HER_WORDS = {
    "en": ("At the gate they pushed me. I have not been paid for May.", "Leave out which gate."),
    "ar": ("دفعوني عند البوابة. لم أتقاضَ أجر شهر مايو.", "لا تذكروا أي بوابة."),
    "sw": ("Walinisukuma langoni. Sijalipwa mshahara wa Mei.", "Msitaje ni lango gani."),
    "fr": ("Ils m'ont poussée au portail. Je n'ai pas été payée en mai.", "Ne dites pas quel portail."),
}
"""What happened, and what is to be changed in the summary."""
READ = {
    "en": ("", ""),
    "ar": ("يقول شخص إن حراسًا دفعوه عند البوابة الشمالية.", "يقول شخص إن حراسًا دفعوه عند بوابة."),
    "sw": ("Mtu anasema walinzi walimsukuma kwenye lango la kaskazini.", "Mtu anasema walinzi walimsukuma langoni."),
    "fr": (
        "Une personne dit que des gardes l'ont poussée au portail nord.",
        "Une personne dit que des gardes l'ont poussée à un portail.",
    ),
}
"""The two summaries in her words."""
PROMISE = {"ar": "تُدفع أجور مايو.", "sw": "Mishahara ya Mei italipwa.", "fr": "Les salaires de mai seront payés."}
"""What the company promises in English, in her words."""


class Hers(Visitor):
    """She presses what stands on her page in her language; each page that she comes to fits, and is kept."""

    def __init__(self, page, base, language):
        super().__init__(page, base)
        self._catalogue = Translations.load(ROOT / "translations", [language])
        self._folder, self._numbers = os.environ.get("SHOTS"), count(1)
        self.language = language

    def says(self, text):
        found = self._catalogue.gettext(text)
        assert self.language == "en" or found != text, text
        return found

    def found(self, button):
        """These words and no more: in some language one button begins as another."""
        return super().found(self.says(button), "text-is")

    def go(self, path):
        super().go(path)
        return self._keep()

    def follow(self, link):
        super().follow(link)
        return self._keep()

    def unfold(self):
        """All that opens on a press, to be looked at."""
        folded = self.page.locator("main details:not([open]) > summary")
        while folded.count():
            folded.first.click()
        return self._keep()

    def _keep(self):
        if self._folder:
            path = Path(self._folder) / f"{self.language}-{next(self._numbers):02}.png"
            self.page.screenshot(path=path, full_page=True)
        assert overflow(self.page) == 0, self.page.url
        return self


@pytest.fixture(params=["en", "ar", "sw", "fr"])
def amina(request, app, cast, live_server, new_page):
    signing.offer(app, cast, request.param)
    return Hers(new_page(language=request.param), live_server, request.param)


def test_from_five_lines_on_paper_to_a_remedy_that_was_done(app, amina, cast, monkeypatch):
    monkeypatch.setattr(sign_rounds, "_chance", lambda: 0.5)  # in the middle of her hours
    story, change = HER_WORDS[amina.language]
    receipt, reference = _file(amina, story)
    _back_by_the_receipt(amina, receipt)
    chosen = _asks_for_a_sign(amina)
    _is_protected(amina, reference, cast)
    with gateway.running() as gate:
        app.config["SMS_GATEWAY"] = gate.settings()
        _the_worker_goes_round_for_a_day()
        assert [one.text for one in gate.taken] == [chosen]
    _has_the_summary_changed_once(amina, reference, cast, change)
    for step, who in (("refer", "Noor"), ("company_acknowledge", "Victor"), ("respond", "Victor")):
        _do(step, cast[who], reference, cast, packet=SECOND) if step == "refer" else _do(
            step, cast[who], reference, cast
        )
    amina.go("/follow/case")
    _is_made_to_withdraw_and_undoes_it(amina, reference, cast)
    _do("propose_remedy", cast["Victor"], reference, cast)
    if amina.language != "en":
        _cannot_read_what_is_promised(amina, reference, cast)
    amina.go("/follow/case").press("Accept a remedy").press("Accept a remedy")
    _do("report_delivered", cast["Victor"], reference, cast)
    amina.go("/follow/case").press("It was done").press("It was done")
    _do("remedy", cast["Noor"], reference, cast)
    assert (
        amina.says("What was agreed was done. We will ask you again later whether it lasts.")
        in amina.go("/follow/case").text
    )
    amina.unfold()


def _do(step, person, reference, cast, **more):
    db.session.rollback()  # what this process read before is not what the pages wrote since
    if "packet" in more:
        more["previewed"] = demonstration.packet_hash(more["packet"])
    demonstration.do(step, person, reference, clock.now(), cast["Tomas"], **more)


def _file(amina, story):
    amina.go("/").press("File a complaint")
    receipt = amina.page.locator(".receipt").inner_text()
    amina.press("Continue").fill(could_harm="unsure", harm_when="later").press("Continue")
    assert (
        amina.says("Leave out names, places and times that only you could know. You can tell us later.") in amina.text
    )
    amina.fill(account=story).press("Continue").fill(company="Larkfield Guarding").press("Continue")
    amina.press("Continue").press("Continue").press("Continue").press("Continue")
    amina.fill(share_account="yes").press("Continue")
    assert story in amina.text and amina.says("Not sent yet. Nobody has read this.") in amina.text
    amina.press("Send the complaint").press("See my complaint")
    return receipt, amina.page.locator("main").inner_text().split("GR-")[1][:9].join(("GR-", ""))


def _back_by_the_receipt(amina, receipt):
    amina.go("/leave").go("/follow").fill(code=receipt).press("Continue")
    assert amina.says("Your complaint") in amina.text
    amina.unfold()


def _asks_for_a_sign(amina):
    """The text message of which she is shown the exact words."""
    amina.press("Get a sign when there is news").fill(to="+254712345678")
    chosen = amina.says("Please have a look when you have time.")
    amina.page.get_by_label(chosen).check()
    amina.press("Send me a sign when there is news")
    assert chosen in amina.text
    amina.go("/follow/case")
    return chosen


def _the_worker_goes_round_for_a_day():
    for hour in range(48):
        sign_rounds.deliver(clock.now() + timedelta(hours=hour))


def _cannot_read_what_is_promised(amina, reference, cast):
    card = amina.go("/follow/case").page.locator("article.card.next").first
    amina.follow(card.locator("button", has_text=amina.says("I cannot read this")).first)
    hers = PROMISE[amina.language]
    _do("translate", cast["Noor"], reference, cast, text=hers, language=amina.language)
    assert hers in amina.go("/follow/case").text


def _is_protected(amina, reference, cast):
    _do("acknowledge", cast["Noor"], reference, cast)
    _do("protect", cast["Noor"], reference, cast)
    amina.go("/follow/case").unfold().press("Say yes to a measure that protects me")
    amina.press("Say yes to a measure that protects me")
    _do("review_protection", cast["Noor"], reference, cast, outcome="done")
    _do("lift_safety_alert", cast["Noor"], reference, cast)


def _has_the_summary_changed_once(amina, reference, cast, change):
    first, second = READ[amina.language]
    _do("show_summary", cast["Noor"], reference, cast, packet=FIRST, hers=first)
    amina.go("/follow/case").press("Read what we would send, and answer")
    assert FIRST in amina.text and first in amina.text
    amina.fill(verdict="change", words=change).press("Send my answer")
    _do("show_summary", cast["Noor"], reference, cast, packet=SECOND, hers=second)
    amina.go("/follow/case").press("Read what we would send, and answer")
    assert SECOND in amina.text and second in amina.text and FIRST not in amina.text
    amina.fill(verdict="right").press("Send my answer")


def _is_made_to_withdraw_and_undoes_it(amina, reference, cast):
    amina.press("Withdraw my complaint").fill(forced="yes", sure=True).press("Withdraw my complaint")
    assert amina.says("Did somebody make you do this?") not in amina.text
    amina.press("Undo the withdrawal").fill(sure=True).press("Undo the withdrawal")
    _do("assess_safety", cast["Noor"], reference, cast)
    _do("lift_safety_alert", cast["Noor"], reference, cast)
