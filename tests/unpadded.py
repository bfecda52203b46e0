"""A page without what stands behind it so that its size tells little (`grievance.views.sizes`)."""

import re

BEHIND = re.compile(r"<!-- [B-DF-HJ-NP-TV-Zb-df-hjkmnpq]* -->\n\Z")


def unpadded(page: str) -> str:
    return BEHIND.sub("", page)
