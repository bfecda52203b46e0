"""`doctor` says it where the figures of the record are not those of the cases that are here."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from grievance import clock, demonstration
from grievance.extensions import db
from grievance.maintenance import doctor, figures_add_up
from grievance.maintenance.backup import canary
from grievance.maintenance.sweep import sweep


@pytest.fixture
def cases(app, cast, tmp_path):
    start = clock.now() - timedelta(days=250)
    for n, until in enumerate((None, "acknowledge", "refer", "respond", "close")):
        demonstration.walk_story(cast, until, start + timedelta(days=7 * n))
    canary.ensure(tmp_path / "canary.json", clock.now())
    sweep(clock.now())


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("UPDATE cases SET country = 'SO' WHERE state = 'closed' AND channel = 'web'", "country SO is 0 by the"),
        ("UPDATE cases SET company_id = 2 WHERE state = 'escalated'", "company 2 is 0 by the record and"),
        ("UPDATE limits SET missed_at = NULL WHERE owed_by = 'company'", "duty company, late is"),
        ("UPDATE remedies SET status = 'disputed'", "remedy restitution, disputed is 0 by the record and 1"),
        ("UPDATE cases SET known_to_secretariat = true", "by the record and 5 by the rows"),
    ],
)  # fmt: skip
def test_a_number_that_somebody_changed_is_said_with_both(cases, statement, sentence):
    assert doctor.examine() == []
    db.session.execute(text(statement))
    db.session.commit()
    said = list(figures_add_up.faults())
    assert any(sentence in one for one in said) and all(one.startswith("The figures do not add up: ") for one in said)
    assert set(said) <= set(doctor.examine())


def test_who_files_while_it_is_counted_is_no_difference(both, monkeypatch):
    told = figures_add_up.told_cases.told

    def and_somebody_files(as_of):
        yield from told(as_of)
        with ThreadPoolExecutor() as other:
            other.submit(filed, both.app).result()

    def filed(app):
        with app.app_context():
            demonstration.file_one(clock.now())
            db.session.remove()

    demonstration.file_one(clock.now() - timedelta(days=3))
    monkeypatch.setattr(figures_add_up.told_cases, "told", and_somebody_files)
    assert list(figures_add_up.faults()) == []
