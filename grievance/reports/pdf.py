"""Pages to print: a template and plain facts go in, a tagged PDF comes out. No network, no font of the system."""

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from grievance.logs import fault
from grievance.reports import directions, fonts
from grievance.reports.printable import printable

log = logging.getLogger(__name__)
FOLDER = Path(__file__).parents[2] / "templates" / "letters"


def typeset(template: str, data: Mapping[str, Any]) -> bytes:
    """A PDF of `templates/letters/<template>.typ`. `data` has at least `title` and `lang`; all of it is text and
    never becomes markup. Tagged for screen readers (PDF/UA-1): what the fonts here cannot print is named in brackets.
    Where typst refuses all the same, an ordinary PDF is better than none, and whoever runs the server is told."""
    import typst  # 7 MiB that only who prints needs

    inputs = {"data": json.dumps(_set(dict(data)), ensure_ascii=False)}
    try:
        return _compile(template, inputs, ["ua-1"])
    except typst.TypstError as refused:
        log.error("a page to print could not be made accessible", extra=fault(refused))
        return _compile(template, inputs, [])


def _set(data: dict[str, Any]) -> dict[str, Any]:
    """With the fonts that are looked through, and from which side each text runs."""
    lang = data["lang"]
    direction = directions.of_language(lang)
    shown = directions.in_order(printable(directions.told_apart(data, direction)), direction)
    return {**shown, "lang": lang, "fonts": fonts.families(lang), "direction": direction}


def _compile(template: str, inputs: dict[str, str], standards: list[Any]) -> bytes:
    import typst

    made, warnings = typst.compile_with_warnings(
        FOLDER / f"{template}.typ",
        root=FOLDER,
        font_paths=[fonts.FOLDER],
        ignore_system_fonts=True,
        pdf_standards=standards,
        sys_inputs=inputs,
    )
    if warnings:
        log.error("a page to print was made with doubts", extra={"facts": {"doubts": len(warnings)}})
    if not isinstance(made, bytes):
        raise TypeError("one document was expected")
    return made
