"""What each process may do with each table. Read `database_roles.py` first.

Four things hold throughout, and tests/roles names who breaks one: nobody changes or takes away what is on the record;
the processes that the public reaches write no party, account, share, hand-over, setting or checkpoint; they change and
take away no words; and nobody but the worker signs where the record stands.
"""

from grievance.maintenance.database_roles import ALL, Grants, May, but, may, only

READ = May(select=ALL)
ADD = May(select=ALL, insert=ALL)
KEEP = May(select=ALL, insert=ALL, update=ALL)
ANYTHING = May(select=ALL, insert=ALL, update=ALL, delete=True)
ADD_AND_ERASE = May(select=ALL, insert=ALL, delete=True)

ON_RECORD = ("version", "head_seq", "head_hash")
"""Of a case, what each event moves on."""
BY_CLOCK = (*ON_RECORD, "state", "queue_at", "company_at", "waits_since", "admitted", "escalation_unseen",
            "closed_at", "closed_by", "closing_reason", "retain_until", "retention_asked_on", "retention_answer",
            "retention_ended_on")  # fmt: skip
"""Of a case, what changes when a time limit passes."""
BY_HER = (*BY_CLOCK, "company_road", "share_account", "share_identity", "known_to_secretariat", "safety_alert",
          "mediation", "withdrawn_at", "frozen_at", "spoken", "visits_shown", "by_post")  # fmt: skip
"""Of a case, what a complainant's step changes; the clock's comes first."""
RUNNING = but(
    "id", "case_id", "key", "owed_by", "opened_at", "remedy_id", "decision_id", "respondent_id", "round",
    "corrected_at", "corrected_on",
)  # fmt: skip
"""Of a time limit, what moves while it runs: not whose it is, nor that a miss was none."""
WHO_ACTS = ("id", "party_id", "role", "status")
"""Of people, who could do something: no address, no password, no key."""
OF_WHO_LEFT = ("password", "wrapped_seed", "calendar_hash")
"""Of an account, what the clock takes away when somebody has left for three days, and never reads. It makes nobody
anything."""
ONE_DAY = ("case_id", "key", "met_at", "stopped_at", "due_on")
"""Of a time limit, until when one is owed: the receipt says by when she hears something."""
A_KEY = ("id", "kind", "key_id", "public_key")
WHO_HOLDS = only("account_id", "party_id", "key_id")
EDITION = May(select=only("id", "as_of", "facts", "decided_at", "confirmed"))
"""What is published: by whom is nobody's business outside."""
PUBLIC_TEXT = May(select=only(
    "id", "company_id", "edition", "language", "title", "words", "approved", "decided_at", "ended_at"))  # fmt: skip
"""As an edition."""
QUESTION = May(select=only("id", "answered_on"), insert=ALL)
DAYS_OFF = May(select=only("country", "on", "kind", "name"))
MARK = May(select=only("case_id", "reader", "rank"), insert=ALL, update=only("rank"))
HALVES = ("secretariat_key_id", "secretariat_half", "custodians_key_id", "custodians_half")
A_PAIR = ("sealed", "public_key", "sign_key")
"""Of a receipt from before there were such keys: its next use gives it a pair."""
TO_COMPANY = ("case_id", "party_id")


def sealed_again(*columns: str) -> May:
    """What a rotation seals to a new key, and an erasure takes away; nothing else of it changes."""
    return May(select=ALL, insert=ALL, update=only(*columns), delete=True)


