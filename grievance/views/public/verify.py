"""What everybody can check without us: the root of each week, and a proof that somebody kept."""

import json
from pathlib import Path

from flask import Blueprint, render_template, request

from grievance import verify
from grievance.extensions import csrf
from grievance.record import week_roots
from grievance.reports.proof_checked import LONGEST, checked
from grievance.views import lost_files, rate_limit
from grievance.views.origin import only_ours
from grievance.views.pages import Page, to_keep

bp = Blueprint("verify", __name__)
PROGRAM = Path(verify.__file__)


@bp.get("/verify")
def show() -> Page:
    return render_template("public/verify.html", weeks=week_roots.published(), typed="", checked=None, wait="")


@bp.post("/verify")
@csrf.exempt  # it changes nothing and shows nothing but what was sent; no cookie exists
def check() -> Page:
    """Nothing of it is kept. A proof that does not fit is an answer and no error of the form."""
    only_ours()
    typed, weeks = request.form.get("proof", "").strip()[: LONGEST + 1], week_roots.published()
    if request.form.get("only") == "language":
        return render_template("public/verify.html", weeks=weeks, typed=typed, checked=None, wait="")
    if seconds := rate_limit.codes.wait():
        wait = rate_limit.sentence(seconds)
        return render_template("public/verify.html", weeks=weeks, typed=typed, checked=None, wait=wait), 429
    lost_files.kept()  # it was read: nobody needs to choose it again
    found = checked(typed or _of_the_file())
    return render_template("public/verify.html", weeks=weeks, typed=typed, checked=found, wait="")


def _of_the_file() -> str:
    file = request.files.get("file")
    return file.stream.part(0, LONGEST + 1).decode(errors="replace").strip() if file else ""  # type: ignore[attr-defined]


@bp.get("/verify/weeks.jsonl")
def weeks() -> Page:
    """Each week's root with its signature, as the program below reads it: a line of JSON each, the oldest first."""
    return to_keep("".join(f"{json.dumps(one)}\n" for one in week_roots.lines()), "weeks.jsonl", "application/jsonl")


@bp.get("/verify/verify.py")
def program() -> Page:
    return to_keep(PROGRAM.read_text(), "verify.py", "text/x-python")
