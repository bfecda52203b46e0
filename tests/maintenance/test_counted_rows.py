"""SQLite is told how many rows its indexes have, so that it chooses the right one."""

import pytest
from sqlalchemy import text

from grievance import clock, demonstration
from grievance.extensions import db
from grievance.maintenance.sweep import sweep


@pytest.mark.parametrize("both", ["sqlite"], indirect=True)
def test_the_first_sweep_counts_the_rows_of_each_index(both):
    demonstration.file_one(clock.now())
    sweep(clock.now())
    counted = set(db.session.scalars(text("SELECT tbl FROM sqlite_stat1")))
    assert counted >= {"cases", "limits", "events", "letters"}
