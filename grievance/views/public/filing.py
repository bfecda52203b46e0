"""Filing a complaint: the lines that lead back, then one thing a page, or everything on one. No account, no script."""

import secrets
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from itsdangerous import BadSignature, TimestampSigner

from grievance import clock
from grievance.accounts import draft_receipts, receipts
from grievance.contacts import Contact
from grievance.crypto.receipt_codes import grouped
from grievance.deadlines.countries import country_name
from grievance.extensions import Label, csrf
from grievance.forms.fields import FILES_AT_ONCE, LONG, BadInput, Kind, Refused, Upload, clean
from grievance.intake import company_search, filing, form_draft, opening, resubmission, speech
from grievance.reports import first_help
from grievance.views import language, listening, lost_files, origin, rate_limit, step_form
from grievance.views.cards import LENGTH, card_of
from grievance.views.pages import UPLOADED, Page, sent
from grievance.views.picture import picture_of
from grievance.views.public import begun, form_pages
from grievance.views.public.form_pages import BY_KEY, FIELDS, FIRST, HELP, PAGES, SAFETY, START, WHO, FormPage
from grievance.workflow import consents

bp = Blueprint("filing", __name__)
STAMP_SECONDS = 24 * 60 * 60
AFRAID = ("yes", "unsure")


TYPED = (Kind.TEXT, Kind.LINE)


def _signer() -> TimestampSigner:
    return TimestampSigner(current_app.config["SECRET_KEY"], salt="form")


def _opened_at(stamp: str) -> datetime | None:
    """When a form was opened; None where that is a day ago, or forged. A time that is not yet holds: the machine's
    clock was set back."""
    try:
        _value, at = _signer().unsign(stamp, return_timestamp=True)
    except BadSignature:
        return None
    return at if (clock.now() - at).total_seconds() <= STAMP_SECONDS else None


def sound(secret: str) -> bool:
    """Whether this can be the secret of a form."""
    return len(secret) == 43 and secret.isascii() and secret.replace("-", "").replace("_", "").isalnum()


bp.before_request(origin.only_ours)


@bp.get("/complain")
def complain() -> Page:
    """The first page; a further one, of the form that this browser began; or all questions on one page."""
    secret, step = session.get("f", ""), request.args.get("step", "")
    draft = form_draft.load(secret) if sound(secret) else None
    if draft is None and (sentence := opening.closed()):  # said before the first word is written
        return render_template("public/closed.html", sentence=sentence, contact=opening.contact(language())), 503
    if draft is not None and step in (*BY_KEY, "all", "check"):
        session["at"] = step
    if draft is not None and not begun.may_show(secret, draft, step):
        return begun.asks(secret, draft)
    if step == START and draft is not None:
        return _start(secret, draft.answers)
    if step == "all":
        return _one_page(_kept_answers(draft), {}, secret if draft else filing.new_secret())
    if draft is None:
        return _start(_same_lines(), {})
    if step == "check":
        return _check(draft, secret)
    if step in BY_KEY:
        return _form_page(BY_KEY[step], draft.raw(), secret)
    return render_template("public/anew.html", go_on=url_for(".complain", step=begun.where(draft)))


@bp.post("/complain")
@csrf.exempt  # no cookie exists yet; the form's own random secret and signed time stand for it
def file() -> Page:
    secret, step = request.form.get("secret", ""), request.form.get("step", "all")
    if not sound(secret):
        closed = opening.closed()
        sentence = closed or _("Look through your answers and send them once more.")
        return _one_page(sent(filing.QUESTIONS), {}, filing.new_secret(), sentence, 503 if closed else 422)
    begun.open_it(secret)
    if request.form.get("go") == "anew":
        form_draft.discard(secret)
        session.pop("f", None)
        session.pop("at", None)
        return redirect(url_for(".complain"), 303)
    if step == START:
        return _begin(secret)
    if step == "check":
        return _send(secret)
    if step in BY_KEY:
        return _answer(BY_KEY[step], secret)
    return _send_one_page(secret)


# --- the lines, before the first question ------------------------------------------------------------------


def _same_lines() -> str:
    """The form that this browser was shown lines for: a page that a phone loads anew does not show other lines than
    those that she is writing down. Forgotten as soon as the form begins."""
    secret = session.get("lines", "")
    if not sound(secret):
        secret = session["lines"] = filing.new_secret()
    return str(secret)


