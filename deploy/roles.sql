-- What each process may do in the database. By a superuser, after each migration:
--   psql -v ON_ERROR_STOP=1 -1 -d grievance -f deploy/roles.sql
-- It may be run again at any time. It sets no password: docs/operations.md, "Database roles".

DO $$
DECLARE
  one text;
BEGIN
  FOREACH one IN ARRAY ARRAY['grievance_owner', 'grievance_form', 'grievance_follow', 'grievance_staff', 'grievance_worker', 'grievance_backup'] LOOP
    BEGIN
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = one) THEN
        EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS', one);
      END IF;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
      NULL;  -- another database of this server was given its roles at the same moment
    END;
  END LOOP;
END $$;

DO $$
BEGIN
  IF NOT pg_has_role('grievance_owner', 'pg_read_all_stats', 'MEMBER') THEN
    GRANT pg_read_all_stats TO grievance_owner;  -- whether somebody still reads what was erased (flask scrub)
  END IF;
EXCEPTION WHEN unique_violation THEN
  NULL;  -- as above
END $$;

DO $$
DECLARE
  one record;
BEGIN
  EXECUTE format('ALTER DATABASE %I OWNER TO grievance_owner', current_database());
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO grievance_form, grievance_follow, grievance_staff, grievance_worker, grievance_backup', current_database());
  ALTER SCHEMA public OWNER TO grievance_owner;
  FOR one IN SELECT c.oid::regclass AS name, c.relkind FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'S', 'v') AND NOT EXISTS (
      SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i')
        AND c.relkind = 'S')  -- what numbers a column goes with its table
    ORDER BY c.relkind <> 'r'
  LOOP
    EXECUTE format('ALTER TABLE %s OWNER TO grievance_owner', one.name);
  END LOOP;
  FOR one IN SELECT p.oid::regprocedure AS name FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO grievance_owner', one.name);
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', one.name);
  END LOOP;
END $$;
REVOKE ALL ON SCHEMA public FROM PUBLIC, grievance_form, grievance_follow, grievance_staff, grievance_worker, grievance_backup;
GRANT USAGE ON SCHEMA public TO grievance_form, grievance_follow, grievance_staff, grievance_worker, grievance_backup;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, grievance_form, grievance_follow, grievance_staff, grievance_worker, grievance_backup;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, grievance_form, grievance_follow, grievance_staff, grievance_worker, grievance_backup;
GRANT SELECT ON alembic_version TO grievance_form, grievance_follow, grievance_staff, grievance_worker, grievance_backup;

-- Made by `make docs` from grievance/maintenance/grants.py: what each role may do with each table.

