"""The form on paper: the same questions, for who has no connection, or wants nothing on a device."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, render_template
from flask_babel import gettext as _

from grievance.contacts import Contact
from grievance.extensions import Label, page_language
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import Field, Kind
from grievance.forms.kinds import FACTS
from grievance.intake import opening
from grievance.reports.pdf import typeset
from grievance.site import site_name
from grievance.views import language
from grievance.views.pages import Page, show_pdf
from grievance.views.public.form_pages import FIELDS, HELP, PAGES, FormPage
from grievance.workflow import words

bp = Blueprint("paper", __name__)
APART = "you"
"""The questions whose answers say who somebody is: on a sheet of its own, to be handed over apart, or not at all."""
INTRO: tuple[Label, ...] = (
    _l("You may fill it in yourself, in any language, or somebody whom you trust may do it with you."),
    _l("Three answers are needed. Everything else you may leave out."),
    _l("On paper nothing is locked: keep it where nobody finds it, and destroy it when it is filed."),
)
TEAR_OFF = _l("This sheet says who you are. Tear it off, and hand it over apart from the others, or not at all.")

_IF = _l("If it is about sexual violence, or about a child")
_HELP = _l(
    "Go to a hospital or a clinic as soon as you can, best within 72 hours (three days)."
    " After that they still help you."
)


def _sheets() -> list[FormPage]:
    """The pages of the form that can be written by hand, the one with the name last."""
    pages = (replace(page, title=_IF, help=_HELP) if page is HELP else page for page in PAGES)
    written = [page for page in pages if page.key != "files"]
    return sorted(written, key=lambda page: page.key == APART)


@bp.get("/complain/paper")
def paper() -> Page:
    """To print from the browser."""
    return render_template(
        "public/paper.html", pages=_sheets(), fields=FIELDS, intro=INTRO, apart=APART, tear_off=TEAR_OFF,
        contact=opening.contact(language()),
    )  # fmt: skip


@bp.get("/complain/paper.pdf")
def paper_file() -> Page:
    """The same as a file to hand out. Its name says nothing."""
    data = {
        "title": _("A complaint, on paper"), "outside": _("Information"), "lang": page_language(),
        "site": site_name(),
        "intro": [*map(str, INTRO), *_brought_to(opening.contact(language()))],
        "sections": [_section(number, page) for number, page in enumerate(_sheets(), 1)],
    }  # fmt: skip
    return show_pdf(typeset("paper", data), "form")


def _brought_to(contact: Contact | None) -> list[str]:
    known = [one for one in (contact.address, contact.telephone, contact.mail) if one] if contact else []
    return [f"{_('Bring it or send it here:')} {' · '.join(known)}"] if known else []


def _section(number: int, page: FormPage) -> dict[str, Any]:
    return {
        "title": f"{words.digits(str(number))}. {page.title}",
        "help": str(page.help),
        "apart": str(TEAR_OFF) if page.key == APART else "",
        "fields": [_to_write(FIELDS[name], str(page.title)) for name in page.names],
    }


def _to_write(field: Field, title: str) -> dict[str, Any]:
    if field.on_yes:
        answers = [f"{_('Yes')}. {field.on_yes}", f"{_('No')}. {field.on_no}"]
        return {"label": str(field.label), "choices": answers, "lines": 0}
    if field.kind == Kind.YES:
        return {"label": "", "choices": [str(field.label)], "lines": 0}
    choices = [str(text) for _key, text in field.choices]
    lines = 14 if field.name == "account" else FACTS[field.kind].lines or 1
    return {"label": "" if str(field.label) == title else str(field.label), "choices": choices, "lines": lines}
