"""What an approver changes in the office's administration: companies and calendars."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import login_required

from grievance import clock
from grievance.access import may_administer
from grievance.companies import companies, company_form, company_import
from grievance.companies.company_import import Imported
from grievance.deadlines import holiday_import, holidays
from grievance.deadlines import suggestions as proposed
from grievance.deadlines.corrections import DAY_OFF
from grievance.deadlines.countries import COUNTRIES, country_name
from grievance.extensions import Label
from grievance.forms.fields import BadInput, Field, Refused
from grievance.reports import breaches, calendars, late_days
from grievance.reports.members import others
from grievance.reports.members import profile as read_profile
from grievance.reports.setup import NEXT_YEAR_FROM
from grievance.views.account.sign_in import me
from grievance.views.addresses import number
from grievance.views.pages import Page, sent
from grievance.workflow import steps

bp = Blueprint("changes", __name__, url_prefix="/admin")
COMPANIES, COMPANY, HOLIDAYS = "admin.companies", "admin.company", "admin.holidays"


@bp.before_request
@login_required
def _only_approvers() -> None:
    """Default deny: an admitted approver, and nobody else."""
    if not may_administer(me()):
        abort(403)


def _form(
    title: Label, asks: tuple[Field, ...], raw: dict[str, Any], back: str, *, version: int | None = None,
    company_id: int | None = None, errors: dict[str, str] | None = None, sentence: str = "", status: int = 200,
) -> Page:  # fmt: skip
    """The questions about a company, with what was typed, and what was wrong with it."""
    page = render_template(
        "admin/form.html", title=title, asks=asks, raw=raw, back=back, version=version, errors=errors or {},
        sentence=sentence, choices={"member_of": others(company_id)},
    )  # fmt: skip
    return page, status


# --- companies ---------------------------------------------------------------------------------------------

NEW = company_form.NEW + company_form.MEMBERSHIP


@bp.get("/companies/new")
def new_company() -> Page:
    return _form(_("Add a company"), NEW, {"language": "en"}, url_for(COMPANIES))


@bp.post("/companies/new")
def add_company() -> Page:
    raw = sent(NEW)
    try:
        company = companies.add(me(), raw)
    except BadInput as bad:
        return _form(_("Add a company"), NEW, raw, url_for(COMPANIES), errors=bad.errors, status=422)
    flash(_("The company was added."))
    return redirect(url_for(COMPANY, company_id=company.id), 303)


@bp.get("/companies/import/new")
def new_table() -> Page:
    return _table("")


def _table(text: str, done: Imported | None = None, sentence: str = "", tried: bool = False, status: int = 200) -> Page:
    page = render_template(
        "admin/import.html", text=text, done=done, sentence=sentence, tried=tried, needed=company_import.NEEDED,
        columns=company_import.COLUMNS,
    )  # fmt: skip
    return page, status


@bp.post("/companies/import/new")
def import_table() -> Page:
    """A look at what it would do, or the import itself; what was pasted stays."""
    text, tried = request.form.get("table", ""), request.form.get("go") != "import"
    try:
        done = company_import.import_companies(text, me(), dry_run=tried)
    except ValueError as reason:
        return _table(text, sentence=str(reason), status=422)
    return _table(text, done, tried=tried, status=422 if done.faults else 200)


@bp.get("/companies/<int:company_id>/edit")
def edit_company(company_id: int) -> Page:
    return _edit(company_id, company_form.typed(companies.find_company(company_id)))


def _edit(company_id: int, raw: dict[str, Any], **wrong: Any) -> Page:
    company, back = companies.find_company(company_id), url_for(COMPANY, company_id=company_id)
    return _form(company.name, company_form.COMPANY, raw, back, version=company.version, company_id=company_id, **wrong)


@bp.post("/companies/<int:company_id>/edit")
def change_company(company_id: int) -> Page:
    raw = sent(company_form.COMPANY)
    try:
        companies.change(me(), company_id, raw, request.form.get("version", type=number))
    except BadInput as bad:
        return _edit(company_id, raw, errors=bad.errors, status=422)
    except Refused as refused:
        return _edit(company_id, raw, sentence=refused.sentence, status=409)
    flash(_("Saved."))
    return redirect(url_for(COMPANY, company_id=company_id), 303)


@bp.get("/companies/<int:company_id>/membership")
def membership(company_id: int) -> Page:
    return _membership(company_id, {"membership": companies.find_company(company_id).membership.value})


def _membership(
    company_id: int, raw: dict[str, Any], errors: dict[str, str] | None = None, sentence: str = "", status: int = 200
) -> Page:
    page = render_template(
        "admin/membership.html", profile=read_profile(company_id), asks=company_form.MEMBERSHIP, raw=raw,
        errors=errors or {}, sentence=sentence,
    )  # fmt: skip
    return page, status


@bp.post("/companies/<int:company_id>/membership")
def set_membership(company_id: int) -> Page:
    raw = sent(company_form.MEMBERSHIP)
    try:
        companies.set_membership(me(), company_id, raw, request.form.get("version", type=number))
    except BadInput as bad:
        return _membership(company_id, raw, bad.errors, status=422)
    except Refused as refused:
        return _membership(company_id, raw, sentence=refused.sentence, status=409)
    flash(_("Saved."))
    return redirect(url_for(COMPANY, company_id=company_id), 303)


# --- holidays ----------------------------------------------------------------------------------------------


@bp.get("/holidays/add")
def new_holidays() -> Page:
    return _holidays({"country": request.args.get("country", "")})


def _holidays(raw: dict[str, Any], errors: dict[str, str] | None = None, status: int = 200) -> Page:
    return render_template("admin/holidays_add.html", asks=holiday_import.asked(), raw=raw, errors=errors or {}), status


@bp.post("/holidays/add")
def add_holidays() -> Page:
    """First the effect, on a page of its own; only what was looked at and confirmed is saved."""
    raw, answer = sent(holiday_import.asked()), request.form.get("answer", "")
    if answer == "change":
        return _holidays(raw)
    try:
        (country, days), kind = holiday_import.read(raw), holiday_import.kind_of(raw)
        expected = holiday_import.not_sure(raw, days)
        if answer != "confirm":
            return _effect(raw, holidays.preview(me(), country, days, kind=kind), days)
        effect = holidays.add(me(), country, days, kind=kind, expected=expected)
    except BadInput as bad:
        return _holidays(raw, bad.errors, 422)
    flash(_added(effect))
    return redirect(url_for(".missed") if effect.undone else url_for(HOLIDAYS, country=country), 303)


@bp.get("/holidays/suggestions/add")
def suggestions() -> Page:
    return _suggestions(request.args.get("country", ""), request.args.get("year", type=number))


def _suggestions(country: str, year: int | None, sentence: str = "", status: int = 200) -> Page:
    """What others list for a country and a year; the coming year where none is said and it is near."""
    if country and country not in dict(COUNTRIES):
        abort(404)
    today = clock.office_today()
    year = year or today.year + (today.month >= NEXT_YEAR_FROM)
    days = proposed.suggested(country, year)
    there = {day.on: day.name for day in calendars.years(country).get(year, [])}
    page = render_template(
        "admin/suggestions.html", country=country, name=country_name(country) if country else "", year=year,
        years=proposed.years(), days=days, there=there, made_by=proposed.MADE_BY, sentence=sentence,
        countries=[one for one in calendars.calendars() if one[0] in dict(COUNTRIES)],
    )  # fmt: skip
    return page, status


@bp.post("/holidays/suggestions/add")
def take_suggestions() -> Page:
    """The ticked ones go the way of those that were typed: first the effect, then, confirmed, the calendar."""
    country, year = request.form.get("country", ""), request.form.get("year", type=number)
    ticked = set(request.form.getlist("day"))
    chosen = [day for day in proposed.suggested(country, year or 0) if day.key in ticked]
    if not chosen:
        return _suggestions(country, year, _("Tick the days that you take."), 422)
    lines = "\n".join(f"{day.key} {day.name}" for day in chosen)
    raw = {"country": country, "lines": lines, "unsure": " ".join(day.key for day in chosen if not day.sure)}
    country, days = holiday_import.read(raw)
    return _effect(raw, holidays.preview(me(), country, days), days)


def _effect(raw: dict[str, Any], effect: holidays.Effect, days: dict[date, str]) -> Page:
    return render_template(
        "admin/holidays_effect.html", raw=raw, effect=effect, known=len(days) - len(effect.new),
        expected=holiday_import.not_sure(raw, days),
    )  # fmt: skip


def _added(effect: holidays.Effect) -> str:
    if not effect.new:
        return str(_("These days are in the calendar already. Nothing was changed."))
    moved = ngettext("%(num)d date moved later.", "%(num)d dates moved later.", effect.limits)
    if effect.left:
        moved = ngettext("%(num)d date moves later.", "%(num)d dates move later.", effect.limits)
        moved += " " + _("Not all have moved yet: the worker goes on, and the list says so until it is done.")
    return f"{_('Saved.')} {moved if effect.limits else _('No date moved.')}"


@bp.get("/holidays/<int:holiday_id>/confirm")
def ask_confirmation(holiday_id: int) -> Page:
    holiday = calendars.holiday(holiday_id)
    if holiday is None or not holiday.expected:
        abort(404)
    return render_template("admin/holiday_confirm.html", holiday=holiday)


@bp.post("/holidays/<int:holiday_id>/confirm")
def confirm_holiday(holiday_id: int) -> Page:
    holiday = calendars.holiday(holiday_id)
    try:
        holidays.confirm(me(), holiday_id)
    except Refused as refused:
        return render_template("refused.html", sentence=refused.sentence, back=url_for(HOLIDAYS)), 409
    flash(_("The date is sure."))
    return redirect(url_for(HOLIDAYS, country=holiday.country if holiday else "*"), 303)


@bp.get("/holidays/<int:holiday_id>/remove")
def ask_removal(holiday_id: int) -> Page:
    holiday = calendars.holiday(holiday_id)
    if holiday is None:
        abort(404)
    return render_template("admin/holiday_remove.html", holiday=holiday)


@bp.post("/holidays/<int:holiday_id>/remove")
def remove_holiday(holiday_id: int) -> Page:
    try:
        holidays.remove(me(), holiday_id)
    except Refused as refused:
        return render_template("refused.html", sentence=refused.sentence, back=url_for(HOLIDAYS)), 409
    flash(_("Taken out."))
    return redirect(url_for(HOLIDAYS), 303)


# --- misses that a day off undoes, which was entered after them ---------------------------------------------


@bp.get("/missed")
def missed() -> Page:
    return _missed()


def _missed(refusals: Sequence[str] = (), status: int = 200) -> Page:
    lines = late_days.undone(me(), clock.now())
    page = render_template(
        "admin/missed.html", lines=lines, refusals=refusals, counts=breaches.of_office(), raw=request.form,
        ticked=request.form.getlist("limit", type=number),
    )  # fmt: skip
    return page, status


@bp.post("/missed")
def correct_missed() -> Page:
    """From the one list: each, or all that are ticked. A case is a transaction of its own, and one that is refused does
    not keep the others."""
    approves, wanted = request.form.get("answer") == "approve", set(request.form.getlist("limit", type=number))
    lines = [one for one in late_days.undone(me(), clock.now()) if one.limit_id in wanted]
    by_case: dict[str, list[late_days.Undone]] = {}
    for line in lines:
        by_case.setdefault(line.moving.reference, []).append(line)
    refusals = [said for case, theirs in by_case.items() if (said := _one_case(case, theirs, approves))]
    if refusals or not lines:
        return _missed(refusals or [_("Tick what you mean.")], 409 if refusals else 422)
    flash(_("Corrected.") if approves else _("Proposed. Another who did not enter the day decides next."))
    return redirect(url_for(".missed"), 303)


def _one_case(reference: str, lines: list[late_days.Undone], approves: bool) -> str:
    """Propose to correct what is ticked in a case, or approve what was proposed there; why not, where it is refused."""
    try:
        if approves and (proposal := lines[0].proposal):
            steps.decide(me(), reference, proposal.id, True)
        elif not approves:
            chosen = [str(one.limit_id) for one in lines]
            raw = {"breaches": chosen, "cause": DAY_OFF, "why": request.form.get("why", "")}
            steps.take(late_days.STEP, me(), reference, raw)
    except Refused as refused:
        return f"{reference}: {refused.sentence}"
    except BadInput as bad:
        return f"{reference}: {' '.join(bad.errors.values())}"
    return ""
