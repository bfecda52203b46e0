"""A sign that there is news, as its people live it: 360 px, scripts off, over a real server of text messages."""

import re
from datetime import timedelta

from grievance import clock
from grievance.extensions import db
from grievance.notify import sign_rounds, sign_texts
from tests.browser.test_protection import filed
from tests.browser.test_safety import enter, keep
from tests.browser.test_story import Visitor, sign_in
from tests.notify import gateway, signing
from tests.times import days_later


def rounds(begin, hours=48):
    """The worker's, each hour for two days."""
    db.session.rollback()  # what this process read before is not what the pages wrote since
    return sum(sign_rounds.deliver(begin + timedelta(hours=hour)) for hour in range(hours))


def test_she_asks_for_a_sign_gets_exactly_one_and_takes_it_back(app, cast, live_server, new_page, monkeypatch):
    monkeypatch.setattr(sign_rounds, "_chance", lambda: 0.5)  # in the middle of her hours
    signing.configure(app)
    amina, noor, tomas = (Visitor(new_page(width), live_server) for width in (360, 1280, 1280))
    sign_in(noor, "Noor").press("Administration").press("Texts of signs").press("Propose the five")
    keep(noor, "signs-proposed")
    sign_in(tomas, "Tomas").press("5 texts of signs wait for a second person")
    for _text in range(5):
        tomas.press("Approve")
    keep(tomas, "signs-approved")

    code, reference = filed(amina)
    amina.press("Get a sign when there is news")
    assert "Whoever holds your phone may see it." in amina.text
    assert all(one.text in amina.text for one in sign_texts.offered("en"))
    keep(amina, "signs-hers")
    amina.fill(to="0712 345678").press("Send me a sign when there is news")
    assert "Begin with + and the code of the country" in amina.text and "Choose a text." in amina.text
    keep(amina, "signs-refused")
    amina.page.get_by_label("Please have a look when you have time.").check()
    amina.fill(to="+254 712 345678", from_hour="08:00", to_hour="20:00").press("Send me a sign when there is news")
    assert "When there is news, this comes: Please have a look when you have time." in amina.text
    assert "From 08:00 to 20:00" in amina.text and "Nairobi" in amina.text
    keep(amina, "signs-asked")

    noor.go(f"/desk/cases/{reference}").step("Acknowledge", no_conflict=True, safety_looked_at=True)
    assert "Cannot be reached" not in noor.text and not re.search("712 ?345", noor.page.content())
    with gateway.running() as gate:
        app.config["SMS_GATEWAY"] = gate.settings()
        assert rounds(clock.now()) == 1
        (taken,) = gate.taken
        assert (taken.to, taken.text) == ("254712345678", "Please have a look when you have time.")

        enter(amina, code)
        assert "You get a sign when there is news." in amina.text
        keep(amina, "signs-case")
        amina.press("Stop telling me that there is news")
        assert "Nothing more comes when there is news. We deleted where it went." in amina.text
        noor.go(f"/desk/cases/{reference}").press("Write a message").press("The complainant").fill(
            message="One more thing."
        ).press("Send to the complainant")
        assert rounds(days_later(3)) == 0 and len(gate.taken) == 1
