"""The kinds of events that no row of the table makes: what the clock, the filing and the receipts note in a case, and
what the office's own record holds. A step's event is on its row."""

from dataclasses import dataclass

from grievance.deadlines.kinds import Deadline
from grievance.deadlines.lengths import length_of
from grievance.extensions import Label
from grievance.extensions import lazy_gettext as _l
from grievance.models.keys import HANDED_OVER_FOR
from grievance.models.sides import ALL, HER, NONE
from grievance.workflow import letter_texts as say
from grievance.workflow.letter_texts import LetterTo, to_approver, to_both, to_company, to_complainant, to_officer
from grievance.workflow.row import UNTIL_F, Happening


@dataclass(frozen=True, kw_only=True)
class Noted:
    """An event of a case beside the steps: what it is called, who sees it, and who gets a letter or why nobody does."""

    kind: str
    event: Happening
    letters: tuple[LetterTo, ...] = ()
    silent: str = ""
    opens: tuple[Deadline, ...] = ()
    may_open: tuple[Deadline, ...] = ()


FILED = Noted(kind="file", event=Happening(_l("The complaint was filed"), HER),
              letters=(to_complainant(say.RECEIVED),), may_open=(Deadline.SAFETY,),
              opens=(Deadline.ACKNOWLEDGEMENT, Deadline.STATUS_UPDATE, Deadline.WHOLE_CASE))  # fmt: skip
PROPOSED = Noted(kind="proposed", event=Happening(_l("A step was proposed"), NONE),
                 letters=(to_approver(say.PROPOSED),), opens=(Deadline.PROPOSAL,))  # fmt: skip
MISSED = Noted(kind="limit_missed", event=Happening(_l("A time limit was missed"), HER, of_a_limit=True),
               letters=(to_approver(say.ALERT),))  # fmt: skip
REMINDED = Noted(kind="reminder", event=Happening(_l("A reminder was sent"), HER, of_a_limit=True),
                 letters=(to_company(say.REMINDER), to_complainant(say.REMINDER)))  # fmt: skip
"""The letter goes to the one of them who owes it."""
GRACE = Noted(
    kind="outage_grace", letters=to_both(say.OUTAGE_GRACE),
    event=Happening(_l("The site was not reachable on the last day, so the company got that time again"), ALL,
                    of_a_limit=True),
)  # fmt: skip
NOTED = (
    FILED,
    PROPOSED,
    MISSED,
    REMINDED,
    GRACE,
    Noted(kind="imported", event=Happening(_l("The case was taken over from an earlier register"), HER),
          silent="nobody has the receipt that would show a letter"),
    Noted(kind="unassigned", event=Happening(_l("The officer has left, and the case waits for another"), NONE),
          silent=UNTIL_F),
    Noted(kind="refused", event=Happening(_l("A proposal was refused"), NONE), silent=UNTIL_F),
    Noted(kind="second_code", event=Happening(_l("A second receipt was made for someone trusted"), HER),
          silent="it was made on the page that says so"),
    Noted(kind="receipt_taken_over", silent="it was done on the page that says so",
          event=Happening(_l("A receipt was taken over"), HER, _l("You took over the receipt"))),
    Noted(kind="copies_destroyed",
          event=Happening(_l("The earlier company said that it destroyed its copies"), HER),
          letters=(to_complainant(say.COPIES_DESTROYED), to_officer(say.DESTRUCTION_CONFIRMED))),
    Noted(kind="holiday_moved", silent=UNTIL_F,
          event=Happening(_l("A holiday was added, and a date moved later"), ALL, of_a_limit=True)),
    Noted(kind="holiday_moved_back", silent=UNTIL_F, event=Happening(
        _l("A holiday was in the calendar by mistake, and a date is earlier again"), ALL, of_a_limit=True)),
)  # fmt: skip
DESTROYED = next(one for one in NOTED if one.kind == "copies_destroyed")
HANDED_CODE = Happening(_l("A one-use code to hand over, valid for %(time)s", time=length_of(HANDED_OVER_FOR)), NONE)
"""What the writing with the code is called; it is part of another event."""
OFFICE_LABELS: dict[str, Label] = {
    "invited": _l("A person was invited"),
    "accepted": _l("A person accepted the invitation"),
    "admitted": _l("A person was admitted to the keys"),
    "company_added": _l("A company was added"),
    "company_changed": _l("A company was changed"),
    "holiday_added": _l("Holidays were added"),
    "holiday_removed": _l("A holiday was taken out"),
    "holiday_doubted": _l("A holiday was said to be wrong"),
    "holiday_kept": _l("A holiday was found right"),
    "holiday_taken_back": _l("A wrong holiday was taken back"),
    "template_added": _l("A template was added"),
    "template_changed": _l("A template was changed"),
    "template_retired": _l("A template was retired"),
    "left": _l("A person left"),
    "invited_again": _l("A person was invited again"),
    "came_back": _l("A person who had left was invited again"),
    "address_changed": _l("A person's address was changed"),
    "head_proposed": _l("Another head of the office was proposed"),
    "head_changed": _l("The head of the office was changed"),
    "head_refused": _l("Another head of the office was refused"),
    "role_proposed": _l("Another role was proposed for a person"),
    "role_changed": _l("A person got another role"),
    "role_refused": _l("Another role was refused for a person"),
    "password_changed": _l("A person changed the password"),
    "rotation_begun": _l("The change of a party's key began"),
    "rotation_finished": _l("A party's key was changed"),
    "recovery_code_made": _l("A recovery code was made"),
    "recovered": _l("A person was admitted by the recovery code"),
    "escrow_opened": _l("Half of a company's key was handed over"),
    "joined_by_escrow": _l("A person opened their company's key with both halves"),
    "away": _l("A person said when they are away"),
    "back": _l("A person is back"),
    "exported": _l("A company took its cases away"),
    "calendar_made": _l("A person made a calendar's address"),
    "calendar_ended": _l("A person switched a calendar's address off"),
    "backup_restored": _l("A backup was restored"),
}