GRANTS: dict[str, Grants] = {
    # --- who answers, and by which calendar
    "companies": may(form=READ, follow=READ, staff=KEEP, worker=READ),
    "register_names": may(form=READ, follow=READ, staff=KEEP, worker=READ),
    "register_runs": may(staff=KEEP),
    "register_entries": may(follow=READ, staff=ANYTHING, worker=READ),
    "calendar_proposals": may(staff=KEEP),
    "memberships": may(staff=KEEP),
    "member_editions": may(form=EDITION, staff=KEEP),
    "certificate_reminders": may(staff=READ, worker=KEEP),
    "holidays": may(form=DAYS_OFF, follow=DAYS_OFF, staff=ANYTHING, worker=May(select=ALL, update=only("moved_until"))),
    "heartbeats": may(follow=READ, staff=KEEP, worker=READ),
    # --- people and their keys
    "parties": may(
        form=May(select=only(*A_KEY, "company_id"), update=only("lock")),
        follow=May(select=only(*A_KEY, "company_id"), update=only("lock")),
        staff=May(select=ALL, insert=ALL, update=but("id", "kind", "company_id")),
        worker=May(select=ALL, update=only("lock")),
    ),
    "accounts": may(
        form=May(select=only(*WHO_ACTS)),
        follow=May(select=only(*WHO_ACTS, "name", "head")),
        staff=May(select=ALL, insert=ALL, update=but("id", "created_at")),
        worker=May(select=but(*OF_WHO_LEFT), update=only(*OF_WHO_LEFT)),
    ),
    "account_changes": may(staff=KEEP, worker=May(select=ALL, update=only("to_mail", "mail_at"))),
    "account_waits": may(
        staff=KEEP,
        worker=May(select=ALL, update=only("ended", "ended_by", "ended_at", "to_mail", "mail_at")),
    ),
    "absences": may(follow=READ, staff=ANYTHING, worker=READ),
    "party_shares": may(follow=May(select=WHO_HOLDS), staff=ANYTHING, worker=May(select=WHO_HOLDS, delete=True)),
    "recovery_shares": may(staff=ANYTHING),
    "escrow_halves": may(staff=ANYTHING),
    "escrow_grants": may(staff=ANYTHING, worker=May(select=only("account_id"), delete=True)),
    "rotations": may(form=READ, follow=READ, staff=KEEP, worker=READ),
    "account_sessions": may(staff=ANYTHING, worker=May(select=but("sealed_seed"), delete=True)),
    "app_codes": may(staff=ANYTHING, worker=May(select=only("account_id"), delete=True)),
    "company_tokens": may(staff=ANYTHING, worker=May(select=only("account_id"), delete=True)),
    "company_webhooks": may(
        staff=ANYTHING,
        worker=May(
            select=ALL,
            update=only("failing_since", "fault", "given_up_at", "off_at", "reached_on"),
        ),
    ),
    "webhook_messages": may(staff=May(select=ALL, insert=ALL, delete=True), worker=ANYTHING),
    "webhook_letters": may(worker=ADD_AND_ERASE),
    "passkeys": may(staff=ANYTHING, worker=May(select=only("account_id", "state"), delete=True)),
    "mailboxes": may(staff=READ, worker=KEEP),
    "code_mails": may(
        staff=May(select=ALL, insert=ALL, delete=True),
        worker=May(select=ALL, update=only("sealed", "again_at", "tries", "sent_at", "refused_at")),
    ),
    "witness_mails": may(worker=ANYTHING),
    "sign_in_counts": may(
        staff=May(select=ALL, insert=ALL, update=only("number")),
        worker=May(select=ALL, update=only("said"), delete=True),
    ),
    "reading_counts": may(
        staff=May(select=ALL, insert=ALL, update=only("number")),
        worker=May(select=ALL, update=only("said"), delete=True),
    ),
    "file_readings": may(
        staff=May(select=ALL, insert=ALL, update=only("number")),
        worker=May(select=ALL, update=only("said"), delete=True),
    ),
    "slowed_tries": may(staff=ANYTHING, worker=May(select=only("until"), delete=True)),
    "saved_views": may(staff=ANYTHING),
    "ticks": may(staff=ADD_AND_ERASE),
    "cases_at_companies": may(staff=ANYTHING),
    "company_words": may(staff=ANYTHING),
    "enquiries": may(staff=KEEP),
    "enquiry_words": may(staff=KEEP),
    "tasks": may(
        staff=May(select=ALL, insert=ALL, update=but("id", "case_id", "made_by", "sealed"), delete=True),
        worker=May(select=only("id", "case_id", "account_id", "due_on", "done_on")),
    ),
    "editions": may(form=READ, follow=READ, staff=KEEP, worker=READ),
    "message_templates": may(staff=KEEP),
    "public_texts": may(form=PUBLIC_TEXT, staff=KEEP),
    "field_tokens": may(staff=KEEP),
    "field_submissions": may(staff=KEEP, worker=READ),
    "field_parts": may(staff=KEEP, worker=May(select=ALL, update=only("sealed", "key_id", "commit"))),
    "field_keys": may(staff=KEEP),
    "public_questions": may(form=QUESTION, staff=KEEP, worker=May(select=only("id", "answered_on"), delete=True)),
    "doors": may(form=READ, follow=READ, staff=KEEP, worker=READ),
    "hotlines": may(staff=KEEP),
    "card_sheets": may(form=May(select=only("id", "used"), update=only("used")), staff=KEEP),
    "printed_cards": may(
        form=May(select=ALL, update=only("used")),
        follow=May(select=only("lookup", "valid_until")),
        staff=ANYTHING,
        worker=May(select=only("valid_until"), delete=True),
    ),
    "sign_texts": may(follow=READ, staff=KEEP, worker=READ),
    # --- a case
    "cases": may(
        form=May(select=ALL, insert=ALL, update=only(*ON_RECORD)),
        follow=May(select=ALL, insert=ALL, update=only(*BY_HER)),
        staff=May(select=ALL, insert=ALL, update=but("id", "reference", "received_at", "signed_seq")),
        worker=May(select=ALL, update=only(*BY_CLOCK, "signed_seq")),
    ),
    "respondents": may(
        form=May(insert=ALL), follow=May(select=ALL, insert=ALL, update=only("round")), staff=KEEP, worker=READ
    ),
    "case_links": may(staff=ANYTHING),
    "incidents": may(staff=ANYTHING),
    "stands_in": may(
        follow=May(select=only("id", "case_id")), staff=ANYTHING, worker=May(select=only("id", "case_id"))
    ),
    "concerns": may(staff=KEEP, worker=READ),
    "concern_items": may(staff=KEEP, worker=May(select=ALL, update=only("state"))),
    "concern_limits": may(staff=KEEP, worker=May(select=ALL, update=only("warned", "missed_at", "wake_at"))),
    "concern_mails": may(form=May(insert=ALL), staff=ADD, worker=ANYTHING),
    "board_seats": may(staff=KEEP),
    "board_ties": may(staff=KEEP),
    "board_papers": may(staff=KEEP),
    "board_copies": may(staff=KEEP),
    "concern_proposals": may(staff=KEEP),
    "concern_words": may(staff=ANYTHING),
    "monitoring": may(staff=KEEP),
    "beside": may(follow=READ, staff=ADD_AND_ERASE, worker=READ),
    "conflicts": may(form=READ, follow=READ, staff=ANYTHING, worker=READ),
    "deputies": may(follow=READ, staff=ANYTHING, worker=READ),
    "remedies": may(follow=May(select=ALL, update=only("status")), staff=KEEP, worker=READ),
    "decisions": may(
        follow=May(select=ALL, insert=ALL, update=only("outcome", "decided_at")),
        staff=May(select=ALL, insert=ALL, update=only("outcome", "decided_at", "decided_by", "solo")),
        worker=May(select=ALL, update=only("outcome", "decided_at")),
    ),
    "summaries": may(
        follow=May(select=ALL, update=only("silence_at", "verdict", "answered_at", "answered_as")),
        staff=ANYTHING,
        worker=READ,
    ),
    "signs": may(
        follow=May(select=ALL, insert=ALL, delete=True),
        staff=May(select=ALL, delete=True),
        worker=May(select=ALL, update=only("heard_seq", "due_at", "went_at", "tries", "failed_since"), delete=True),
    ),
    "limits": may(
        form=May(select=only(*ONE_DAY), insert=ALL),
        follow=May(ALL, ALL, RUNNING),
        staff=KEEP,
        worker=May(ALL, ALL, RUNNING),
    ),
    "letters": may(
        form=May(insert=ALL),
        follow=May(ALL, ALL, only("counts_from")),
        staff=May(ALL, ALL, only("counts_from")),
        worker=May(ALL, ALL, only("counts_from", "mailed", "sent_at", "tries", "again_at", "unreached_since")),
    ),
    "new_marks": may(form=MARK, follow=MARK, staff=ANYTHING, worker=MARK),
    "held_back": may(follow=ADD, staff=ADD_AND_ERASE, worker=ADD_AND_ERASE),
    "step_drafts": may(staff=ANYTHING, worker=May(select=only("account_id", "case_id", "saved_at"), delete=True)),
    "sent_forms": may(
        form=ANYTHING, follow=ANYTHING, staff=ANYTHING, worker=May(select=only("expires_at"), delete=True)
    ),
    # --- words, files, names
    "writings": may(
        form=May(insert=ALL),
        follow=ADD,
        staff=May(select=ALL, insert=ALL, update=only("sealed", "remedy_id")),
    ),
    "search_segments": may(staff=ANYTHING),
    "search_blocks": may(staff=ADD_AND_ERASE),
    "searched_writings": may(staff=ANYTHING),
    "unsearched_writings": may(form=May(insert=ALL), follow=May(insert=ALL), staff=ANYTHING),
    "attachments": may(form=May(select=only("id"), insert=ALL), follow=ADD, staff=ADD_AND_ERASE, worker=READ),
    "identity_entries": may(form=May(insert=ALL), follow=ADD, staff=sealed_again(*HALVES)),
    "identity_requests": may(
        follow=May(select=but("words", "answer")),
        staff=ANYTHING,
        worker=May(select=only("id", "asked_by", "expires_at")),
    ),
    "identity_grants": may(staff=ADD_AND_ERASE, worker=May(select=only("id", "request_id"), delete=True)),
    "identity_shares": may(follow=May(select=only("id", "case_id")), staff=sealed_again("key_id", "sealed")),
    # --- who holds the keys of a case
    "secretariat_envelopes": may(
        form=May(insert=ALL),
        follow=May(select=only("case_id"), insert=ALL),
        staff=sealed_again("key_id", "sealed", "commit"),
    ),
    "company_envelopes": may(
        form=May(select=only(*TO_COMPANY)),
        follow=May(select=only(*TO_COMPANY, "n")),
        staff=sealed_again("key_id", "sealed", "commit"),
        worker=May(select=only(*TO_COMPANY)),
    ),
    "receipt_envelopes": may(
        form=May(select=ALL, insert=ALL, update=only("seen_seq", "opened_on")),
        follow=May(select=ALL, insert=ALL, update=only("seen_seq", "opened_on", "revoked_at", *A_PAIR)),
        staff=May(select=ALL, insert=ALL, update=only("revoked_at", "opened_on", "checked_until"), delete=True),
        worker=May(select=only("id", "holder", "revoked_at", "seen_seq")),
    ),
    "part_keys": may(follow=READ, staff=ADD_AND_ERASE, worker=May(select=only("case_id"))),
    "spoken_for": may(
        form=May(select=only("case_id", "agreed_at")),
        follow=May(select=ALL, insert=ALL, update=but("case_id", "lead_id", "number")),
        staff=May(select=ALL, update=only("agreed_at"), delete=True),
    ),
    "filings": may(
        form=May(select=ALL, insert=ALL, update=only("sealed_receipt")),
        follow=ADD,
        staff=ADD,
        worker=May(select=only("sealed_receipt", "expires_at"), update=only("sealed_receipt")),
    ),
    "drafts": may(
        form=ANYTHING,
        staff=May(select=only("secret_hash"), delete=True),
        worker=May(select=only("expires_at"), delete=True),
    ),
    "draft_receipts": may(
        form=ANYTHING,
        follow=READ,
        worker=May(select=only("sealed_secret", "kept_until"), update=only("sealed_secret", "kept_until"), delete=True),
    ),
    "follow_sessions": may(
        form=May(select=ALL, insert=ALL, delete=True),
        follow=May(select=ALL, insert=ALL, update=only("seen_at", "new_after"), delete=True),
        staff=May(select=but("sealed_key"), delete=True),
        worker=May(select=only("seen_at"), delete=True),
    ),
    "epochs": may(form=ADD, follow=ADD, staff=ADD_AND_ERASE, worker=READ),
    "epoch_envelopes": may(form=ADD, follow=ADD, staff=sealed_again("key_id", "sealed")),
    # --- the record
    "events": may(form=ADD, follow=ADD, staff=ADD, worker=ADD),
    "signatures": may(form=ADD, follow=ADD, staff=ADD, worker=ADD),
    "chain_heads": may(
        form=READ,
        follow=READ,
        staff=May(select=ALL, insert=ALL, update=only("seq", "hash")),
        worker=May(select=ALL, insert=ALL, update=only("seq", "hash", "signed_seq")),
    ),
    "checkpoints": may(follow=READ, staff=READ, worker=ADD),
    "week_roots": may(form=May(select=but("salt")), follow=READ, staff=READ, worker=ADD),
    "settings": may(
        form=READ,
        follow=READ,
        staff=READ,
        worker=May(select=ALL, insert=ALL, update=only("value"), delete=True),
        backup=ALL,
    ),
}