GRANT SELECT ("id", "role", "status", "party_id") ON accounts TO grievance_form;
GRANT SELECT ("id"), INSERT ON attachments TO grievance_form;
GRANT SELECT, INSERT, UPDATE ("version", "head_seq", "head_hash") ON cases TO grievance_form;
GRANT SELECT ON chain_heads TO grievance_form;
GRANT SELECT ON companies TO grievance_form;
GRANT SELECT ("case_id", "party_id") ON company_envelopes TO grievance_form;
GRANT SELECT ON conflicts TO grievance_form;
GRANT SELECT, INSERT, UPDATE, DELETE ON draft_receipts TO grievance_form;
GRANT SELECT, INSERT, UPDATE, DELETE ON drafts TO grievance_form;
GRANT SELECT, INSERT ON epoch_envelopes TO grievance_form;
GRANT SELECT, INSERT ON epochs TO grievance_form;
GRANT SELECT, INSERT ON events TO grievance_form;
GRANT USAGE ON SEQUENCE events_id_seq TO grievance_form;
GRANT SELECT, INSERT, UPDATE ("sealed_receipt") ON filings TO grievance_form;
GRANT SELECT, INSERT, DELETE ON follow_sessions TO grievance_form;
GRANT SELECT ("country", "on", "name", "kind") ON holidays TO grievance_form;
GRANT INSERT ON identity_entries TO grievance_form;
GRANT INSERT ON letters TO grievance_form;
GRANT USAGE ON SEQUENCE letters_id_seq TO grievance_form;
GRANT SELECT ("case_id", "key", "due_on", "met_at", "stopped_at"), INSERT ON limits TO grievance_form;
GRANT USAGE ON SEQUENCE limits_id_seq TO grievance_form;
GRANT SELECT ("case_id", "reader", "rank"), INSERT, UPDATE ("rank") ON new_marks TO grievance_form;
GRANT SELECT ("id", "kind", "company_id", "public_key", "key_id"), UPDATE ("lock") ON parties TO grievance_form;
GRANT SELECT, INSERT, UPDATE ("seen_seq", "opened_on") ON receipt_envelopes TO grievance_form;
GRANT SELECT ON register_names TO grievance_form;
GRANT INSERT ON respondents TO grievance_form;
GRANT SELECT ON rotations TO grievance_form;
GRANT INSERT ON secretariat_envelopes TO grievance_form;
GRANT SELECT, INSERT, UPDATE, DELETE ON sent_forms TO grievance_form;
GRANT SELECT ON settings TO grievance_form;
GRANT SELECT, INSERT ON signatures TO grievance_form;
GRANT USAGE ON SEQUENCE signatures_id_seq TO grievance_form;
GRANT SELECT ("case_id", "agreed_at") ON spoken_for TO grievance_form;
GRANT INSERT ON writings TO grievance_form;

