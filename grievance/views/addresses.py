"""What a browser may ask for: the numbers and words of an address, as the database can look for them; and addresses
that are told elsewhere, or kept."""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, request
from werkzeug.exceptions import NotFound
from werkzeug.routing import IntegerConverter, UnicodeConverter

from grievance.models.types import LARGEST_ID

ASKED = {
    "lang": "a language",
    "show": "a kind of queue, or of list",
    "company": "the number of a company; on the summary of a complaint, yes",
    "officer": "the number of an account",
    "who": "the number of an account; in a company's queue also 0, for nobody in charge",
    "state": "a state",
    "severity": "how grave it is",
    "after": "the place in a queue where its next page begins",
    "before": "the place in a queue where the page before it ends; in the office's record, where its next page begins",
    "order": "in which order a queue stands",
    "tag": "what officers mark a case with: a word of the office's list",
    "passed": "how many cases the pages before this one showed",
    "page": "the number of a page of what was found",
    "country": "a country's code",
    "service": "what a member offers: a word of the list",
    "tier": "how far a member is: a word of the list",
    "harm": "on the page of who else may help: what it is about, by its place in the list and by no word",
    "year": "a year",
    "quarter": "a quarter of a year",
    "as_of": "the day as of which figures are asked for",
    "kind": "a site, a unit or an incident; what a concern is of",
    "step": "a page of the form",
    "list": "the key of a checklist",
    "change": "yes",
    "lines": "show",
    "names": "yes",
    "template": "the number of a wording; of a company's own one, a random number",
    "incident": "the number of a site, a unit or an incident",
    "audience": "who will read it",
    "again": "the number of a refused proposal",
    "remedy": "the number of a remedy",
    "measure": "the number of an interim measure",
    "meeting": "the number of a visit or an interview in its case",
    "writing": "the number of a text",
    "letter": "the number of a letter on paper",
    "v": "the version of a static file",
}
"""All that is read behind the question mark of an address, and what it holds. An address stays in a history and in the
logs of whatever lies between: no code, no name and no word of anybody's is ever in one."""
CHOSEN = ("audience", "again", "remedy", "measure", "meeting", "writing", "letter")
"""What of it a link says of the step that it leads to."""


def said(names: Iterable[str] = tuple(ASKED)) -> dict[str, str]:
    """What the address of this page says of these; whatever else somebody wrote into it is nobody's answer."""
    given = request.args
    return {name: given[name] for name in names if name in given}


def number(text: str) -> int:
    """The reader of a number that comes with an address or a form. Raises ValueError where no row has such a one."""
    found = int(text)
    if not 0 <= found < LARGEST_ID:
        raise ValueError
    return found


class Number(IntegerConverter):
    """`<int:…>`: there is no page of a number that no row has, whatever is done to it."""

    def to_python(self, value: str) -> Any:
        try:
            return number(value)
        except ValueError:
            raise NotFound from None


class Word(UnicodeConverter):
    """`<…>`: nothing here has the character zero in its name, and PostgreSQL fails where it is asked for it."""

    def to_python(self, value: str) -> str:
        if "\0" in value:
            raise NotFound
        return value


def at_site(endpoint: str, **values: Any) -> str:
    """The address of a page for who reads it elsewhere: in a calendar, not by a link. `SITE_URL` names the folder too,
    where the site lies in one."""
    return str(current_app.config["SITE_URL"]) + current_app.url_map.bind("", script_name="/").build(endpoint, values)


def _versions(folder: Path) -> dict[str, str]:
    """A hash of each static file, by its name: an address of a style sheet is an address of exactly this one."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()[:12] for path in files}


def _name_the_version(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint == "static":
        values["v"] = current_app.extensions["static_versions"].get(values["filename"])


def may_be_kept(response: Response) -> bool:
    """Whether this answer is a static file of exactly the version that was asked for, which never changes."""
    asked, name = request.args.get("v"), (request.view_args or {}).get("filename", "")
    known = current_app.extensions["static_versions"].get(name)
    return request.endpoint == "static" and response.status_code < 400 and asked is not None and asked == known


def init_app(app: Flask) -> None:
    """Before the first page is registered."""
    app.url_map.converters.update(int=Number, default=Word, string=Word)
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False  # Flask-Login lets them past: default deny would not hold
    app.extensions["static_versions"] = _versions(Path(str(app.static_folder)))
    app.url_defaults(_name_the_version)
