"""The kinds of events that no row of the table makes: what the clock, the filing and the receipts note in a case, and
what the office's own record holds. A step's event is on its row."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from grievance.accounts.beside import OFF
from grievance.accounts.leaving import UNASSIGNED_LETTERS
from grievance.accounts.spoken_for import SLIP
from grievance.companies.imported import COUNTED
from grievance.concerns import table as concerns
from grievance.deadlines import corrections
from grievance.deadlines.holidays import MOVED_BACK_LETTERS, MOVED_LETTERS
from grievance.deadlines.kinds import SAFETY as SAFETY_LIMITS
from grievance.deadlines.kinds import Deadline
from grievance.deadlines.lengths import length_of
from grievance.deadlines.put_right import BY_CALENDAR, BY_ZONE_RULES
from grievance.extensions import Label
from grievance.extensions import lazy_gettext as _l
from grievance.models.keys import HANDED_OVER_FOR
from grievance.models.sides import ALL, APPROVER, BOARD, COMPANY, COMPLAINANT, HER, NONE, SECRETARIAT
from grievance.record.told_rows import KEPT
from grievance.workflow import letter_texts as say
from grievance.workflow.letter_texts import (
    LetterTo,
    to_approver,
    to_both,
    to_company,
    to_complainant,
    to_officer,
    to_proposer,
    when,
)
from grievance.workflow.row import Happening


@dataclass(frozen=True, kw_only=True)
class Noted:
    """An event of a case beside the steps: what it is called, who sees it, and who gets a letter or why nobody does.

    `hers`: she, who speaks for her, or who holds a receipt of hers sets it off, so that no company reads anything of it
    before the day's release."""

    kind: str
    event: Happening
    letters: tuple[LetterTo, ...] = ()
    silent: str = ""
    urgent: bool = False
    quiet: Mapping[str, str] = field(default_factory=dict, hash=False)
    opens: tuple[Deadline, ...] = ()
    may_open: tuple[Deadline, ...] = ()
    hers: bool = False


NOBODY_OPENED_IT, IN_DANGER = "nobody_opened_it", "in_danger"
UNSAFE = when("could_harm", "yes", "unsure")
OF_SAFETY, OF_ALL_ELSE = when("limit", *SAFETY_LIMITS), when("limit", *(set(Deadline) - set(SAFETY_LIMITS)))
BY_APPROVERS = "the approver was shown every date that moves, and the queue has the new ones"
A_RECEIPT = "a receipt is a matter between those who hold one"
FILED = Noted(kind="file", hers=True, event=Happening(_l("The complaint was filed"), HER),
              letters=(to_complainant(say.RECEIVED), to_officer(say.FILED, when("could_harm", "no")),
                       to_officer(say.FILED_UNSAFE, UNSAFE), to_approver(say.FILED_UNSAFE, UNSAFE)),
              may_open=(Deadline.SAFETY, Deadline.SAFETY_CRITICAL, Deadline.WRITE_DOWN),
              opens=(Deadline.ACKNOWLEDGEMENT, Deadline.STATUS_UPDATE, Deadline.WHOLE_CASE))  # fmt: skip
PROPOSED = Noted(kind="proposed", hers=True, event=Happening(_l("A step was proposed"), NONE),
                 letters=(to_approver(say.PROPOSED),), opens=(Deadline.PROPOSAL,))  # fmt: skip
MISSED = Noted(kind="limit_missed", event=Happening(_l("A time limit was missed"), HER, of_a_limit=True),
               letters=(to_approver(say.ALERT, OF_ALL_ELSE), to_approver(say.SAFETY_ALERT, OF_SAFETY)))  # fmt: skip
REMINDED = Noted(kind="reminder", event=Happening(_l("A reminder was sent"), HER, of_a_limit=True),
                 letters=(to_company(say.REMINDER, when("reminds", COMPANY)),
                          to_complainant(say.REMINDER, when("reminds", COMPLAINANT)),
                          to_company(say.NOT_OPENED, when("reminds", NOBODY_OPENED_IT)),
                          to_officer(say.NOT_OPENED_BY_COMPANY, when("reminds", NOBODY_OPENED_IT))))  # fmt: skip