def _start(
    secret: str, raw: dict[str, Any], typed: str = "", error: str = "", status: int = 200, *, wrong_card: str = ""
) -> Page:
    """The lines follow from the form's secret: shown before anything is kept, and the same until it is sent."""
    code = draft_receipts.code_of(secret)
    page = render_template(
        "public/start.html", code=grouped(code), picture=picture_of(code), secret=secret, typed=typed,
        card=request.form.get("card", "")[:LENGTH], wrong_card=wrong_card,
        asked=begun.asked_back(secret) + 1, error=error, typing=url_for(".file"), days=form_draft.WITH_A_RECEIPT,
        hours=form_draft.LIFETIME,
        first=SAFETY, fields=FIRST, raw=raw, reads=step_form.read_at_filing(FIRST), total=len(form_pages.shown(raw)),
        minutes=form_pages.minutes(SAFETY, form_pages.shown(raw)),
        was=request.form.get("was") or form_draft.as_it_stands(secret, raw, SAFETY.names),
    )  # fmt: skip
    return page, status


def _begin(secret: str) -> Page:
    """With the lines on paper the form is kept under them; who cannot write now has what this browser keeps. The answer
    to the first question comes with either; who gave none is asked once more, on a page of its own."""
    if resubmission.filed(secret):
        return _sent_before({}, secret)
    typed, raw = request.form.get("line", "")[:60], sent(FIRST)
    if request.form.get("only") == "language":
        return _start(secret, raw, typed)
    later = request.form.get("go") == "later"
    if not later and (sentence := _wrong_line(secret, typed)):
        return _start(secret, raw, typed, sentence, 422)
    costs = not later or request.form.get("card")
    if costs and (seconds := rate_limit.lines.wait()):
        return _start(secret, raw, typed, rate_limit.sentence(seconds), 429)
    try:
        card = card_of(request.form.get("card", ""))
    except BadInput as bad:
        return _start(secret, raw, typed, status=422, wrong_card=bad.errors["card"])
    form_draft.save(secret, {}) if later else form_draft.give_receipt(secret, line_known=bool(typed.strip()))
    if card:
        form_draft.give_card(secret, card)
    session["f"], session["lang"] = secret, language()
    session.pop("lines", None)
    return _answer(SAFETY, secret) if any(raw.values()) else redirect(url_for(".complain", step=SAFETY.key), 303)


def _wrong_line(secret: str, typed: str) -> str:
    """Asked so that a slip of the pen shows now, and not when she is far away. To leave it empty is an answer."""
    return begun.not_the_line(secret) if typed.strip() and not begun.is_line(secret, typed) else ""


# --- one thing a page --------------------------------------------------------------------------------------


def _form_page(
    page: FormPage, raw: dict[str, Any], secret: str, errors: dict[str, str] | None = None, status: int = 200,
    *, was: str = "", meanwhile: dict[str, Any] | None = None,
) -> Page:  # fmt: skip
    if speech.SPOKEN in page.names:
        listening.may_record()
    found = company_search.search(request.form.get("find", ""), request.form.get("find_in", ""))
    pages = form_pages.shown(raw, page)
    shown = render_template(
        "public/form_page.html", page=page, found=found, number=pages.index(page) + 1, total=len(pages), raw=raw,
        fields=[FIELDS[name] for name in page.names], errors=errors or {}, secret=secret,
        files=raw.get("files", []), is_there=form_draft.is_there, choices=found.choices,
        typing=url_for(".file"), minutes=form_pages.minutes(page, pages),
        changing=request.values.get("change") == "yes", afraid=raw.get("could_harm") in AFRAID, who=WHO,
        opened=any(raw.get(name) for name in WHO), meanwhile=None if meanwhile is None else _in_words(meanwhile),
        was=was or form_draft.as_it_stands(secret, raw, page.written), whose_name=consents.WHOSE_NAME,
        reads=step_form.read_at_filing(FIELDS[name] for name in page.names),
        help=first_help.of_form(raw) if page is HELP else None, country_name=country_name,
    )  # fmt: skip
    return shown, status


def _in_words(answers: dict[str, Any]) -> list[tuple[Label, str]]:
    return [(FIELDS[name].label, words) for name, words in answers.items() if words and FIELDS[name].kind in TYPED]


