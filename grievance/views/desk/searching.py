"""The desk's search: a reference, a company, and the words of all cases that somebody may see."""

from contextlib import suppress
from typing import Any

from flask import Blueprint, redirect, render_template, request, session, url_for

from grievance.crypto.sealing import CannotOpen
from grievance.desk import asked_words
from grievance.desk.search import Found, search
from grievance.forms.fields import Refused
from grievance.maintenance import indexing
from grievance.models.case import State
from grievance.reports.queue import choices
from grievance.reports.queue_asked import Wanted
from grievance.reports.word_search import Among, Hits, find_words
from grievance.search.query import BadQuery
from grievance.views.account.sign_in import me
from grievance.views.addresses import number
from grievance.views.desk.doors import members_only
from grievance.views.pages import Page, asked, wanted_of

bp = Blueprint("searching", __name__, url_prefix="/search")

SEARCHED = "q"
"""Where in our cookie the words of the last search are, sealed under a key that is gone once she signed out: who comes
back from a case that was found finds the list again, and no browser asks whether to send a form once more."""
FILTERS = ("company", "officer", "state", "severity")
LONGEST = 200
bp.before_request(members_only)


@bp.post("")
def find() -> Page:
    """Posted, so that no address and no history holds what was typed: somebody may type a receipt by mistake."""
    typed = request.form.get("q", "").strip()[:LONGEST]
    session.pop(SEARCHED, None)
    if not typed:
        return redirect(url_for("desk.show_queue"), 303)
    found = search(me(), typed)
    if found.secret:
        return _page(found, None, "", _among(wanted_of(request.form)))
    session[SEARCHED] = asked_words.sealed(me(), typed)
    if found.exact:
        return redirect(url_for("desk.case", reference=found.references[0]), 303)
    with suppress(Refused):  # then nothing can be sealed: what is indexed is found all the same
        indexing.at_a_search(me())
    alone = len(found.references) == 1 and not found.companies
    if alone and not _stands(typed):
        return redirect(url_for("desk.case", reference=found.references[0]), 303)
    return redirect(url_for(".show", **_kept(request.form)), 303)


@bp.get("")
def show() -> Page:
    """What the last search of this session finds now."""
    typed = asked_words.opened(me(), session.get(SEARCHED))
    if not typed:
        return redirect(url_for("desk.show_queue"), 303)
    among = _among(asked(), request.args.get("page", type=number))
    hits, sentence = _hits(typed, among)
    return _page(search(me(), typed), hits, typed, among, sentence)


@bp.post("/index")
def index() -> Page:
    """The words that no search finds yet, for some seconds."""
    try:
        indexing.go_on(me())
    except Refused as refused:
        return render_template("refused.html", sentence=refused.sentence, back=url_for(".show")), 409
    return redirect(url_for(".show", **_kept(request.form)), 303)


def _stands(typed: str) -> bool:
    """Whether any case has these words."""
    hits, _sentence = _hits(typed, Among())
    return bool(hits and hits.total)


def _hits(typed: str, among: Among) -> tuple[Hits | None, str]:
    """None where no case has the words; and the sentence of a query that cannot be asked."""
    try:
        for _each in range(2):  # what was put in another's place at this moment is there at the second time
            with suppress(CannotOpen):
                return find_words(me(), typed, among), ""
        indexing.make_again(me())
        return find_words(me(), typed, among), ""
    except BadQuery as bad:
        return None, str(bad)


def _among(wanted: Wanted, page: int | None = None) -> Among:
    return Among(wanted.company, wanted.officer, wanted.state, wanted.severity, page or 1)


def _kept(said: Any) -> dict[str, Any]:
    """The filters as an address has them: none of them is anybody's word."""
    return {name: said[name] for name in FILTERS if said.get(name)}


def _page(found: Found, hits: Hits | None, typed: str, among: Among, sentence: str = "") -> Page:
    filters = {name: options for name, options in choices(me()).items() if name in FILTERS}
    filters["state"] = [*filters["state"], (State.CLOSED.value, State.CLOSED.value)]
    return render_template(
        "desk/search.html", found=found, hits=hits, typed=typed, among=among, choices=filters, sentence=sentence,
        kept={name: getattr(among, name) for name in FILTERS if getattr(among, name)},
    )  # fmt: skip
