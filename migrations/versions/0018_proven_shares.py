"""Shares of a party's key say by whom they were made: a proof that only a holder of the key can write.

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("party_shares", sa.Column("proof", sa.LargeBinary()))


def downgrade():
    op.drop_column("party_shares", "proof")