def _answer(page: FormPage, secret: str) -> Page:
    """Keep what this page asked, right or wrong; then go where the button says, if it can be used."""
    fields = tuple(FIELDS[name] for name in page.names)
    raw = sent(fields)
    if resubmission.filed(secret):
        return _sent_before(raw, secret)
    uploads = [*raw.pop("files", []), *raw.pop("spoken", [])]
    words = {f.name: raw.get(f.name, [] if f.kind == Kind.CHOICES else "") for f in fields if f.kind not in UPLOADED}
    said = {**(draft.answers if (draft := form_draft.load(secret)) else {}), **words}
    whole, words = words, {name: value for name, value in words.items() if _kept(value)}
    if draft and _saved_meanwhile(page, draft, words, secret):
        return _side_by_side(page, _with_uploads(draft, uploads, secret), words, secret)
    try:
        refused = form_draft.save(secret, words, uploads, request.form.get("drop", ""), _next(page, said))
    except form_draft.TooMany:
        refused = [_("Send at most %(number)s files at once.", number=FILES_AT_ONCE)]
    else:
        lost_files.kept()
    session["f"], session["lang"] = secret, language()
    go = request.form.get("go", "next")
    if go == "find" or (request.form.get("find") and _still_looking(raw)):
        return _form_page(page, raw, secret, was=form_draft.as_it_stands(secret, words, page.written))
    if not refused and whole == words and (elsewhere := _elsewhere(page, go)):
        return redirect(elsewhere, 303)
    if go == "back" and whole == words:
        before = [START, *(one.key for one in form_pages.shown(said, page))]
        return redirect(url_for(".complain", step=before[before.index(page.key) - 1]), 303)
    kept = {**_said(page, raw, secret), **raw}
    errors = {page.upload: " ".join(refused)} if refused else _against_going_on(page, kept, secret)
    if errors:
        draft = form_draft.load(secret) or form_draft.FormDraft()
        was = form_draft.as_it_stands(secret, draft.answers, page.written)
        return _form_page(page, {**draft.raw(), **raw}, secret, errors, 422, was=was)
    then = _next(page, said)
    changing = "yes" if then == HELP.key and request.form.get("change") == "yes" else None
    return redirect(url_for(".complain", step=then, change=changing), 303)


def _next(page: FormPage, said: Mapping[str, Any]) -> str:
    """The page that a button leads to once this one is in order: the same for whoever comes back with the lines."""
    go = request.form.get("go", "next")
    if request.form.get("drop") or go not in ("next", "later", "check"):
        return page.key
    after = form_pages.shown(said, page)[form_pages.shown(said, page).index(page) + 1 :]
    ends = go == "check" or request.form.get("change") == "yes"
    return "check" if not after or (ends and after[0] is not HELP) else after[0].key


def _saved_meanwhile(page: FormPage, draft: form_draft.FormDraft, words: dict[str, Any], secret: str) -> bool:
    """Whether another phone saved something else here since this page was opened: it would be lost without a word."""
    was, there = request.form.get("was", ""), {name: draft.answers.get(name) for name in words}
    return bool(was) and words != there and was != form_draft.as_it_stands(secret, draft.answers, page.written)


def _with_uploads(draft: form_draft.FormDraft, uploads: list[Upload], secret: str) -> form_draft.FormDraft:
    """What was recorded or chosen on this phone is kept at once: no page can bring it back. Where it would take the
    place of what the other phone recorded, or is refused, the page says that it is not kept."""
    if any(one.spoken for one in uploads) and any(one.spoken for one in draft.files):
        return draft
    with suppress(form_draft.TooMany):
        if uploads and not form_draft.save(secret, {}, uploads, at=draft.at):
            lost_files.kept()
    return form_draft.load(secret) or draft


def _side_by_side(page: FormPage, draft: form_draft.FormDraft, words: dict[str, Any], secret: str) -> Page:
    """What was typed stays in the fields, what stands there is above them; pressed again, what was typed is kept."""
    was = form_draft.as_it_stands(secret, draft.answers, page.written)
    there = {name: draft.answers.get(name) for name in words}
    return _form_page(page, {**draft.raw(), **words}, secret, status=409, was=was, meanwhile=there)