GRANT SELECT ON absences TO grievance_follow;
GRANT SELECT ("id", "name", "role", "status", "party_id", "head") ON accounts TO grievance_follow;
GRANT SELECT, INSERT ON attachments TO grievance_follow;
GRANT SELECT, INSERT, UPDATE ("state", "known_to_secretariat", "share_account", "share_identity", "company_road", "by_post", "visits_shown", "escalation_unseen", "safety_alert", "admitted", "mediation", "withdrawn_at", "frozen_at", "closed_at", "closing_reason", "closed_by", "retain_until", "retention_asked_on", "retention_answer", "retention_ended_on", "waits_since", "queue_at", "spoken", "version", "head_seq", "head_hash") ON cases TO grievance_follow;
GRANT SELECT ON chain_heads TO grievance_follow;
GRANT SELECT ON checkpoints TO grievance_follow;
GRANT SELECT ON companies TO grievance_follow;
GRANT SELECT ("case_id", "party_id", "n") ON company_envelopes TO grievance_follow;
GRANT SELECT ON conflicts TO grievance_follow;
GRANT SELECT, INSERT, UPDATE ("decided_at", "outcome") ON decisions TO grievance_follow;
GRANT SELECT ON deputies TO grievance_follow;
GRANT SELECT ON draft_receipts TO grievance_follow;
GRANT SELECT, INSERT ON epoch_envelopes TO grievance_follow;
GRANT SELECT, INSERT ON epochs TO grievance_follow;
GRANT SELECT, INSERT ON events TO grievance_follow;
GRANT USAGE ON SEQUENCE events_id_seq TO grievance_follow;
GRANT SELECT, INSERT ON filings TO grievance_follow;
GRANT SELECT, INSERT, UPDATE ("seen_at", "new_after"), DELETE ON follow_sessions TO grievance_follow;
GRANT SELECT ON heartbeats TO grievance_follow;
GRANT SELECT, INSERT ON held_back TO grievance_follow;
GRANT USAGE ON SEQUENCE held_back_id_seq TO grievance_follow;
GRANT SELECT ("country", "on", "name", "kind") ON holidays TO grievance_follow;
GRANT SELECT, INSERT ON identity_entries TO grievance_follow;
GRANT SELECT ("id", "case_id", "asked_by", "asked_at", "reason", "words_key_id", "words_commit", "decided_by", "decided_at", "granted", "answer_key_id", "answer_commit", "expires_at") ON identity_requests TO grievance_follow;
GRANT SELECT ("id", "case_id") ON identity_shares TO grievance_follow;
GRANT SELECT, INSERT, UPDATE ("counts_from") ON letters TO grievance_follow;
GRANT USAGE ON SEQUENCE letters_id_seq TO grievance_follow;
GRANT SELECT, INSERT, UPDATE ("frozen", "pauses", "paused_at", "held", "asked_until", "waits_until", "grace_seconds", "due_on", "due_at", "wake_at", "reminded_at", "dated_at", "missed_at", "met_at", "stopped_at") ON limits TO grievance_follow;
GRANT USAGE ON SEQUENCE limits_id_seq TO grievance_follow;
GRANT SELECT ("case_id", "reader", "rank"), INSERT, UPDATE ("rank") ON new_marks TO grievance_follow;
GRANT SELECT ("id", "kind", "company_id", "public_key", "key_id"), UPDATE ("lock") ON parties TO grievance_follow;
GRANT SELECT ("party_id", "account_id", "key_id") ON party_shares TO grievance_follow;
GRANT SELECT, INSERT, UPDATE ("sealed", "revoked_at", "seen_seq", "public_key", "sign_key", "opened_on") ON receipt_envelopes TO grievance_follow;
GRANT SELECT ON register_entries TO grievance_follow;
GRANT SELECT ON register_names TO grievance_follow;
GRANT SELECT, UPDATE ("status") ON remedies TO grievance_follow;
GRANT SELECT, INSERT, UPDATE ("round") ON respondents TO grievance_follow;
GRANT SELECT ON rotations TO grievance_follow;
GRANT SELECT ("case_id"), INSERT ON secretariat_envelopes TO grievance_follow;
GRANT SELECT, INSERT, UPDATE, DELETE ON sent_forms TO grievance_follow;
GRANT SELECT ON settings TO grievance_follow;
GRANT SELECT ON sign_texts TO grievance_follow;
GRANT SELECT, INSERT ON signatures TO grievance_follow;
GRANT USAGE ON SEQUENCE signatures_id_seq TO grievance_follow;
GRANT SELECT, INSERT, DELETE ON signs TO grievance_follow;
GRANT SELECT, INSERT, UPDATE ("receipt_id", "slip_id", "lead_receipt_id", "sealed", "agreed_at") ON spoken_for TO grievance_follow;
GRANT SELECT ("id", "case_id") ON stands_in TO grievance_follow;
GRANT SELECT, UPDATE ("silence_at", "verdict", "answered_at", "answered_as") ON summaries TO grievance_follow;
GRANT SELECT, INSERT ON writings TO grievance_follow;