"""To the one of them who owes it; where nobody of the company has opened what it was handed, the officer hears of it
too."""
NOT_BESIDE = Noted(kind=OFF, event=Happening(_l("Somebody who was beside does other work, or has left"), NONE),
                   silent="whoever is in charge finds it on the record")  # fmt: skip
WARNED = Noted(kind="warned", event=Happening(_l("The office was warned of a time limit"), NONE, of_a_limit=True),
               letters=(to_officer(say.SAFETY_NEAR, when("warns", IN_DANGER)),
                        to_approver(say.SAFETY_NEAR, when("warns", IN_DANGER)),
                        to_officer(say.REMINDER, when("warns", SECRETARIAT)),
                        to_approver(say.REMINDER, when("warns", APPROVER, BOARD))))  # fmt: skip
"""What the office owes is its own affair. Where somebody may be in danger within a day, whoever can act hears of it at
once; what the Board owes, an approver records."""
DECISION_WAITS = Noted(kind="decision_waits", letters=(to_officer(say.DECISION_WAITS),),
                       event=Happening(_l("A decision on more time waits"), NONE, of_a_limit=True))  # fmt: skip
AGREED = Noted(kind="agreed", event=Happening(_l("The first of two approvers agreed"), NONE),
               letters=(to_approver(say.PROPOSED),))  # fmt: skip
"""Where one is not enough."""
REFUSED = Noted(kind="refused", event=Happening(_l("A proposal was refused"), NONE),
                letters=(to_proposer(say.PROPOSAL_REFUSED),
                         to_complainant(say.CHECK_REFUSED, when("proposed_by", None))))  # fmt: skip
OVERTAKEN = Noted(kind="overtaken", event=Happening(_l("A proposal was overtaken"), NONE),
                  letters=(to_proposer(say.PROPOSAL_OVERTAKEN),
                           to_complainant(say.CHECK_OVERTAKEN, when("proposed_by", None))))  # fmt: skip
UNASSIGNED = Noted(kind="unassigned", letters=UNASSIGNED_LETTERS,
                   event=Happening(_l("The officer has left, and the case waits for another"), NONE))  # fmt: skip
SIDE_CHANGED = Noted(
    kind="side_changed", silent="it is said on the page that confirms it, and nobody's part in the case changes",
    quiet={"officer": "who goes to the other side had no part in it, or it is unassigned and says so"},
    event=Happening(_l("A person of one side went to the other, and is shut out of the case"), NONE),
)  # fmt: skip
MOVED = Noted(kind="holiday_moved", letters=MOVED_LETTERS, quiet={"officer": BY_APPROVERS},
              event=Happening(_l("A holiday was added, and a date moved later"), ALL, of_a_limit=True))  # fmt: skip
MOVED_BACK = Noted(kind="holiday_moved_back", letters=MOVED_BACK_LETTERS, quiet={"officer": BY_APPROVERS},
                   event=Happening(_l("A holiday was in the calendar by mistake, and a date is earlier again"), ALL,
                                   of_a_limit=True))  # fmt: skip
CORRECTED = Noted(kind=corrections.KIND, letters=corrections.LETTERS,
                  quiet={"officer": "the step that corrects it is new to them"},
                  event=Happening(_l("A time limit was counted as missed, and was not: this is corrected"), ALL,
                                  of_a_limit=True))  # fmt: skip
CALENDAR_MOVED = Noted(kind=BY_CALENDAR.kind, letters=BY_CALENDAR.letters, quiet={"officer": BY_APPROVERS},
                       event=Happening(_l("The calendar of the company was put right, and a date moved later"), ALL,
                                       of_a_limit=True))  # fmt: skip
ZONE_RULES_MOVED = Noted(kind=BY_ZONE_RULES.kind, letters=BY_ZONE_RULES.letters,
                         quiet={"officer": "the queue has the new moment, and the day is mostly the same"},
                         event=Happening(_l("The rules of a time zone changed, and a date ends later than it did"), ALL,
                                         of_a_limit=True))  # fmt: skip
