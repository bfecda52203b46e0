"""A page to keep, and the same as a PDF: that a complaint was made. Whoever finds it must not read what was reported,
how it stands, nor, unless she wants it there, of whom."""

from datetime import date
from io import BytesIO

import segno
from flask_babel import gettext as _

from grievance import clock
from grievance.contacts import Contact
from grievance.deadlines import days
from grievance.extensions import Label
from grievance.models.case import Case
from grievance.record.proofs import on_paper, proof_of
from grievance.reports.letters import page
from grievance.site import site_name

Told = list[tuple[Label, str]]


def told(case: Case, today: date, contact: Contact | None, company: bool) -> Told:
    """Office, reference and day always; `company`: its name too. The office's address is where anybody asks whether
    the number of the record is true."""
    office = site_name()
    said = [
        (_("Reference"), case.reference),
        (_("Received by"), office),
        (_("Received on"), days.full_date(clock.reader_day(case.received_at, ""))),
        (_("Company"), case.company.name if company and case.company else ""),
        (_("Printed on"), days.full_date(today)),
        (_("Ask us:"), ", ".join(_reached(contact))),
        (_("Number of the record"), case.head_hash),
    ]
    return [(label, text) for label, text in said if text]


def _reached(contact: Contact | None) -> list[str]:
    return [line for line in (contact.address, contact.telephone, contact.mail) if line] if contact else []


def proof_pdf(facts: Told, square: str) -> bytes:
    """Tagged, and it calls itself something harmless. `square`: what a camera reads from it, or ""."""
    parts = [{"title": str(label), "paragraphs": [text]} for label, text in facts]
    pictures = [{"svg": _drawn(square), "alt": of_the_square()}] if square else []
    return page(_("A complaint was received"), "", [says_no_more()], parts, _("Information"), pictures)


def square_of(case: Case) -> str:
    """What the square on the paper says: the proof of this record, once its week is published; or else ""."""
    proof = proof_of(case)
    return on_paper(proof) if proof else ""


def of_the_square() -> str:
    return str(
        _("This square proves how the record stood. Whoever has a camera can check it at the page “Check our record”.")
    )


def _drawn(square: str) -> str:
    drawn = BytesIO()
    segno.make(square, micro=False, error="l").save(drawn, kind="svg", border=4)
    return drawn.getvalue().decode()


def says_no_more() -> str:
    return str(_("This page says that a complaint was made. It does not say what is in it, nor who made it."))