GRANT SELECT, INSERT, UPDATE, DELETE ON absences TO grievance_staff;
GRANT SELECT, INSERT, UPDATE ON account_changes TO grievance_staff;
GRANT USAGE ON SEQUENCE account_changes_id_seq TO grievance_staff;
GRANT SELECT, INSERT, UPDATE, DELETE ON account_sessions TO grievance_staff;
GRANT SELECT, INSERT, UPDATE ON account_waits TO grievance_staff;
GRANT USAGE ON SEQUENCE account_waits_id_seq TO grievance_staff;
GRANT SELECT, INSERT, UPDATE ("email", "name", "role", "status", "language", "party_id", "invitation_hash", "invitation_expires_at", "invited_by", "password", "public_key", "wrapped_seed", "sign_key", "calendar_hash", "head", "vouched_key", "sex") ON accounts TO grievance_staff;
GRANT USAGE ON SEQUENCE accounts_id_seq TO grievance_staff;
GRANT SELECT, INSERT, UPDATE, DELETE ON app_codes TO grievance_staff;
GRANT SELECT, INSERT, DELETE ON attachments TO grievance_staff;
GRANT SELECT, INSERT, UPDATE ON calendar_proposals TO grievance_staff;
GRANT USAGE ON SEQUENCE calendar_proposals_id_seq TO grievance_staff;
GRANT SELECT, INSERT, UPDATE, DELETE ON case_links TO grievance_staff;
GRANT USAGE ON SEQUENCE case_links_id_seq TO grievance_staff;
GRANT SELECT, INSERT, UPDATE ("state", "track", "severity", "channel", "language", "country", "topics", "company_id", "officer_id", "represented", "known_to_secretariat", "share_account", "share_identity", "company_road", "by_post", "visits_shown", "handovers", "company_opened", "handed_before", "suspended", "escalation_unseen", "safety_alert", "legal_hold", "admitted", "membership_then", "referred_back", "mediation", "withdrawn_at", "frozen_at", "erased_at", "closed_at", "closing_reason", "closed_by", "retain_until", "retention_asked_on", "retention_answer", "retention_ended_on", "register_key", "waits_since", "queue_at", "spoken", "version", "head_seq", "head_hash") ON cases TO grievance_staff;
GRANT SELECT, INSERT, UPDATE ("seq", "hash") ON chain_heads TO grievance_staff;
GRANT SELECT ON checkpoints TO grievance_staff;
GRANT SELECT, INSERT, DELETE ON code_mails TO grievance_staff;
GRANT SELECT, INSERT, UPDATE ON companies TO grievance_staff;
GRANT USAGE ON SEQUENCE companies_id_seq TO grievance_staff;
GRANT SELECT, INSERT, UPDATE ("key_id", "sealed", "commit"), DELETE ON company_envelopes TO grievance_staff;
GRANT SELECT, INSERT, UPDATE, DELETE ON conflicts TO grievance_staff;
GRANT USAGE ON SEQUENCE conflicts_id_seq TO grievance_staff;
GRANT SELECT, INSERT, UPDATE ("decided_by", "decided_at", "outcome", "solo") ON decisions TO grievance_staff;
GRANT SELECT, INSERT, UPDATE, DELETE ON deputies TO grievance_staff;
GRANT USAGE ON SEQUENCE deputies_id_seq TO grievance_staff;
GRANT SELECT ("secret_hash"), DELETE ON drafts TO grievance_staff;
GRANT SELECT, INSERT, UPDATE ("key_id", "sealed"), DELETE ON epoch_envelopes TO grievance_staff;
GRANT SELECT, INSERT, DELETE ON epochs TO grievance_staff;
GRANT SELECT, INSERT, UPDATE, DELETE ON escrow_grants TO grievance_staff;
GRANT SELECT, INSERT, UPDATE, DELETE ON escrow_halves TO grievance_staff;
GRANT SELECT, INSERT ON events TO grievance_staff;
GRANT USAGE ON SEQUENCE events_id_seq TO grievance_staff;
GRANT SELECT, INSERT, UPDATE ("number") ON file_readings TO grievance_staff;
GRANT SELECT, INSERT ON filings TO grievance_staff;
GRANT SELECT ("secret_hash", "envelope_id", "seen_at", "new_after", "opened_before"), DELETE ON follow_sessions TO grievance_staff;
GRANT SELECT, INSERT, UPDATE ON heartbeats TO grievance_staff;
GRANT USAGE ON SEQUENCE heartbeats_id_seq TO grievance_staff;
GRANT SELECT, INSERT, DELETE ON held_back TO grievance_staff;
GRANT USAGE ON SEQUENCE held_back_id_seq TO grievance_staff;
GRANT SELECT, INSERT, UPDATE, DELETE ON holidays TO grievance_staff;
GRANT USAGE ON SEQUENCE holidays_id_seq TO grievance_staff;
GRANT SELECT, INSERT, UPDATE ("secretariat_key_id", "secretariat_half", "custodians_key_id", "custodians_half"), DELETE ON identity_entries TO grievance_staff;
GRANT SELECT, INSERT, DELETE ON identity_grants TO grievance_staff;
GRANT USAGE ON SEQUENCE identity_grants_id_seq TO grievance_staff;
GRANT SELECT, INSERT, UPDATE, DELETE ON identity_requests TO grievance_staff;
GRANT SELECT, INSERT, UPDATE ("key_id", "sealed"), DELETE ON identity_shares TO grievance_staff;
GRANT SELECT, INSERT, UPDATE, DELETE ON incidents TO grievance_staff;
GRANT SELECT, INSERT, UPDATE ("counts_from") ON letters TO grievance_staff;
GRANT USAGE ON SEQUENCE letters_id_seq TO grievance_staff;
GRANT SELECT, INSERT, UPDATE ON limits TO grievance_staff;
GRANT USAGE ON SEQUENCE limits_id_seq TO grievance_staff;
GRANT SELECT ON mailboxes TO grievance_staff;
GRANT SELECT, INSERT, UPDATE ON memberships TO grievance_staff;
GRANT USAGE ON SEQUENCE memberships_id_seq TO grievance_staff;
GRANT SELECT, INSERT, UPDATE ON message_templates TO grievance_staff;
GRANT USAGE ON SEQUENCE message_templates_id_seq TO grievance_staff;
GRANT SELECT, INSERT, UPDATE, DELETE ON new_marks TO grievance_staff;
GRANT SELECT, INSERT, UPDATE ("public_key", "key_id", "exposed_since", "sign_key", "unconfirmed_since", "lock") ON parties TO grievance_staff;
GRANT USAGE ON SEQUENCE parties_id_seq TO grievance_staff;
GRANT SELECT, INSERT, UPDATE, DELETE ON party_shares TO grievance_staff;
GRANT USAGE ON SEQUENCE party_shares_id_seq TO grievance_staff;
GRANT SELECT, INSERT, UPDATE, DELETE ON passkeys TO grievance_staff;
GRANT USAGE ON SEQUENCE passkeys_id_seq TO grievance_staff;
GRANT SELECT, INSERT, UPDATE ("number") ON reading_counts TO grievance_staff;
GRANT SELECT, INSERT, UPDATE ("revoked_at", "checked_until", "opened_on"), DELETE ON receipt_envelopes TO grievance_staff;
GRANT SELECT, INSERT, UPDATE, DELETE ON recovery_shares TO grievance_staff;
GRANT SELECT, INSERT, UPDATE, DELETE ON register_entries TO grievance_staff;
GRANT SELECT, INSERT, UPDATE ON register_names TO grievance_staff;
GRANT SELECT, INSERT, UPDATE ON register_runs TO grievance_staff;
GRANT USAGE ON SEQUENCE register_runs_id_seq TO grievance_staff;
GRANT SELECT, INSERT, UPDATE ON remedies TO grievance_staff;
GRANT SELECT, INSERT, UPDATE ON respondents TO grievance_staff;
GRANT SELECT, INSERT, UPDATE ON rotations TO grievance_staff;
GRANT USAGE ON SEQUENCE rotations_id_seq TO grievance_staff;
GRANT SELECT, INSERT, UPDATE, DELETE ON saved_views TO grievance_staff;
GRANT USAGE ON SEQUENCE saved_views_id_seq TO grievance_staff;
GRANT SELECT, INSERT, DELETE ON search_blocks TO grievance_staff;
GRANT SELECT, INSERT, UPDATE, DELETE ON search_segments TO grievance_staff;
GRANT SELECT, INSERT, UPDATE, DELETE ON searched_writings TO grievance_staff;
GRANT SELECT, INSERT, UPDATE ("key_id", "sealed", "commit"), DELETE ON secretariat_envelopes TO grievance_staff;
GRANT SELECT, INSERT, UPDATE, DELETE ON sent_forms TO grievance_staff;
GRANT SELECT ON settings TO grievance_staff;
GRANT SELECT, INSERT, UPDATE ("number") ON sign_in_counts TO grievance_staff;
GRANT SELECT, INSERT, UPDATE ON sign_texts TO grievance_staff;
GRANT USAGE ON SEQUENCE sign_texts_id_seq TO grievance_staff;
GRANT SELECT, INSERT ON signatures TO grievance_staff;
GRANT USAGE ON SEQUENCE signatures_id_seq TO grievance_staff;
GRANT SELECT, DELETE ON signs TO grievance_staff;
GRANT SELECT, INSERT, UPDATE, DELETE ON slowed_tries TO grievance_staff;
GRANT SELECT, UPDATE ("agreed_at"), DELETE ON spoken_for TO grievance_staff;
GRANT SELECT, INSERT, UPDATE, DELETE ON stands_in TO grievance_staff;
GRANT SELECT, INSERT, UPDATE, DELETE ON step_drafts TO grievance_staff;
GRANT SELECT, INSERT, UPDATE, DELETE ON summaries TO grievance_staff;
GRANT SELECT, INSERT, UPDATE ("account_id", "due_on", "done_on", "done_by", "key_id", "sealed_key"), DELETE ON tasks TO grievance_staff;
GRANT SELECT, INSERT, DELETE ON ticks TO grievance_staff;
GRANT SELECT, INSERT, UPDATE ("remedy_id", "sealed") ON writings TO grievance_staff;

