"""The members in public, for whoever chooses a company: searched, one by one, on paper, and as files."""

import json

from flask import Blueprint, Response, abort, render_template, request

from grievance.extensions import page_language
from grievance.forms.choices import TIERS
from grievance.in_public import replies
from grievance.reports import member_changes, member_files, member_pages
from grievance.reports.member_pages import Asked, Member, Published
from grievance.reports.member_pdf import as_pdf
from grievance.reports.tender import CHECKS, CHECKS_NOT, CLAUSES, SOURCES
from grievance.views.pages import Page, show_pdf

bp = Blueprint("members", __name__, url_prefix="/members")


@bp.get("")
def index() -> Page:
    """All of them, or those that a client asks for: nothing of the question is kept."""
    edition = member_pages.newest()
    asked = Asked(request.args.get("country", ""), request.args.get("service", ""), request.args.get("tier", ""))
    facts = edition.facts if edition else []
    return render_template(
        "public/members.html", edition=edition, asked=asked,
        found=[member_pages.described(one) for one in facts if asked.fits(one)],
        countries=member_pages.countries(facts), services=member_pages.services(facts), tiers=TIERS,
    )  # fmt: skip


@bp.get("/tender")
def tender() -> Page:
    return render_template("public/tender.html", clauses=CLAUSES, sources=SOURCES)


@bp.get("/<slug>")
def show(slug: str) -> Page:
    edition, found = _member(slug)
    return render_template(
        "public/member.html", edition=edition, member=found, checks=CHECKS, checks_not=CHECKS_NOT,
        reply=replies.public_reply(found.facts["company"]),
    )  # fmt: skip


@bp.get("/<slug>/paper.pdf")
def paper(slug: str) -> Page:
    edition, found = _member(slug)
    return show_pdf(as_pdf(found, edition, page_language()), slug)


def _member(slug: str) -> tuple[Published, Member]:
    edition = _edition()
    found = member_pages.member(edition, slug)
    if found is None:
        abort(404)
    return edition, found


def _edition() -> Published:
    edition = member_pages.newest()
    if edition is None:
        abort(404)
    return edition


# --- files -------------------------------------------------------------------------------------------------


@bp.get("/data/members.json")
def data_json() -> Page:
    return Response(member_files.as_json(_edition()), mimetype="application/json")


@bp.get("/data/members.csv")
def data_csv() -> Page:
    return Response("".join(member_files.as_csv(_edition())), mimetype="text/csv")


@bp.get("/data/schema-1.json")
def data_schema() -> Page:
    """At this address for ever; another shape of the data gets another one."""
    return Response(json.dumps(member_files.schema(), indent=1), mimetype="application/schema+json")


@bp.get("/data/changes.atom")
def changes() -> Page:
    published = member_pages.editions()
    if not published:
        abort(404)
    found = member_changes.news(published)
    newest = max([published[0].on, *(one.on for one in found)])
    return Response(member_changes.as_atom(found, newest, page_language()), mimetype="application/atom+xml")
