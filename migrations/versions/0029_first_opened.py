"""An office that has received complaints was open: what a new one needs before its first opening must not close it.

Revision ID: 0029
Revises: 0028
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade():
    """Cases that were taken over, and the canary of the drills, came without a form."""
    found = op.get_bind().scalar(sa.text("SELECT min(received_at) FROM cases WHERE channel <> 'register'"))
    if found is not None:
        note = sa.text("INSERT INTO settings (name, value) VALUES ('first_opened', :at)")
        op.get_bind().execute(note, {"at": str(found)})


def downgrade():
    op.get_bind().execute(sa.text("DELETE FROM settings WHERE name = 'first_opened'"))
