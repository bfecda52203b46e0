"""A certificate that lapses is told of 90, 30 and 0 days before: to whom, once each, and where it is shown."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.accounts import language
from grievance.extensions import db
from grievance.maintenance import doctor
from grievance.maintenance.sweep import sweep
from grievance.models.certificate import CertificateReminder
from grievance.models.people import Company, Membership
from grievance.notify import certificates_due
from tests.notify.test_outbox import port, server
from tests.views.test_routes import client_of

__all__ = ["port"]
START, LAST = datetime(2026, 3, 2, 9, tzinfo=UTC), date(2026, 7, 1)


@pytest.fixture(autouse=True)
def travel():
    """Nine in the morning in Geneva, where the office is."""
    with time_machine.travel(START, tick=False) as travel:
        yield travel


@pytest.fixture
def larkfield(app, cast):
    company = db.session.scalars(select(Company).where(Company.name == "Larkfield Guarding")).one()
    company.certified_until = LAST
    db.session.commit()
    return company


def a_day(left):
    return START + timedelta(days=(LAST - START.date()).days - left)


def on(travel, left):
    """The morning on which so many days are left."""
    travel.move_to(a_day(left))
    certificates_due.owe(clock.now())
    return certificates_due.deliver(clock.now())


def to(box):
    return sorted(address for addresses, _mail in box.mails for address in addresses)


EVERYBODY = ["noor@example.org", "tomas@example.org", "victor@example.org"]


def test_the_companys_people_and_the_office_get_one_mail_at_each_step_and_nobody_else_any(larkfield, port, travel):
    with server(port) as box:
        assert [on(travel, left) for left in (91, 90, 89, 31, 30, 1, 0, -1)] == [0, 3, 0, 0, 3, 0, 3, 0]
    assert to(box) == sorted(EVERYBODY * 3)
    texts = [mail.get_payload(decode=True).decode() for _addresses, mail in box.mails]
    assert all("Larkfield Guarding: " in text for text in texts)
    assert ["in 90 days" in text for text in texts].count(True) == 3 and "last day" in texts[-1]
    db.session.remove()
    assert doctor.examine() == []


def test_the_mail_is_in_the_language_of_its_reader(larkfield, cast, port, travel):
    language.choose(cast["Victor"], "fr")
    with server(port) as box:
        on(travel, 30)
    (mail,) = [mail for addresses, mail in box.mails if addresses == ["victor@example.org"]]
    assert "expire dans 30 jours" in mail.get_payload(decode=True).decode() and "certificat" in mail["Subject"]


def test_after_a_silence_only_the_last_step_is_told_and_a_lapse_of_long_ago_by_no_mail(larkfield, port, travel):
    with server(port):
        assert on(travel, 12) == 3
        larkfield.certified_until = LAST - timedelta(days=60)
        db.session.commit()
        assert on(travel, 11) == 0
    told = db.session.scalars(select(CertificateReminder).where(CertificateReminder.until == LAST))
    assert sorted(one.days for one in told) == [30, 90]


def test_a_new_certificate_is_told_of_anew(larkfield, port, travel):
    with server(port):
        assert on(travel, 0) == 3
        larkfield.certified_until = LAST + timedelta(days=90)
        db.session.commit()
        assert on(travel, 0) == 3


def test_nobody_is_told_of_a_former_members_certificate(larkfield, port, travel):
    larkfield.membership = Membership.FORMER
    db.session.commit()
    with server(port) as box:
        assert on(travel, 0) == 0 and box.mails == []


def test_where_the_line_is_down_it_is_tried_again_and_nobody_gets_two(larkfield, port, travel):
    assert on(travel, 30) == 0
    travel.shift(timedelta(minutes=11))
    with server(port, refused=["noor@example.org"]) as box:
        assert certificates_due.deliver(clock.now()) == 2
        travel.shift(timedelta(hours=1))
        assert certificates_due.deliver(clock.now()) == 0
    assert to(box) == EVERYBODY[1:]


def test_the_sweep_owes_it_in_the_offices_morning_and_not_at_night(larkfield, travel):
    travel.move_to(a_day(30).replace(hour=1))
    sweep(clock.now())
    assert db.session.scalars(select(CertificateReminder)).all() == []
    travel.move_to(a_day(30).replace(hour=9))
    sweep(clock.now())
    assert len(db.session.scalars(select(CertificateReminder)).all()) == 2


def test_it_is_shown_at_the_companys_desk_the_offices_list_and_where_an_officer_decides_to_refer(
    app, cast, larkfield, travel
):
    travel.move_to(a_day(30) - timedelta(hours=1))
    reference, _receipt = demonstration.walk_story(cast, "acknowledge", a_day(30) - timedelta(days=6))
    noor = client_of(app, "Noor")
    pages = {
        "the list": noor.get("/desk/admin/companies"),
        "the company": noor.get(f"/desk/admin/companies/{larkfield.id}"),
        "the case": noor.get(f"/desk/cases/{reference}"),
        "refer": noor.get(f"/desk/cases/{reference}/steps/refer"),
        "its own desk": client_of(app, "Victor").get("/company"),
    }
    assert {name for name, page in pages.items() if "The certificate lapses in 30 days" not in page.text} == set()
    assert "The certificate" not in client_of(app, "Olga").get("/company").text
    larkfield.certified_until = None
    db.session.commit()
    assert "The certificate lapses" not in noor.get(f"/desk/cases/{reference}").text
