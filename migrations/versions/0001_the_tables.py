"""the tables

Revision ID: 0001
Revises: 
Create Date: 2026-11-24 10:07:30.338472

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('chain_heads',
    sa.Column('chain', sa.String(length=32), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('chain', name=op.f('pk_chain_heads'))
    )
    op.create_table('checkpoints',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('signature', sa.LargeBinary(), nullable=False),
    sa.Column('public_key', sa.LargeBinary(), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_checkpoints')),
    sa.UniqueConstraint('hash', name=op.f('uq_checkpoints_hash'))
    )
    op.create_table('companies',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('membership', sa.Enum('member', 'affiliate', 'former', 'unconfirmed', name='membership', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('country', sa.String(length=2), nullable=False),
    sa.Column('zone', sa.String(length=64), nullable=False),
    sa.Column('weekend', sa.JSON(), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_companies')),
    sa.UniqueConstraint('name', name=op.f('uq_companies_name'))
    )
    op.create_table('holidays',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('country', sa.String(length=2), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_holidays')),
    sa.UniqueConstraint('country', 'on', name=op.f('uq_holidays_country'))
    )
    op.create_table('settings',
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('value', sa.String(length=400), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_settings'))
    )
    op.create_table('parties',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('secretariat', 'custodians', 'company', name='partykind', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('company_id', sa.Integer(), nullable=True),
    sa.Column('public_key', sa.LargeBinary(), nullable=True),
    sa.Column('key_id', sa.String(length=16), nullable=True),
    sa.CheckConstraint("(kind = 'company') = (company_id IS NOT NULL)", name=op.f('ck_parties_company_party_has_a_company')),
    sa.ForeignKeyConstraint(['company_id'], ['companies.id'], name=op.f('fk_parties_company_id_companies')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_parties')),
    sa.UniqueConstraint('company_id', name=op.f('uq_parties_company_id'))
    )
    op.create_table('accounts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('email', sa.String(length=200), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('role', sa.Enum('complainant', 'representative', 'officer', 'approver', 'custodian', 'company', 'clock', name='role', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('status', sa.Enum('invited', 'waiting', 'active', 'left', name='accountstatus', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('party_id', sa.Integer(), nullable=False),
    sa.Column('invitation_hash', sa.String(length=64), nullable=True),
    sa.Column('invitation_expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('password', sa.JSON(), nullable=True),
    sa.Column('public_key', sa.LargeBinary(), nullable=True),
    sa.Column('wrapped_seed', sa.LargeBinary(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("role IN ('officer', 'approver', 'custodian', 'company')", name=op.f('ck_accounts_role_of_a_person')),
    sa.CheckConstraint('email = lower(email)', name=op.f('ck_accounts_email_in_small_letters')),
    sa.ForeignKeyConstraint(['party_id'], ['parties.id'], name=op.f('fk_accounts_party_id_parties')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_accounts')),
    sa.UniqueConstraint('email', name=op.f('uq_accounts_email')),
    sa.UniqueConstraint('invitation_hash', name=op.f('uq_accounts_invitation_hash'))
    )
    with op.batch_alter_table('accounts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_accounts_party_id'), ['party_id'], unique=False)

    op.create_table('account_sessions',
    sa.Column('secret_hash', sa.String(length=64), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('sealed_seed', sa.LargeBinary(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_account_sessions_account_id_accounts')),
    sa.PrimaryKeyConstraint('secret_hash', name=op.f('pk_account_sessions'))
    )
    with op.batch_alter_table('account_sessions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_account_sessions_account_id'), ['account_id'], unique=False)

    op.create_table('cases',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('reference', sa.String(length=12), nullable=False),
    sa.Column('state', sa.Enum('received', 'referred', 'escalated', 'remedied', 'closed', name='state', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('track', sa.Enum('remedy', 'alert', name='track', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('severity', sa.Enum('critical', 'high', 'medium', 'low', name='severity', native_enum=False, create_constraint=True, length=20), nullable=True),
    sa.Column('channel', sa.Enum('web', 'phone', 'letter', 'in_person', 'email', 'register', name='channel', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('country', sa.String(length=2), nullable=True),
    sa.Column('topics', sa.JSON(), nullable=False),
    sa.Column('company_id', sa.Integer(), nullable=True),
    sa.Column('officer_id', sa.Integer(), nullable=True),
    sa.Column('represented', sa.Boolean(), nullable=False),
    sa.Column('known_to_secretariat', sa.Boolean(), nullable=False),
    sa.Column('share_account', sa.Boolean(), nullable=False),
    sa.Column('share_identity', sa.Boolean(), nullable=False),
    sa.Column('handovers', sa.Integer(), nullable=False),
    sa.Column('suspended', sa.Boolean(), nullable=False),
    sa.Column('safety_alert', sa.Boolean(), nullable=False),
    sa.Column('legal_hold', sa.Boolean(), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closing_reason', sa.String(length=40), nullable=True),
    sa.Column('retain_until', sa.Date(), nullable=True),
    sa.Column('register_key', sa.String(length=64), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('head_seq', sa.Integer(), nullable=False),
    sa.Column('head_hash', sa.String(length=64), nullable=False),
    sa.CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name=op.f('ck_cases_closed_has_a_date')),
    sa.CheckConstraint('handovers >= 0', name=op.f('ck_cases_handovers_not_negative')),
    sa.ForeignKeyConstraint(['company_id'], ['companies.id'], name=op.f('fk_cases_company_id_companies')),
    sa.ForeignKeyConstraint(['officer_id'], ['accounts.id'], name=op.f('fk_cases_officer_id_accounts')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cases')),
    sa.UniqueConstraint('reference', name=op.f('uq_cases_reference')),
    sa.UniqueConstraint('register_key', name=op.f('uq_cases_register_key'))
    )
    with op.batch_alter_table('cases', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_cases_company_id'), ['company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_cases_officer_id'), ['officer_id'], unique=False)
        batch_op.create_index('ix_cases_state_received', ['state', 'received_at'], unique=False)

    op.create_table('party_shares',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('party_id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('key_id', sa.String(length=16), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_party_shares_account_id_accounts')),
    sa.ForeignKeyConstraint(['party_id'], ['parties.id'], name=op.f('fk_party_shares_party_id_parties')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_party_shares')),
    sa.UniqueConstraint('account_id', name=op.f('uq_party_shares_account_id'))
    )
    with op.batch_alter_table('party_shares', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_party_shares_party_id'), ['party_id'], unique=False)

    op.create_table('company_envelopes',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('case_id', sa.String(length=32), nullable=False),
    sa.Column('party_id', sa.Integer(), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('key_id', sa.String(length=16), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.CheckConstraint('n > 0', name=op.f('ck_company_envelopes_counts_referrals')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_company_envelopes_case_id_cases')),
    sa.ForeignKeyConstraint(['party_id'], ['parties.id'], name=op.f('fk_company_envelopes_party_id_parties')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_company_envelopes')),
    sa.UniqueConstraint('case_id', 'n', name=op.f('uq_company_envelopes_case_id'))
    )
    with op.batch_alter_table('company_envelopes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_company_envelopes_party_id'), ['party_id'], unique=False)

    op.create_table('conflicts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.String(length=32), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_conflicts_account_id_accounts')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_conflicts_case_id_cases')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_conflicts')),
    sa.UniqueConstraint('case_id', 'account_id', name=op.f('uq_conflicts_case_id'))
    )
    with op.batch_alter_table('conflicts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_conflicts_account_id'), ['account_id'], unique=False)

    op.create_table('filings',
    sa.Column('secret_hash', sa.String(length=64), nullable=False),
    sa.Column('case_id', sa.String(length=32), nullable=False),
    sa.Column('sealed_receipt', sa.LargeBinary(), nullable=True),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_filings_case_id_cases')),
    sa.PrimaryKeyConstraint('secret_hash', name=op.f('pk_filings'))
    )
    op.create_table('identity_entries',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('case_id', sa.String(length=32), nullable=False),
    sa.Column('person', sa.String(length=20), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.Column('secretariat_key_id', sa.String(length=16), nullable=False),
    sa.Column('secretariat_half', sa.LargeBinary(), nullable=False),
    sa.Column('custodians_key_id', sa.String(length=16), nullable=False),
    sa.Column('custodians_half', sa.LargeBinary(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('name', 'phone', 'email', 'address')", name=op.f('ck_identity_entries_kind')),
    sa.CheckConstraint("person IN ('complainant', 'representative')", name=op.f('ck_identity_entries_person')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_identity_entries_case_id_cases')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_identity_entries'))
    )
    with op.batch_alter_table('identity_entries', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_identity_entries_case_id'), ['case_id'], unique=False)

    op.create_table('receipt_envelopes',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('case_id', sa.String(length=32), nullable=False),
    sa.Column('holder', sa.Enum('complainant', 'representative', 'handover', name='holder', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('lookup', sa.String(length=64), nullable=False),
    sa.Column('pepper_id', sa.String(length=20), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(holder = 'handover') = (expires_at IS NOT NULL)", name=op.f('ck_receipt_envelopes_handover_expires')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_receipt_envelopes_case_id_cases')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_receipt_envelopes')),
    sa.UniqueConstraint('lookup', name=op.f('uq_receipt_envelopes_lookup'))
    )
    with op.batch_alter_table('receipt_envelopes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_receipt_envelopes_case_id'), ['case_id'], unique=False)

    op.create_table('remedies',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('case_id', sa.String(length=32), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('restitution', 'compensation', 'rehabilitation', 'satisfaction', 'non_repetition', 'cessation', name='remedykind', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('status', sa.Enum('proposed', 'accepted', 'declined', 'waived', 'delivered', 'verified', 'disputed', name='remedystatus', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('proposed_by', sa.String(length=20), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_remedies_case_id_cases')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_remedies')),
    sa.UniqueConstraint('case_id', 'number', name=op.f('uq_remedies_case_id'))
    )
    with op.batch_alter_table('remedies', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_remedies_case_id'), ['case_id'], unique=False)

    op.create_table('secretariat_envelopes',
    sa.Column('case_id', sa.String(length=32), nullable=False),
    sa.Column('key_id', sa.String(length=16), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_secretariat_envelopes_case_id_cases')),
    sa.PrimaryKeyConstraint('case_id', name=op.f('pk_secretariat_envelopes'))
    )
    with op.batch_alter_table('secretariat_envelopes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_secretariat_envelopes_key_id'), ['key_id'], unique=False)

    op.create_table('follow_sessions',
    sa.Column('secret_hash', sa.String(length=64), nullable=False),
    sa.Column('envelope_id', sa.String(length=32), nullable=False),
    sa.Column('sealed_key', sa.LargeBinary(), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['envelope_id'], ['receipt_envelopes.id'], name=op.f('fk_follow_sessions_envelope_id_receipt_envelopes')),
    sa.PrimaryKeyConstraint('secret_hash', name=op.f('pk_follow_sessions'))
    )
    with op.batch_alter_table('follow_sessions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_follow_sessions_envelope_id'), ['envelope_id'], unique=False)

    op.create_table('writings',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('case_id', sa.String(length=32), nullable=False),
    sa.Column('compartment', sa.Enum('internal', 'correspondence', 'company', 'shared', name='compartment', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('step', sa.String(length=40), nullable=False),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('remedy_id', sa.String(length=32), nullable=True),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.CheckConstraint("n = 0 OR compartment IN ('company', 'shared')", name=op.f('ck_writings_only_hand_overs_count')),
    sa.ForeignKeyConstraint(['actor_id'], ['accounts.id'], name=op.f('fk_writings_actor_id_accounts')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_writings_case_id_cases')),
    sa.ForeignKeyConstraint(['remedy_id'], ['remedies.id'], name=op.f('fk_writings_remedy_id_remedies')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_writings'))
    )
    with op.batch_alter_table('writings', schema=None) as batch_op:
        batch_op.create_index('ix_writings_case', ['case_id', 'written_at'], unique=False)

    op.create_table('decisions',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('case_id', sa.String(length=32), nullable=False),
    sa.Column('step', sa.String(length=40), nullable=False),
    sa.Column('proposed_by', sa.Integer(), nullable=False),
    sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('writing_id', sa.String(length=32), nullable=False),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.Enum('approved', 'refused', 'overtaken', name='outcome', native_enum=False, create_constraint=True, length=20), nullable=True),
    sa.Column('solo', sa.Boolean(), nullable=False),
    sa.CheckConstraint("solo OR decided_by IS NULL OR outcome <> 'approved' OR decided_by <> proposed_by", name=op.f('ck_decisions_four_eyes')),
    sa.CheckConstraint('(outcome IS NULL) = (decided_at IS NULL)', name=op.f('ck_decisions_decided_has_a_date')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_decisions_case_id_cases')),
    sa.ForeignKeyConstraint(['decided_by'], ['accounts.id'], name=op.f('fk_decisions_decided_by_accounts')),
    sa.ForeignKeyConstraint(['proposed_by'], ['accounts.id'], name=op.f('fk_decisions_proposed_by_accounts')),
    sa.ForeignKeyConstraint(['writing_id'], ['writings.id'], name=op.f('fk_decisions_writing_id_writings')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_decisions'))
    )
    with op.batch_alter_table('decisions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_decisions_case_id'), ['case_id'], unique=False)
        batch_op.create_index('uq_decisions_one_open', ['case_id', 'step'], unique=True, sqlite_where=sa.text('outcome IS NULL'), postgresql_where=sa.text('outcome IS NULL'))

    op.create_table('limits',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.String(length=32), nullable=False),
    sa.Column('key', sa.String(length=8), nullable=False),
    sa.Column('owed_by', sa.String(length=20), nullable=False),
    sa.Column('frozen', sa.JSON(), nullable=False),
    sa.Column('pauses', sa.JSON(), nullable=False),
    sa.Column('paused_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('wake_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reminded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('missed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('met_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('stopped_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('remedy_id', sa.String(length=32), nullable=True),
    sa.Column('decision_id', sa.String(length=32), nullable=True),
    sa.CheckConstraint('met_at IS NULL OR stopped_at IS NULL', name=op.f('ck_limits_met_or_stopped')),
    sa.CheckConstraint('wake_at IS NULL OR (met_at IS NULL AND stopped_at IS NULL)', name=op.f('ck_limits_wakes_while_open')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_limits_case_id_cases')),
    sa.ForeignKeyConstraint(['decision_id'], ['decisions.id'], name=op.f('fk_limits_decision_id_decisions')),
    sa.ForeignKeyConstraint(['remedy_id'], ['remedies.id'], name=op.f('fk_limits_remedy_id_remedies')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_limits'))
    )
    with op.batch_alter_table('limits', schema=None) as batch_op:
        batch_op.create_index('ix_limits_case', ['case_id'], unique=False)
        batch_op.create_index('ix_limits_wake_at', ['wake_at'], unique=False)

    op.create_table('events',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('chain', sa.String(length=32), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.String(length=32), nullable=True),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('happened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('facts', sa.Text(), nullable=False),
    sa.Column('sealed', sa.Text(), nullable=False),
    sa.Column('missed_limit_id', sa.Integer(), nullable=True),
    sa.Column('previous_hash', sa.String(length=64), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['accounts.id'], name=op.f('fk_events_actor_id_accounts')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_events_case_id_cases')),
    sa.ForeignKeyConstraint(['missed_limit_id'], ['limits.id'], name=op.f('fk_events_missed_limit_id_limits')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_events')),
    sa.UniqueConstraint('chain', 'seq', name=op.f('uq_events_chain')),
    sa.UniqueConstraint('missed_limit_id', name=op.f('uq_events_missed_limit_id'))
    )
    with op.batch_alter_table('events', schema=None) as batch_op:
        batch_op.create_index('ix_events_case', ['case_id', 'seq'], unique=False)

    op.create_table('letters',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.String(length=32), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('recipient', sa.String(length=20), nullable=False),
    sa.Column('template', sa.String(length=40), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('owed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_letters_case_id_cases')),
    sa.ForeignKeyConstraint(['event_id'], ['events.id'], name=op.f('fk_letters_event_id_events')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_letters')),
    sa.UniqueConstraint('event_id', 'recipient', 'template', name=op.f('uq_letters_event_id'))
    )
    with op.batch_alter_table('letters', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_letters_case_id'), ['case_id'], unique=False)
        batch_op.create_index('ix_letters_recipient', ['recipient', 'owed_at'], unique=False)

    # The record is only ever added to (docs/confidentiality.md, "The record").
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the record is only added to'; END $$"
        )
        op.execute(
            "CREATE TRIGGER events_only_added BEFORE UPDATE OR DELETE ON events "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    else:
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER events_no_{change.lower()} BEFORE {change} ON events "
                "BEGIN SELECT RAISE(ABORT, 'the record is only added to'); END"
            )


def downgrade():
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER events_only_added ON events")
        op.execute("DROP FUNCTION refuse_change()")
    else:
        op.execute("DROP TRIGGER events_no_update")
        op.execute("DROP TRIGGER events_no_delete")
    with op.batch_alter_table('letters', schema=None) as batch_op:
        batch_op.drop_index('ix_letters_recipient')
        batch_op.drop_index(batch_op.f('ix_letters_case_id'))

    op.drop_table('letters')
    with op.batch_alter_table('events', schema=None) as batch_op:
        batch_op.drop_index('ix_events_case')

    op.drop_table('events')
    with op.batch_alter_table('limits', schema=None) as batch_op:
        batch_op.drop_index('ix_limits_wake_at')
        batch_op.drop_index('ix_limits_case')

    op.drop_table('limits')
    with op.batch_alter_table('decisions', schema=None) as batch_op:
        batch_op.drop_index('uq_decisions_one_open', sqlite_where=sa.text('outcome IS NULL'), postgresql_where=sa.text('outcome IS NULL'))
        batch_op.drop_index(batch_op.f('ix_decisions_case_id'))

    op.drop_table('decisions')
    with op.batch_alter_table('writings', schema=None) as batch_op:
        batch_op.drop_index('ix_writings_case')

    op.drop_table('writings')
    with op.batch_alter_table('follow_sessions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_follow_sessions_envelope_id'))

    op.drop_table('follow_sessions')
    with op.batch_alter_table('secretariat_envelopes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_secretariat_envelopes_key_id'))

    op.drop_table('secretariat_envelopes')
    with op.batch_alter_table('remedies', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_remedies_case_id'))

    op.drop_table('remedies')
    with op.batch_alter_table('receipt_envelopes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_receipt_envelopes_case_id'))

    op.drop_table('receipt_envelopes')
    with op.batch_alter_table('identity_entries', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_identity_entries_case_id'))

    op.drop_table('identity_entries')
    op.drop_table('filings')
    with op.batch_alter_table('conflicts', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_conflicts_account_id'))

    op.drop_table('conflicts')
    with op.batch_alter_table('company_envelopes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_company_envelopes_party_id'))

    op.drop_table('company_envelopes')
    with op.batch_alter_table('party_shares', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_party_shares_party_id'))

    op.drop_table('party_shares')
    with op.batch_alter_table('cases', schema=None) as batch_op:
        batch_op.drop_index('ix_cases_state_received')
        batch_op.drop_index(batch_op.f('ix_cases_officer_id'))
        batch_op.drop_index(batch_op.f('ix_cases_company_id'))

    op.drop_table('cases')
    with op.batch_alter_table('account_sessions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_account_sessions_account_id'))

    op.drop_table('account_sessions')
    with op.batch_alter_table('accounts', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_accounts_party_id'))

    op.drop_table('accounts')
    op.drop_table('parties')
    op.drop_table('settings')
    op.drop_table('holidays')
    op.drop_table('companies')
    op.drop_table('checkpoints')
    op.drop_table('chain_heads')
