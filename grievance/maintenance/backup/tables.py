"""Which tables a backup holds, each with the reason.

They are read as the database has them, not as the models do, so that a backup goes back to the migration that it was
made at, whatever the program has become since.
"""

from typing import Any

from sqlalchemy import Connection, Engine, MetaData, Table, event
from sqlalchemy.types import JSON, DateTime

from grievance.extensions import UtcDateTime
from grievance.maintenance.backup import BackupError

REVISION = "alembic_version"
"""Alembic's own table: the manifest says what is in it."""

KEPT = {
    "settings": "the salt without which no receipt opens",
    "companies": "who answers, by which calendar",
    "calendar_proposals": "who proposed and who confirmed the calendar of a company",
    "memberships": "a company's history",
    "member_editions": "what was published of the members, and who decided it",
    "certificate_reminders": "which certificates were told of: forgotten, the mails would go twice",
    "register_names": "what an officer found about names of companies in an old register: the public sees none before",
    "register_runs": "which imports of old registers there were, so that one can be taken back",
    "register_entries": "an old register's own numbers: forgotten, a later export could change nothing",
    "parties": "public keys",
    "accounts": "people, their wrapped seeds, hashes of invitations and of calendar addresses that are still good",
    "app_codes": "who is asked for the code of an app: forgotten, the record would still say so",
    "passkeys": "without which their person does not sign in: public halves, and what is sealed to them",
    "account_changes": "who proposed and who confirmed a new head or another role",
    "account_waits": "what one person began about an account: who asked, until when, and how it ended",
    "absences": "who stands in",
    "party_shares": "the parties' seeds, sealed to each member",
    "recovery_shares": "the parties' seeds, sealed to the code on paper",
    "escrow_halves": "companies' seeds in two halves, each sealed to its party",
    "escrow_grants": "halves that were handed to a person who waits",
    "rotations": "a change of keys that is under way goes on",
    "sign_in_counts": "how often people signed in: what is not on the record yet is nowhere else",
    "reading_counts": "how often people read which case, as those",
    "file_readings": "who opened which file, as those",
    "cases": "the cases",
    "part_keys": "what opens the part of another company, sealed under the key of the complaint",
    "respondents": "which company a case is about, since when, and what a company that lost it was told, sealed to it",
    "case_links": "cases of one incident",
    "incidents": "sites, units and incidents as complaints name them, sealed",
    "stands_in": "which case stands in which incident, or does not, who said so, and what was taken back",
    "concerns": "why a company is looked at, and which case gave rise to it",
    "concern_items": "what a company was asked to put right, and the measures against it",
    "concern_limits": "by when it owes that, and whether it was late",
    "concern_mails": "who is still to be told that something of it waits",
    "board_seats": "for which pillar somebody sits on the Board",
    "board_ties": "why a seat stands aside: forgotten, it would read and vote",
    "board_papers": "what was sent to the Board",
    "board_copies": "the words of it, sealed to each seat, and its vote",
    "concern_proposals": "what waits for a second person",
    "concern_words": "what was written of it, sealed to its reader",
    "monitoring": "visits to sites, audits and self-assessments of companies, and what they found, sealed",
    "cases_at_companies": "what a company calls a case, and who of it is in charge, sealed to it",
    "company_words": "notes and wordings of a company, sealed to it",
    "enquiries": "which company asked the Secretariat something, and whether it was answered",
    "enquiry_words": "what was asked and answered, sealed to each side",
    "beside": "who works on a case beside the one in charge",
    "conflicts": "who must not see a case: forgotten, they would see it",
    "deputies": "who may act in one case as what they are not elsewhere",
    "writings": "all words, sealed",
    "summaries": "what she was shown before the company reads it, and what she said to it",
    "attachments": "which files belong to a case",
    "remedies": "promises",
    "decisions": "proposals, open ones too",
    "limits": "what is owed",
    "events": "the record",
    "signatures": "who signed what of the record",
    "chain_heads": "the end of the office's record",
    "checkpoints": "what was signed of the record",
    "week_roots": "what was published of it each week",
    "letters": "what was sent, and what is still owed",
    "holidays": "the calendars",
    "secretariat_envelopes": "the cases' keys, sealed",
    "company_envelopes": "what companies may read, sealed",
    "epochs": "which later keys a case has",
    "epoch_envelopes": "the later keys, sealed to each reader",
    "receipt_envelopes": "receipts and hand-over codes, as what they give",
    "spoken_for": "who speaks for whom of one incident, sealed to the spokesperson's receipt",
    "identity_entries": "names, under two halves of a key, both sealed",
    "identity_requests": "who asked to open an identity, and what was answered: the complainant's page shows it",
    "identity_shares": "what a company was told, sealed to it",
    "editions": "the figures that were published, for ever; sealed: the registers that prove that they show nobody",
    "message_templates": "the office's wordings",
    "public_texts": "lessons and replies that are public, and which two people made them so",
    "public_questions": "questions from outside, sealed, until they were answered and are gone",
    "hotlines": "who files by telephone, by what a token is known, and which two people made it",
    "card_sheets": "sheets of printed cards, for whom each was made, and whether it was revoked",
    "printed_cards": "what the codes of cards give: with none, those that were given out would be unknown",
    "field_tokens": "who on the spot may send: forgotten, their phones would keep what they wrote down",
    "field_submissions": "what phones sent, and what became of it",
    "field_parts": "the words and files of it, sealed, until a case has them",
    "field_keys": "what opens what phones sealed, sealed",
    "doors": "who else may help, when each was last asked, and by whom",
    "sign_texts": "the neutral texts of signs, and which two people approved each",
    "saved_views": "people's own queries",
    "ticks": "what was gone through in a case, by whom",
    "tasks": "what somebody of the office is to do: forgotten, nobody calls her on Tuesday",
    "new_marks": "who has not looked yet: forgotten, a message could stay unseen",
    "held_back": "what a company is told at the next release: forgotten, it would learn at once when she acted",
    "heartbeats": "outages until now: a company's time that was given again must stay explained",
}
LEFT_OUT = {
    "account_sessions": "nobody who signed in before is signed in after: a cookie must not outlive a restore",
    "company_tokens": "each holds a company's key for a program: the company makes them anew",
    "company_webhooks": "each says where a company's system is: the company adds it anew, and nothing is told twice",
    "webhook_messages": "as the webhooks: people get mail about the same",
    "webhook_letters": "as the webhooks",
    "follow_sessions": "as those of accounts: fifteen minutes of a complainant's life on a phone",
    "filings": "a receipt is shown for an hour; older than that, its row must not come back",
    "drafts": "a form that was not sent is nobody's yet: its writer did not agree that it is kept",
    "draft_receipts": "they open forms that were not sent, and those are not in it",
    "step_drafts": "words that were not sent",
    "search_segments": "an index of what the writings say, made of those that are there: erased ones are in none",
    "search_blocks": "as the segments",
    "searched_writings": "as the segments",
    "unsearched_writings": "as the segments: each writing that a restore brings back waits",
    "signs": "what she took back must not come back: a restored one would send to a phone that she gave up",
    "witness_mails": "whom the week's mail about the record still goes to: the next checkpoint owes it anew",
    "code_mails": "codes on their way: a restored one was used, or is void; whoever invited sends another",
    "mailboxes": "when a mail last went to somebody, and whose address is refused: the next mail finds it out anew",
    "slowed_tries": "who tried passwords often, for minutes",
    "sent_forms": "whether a form was sent already, for a day: nobody who had a page before is signed in after",
    "identity_grants": "a custodian's consent is for one day; a restore asks again",
}


def _alike(_inspector: Any, _table: Table, column: dict[str, Any]) -> None:
    """SQLite would give times without a zone, PostgreSQL with one; and both would write JSON's null for none."""
    if isinstance(column["type"], DateTime):
        column["type"] = UtcDateTime()
    elif isinstance(column["type"], JSON):
        column["type"] = JSON(none_as_null=True)


def reflect(bind: Engine | Connection) -> dict[str, Table]:
    """The tables that a backup holds, in an order in which what is referred to comes first.

    Raises `BackupError` for a table of which nobody has decided yet.
    """
    there = MetaData()
    event.listen(there, "column_reflect", _alike)
    there.reflect(bind=bind)
    if undecided := there.tables.keys() - KEPT.keys() - LEFT_OUT.keys() - {REVISION}:
        raise BackupError(f"Nobody has decided whether a backup holds the table {min(undecided)}.")
    return {table.name: table for table in there.sorted_tables if table.name in KEPT}
