"""Pages to print: a template and plain facts go in, a tagged PDF comes out. No network, no font of this machine."""

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)
FOLDER = Path(__file__).parents[2] / "templates" / "letters"


def typeset(template: str, data: Mapping[str, Any]) -> bytes:
    """A PDF of `templates/letters/<template>.typ`. `data` has at least `title` and `lang`; all of it is text and
    never becomes markup. Tagged for screen readers (PDF/UA-1); a character that no font has costs only that."""
    import typst  # 7 MiB that only who prints needs

    inputs = {"data": json.dumps(dict(data), ensure_ascii=False)}
    try:
        return _compile(template, inputs, ["ua-1"])
    except typst.TypstError as fault:
        log.warning("a page could not be made accessible: %s", type(fault).__name__)
        return _compile(template, inputs, [])


def _compile(template: str, inputs: dict[str, str], standards: list[Any]) -> bytes:
    import typst

    made = typst.compile(
        FOLDER / f"{template}.typ",
        root=FOLDER,
        font_paths=[FOLDER / "fonts"],
        ignore_system_fonts=True,
        pdf_standards=standards,
        sys_inputs=inputs,
    )
    if not isinstance(made, bytes):
        raise TypeError("one document was expected")
    return made
