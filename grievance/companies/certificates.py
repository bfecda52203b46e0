"""A company's certificate and its days: when it lapses, and what is said of it before (L25: 90, 30 and 0 days)."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext

from grievance import clock
from grievance.deadlines.days import full_date
from grievance.models.people import Company, Membership

DAYS_BEFORE = (90, 30, 0)
"""How many days before its last day a certificate is told of (design 2, L25)."""
NEAR = 30
"""Days before its last day from which it stands above the cases of its company's desk."""
TOLD_OF = (Membership.MEMBER, Membership.AFFILIATE, Membership.SUSPENDED)
"""A former member's certificate is its own affair."""


def warned(company: Company, today: date) -> str:
    """A sentence while the certificate lapses soon, or has; empty before, and where nobody knows until when it is good.
    A certificate is good until the end of its last day."""
    if company.certified_until is None or company.membership not in TOLD_OF:
        return ""
    return said(company.certified_until, today)


def lapses(company: Company | None) -> str:
    """The same of today; empty where a case has no company."""
    return warned(company, clock.office_today()) if company else ""


def is_near(company: Company | None) -> bool:
    """Whether it lapses within thirty days, or has lapsed."""
    until = company.certified_until if company else None
    return until is not None and (until - clock.office_today()).days <= NEAR


def said(until: date, today: date) -> str:
    """The same of a day alone."""
    left = (until - today).days
    if left > max(DAYS_BEFORE):
        return ""
    if left < 0:
        return str(_("The certificate lapsed on %(date)s.", date=full_date(until)))
    if left == 0:
        return str(_("Today is the last day of the certificate."))
    return str(
        ngettext(
            "The certificate lapses in %(num)d day, on %(date)s.",
            "The certificate lapses in %(num)d days, on %(date)s.",
            left,
            date=full_date(until),
        )
    )


def due(until: date, today: date) -> list[int]:
    """Which steps have come, the earliest first."""
    return [days for days in DAYS_BEFORE if (until - today).days <= days]
