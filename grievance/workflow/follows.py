"""What follows from a step of hers, said beside its button and above its questions, before she presses anything."""

from grievance.extensions import lazy_gettext as _l

ACCEPT = _l(
    "You keep all your rights: you can still go to a court. The company must do it by the day that was agreed."
    " Afterwards you say whether it was done."
)
DECLINE = _l("You keep all your rights. Your complaint goes on, and something else can be offered.")
GIVE_UP = _l(
    "You keep all your rights. The company need not do this any more. Your complaint goes on, and something else can be"
    " offered."
)
DONE = _l("It then counts as done. If that changes, you can still say so while your complaint is open.")
NOT_DONE = _l("It then does not count as done. The company reads that, and we decide how to go on.")
AGREE_TO_TALK = _l("You keep all your rights. Talks begin only if the company agrees too. To stop them, write to us.")
NO_TALKS = _l("You keep all your rights. There are no talks then, and we decide how to go on.")
SENT_ELSEWHERE = _l("You keep all your rights, and your complaint here goes on. The company learns nothing of it.")
NO_COMPANY = _l(
    "You keep all your rights. We then look at your complaint ourselves, and the company is told that we do."
)