GRANT SELECT ON absences TO grievance_worker;
GRANT SELECT, UPDATE ("to_mail", "mail_at") ON account_changes TO grievance_worker;
GRANT SELECT ("secret_hash", "account_id", "started_at", "seen_at"), DELETE ON account_sessions TO grievance_worker;
GRANT SELECT, UPDATE ("ended", "ended_by", "ended_at", "to_mail", "mail_at") ON account_waits TO grievance_worker;
GRANT SELECT ("id", "email", "name", "role", "status", "language", "party_id", "invitation_hash", "invitation_expires_at", "invited_by", "public_key", "sign_key", "head", "vouched_key", "sex", "created_at"), UPDATE ("password", "wrapped_seed", "calendar_hash") ON accounts TO grievance_worker;
GRANT SELECT ("account_id"), DELETE ON app_codes TO grievance_worker;
GRANT SELECT ON attachments TO grievance_worker;
GRANT SELECT, UPDATE ("state", "escalation_unseen", "admitted", "closed_at", "closing_reason", "closed_by", "retain_until", "retention_asked_on", "retention_answer", "retention_ended_on", "waits_since", "queue_at", "version", "head_seq", "head_hash", "signed_seq") ON cases TO grievance_worker;
GRANT SELECT, INSERT, UPDATE ("seq", "hash", "signed_seq") ON chain_heads TO grievance_worker;
GRANT SELECT, INSERT ON checkpoints TO grievance_worker;
GRANT USAGE ON SEQUENCE checkpoints_id_seq TO grievance_worker;
GRANT SELECT, UPDATE ("sealed", "again_at", "tries", "sent_at", "refused_at") ON code_mails TO grievance_worker;
GRANT SELECT ON companies TO grievance_worker;
GRANT SELECT ("case_id", "party_id") ON company_envelopes TO grievance_worker;
GRANT SELECT ON conflicts TO grievance_worker;
GRANT SELECT, UPDATE ("decided_at", "outcome") ON decisions TO grievance_worker;
GRANT SELECT ON deputies TO grievance_worker;
GRANT SELECT ("sealed_secret", "kept_until"), UPDATE ("sealed_secret", "kept_until"), DELETE ON draft_receipts TO grievance_worker;
GRANT SELECT ("expires_at"), DELETE ON drafts TO grievance_worker;
GRANT SELECT ON epochs TO grievance_worker;
GRANT SELECT ("account_id"), DELETE ON escrow_grants TO grievance_worker;
GRANT SELECT, INSERT ON events TO grievance_worker;
GRANT USAGE ON SEQUENCE events_id_seq TO grievance_worker;
GRANT SELECT, UPDATE ("said"), DELETE ON file_readings TO grievance_worker;
GRANT SELECT ("sealed_receipt", "expires_at"), UPDATE ("sealed_receipt") ON filings TO grievance_worker;
GRANT SELECT ("seen_at"), DELETE ON follow_sessions TO grievance_worker;
GRANT SELECT ON heartbeats TO grievance_worker;
GRANT SELECT, INSERT, DELETE ON held_back TO grievance_worker;
GRANT USAGE ON SEQUENCE held_back_id_seq TO grievance_worker;
GRANT SELECT ON holidays TO grievance_worker;
GRANT SELECT ("id", "request_id"), DELETE ON identity_grants TO grievance_worker;
GRANT SELECT ("id", "asked_by", "expires_at") ON identity_requests TO grievance_worker;
GRANT SELECT, INSERT, UPDATE ("counts_from", "sent_at", "tries", "again_at", "mailed", "unreached_since") ON letters TO grievance_worker;
GRANT USAGE ON SEQUENCE letters_id_seq TO grievance_worker;
GRANT SELECT, INSERT, UPDATE ("frozen", "pauses", "paused_at", "held", "asked_until", "waits_until", "grace_seconds", "due_on", "due_at", "wake_at", "reminded_at", "dated_at", "missed_at", "met_at", "stopped_at") ON limits TO grievance_worker;
GRANT USAGE ON SEQUENCE limits_id_seq TO grievance_worker;
GRANT SELECT, INSERT, UPDATE ON mailboxes TO grievance_worker;
GRANT SELECT ("case_id", "reader", "rank"), INSERT, UPDATE ("rank") ON new_marks TO grievance_worker;
GRANT SELECT, UPDATE ("lock") ON parties TO grievance_worker;
GRANT SELECT ("party_id", "account_id", "key_id"), DELETE ON party_shares TO grievance_worker;
GRANT SELECT ("account_id", "state"), DELETE ON passkeys TO grievance_worker;
GRANT SELECT, UPDATE ("said"), DELETE ON reading_counts TO grievance_worker;
GRANT SELECT ("id", "holder", "revoked_at", "seen_seq") ON receipt_envelopes TO grievance_worker;
GRANT SELECT ON register_entries TO grievance_worker;
GRANT SELECT ON register_names TO grievance_worker;
GRANT SELECT ON remedies TO grievance_worker;
GRANT SELECT ON respondents TO grievance_worker;
GRANT SELECT ON rotations TO grievance_worker;
GRANT SELECT ("expires_at"), DELETE ON sent_forms TO grievance_worker;
GRANT SELECT, INSERT, UPDATE ("value"), DELETE ON settings TO grievance_worker;
GRANT SELECT, UPDATE ("said"), DELETE ON sign_in_counts TO grievance_worker;
GRANT SELECT ON sign_texts TO grievance_worker;
GRANT SELECT, INSERT ON signatures TO grievance_worker;
GRANT USAGE ON SEQUENCE signatures_id_seq TO grievance_worker;
GRANT SELECT, UPDATE ("heard_seq", "due_at", "went_at", "tries", "failed_since"), DELETE ON signs TO grievance_worker;
GRANT SELECT ("until"), DELETE ON slowed_tries TO grievance_worker;
GRANT SELECT ("id", "case_id") ON stands_in TO grievance_worker;
GRANT SELECT ("account_id", "case_id", "saved_at"), DELETE ON step_drafts TO grievance_worker;
GRANT SELECT ON summaries TO grievance_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON witness_mails TO grievance_worker;