def _still_looking(raw: dict[str, Any]) -> bool:
    """What she looks for is on this page alone: Enter in its field looks, and another language keeps it."""
    return not raw.get("company") or request.form.get("only") == "language"


def _elsewhere(page: FormPage, go: str) -> str:
    """Where a button leads that only shows the form in another way: nothing has to be right for it."""
    if request.form.get("only") == "language":
        return url_for(".complain", step=page.key, lang=language())
    return url_for(".complain", step="all") if go == "all" else ""


def _said(page: FormPage, raw: dict[str, Any], secret: str) -> dict[str, Any]:
    """What was said before, where nothing is written; of other pages nothing is judged here."""
    if speech.SPOKEN not in page.names or raw.get(speech.ACCOUNT):
        return {}
    kept = (form_draft.load(secret) or form_draft.FormDraft()).raw()
    return {speech.SPOKEN: kept[speech.SPOKEN]} if speech.SPOKEN in kept else {}


def _kept(value: Any) -> bool:
    """What is far too long to be sent is shown again, but not stored."""
    return isinstance(value, list) or len(value) <= 3 * LONG


def _errors(page: FormPage, raw: dict[str, Any]) -> dict[str, str]:
    try:
        clean(speech.asked(tuple(FIELDS[name] for name in page.names if name != "files"), raw), raw)
        filing.check_answers({**raw, "company": raw.get("company", filing.UNKNOWN_COMPANY)})
    except BadInput as bad:
        return bad.errors
    return {}


def _against_going_on(page: FormPage, raw: dict[str, Any], secret: str) -> dict[str, str]:
    """Whoever only takes a file away goes nowhere, and is told nothing of what is not written yet."""
    return {} if request.form.get("drop") else _errors(page, raw) or _doubted(page, secret)


def _doubted(page: FormPage, secret: str) -> dict[str, str]:
    """Consents that do not fit each other, or the name that was left out: once, and then they are what she means."""
    draft = form_draft.load(secret) if page.key == "agree" else None
    return consents.asked_back(draft.answers, request.form) if draft else {}


def _check(draft: form_draft.FormDraft, secret: str, errors: dict[str, str] | None = None, status: int = 200) -> Page:
    """Everything before it is sent, with *Change* beside each page; and who else can be reached, where it cannot be."""
    page = render_template(
        "public/check.html", pages=form_pages.shown(draft.answers), fields=FIELDS, raw=draft.raw(), secret=secret,
        errors=errors or {}, choices=filing.company_choices(), contact=_contact(status),
        left_out=_left_out(draft, errors or {}),
    )  # fmt: skip
    return page, status


def _left_out(draft: form_draft.FormDraft, errors: dict[str, str]) -> list[FormPage]:
    """Pages with nothing on them that has to be looked through: they stand as one line."""
    said = {name for name, value in draft.raw().items() if value} | errors.keys()
    return [page for page in PAGES if page.may_be_left_out and said.isdisjoint(page.names)]


def _contact(status: int) -> Contact | None:
    return opening.contact(language()) if status == 503 else None


def _send(secret: str) -> Page:
    draft = form_draft.load(secret)
    if draft is None and resubmission.filed(secret):  # the button was pressed twice
        return redirect(url_for("receipt.show"), 303)
    draft = draft or form_draft.FormDraft()
    if sentence := _too_fast(draft.answers, form_draft.started_at(secret)):
        return _check(draft, secret, {"account": sentence}, 422)
    if seconds := rate_limit.filing.wait():
        return _check(draft, secret, {"account": rate_limit.sentence(seconds)}, 429)
    try:
        with form_draft.sending(draft):
            filing.file_complaint(draft.raw(), secret, language(), receipt=draft.receipt, card=draft.card)
    except BadInput as bad:
        return _check(draft, secret, bad.errors, 422)
    except resubmission.SentBefore:
        return _sent_before(draft.answers, secret)
    except Refused as refused:
        return _check(draft, secret, {"account": refused.sentence}, 503)
    session["f"], session["lang"] = secret, language()
    return redirect(url_for("receipt.show"), 303)


def _sent_before(raw: dict[str, Any], secret: str) -> Page:
    """Everything that was typed comes back, to be copied, with the way to where it can be said."""
    said = _in_words(raw)
    may_see = receipts.shown(secret) is not None and session.get("f") == secret
    return render_template(
        "public/sent_before.html", sentence=resubmission.SENT_BEFORE, said=said, may_see=may_see
    ), 409


