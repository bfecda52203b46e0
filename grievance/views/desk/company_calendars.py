"""The calendars of companies: anybody of the Secretariat proposes one, an approver who is another person confirms."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from grievance.access import may_administer
from grievance.companies import calendars, companies, company_form
from grievance.companies.calendars import Waiting
from grievance.deadlines.countries import ZONES, country_name, own_key
from grievance.deadlines.country_calendars import weekend_of, zones_of
from grievance.deadlines.holidays import Effect
from grievance.forms.fields import BadInput, Refused
from grievance.models.people import Company
from grievance.views.account.sign_in import me
from grievance.views.addresses import number
from grievance.views.desk.doors import members_only
from grievance.views.pages import Page, sent

bp = Blueprint("company_calendars", __name__, url_prefix="/admin")
HERE = "company_calendars.calendar"
bp.before_request(members_only)


@bp.get("/calendars")
def everything() -> Page:
    return _everything()


def _everything(sentence: str = "", status: int = 200) -> Page:
    lines = [(one, _row_of(one)) for one in calendars.waiting(me())]
    page = render_template(
        "admin/calendars.html", lines=lines, may_change=may_administer(me()), sentence=sentence,
        country_name=country_name,
    )  # fmt: skip
    return page, status


def _row_of(one: Waiting) -> Any:
    """What is known of the country of a proposal."""
    return weekend_of(one.proposal.country if one.proposal else one.company.country)


@bp.post("/calendars")
def confirm_several() -> Page:
    """Each that was ticked, with the number of the proposal that was looked at."""
    ticked = [tuple(map(int, one.split("."))) for one in request.form.getlist("confirm") if _is_pair(one)]
    if not ticked:
        return _everything(_("Tick at least one company."), 422)
    moved = 0
    for company_id, seen in ticked:
        try:
            moved += calendars.confirm(me(), company_id, seen, request.form.get("also_owed") == "yes").limits
        except Refused as refused:
            return _everything(refused.sentence, 409)
    flash(_confirmed(len(ticked), moved))
    return redirect(url_for(".everything"), 303)


def _is_pair(text: str) -> bool:
    company, _dot, proposal = text.partition(".")
    return all(part.isascii() and part.isdigit() and len(part) <= 9 for part in (company, proposal))


def _confirmed(many: int, moved: int) -> str:
    told = ngettext("%(num)d calendar is confirmed.", "%(num)d calendars are confirmed.", many)
    later = ngettext("%(num)d date moved later.", "%(num)d dates moved later.", moved)
    return f"{told} {later}" if moved else told


@bp.get("/companies/<int:company_id>/calendar")
def calendar(company_id: int) -> Page:
    """Its calendar now, what waits and what would move, and the form; with `country`, filled in by that country."""
    company = companies.find_company(company_id)
    country = request.args.get("country", "")
    return _page(company, _by_country(country) if country else company_form.typed_calendar(company))


def _by_country(country: str) -> dict[str, Any]:
    weekend, zones = weekend_of(country), zones_of(country)
    days = [str(day) for day in weekend.days] if weekend else []
    return {"country": country, "zone": zones[0] if len(zones) == 1 else "", "weekend": days}


def _page(company: Company, raw: dict[str, Any], errors: dict[str, str] | None = None, sentence: str = "",
          status: int = 200) -> Page:  # fmt: skip
    waits = calendars.waiting_for(me(), company)
    proposal = waits.proposal if waits else None
    effect = calendars.preview(me(), company, proposal) if proposal and may_administer(me()) else Effect({})
    page = render_template(
        "admin/calendar.html", company=company, waits=waits, effect=effect, may_change=may_administer(me()), raw=raw,
        asks=company_form.CALENDAR, errors=errors or {}, sentence=sentence, choices=_choices(raw["country"]),
        known=weekend_of(raw["country"]),
        proposed_known=_row_of(waits) if waits else None, several=len(zones_of(raw["country"])) > 1,
        country_name=country_name, own=own_key(company.id),
    )  # fmt: skip
    return page, status


def _choices(country: str) -> dict[str, Any]:
    """The zones of its country first, then all of them."""
    zones = zones_of(country)
    groups = [(_("Of this country"), [(zone, zone) for zone in zones])] if zones else []
    return {"zone_groups": [*groups, (_("All"), ZONES)]}


@bp.post("/companies/<int:company_id>/calendar")
def decide(company_id: int) -> Page:
    """Fill the form in by its country, propose, confirm or refuse."""
    raw, answer = sent(company_form.CALENDAR), request.form.get("answer", "")
    if answer == "by_country":
        return redirect(url_for(".calendar", company_id=company_id, country=raw["country"], _anchor="propose"), 303)
    try:
        flash(_decided(company_id, raw, answer))
    except BadInput as bad:
        return _page(companies.find_company(company_id), raw, bad.errors, status=422)
    except Refused as refused:
        company = companies.find_company(company_id)
        return _page(company, company_form.typed_calendar(company), sentence=refused.sentence, status=409)
    return redirect(url_for(".calendar", company_id=company_id), 303)


def _decided(company_id: int, raw: dict[str, Any], answer: str) -> str:
    seen = request.form.get("seen", 0, type=number)
    if answer == "confirm":
        effect = calendars.confirm(me(), company_id, seen, request.form.get("also_owed") == "yes")
        return _confirmed(1, effect.limits)
    if answer == "refuse":
        calendars.refuse(me(), company_id, seen)
        return str(_("The proposal was refused. The calendar stays as it is."))
    calendars.propose(me(), company_id, raw)
    return str(_("Proposed. An approver who is another person confirms it."))