GRANT SELECT ON absences TO grievance_backup;
GRANT SELECT ON account_changes TO grievance_backup;
GRANT SELECT ON account_sessions TO grievance_backup;
GRANT SELECT ON account_waits TO grievance_backup;
GRANT SELECT ON accounts TO grievance_backup;
GRANT SELECT ON app_codes TO grievance_backup;
GRANT SELECT ON attachments TO grievance_backup;
GRANT SELECT ON calendar_proposals TO grievance_backup;
GRANT SELECT ON case_links TO grievance_backup;
GRANT SELECT ON cases TO grievance_backup;
GRANT SELECT ON chain_heads TO grievance_backup;
GRANT SELECT ON checkpoints TO grievance_backup;
GRANT SELECT ON code_mails TO grievance_backup;
GRANT SELECT ON companies TO grievance_backup;
GRANT SELECT ON company_envelopes TO grievance_backup;
GRANT SELECT ON conflicts TO grievance_backup;
GRANT SELECT ON decisions TO grievance_backup;
GRANT SELECT ON deputies TO grievance_backup;
GRANT SELECT ON draft_receipts TO grievance_backup;
GRANT SELECT ON drafts TO grievance_backup;
GRANT SELECT ON epoch_envelopes TO grievance_backup;
GRANT SELECT ON epochs TO grievance_backup;
GRANT SELECT ON escrow_grants TO grievance_backup;
GRANT SELECT ON escrow_halves TO grievance_backup;
GRANT SELECT ON events TO grievance_backup;
GRANT SELECT ON file_readings TO grievance_backup;
GRANT SELECT ON filings TO grievance_backup;
GRANT SELECT ON follow_sessions TO grievance_backup;
GRANT SELECT ON heartbeats TO grievance_backup;
GRANT SELECT ON held_back TO grievance_backup;
GRANT SELECT ON holidays TO grievance_backup;
GRANT SELECT ON identity_entries TO grievance_backup;
GRANT SELECT ON identity_grants TO grievance_backup;
GRANT SELECT ON identity_requests TO grievance_backup;
GRANT SELECT ON identity_shares TO grievance_backup;
GRANT SELECT ON incidents TO grievance_backup;
GRANT SELECT ON letters TO grievance_backup;
GRANT SELECT ON limits TO grievance_backup;
GRANT SELECT ON mailboxes TO grievance_backup;
GRANT SELECT ON memberships TO grievance_backup;
GRANT SELECT ON message_templates TO grievance_backup;
GRANT SELECT ON new_marks TO grievance_backup;
GRANT SELECT ON parties TO grievance_backup;
GRANT SELECT ON party_shares TO grievance_backup;
GRANT SELECT ON passkeys TO grievance_backup;
GRANT SELECT ON reading_counts TO grievance_backup;
GRANT SELECT ON receipt_envelopes TO grievance_backup;
GRANT SELECT ON recovery_shares TO grievance_backup;
GRANT SELECT ON register_entries TO grievance_backup;
GRANT SELECT ON register_names TO grievance_backup;
GRANT SELECT ON register_runs TO grievance_backup;
GRANT SELECT ON remedies TO grievance_backup;
GRANT SELECT ON respondents TO grievance_backup;
GRANT SELECT ON rotations TO grievance_backup;
GRANT SELECT ON saved_views TO grievance_backup;
GRANT SELECT ON search_blocks TO grievance_backup;
GRANT SELECT ON search_segments TO grievance_backup;
GRANT SELECT ON searched_writings TO grievance_backup;
GRANT SELECT ON secretariat_envelopes TO grievance_backup;
GRANT SELECT ON sent_forms TO grievance_backup;
GRANT SELECT, INSERT, UPDATE ON settings TO grievance_backup;
GRANT SELECT ON sign_in_counts TO grievance_backup;
GRANT SELECT ON sign_texts TO grievance_backup;
GRANT SELECT ON signatures TO grievance_backup;
GRANT SELECT ON signs TO grievance_backup;
GRANT SELECT ON slowed_tries TO grievance_backup;
GRANT SELECT ON spoken_for TO grievance_backup;
GRANT SELECT ON stands_in TO grievance_backup;
GRANT SELECT ON step_drafts TO grievance_backup;
GRANT SELECT ON summaries TO grievance_backup;
GRANT SELECT ON tasks TO grievance_backup;
GRANT SELECT ON ticks TO grievance_backup;
GRANT SELECT ON witness_mails TO grievance_backup;
GRANT SELECT ON writings TO grievance_backup;