# --- everything on one page --------------------------------------------------------------------------------


def _one_page(raw: dict[str, Any], errors: dict[str, str], secret: str, sentence: str = "", status: int = 200) -> Page:
    stamp = _signer().sign(secrets.token_hex(4)).decode()
    listening.may_record()
    page = render_template(
        "public/complain.html", pages=BY_KEY, fields=FIELDS,
        questions=filing.QUESTIONS, raw=raw, errors=errors,
        secret=secret, stamp=stamp, sentence=sentence, choices=filing.company_choices(),
        contact=_contact(status), typing=url_for(".file"), whose_name=consents.WHOSE_NAME,
        reads=_reads(), help=first_help.of_form(raw), country_name=country_name,
    )  # fmt: skip
    return page, status


def _kept_answers(draft: form_draft.FormDraft | None) -> dict[str, Any]:
    """What was answered page by page, with what was said: it can be said once."""
    raw = draft.raw() if draft else {}
    return {name: value for name, value in raw.items() if name != "files"}


def _reads() -> dict[str, str]:
    """Who reads each answer, said anew for each group of questions."""
    groups = (step_form.read_at_filing(FIELDS[name] for name in page.names) for page in PAGES)
    return {name: said for group in groups for name, said in group.items()}


def _send_one_page(secret: str) -> Page:
    raw = sent(filing.QUESTIONS)
    if against := _keep_what_was_said(secret, raw):
        return _one_page(raw, {"spoken": " ".join(against)}, secret, status=422)
    if request.form.get("only") == "language":
        return _one_page(raw, {}, secret)
    if request.form.get("drop"):
        return _one_page(raw, {}, secret, status=422)
    began = _opened_at(request.form.get("stamp", ""))
    if began is None:
        sentence = _("The form was open for a long time. What you wrote is kept: send it once more.")
        return _one_page(raw, {}, secret, sentence, 422)
    if sentence := _too_fast(raw, began):
        return _one_page(raw, {}, secret, sentence, 422)
    if errors := consents.asked_back(raw, request.form):
        return _one_page(raw, errors, secret, status=422)
    if seconds := rate_limit.filing.wait():
        return _one_page(raw, {}, secret, rate_limit.sentence(seconds), 429)
    try:
        with form_draft.sending(kept := _begun_here(secret)):
            filing.file_complaint(raw, secret, language(), receipt=kept.receipt, card=kept.card)
    except BadInput as bad:
        return _one_page(raw, bad.errors, secret, status=422)
    except resubmission.SentBefore:
        return _sent_before(raw, secret)
    except Refused as refused:
        return _one_page(raw, {}, secret, refused.sentence, 503)
    session["f"], session["lang"] = secret, language()
    return redirect(url_for("receipt.show"), 303)


def _keep_what_was_said(secret: str, raw: dict[str, Any]) -> list[str]:
    """A recording can be made once: it is kept whatever else is wrong with the page. Returns why one is refused."""
    came = raw["spoken"]
    if not came and (request.form.get("said") != "yes" or form_draft.load(secret) is None):
        return []
    try:
        refused = form_draft.save(secret, {}, came, request.form.get("drop", ""))
    except form_draft.TooMany:
        return [_("Send at most %(number)s files at once.", number=FILES_AT_ONCE)]
    if not raw["files"] and not refused:
        lost_files.kept()
    raw["spoken"] = (form_draft.load(secret) or form_draft.FormDraft()).raw().get("spoken", [])
    return refused


def _begun_here(secret: str) -> form_draft.FormDraft:
    """The form that this browser began page by page, with its receipt and its card; an empty one where none is."""
    draft = form_draft.load(secret) if session.get("f") == secret else None
    return draft or form_draft.FormDraft()


def _too_fast(raw: dict[str, Any], began: Any) -> str:
    """Programs fill the field that people do not see, and need no time to write. No puzzle, nothing is dropped."""
    if request.form.get("website"):
        return str(_("Leave the field at the end of the form empty, and send it once more."))
    open_for = (clock.now() - began).total_seconds() if began else 0
    if began and 0 <= open_for < current_app.config["FORM_SECONDS"]:  # less than nothing: the clock was set back
        return str(_("That was very quick. Look through your answers and send them once more."))
    return ""
