"""What the Code asks of a company, beside the step with which it does that: in our words, with the paragraph.

From the International Code of Conduct for Private Security Service Providers, paragraphs 66 to 68.
"""

from collections.abc import Mapping

from grievance.extensions import Label
from grievance.extensions import lazy_gettext as _l
from grievance.models.sides import COMPANY

BESIDE: Mapping[str, Label] = {
    "company_acknowledge": _l(
        "Whoever was harmed can complain to a company, its own people too, and somebody is named for it (paragraphs 66"
        " and 67(a)). Whoever reports in good faith is protected from reprisals (67(g))."
    ),
    "respond": _l(
        "Look into it promptly, impartially and in confidence (paragraph 67(c)). Act on what you find (67(f)). Offer a"
        " remedy that is fair and effective, and prevent that it happens again (67(a)). Keep a record of it (67(d))."
    ),
    "propose_remedy": _l(
        "A remedy is fair, within reach and effective, and comes with what prevents that it happens again (paragraph"
        " 67(a)). Your contracts and your own rules for reports go on beside this (68)."
    ),
    "report_delivered": _l("Keep a record of what was claimed, found and done (paragraph 67(d))."),
    "request_extension": _l(
        "Look into it promptly (paragraph 67(c)): say what takes so long, and what you have done so far."
    ),
    "recuse_person": _l("Whoever looks into it is impartial (paragraph 67(c))."),
}
"""By the step of a company's, said above its form."""


def beside(step: str, side: str) -> Label | None:
    """None for whoever is no company, and for a step of which the Code says nothing."""
    return BESIDE.get(step) if side == COMPANY else None
