"""What a browser's tab says of a page of the staff: its heading, behind the case that it is about. The public pages say
nothing there: who looks over a shoulder reads it."""

import re
from html import unescape
from typing import Any

from flask_babel import gettext as _

TAG = re.compile(r"<[^>]*>")
HEADING = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)
SHORT = len("GR-7K4M")


def tab_title(body: str, case: Any = None) -> str:
    """ "GR-7K4M Larkfield Guarding", "GR-7K4M Refer to the company", "Holidays"."""
    found = HEADING.search(body)
    heading = unescape(" ".join(TAG.sub("", found[1]).split())) if found else str(_("Information"))
    if not case:
        return heading
    if case.reference in heading:
        heading = case.company.name if case.company else str(_("No company yet"))
    return f"{case.reference[:SHORT]} {heading}"
