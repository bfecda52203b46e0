"""How a case speaks to whoever reads it on the complainant's own page: of what is theirs it says "you".

`me`: the role of the reader, complainant or representative; empty on every other page.
"""

from typing import Any

from grievance.extensions import lazy_gettext as _l
from grievance.workflow.happened import HAPPENED

DONE_BY_YOU: dict[str, Any] = {
    "ask_identity": _l("The Secretariat asked to open your identity"),
    "open_identity": _l("Your identity was opened"),
    "ask": _l("The Secretariat asked you a question"),
    "answer": _l("You answered"),
    "comment": _l("You commented on the answer"),
    "accept_remedy": _l("You accepted a remedy"),
    "decline_remedy": _l("You declined a remedy"),
    "waive_remedy": _l("You gave up a remedy"),
    "dispute_remedy": _l("You disputed a remedy"),
    "change_consent": _l("You changed what you agreed to"),
    "revoke_authority": _l("You cut the other receipt"),
    "receipt_taken_over": _l("You took over the receipt"),
    "correct_identity": _l("You wrote or corrected a name or contact"),
    "come_back": _l("You came back"),
    "appeal": _l("You appealed against the closure"),
    "withdraw": _l("You withdrew the complaint"),
    "undo_withdrawal": _l("You undid the withdrawal"),
}
READ_BY_YOU: dict[str, Any] = {
    "correspondence": _l("You and the Secretariat read this"),
    "shared": _l("You, the company and the Secretariat read this"),
}
OWED_TO_YOU: dict[str, Any] = {
    "L6": _l("tell you how it stands"),
    "L9": _l("say whether you agree to good offices"),
}


def happened(kind: str, role: str, me: str) -> Any:
    """What an event is called. What a representative did is not the complainant's own doing, nor the other way."""
    plain = HAPPENED.get(kind, kind)
    others = role in ("complainant", "representative") and role != me
    return plain if not me or others else DONE_BY_YOU.get(kind, plain)
