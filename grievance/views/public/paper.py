"""The form on paper: the same questions, for who has no connection, or wants nothing on a device."""

from typing import Any

from flask import Blueprint, current_app, render_template
from flask_babel import get_locale
from flask_babel import gettext as _

from grievance.forms.fields import Field, Kind
from grievance.forms.kinds import FACTS
from grievance.reports.pdf import typeset
from grievance.views.pages import Page, show_pdf
from grievance.views.public.filing import FIELDS, PAGES, FormPage

bp = Blueprint("paper", __name__)


@bp.get("/complain/paper")
def paper() -> Page:
    """To print from the browser."""
    return render_template("public/paper.html", pages=PAGES, fields=FIELDS)


@bp.get("/complain/paper.pdf")
def paper_file() -> Page:
    """The same as a file to hand out. Its name says nothing."""
    locale = get_locale()
    data = {
        "title": _("A complaint, on paper"), "outside": _("Information"), "lang": locale.language if locale else "en",
        "site": current_app.config["SITE_NAME"],
        "intro": [_("Three answers are needed. Everything else you may leave out."),
                  _("On paper nothing is locked: keep it where nobody finds it, and destroy it when it is filed.")],
        "sections": [_section(number, page) for number, page in enumerate(PAGES, 1) if page.key != "files"],
    }  # fmt: skip
    return show_pdf(typeset("paper", data), "form")


def _section(number: int, page: FormPage) -> dict[str, Any]:
    return {
        "title": f"{number}. {page.title}",
        "help": str(page.help),
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
