"""A word on every moment that a row holds: what a copy of the database tells of when somebody acted (docs/times.md).

Hers is what she or who speaks for her did. A test asks for a column that has no word, and files and writes in a marked
minute: no column that says the day may hold it.
"""

from dataclasses import dataclass
from enum import Enum


class Says(Enum):
    """What such a column says of when she acted."""

    DAY = "the day"
    NOTHING = "nothing"
    EXACT = "the moment"


@dataclass(frozen=True)
class Word:
    says: Says
    why: str


_STAFF = Word(Says.NOTHING, "what people of the office or of a company did, or the clock")
_WEBHOOK = "the round after the release that follows what she did, and the tries after it"
_OFFICE = Word(Says.NOTHING, "of the office, of no case")
_COMES = Word(Says.NOTHING, "a moment to come, or what the clock did")
_DAY = Word(Says.DAY, "of hers the moment that the record keeps of that day; of others the moment")
_VISIT = "while it lasts: a visit that is under way ends after minutes without a page"


def _day(why: str) -> Word:
    return Word(Says.DAY, why)


def _exact(why: str) -> Word:
    return Word(Says.EXACT, why)


TIMES: dict[str, Word] = {
    "account_changes.proposed_at": _OFFICE,
    "account_changes.decided_at": _OFFICE,
    "account_changes.mail_at": _OFFICE,
    "account_sessions.started_at": _OFFICE,
    "account_sessions.seen_at": _OFFICE,
    "account_waits.began_at": _OFFICE,
    "account_waits.due_at": _OFFICE,
    "account_waits.ended_at": _OFFICE,
    "account_waits.mail_at": _OFFICE,
    "account_waits.proven_at": _OFFICE,
    "accounts.invitation_expires_at": _OFFICE,
    "accounts.created_at": _OFFICE,
    "app_codes.since": _OFFICE,
    "app_codes.wrong_at": _OFFICE,
    "calendar_proposals.proposed_at": _OFFICE,
    "member_editions.proposed_at": _OFFICE,
    "member_editions.decided_at": _OFFICE,
    **dict.fromkeys(
        (
            "board_seats.set_at",
            "board_ties.since",
            "board_ties.ended_at",
            "board_papers.sent_at",
            "board_papers.closed_at",
            "board_copies.voted_at",
        ),
        _OFFICE,
    ),
    "public_texts.proposed_at": _OFFICE,
    "public_texts.decided_at": _OFFICE,
    "public_texts.ended_at": _OFFICE,
    "certificate_reminders.at": _OFFICE,
    "certificate_reminders.mail_at": _OFFICE,
    "calendar_proposals.decided_at": _OFFICE,
    "cases.withdrawn_at": _DAY,
    "cases.frozen_at": _exact(
        "who has a receipt that was replaced says that it was not her: nobody waits a day with it"
    ),
    "cases.erased_at": _STAFF,
    "cases.received_at": _DAY,
    "cases.closed_at": _DAY,
    "cases.waits_since": _DAY,
    "cases.queue_at": _COMES,
    "cases.company_at": _COMES,
    "checkpoints.taken_at": _exact(
        "each hour, with where the chain of each case that went on ends: who holds the copy learns between which two, "
        "and so the hour. What can be dated back rests on it"
    ),
    "code_mails.again_at": _OFFICE,
    "code_mails.owed_at": _OFFICE,
    "code_mails.refused_at": _OFFICE,
    "code_mails.sent_at": _OFFICE,
    "companies.calendar_confirmed_at": _OFFICE,
    "company_webhooks.failing_since": _OFFICE,
    "company_webhooks.former_until": _OFFICE,
    "company_webhooks.given_up_at": _OFFICE,
    "company_webhooks.made_at": _OFFICE,
    "company_webhooks.off_at": _OFFICE,
    "company_words.written_at": _STAFF,
    "concern_items.ended_at": _OFFICE,
    "concern_items.in_force_at": _OFFICE,
    "concern_items.since": _OFFICE,
    "concern_limits.due_at": _OFFICE,
    "concern_limits.met_at": _OFFICE,
    "concern_limits.missed_at": _OFFICE,
    "concern_limits.opened_at": _OFFICE,
    "concern_limits.stopped_at": _OFFICE,
    "concern_limits.wake_at": _OFFICE,
    "concern_limits.warn_first_at": _OFFICE,
    "concern_limits.warn_last_at": _OFFICE,
    "concern_mails.mail_at": _OFFICE,
    "concern_proposals.decided_at": _OFFICE,
    "concern_proposals.proposed_at": _OFFICE,
    "concern_words.written_at": _OFFICE,
    "concerns.closed_at": _OFFICE,
    "monitoring.written_at": _OFFICE,
    "concerns.opened_at": _OFFICE,
    "decisions.proposed_at": _DAY,
    "decisions.decided_at": _STAFF,
    "deputies.named_at": _STAFF,
    "draft_receipts.kept_until": _exact("of a form that was not sent: thirty days from its last answer; then the day"),
    "drafts.started_at": _exact("of a form that is being filled in: it is what its hour of waiting counts from"),
    "drafts.expires_at": _exact("of a form that is being filled in: a day, or thirty, from its last answer"),
    "enquiries.asked_at": _OFFICE,
    "enquiries.last_at": _OFFICE,
    "enquiry_words.written_at": _OFFICE,
    "epochs.begun_at": _DAY,
    "events.happened_at": _DAY,
    "events.recorded_at": _DAY,
    **dict.fromkeys(
        ("field_submissions.arrived_at", "field_submissions.last_at", "field_parts.arrived_at"),
        _exact("who wrote it down on the spot sent it then, and not she: the case's time limits count from it"),
    ),
    **dict.fromkeys(
        (
            "field_tokens.made_at",
            "field_tokens.ended_at",
            "field_keys.proposed_at",
            "field_keys.decided_at",
            "field_submissions.settled_at",
        ),
        _OFFICE,
    ),
    "filings.expires_at": _exact("for as long as the page that was sent can show its receipt again"),
    "follow_sessions.seen_at": _exact(_VISIT),
    "held_back.until": _day("the release after she acted; the worker's next round after it takes the row away"),
    "heartbeats.began_at": _OFFICE,
    "heartbeats.last_at": _OFFICE,
    "holidays.added_at": _OFFICE,
    "identity_entries.created_at": _DAY,
    "identity_requests.asked_at": _STAFF,
    "identity_requests.decided_at": _STAFF,
    "identity_requests.expires_at": _STAFF,
    "incidents.made_at": _OFFICE,
    "letters.owed_at": _DAY,
    "letters.counts_from": _exact(
        "to the office, until the mail that tells of it went, a day at most where mail goes: one that went before she "
        "acted did not tell of it; then nothing. To a company it is the release"
    ),
    "letters.sent_at": _day("midnight at the office on the day on which it was mailed"),
    "letters.again_at": _exact("of what the office waits for, until the mail went: then nothing"),
    "letters.unreached_since": _day("midnight at the office on the day on which nobody was found who reads it"),
    "limits.paused_at": _DAY,
    "limits.waits_until": _COMES,
    "limits.opened_at": _exact(
        "only of a look at her safety that is counted in hours; of any other that she set off, the day"
    ),
    "limits.due_at": _exact("as when it was opened: of what is counted in hours alone"),
    "limits.wake_at": _exact("the same"),
    "limits.reminded_at": _COMES,
    "limits.dated_at": _DAY,
    "limits.missed_at": _COMES,
    "limits.corrected_at": _STAFF,
    "limits.met_at": _DAY,
    "limits.stopped_at": _DAY,
    "mailboxes.mailed_at": _exact("of the last mail to somebody of the office, which may be one about what she did"),
    "mailboxes.refused_since": _OFFICE,
    "new_marks.since": _DAY,
    "parties.exposed_since": _OFFICE,
    "parties.unconfirmed_since": _OFFICE,
    "passkeys.since": _OFFICE,
    "receipt_envelopes.created_at": _exact("where a receipt is made besides filing: its own event says it, too"),
    "receipt_envelopes.expires_at": _STAFF,
    "receipt_envelopes.revoked_at": _exact("where one is made in place of another: its own event says it, too"),
    "receipt_envelopes.checked_until": _exact("the same, two weeks on"),
    "recovery_shares.made_at": _OFFICE,
    "recovery_shares.used_at": _OFFICE,
    "editions.proposed_at": _OFFICE,
    "editions.decided_at": _OFFICE,
    "register_names.at": _OFFICE,
    "register_runs.taken_at": _OFFICE,
    "register_runs.undone_at": _OFFICE,
    "respondents.named_at": _DAY,
    "respondents.ended_at": _STAFF,
    "respondents.confirmed_at": _STAFF,
    "rotations.started_at": _OFFICE,
    "rotations.finished_at": _OFFICE,
    "sent_forms.expires_at": _exact("of each form that was sent, of everybody, for a day: it names no case"),
    "sign_texts.proposed_at": _OFFICE,
    "sign_texts.decided_at": _OFFICE,
    "sign_texts.ended_at": _OFFICE,
    "signs.due_at": Word(Says.NOTHING, "a random minute within her hours"),
    "signs.went_at": Word(Says.NOTHING, "the same"),
    "signs.failed_since": _COMES,
    "spoken_for.agreed_at": _DAY,
    "stands_in.at": _STAFF,
    "stands_in.ended_at": _STAFF,
    "step_drafts.saved_at": _STAFF,
    "summaries.shown_at": _STAFF,
    "summaries.silence_at": _COMES,
    "summaries.answered_at": _DAY,
    "summaries.handed_at": _STAFF,
    "webhook_letters.at": _day(_WEBHOOK),
    "webhook_messages.again_at": _day(_WEBHOOK),
    "webhook_messages.done_at": _day(_WEBHOOK),
    "webhook_messages.made_at": _day(_WEBHOOK),
    "witness_mails.owed_at": _OFFICE,
    "witness_mails.again_at": _OFFICE,
    "witness_mails.sent_at": _OFFICE,
    "writings.written_at": _day(
        "of hers the day; the moment is sealed in what no company reads. Of what goes to a company it is kept nowhere"
    ),
}