GRACE = Noted(
    kind="outage_grace", letters=to_both(say.OUTAGE_GRACE),
    event=Happening(_l("The site was not reachable on the last day, so the company got that time again"), ALL,
                    of_a_limit=True),
)  # fmt: skip
NOT_NOW = Noted(
    kind="not_now", silent="the clock does nothing by it, and nobody's date changes",
    quiet={"officer": "what holds it, or ended it, is new to them"},
    event=Happening(_l("The day came that was chosen for something, and it waits or is not needed"), NONE),
)  # fmt: skip
OF_AN_INCIDENT = tuple(
    Noted(kind=kind, silent="neither complainant nor company learns of the others",
          quiet={"officer": "an officer said it, and its page names who"}, event=Happening(label, NONE))
    for kind, label in (
        ("incident_linked", _l("An officer said that the case stands in an incident")),
        ("incident_other", _l("An officer said that the case is not of an incident, or not of that of another case")),
        ("incident_undone", _l("What was said of the case and an incident was taken back")))
)  # fmt: skip
LINKED, NOT_THE_SAME, UNDONE = (one.kind for one in OF_AN_INCIDENT)
OF_HER_PHONE = "a sign is a matter between her and the worker that sends it"
NO_NEWS = dict.fromkeys(("complainant", "representative"), "a sign is no news of the case: the page of signs says it")
SIGNS = (
    Noted(kind="sign_asked", hers=True, silent="it was done on the page that says so",
          quiet={"officer": OF_HER_PHONE, **NO_NEWS},
          event=Happening(_l("A sign was asked for, for when there is news"), HER,
                          _l("You asked for a sign when there is news"))),
    Noted(kind="sign_ended", hers=True, silent="it was done on the page that says so, or nothing will be new any more",
          quiet={"officer": OF_HER_PHONE, **NO_NEWS},
          event=Happening(_l("Signs ended, and the address was deleted"), HER,
                          _l("You ended the signs, and we deleted the address"))),
    Noted(kind="sign_failed", silent="the page of signs says it to her, and the queue to the office", quiet=NO_NEWS,
          event=Happening(_l("A sign that there is news could not reach its reader"), HER)),
    Noted(kind="sign_reached", silent="nothing is left to do", quiet={"officer": OF_HER_PHONE, **NO_NEWS},
          event=Happening(_l("Signs that there is news reach their reader again"), HER)),
)  # fmt: skip
NOT_ME = Noted(
    kind="receipt_not_me", hers=True, urgent=True, may_open=(Deadline.SAFETY_CRITICAL,),
    event=Happening(_l("Who had a receipt that was replaced said that it was not them"), NONE),
    letters=(to_officer(say.NOT_ME), to_approver(say.NOT_ME)),
)  # fmt: skip
"""Not on her page: whoever replaced the receipt may have that."""
CODE_READ = Noted(
    kind="code_read", silent="whoever read the code hands it over",
    event=Happening(_l("The Secretariat read the one-use code, to hand it over"), HER),
    quiet={"officer": A_RECEIPT,
           **dict.fromkeys(("complainant", "representative"), "they get the code itself, by hand")},
)  # fmt: skip
"""With the name of who read it: whoever has the code can be taken for her until she has used it."""
PERSON_ADDED = Noted(
    kind="person_added", hers=True,
    event=Happening(_l("The spokesperson filed for one person more of the group"), NONE),
    silent="that person's complaint is told of by itself",
    quiet={"officer": "that person's complaint is new by itself"},
)  # fmt: skip
SLIP_MADE = Noted(
    kind=SLIP, hers=True, silent="the spokesperson made it on the page that says so", quiet={"officer": A_RECEIPT},
    event=Happening(_l("A slip was made, by which the person gets a receipt of their own"), HER),
)  # fmt: skip
PART_OPENED = Noted(
    kind="part_opened",
    event=Happening(_l("This part of the complaint was opened, about another company"), HER,
                    _l("We opened this page about another company")),
    silent="the letter about it is on the page of the whole complaint",
    quiet={"officer": "an officer proposed it, and the part stands in the queue",
           **dict.fromkeys(("complainant", "representative"), "the page of the whole complaint says it")},
)  # fmt: skip
PART_RECEIPT = Noted(
    kind="part_receipt", event=Happening(_l("A receipt of the complaint opens this part, too"), NONE),
    silent="nothing that anybody does changes by it", quiet={"officer": A_RECEIPT},
)  # fmt: skip
NOTED = (
    PART_OPENED,
    PART_RECEIPT,
    NOT_NOW,
    FILED,
    PROPOSED,
    MISSED,
    REMINDED,
    WARNED,
    GRACE,
    DECISION_WAITS,
    AGREED,
    REFUSED,
    OVERTAKEN,
    UNASSIGNED,
    NOT_BESIDE,
    SIDE_CHANGED,
    MOVED,
    MOVED_BACK,
    CORRECTED,
    CALENDAR_MOVED,
    ZONE_RULES_MOVED,
    Noted(kind="imported", event=Happening(_l("The case was taken over from an earlier register"), HER),
          silent="nobody has the receipt that would show a letter",
          quiet={"officer": "a whole register comes at once, and each case stands in the queue by its date",
                 **dict.fromkeys(("complainant", "representative"), "nobody has a receipt of it yet")}),
    *(Noted(kind=kind, event=Happening(label, seen_by), silent="nobody has the receipt that would show a letter",
            quiet={"officer": "a whole register comes at once, and each case stands in the queue by its date",
                   **dict.fromkeys(("complainant", "representative"), "nobody has a receipt of it")})
      for kind, label, seen_by in (
          ("register_later", _l("A newer copy of the earlier register said something else"), HER),
          ("register_undone", _l("The takeover from an earlier register was taken back"), NONE),
          ("register_company", _l("The name of the company in an earlier register was looked at"), NONE))),
    Noted(kind=COUNTED, event=Happening(_l("The company's time limit was counted from the register"), HER,
                                        of_a_limit=True),
          silent="nobody has the receipt that would show a letter, and the company was handed nothing here",
          quiet={"officer": "an approver confirmed the calendar, and each case stands in the queue by its date",
                 **dict.fromkeys(("complainant", "representative"), "nobody has a receipt of it yet")}),
    Noted(kind="second_code", hers=True, event=Happening(_l("A second receipt was made for someone trusted"), HER),
          silent="it was made on the page that says so", quiet={"officer": A_RECEIPT}),
    Noted(kind="receipt_taken_over", hers=True, silent="it was done on the page that says so",
          quiet={"officer": A_RECEIPT},
          event=Happening(_l("A receipt was taken over"), HER, _l("You took over the receipt"))),
    CODE_READ,
    Noted(kind="new_receipt", hers=True, silent="it was done on the page that says so", quiet={"officer": A_RECEIPT},
          event=Happening(_l("A new receipt took the place of the old one"), HER, _l("You made a new receipt"))),
    NOT_ME,
    PERSON_ADDED,
    SLIP_MADE,
    Noted(kind="receipt_keys", hers=True, event=Happening(_l("A receipt from before got keys of its own"), NONE),
          silent="nothing that anybody does changes by it", quiet={"officer": A_RECEIPT}),
    *SIGNS,
    *OF_AN_INCIDENT,
    Noted(kind=KEPT, quiet={"company": "whoever sent it knows it, and the release marks the case anyhow"},
          event=Happening(_l("What the company sent was kept and not put to the case, which had changed on that day"),
                          frozenset({COMPANY})),
          letters=(to_officer(say.KEPT_FOR_RELEASE),)),
    Noted(kind="copies_destroyed",
          event=Happening(_l("The earlier company said that it destroyed its copies"), HER),
          letters=(to_complainant(say.COPIES_DESTROYED), to_officer(say.DESTRUCTION_CONFIRMED))),
)  # fmt: skip
KEPT_SENT = next(one for one in NOTED if one.kind == KEPT)
DESTROYED = next(one for one in NOTED if one.kind == "copies_destroyed")
HANDED_CODE = Happening(_l("A one-use code to hand over, valid for %(time)s", time=length_of(HANDED_OVER_FOR)), NONE)
"""What the writing with the code is called; it is part of another event."""
CARD_SHOWN = Happening(_l("A printed card came with the complaint"), NONE)
"""What the writing is called that says of which sheet it was; it is part of another event."""
OFFICE_LABELS: dict[str, Label] = {
    "invited": _l("A person was invited"),
    "accepted": _l("A person accepted the invitation"),
    "admitted": _l("A person was admitted to the keys"),
    "heard_too": _l("A second person heard the digits of a person who was admitted"),
    "office_made": _l("The office was set up"),
    "keys_confirmed": _l("A person confirmed which keys are theirs"),
    "company_added": _l("A company was added"),
    "company_changed": _l("A company was changed"),
    "register_imported": _l("An earlier register was taken over"),
    "register_run_undone": _l("The takeover of an earlier register was taken back"),
    "register_name": _l("A name of a company in an earlier register was looked at"),
    "incident_written": _l("A site, a unit or an incident was written down"),
    "incident_erased": _l("A site, a unit or an incident was erased with the last case that named it"),
    **concerns.LABELS,
    "holiday_added": _l("Holidays were added"),
    "holiday_removed": _l("A holiday was taken out"),
    "holiday_confirmed": _l("The date of a holiday was found sure"),
    "holiday_doubted": _l("A holiday was said to be wrong"),
    "holiday_kept": _l("A holiday was found right"),
    "holiday_taken_back": _l("A wrong holiday was taken back"),
    "edition_proposed": _l("An edition of the public figures was proposed"),
    "edition_approved": _l("An edition of the public figures was approved, and is public"),
    "edition_refused": _l("An edition of the public figures was refused"),
    "template_added": _l("A template was added"),
    "template_changed": _l("A template was changed"),
    "template_retired": _l("A template was retired"),
    "monitored": _l("A visit, an audit or a self-assessment of a company was written down"),
    "public_text_proposed": _l("A lesson, or a company's reply, was proposed for everybody to read"),
    "public_text_approved": _l("A lesson, or a company's reply, was approved, and is public"),
    "public_text_refused": _l("A lesson, or a company's reply, was refused"),
    "hotline_proposed": _l("A hotline was proposed"),
    "hotline_made": _l("The token of a hotline was made"),
    "hotline_ended": _l("A hotline was ended"),
    "card_sheet_made": _l("A sheet of printed cards was made"),
    "card_sheet_revoked": _l("A sheet of printed cards was revoked"),
    "public_text_ended": _l("A lesson, or a company's reply, was taken back, and its words erased"),
    "field_token_made": _l("Somebody on the spot may send forms from a phone"),
    "field_token_ended": _l("Somebody on the spot may no longer send forms from a phone"),
    "field_arrived": _l("A form from a phone arrived"),
    "field_more_arrived": _l("More of a form from a phone arrived"),
    "field_rung": _l("Everybody was told again that forms from phones wait unopened"),
    "field_settled": _l("A form from a phone was settled"),
    "field_forgotten": _l("What no case has of forms from phones was erased"),
    "field_key_proposed": _l("A key for the forms on phones was proposed"),
    "field_key_confirmed": _l("A key for the forms on phones was confirmed"),
    "field_key_refused": _l("A key for the forms on phones was refused"),
    "question_answered": _l("A question from outside was answered"),
    "board_seat_set": _l("It was said for which pillar somebody sits on the Board"),
    "board_tie_declared": _l("A seat of the Board said that it stands aside about a company"),
    "board_tie_ended": _l("A seat of the Board no longer stands aside about a company"),
    "board_paper_sent": _l("A measure was sent to the Board"),
    "board_voted": _l("A seat of the Board voted"),
    "door_added": _l("Another door was added"),
    "door_changed": _l("Another door was changed"),
    "door_checked": _l("Another door was checked"),
    "door_retired": _l("Another door was retired"),
    "enquiry_asked": _l("A company asked the Secretariat something"),
    "enquiry_answered": _l("A question of a company was answered"),
    "enquiry_settled": _l("A question of a company was said to need no answer"),
    "task_made": _l("A task was given"),
    "task_changed": _l("A task got another day or another person"),
    "task_done": _l("A task was done"),
    "task_taken_back": _l("That a task was done was taken back"),
    "tasks_handed_over": _l("Tasks were handed over with their case"),
    "tasks_erased": _l("Tasks and ticks were erased with their case"),
    "checklist_ticked": _l("Items of a checklist were ticked, or no longer"),
    "sign_texts_proposed": _l("Texts of signs were proposed"),
    "sign_text_approved": _l("A text of signs was approved"),
    "sign_text_refused": _l("A text of signs was refused"),
    "sign_text_stopped": _l("A text of signs was stopped"),
    "left": _l("A person left"),
    "left_for_good": _l("A person left for good"),
    "leaving_taken_back": _l("That a person left was taken back"),
    "reset_asked": _l("A new invitation was asked for"),
    "reset_refused": _l("Somebody objected to a new invitation"),
    "invited_again": _l("A person was invited again"),
    "came_back": _l("A person who had left was invited again"),
    "address_asked": _l("A person asked for another address"),
    "address_code": _l("Another code was mailed to a new address"),
    "address_proven": _l("A person proved that they read their new address"),
    "address_refused": _l("Somebody objected to another address"),
    "address_changed": _l("A person's address was changed"),
    "head_proposed": _l("Another head of the office was proposed"),
    "head_changed": _l("The head of the office was changed"),
    "head_refused": _l("Another head of the office was refused"),
    "role_proposed": _l("Another role was proposed for a person"),
    "role_changed": _l("A person got another role"),
    "role_refused": _l("Another role was refused for a person"),
    "password_changed": _l("A person changed the password"),
    "app_codes_begun": _l("A person is asked for the code of an app from now on"),
    "app_codes_ended": _l("A person is asked for no code of an app any more"),
    "sign_ins_counted": _l("How often people signed in on a day was noted"),
    "readings_counted": _l("How often people read which case on a day was noted"),
    "files_read_counted": _l("Who opened which file on a day was noted"),
    "locked_anew": _l("The lock on a person's key was renewed"),
    "passkey_asked": _l("A person enrolled a first passkey, which waits"),
    "passkey_confirmed": _l("A second person confirmed a first passkey"),
    "passkey_refused": _l("Somebody objected to a first passkey"),
    "passkey_taken_back": _l("A person took back a passkey that waited"),
    "passkey_added": _l("A person enrolled another passkey"),
    "passkey_removed": _l("A person removed a passkey"),
    "own_key_changed": _l("A person's own key was changed"),
    "rotation_begun": _l("The change of a party's key began"),
    "rotation_finished": _l("A party's key was changed"),
    "recovery_code_made": _l("A recovery code was made"),
    "recovery_vouched": _l("The other party of the office heard the fingerprint of a person who waits"),
    "recovered": _l("A person was admitted by the recovery code"),
    "company_key_confirmed": _l("The key of a company was confirmed"),
    "escrow_opened": _l("Half of a company's key was handed over"),
    "joined_by_escrow": _l("A person opened their company's key with both halves"),
    "away": _l("A person said when they are away"),
    "back": _l("A person is back"),
    "away_for": _l("The head of the office said when another person is away"),
    "back_for": _l("The head of the office said that another person is back"),
    "exported": _l("A company took its cases away"),
    "figures_taken": _l("Somebody took the office's figures away"),
    "calendar_proposed": _l("A calendar was proposed for a company"),
    "calendar_confirmed": _l("The calendar of a company was confirmed"),
    "calendar_refused": _l("A calendar that was proposed for a company was refused"),
    "members_proposed": _l("The members' facts were proposed for publication"),
    "members_published": _l("The members' facts were published"),
    "members_refused": _l("The members' facts were not published"),
    "calendar_made": _l("A person made a calendar's address"),
    "calendar_ended": _l("A person switched a calendar's address off"),
    "first_opened": _l("The form was open for the first time"),
    "backup_restored": _l("A backup was restored"),
    "restored_unsigned": _l("A backup was restored that nobody vouches for"),
    "restored_behind": _l("A backup was restored from before what was known of the keys"),
    "paper_key": _l("A paper key for the backups was made"),
    "checkpoint_key": _l("The key that signs the record was named"),
    "intake_key": _l("The key that signs arriving complaints was named"),
}
