"""What is asked of whoever writes down on a phone what somebody tells them, and of nobody else."""

from grievance.crypto.compartments import Compartment
from grievance.extensions import lazy_gettext as _l
from grievance.forms.choices import LANGUAGES
from grievance.forms.fields import YES_NO, Field, Kind, Shown
from grievance.models.sides import HER, NONE

TOLD = (
    Field("told_on", _l("On which day was this told?"), Kind.DATE, shown=Shown.RECORD, read_by=HER, is_of_the_day=True),
    Field("written_by", _l("Who wrote it down?"), Kind.LINE, sealed_into=Compartment.CORRESPONDENCE,
          help=_l("Your name, or what the Secretariat calls you.")),
    Field("was_read_back", _l("Was it read back to the person, and did they say that it is right?"), Kind.CHOICE,
          choices=YES_NO, shown=Shown.RECORD, read_by=HER),
    Field("language", _l("Which language does the person speak?"), Kind.CHOICE, choices=LANGUAGES, shown=Shown.CASE,
          read_by=NONE),
)  # fmt: skip
"""Asked of whoever holds the phone. The day is theirs to say; every time limit counts from the arrival."""
