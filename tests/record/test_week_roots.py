"""One root a week: what it is over, what it gives away, what is found that does not fit, and who can check it."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete, func, select, update

from grievance import verify
from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.event import Checkpoint, WeekRoot
from grievance.record import chain, week_roots
from grievance.record.proofs import on_paper, proof_of
from tests.record.test_checkpoints import file_one, move, take

SUNDAY = datetime(2026, 3, 8, 22, tzinfo=UTC)
MONDAY = SUNDAY + timedelta(hours=3)


def weeks():
    return list(db.session.scalars(select(WeekRoot).order_by(WeekRoot.until)))


def proved():
    """A case whose checkpoint is under a published root."""
    one = file_one()
    take(SUNDAY)
    take(MONDAY)
    return db.session.get_one(Case, one)


def test_a_week_has_its_root_with_the_first_checkpoint_after_it_and_no_second_one(both):
    file_one()
    take(SUNDAY)
    assert weeks() == []
    take(MONDAY)
    take(MONDAY + timedelta(days=3))
    (week,) = weeks()
    before_it = db.session.scalar(select(func.max(Checkpoint.id)).where(Checkpoint.taken_at < MONDAY))
    assert (week.until, week.last_checkpoint) == (date(2026, 3, 9), before_it)
    assert chain.verify() == []


def test_each_checkpoint_is_under_one_root_and_weeks_without_one_have_none(app):
    one = file_one()
    for day in (0, 1, 2, 22, 23):
        move(one)
        take(SUNDAY + timedelta(days=day))
    assert [week.until for week in weeks()] == [date(2026, 3, 9), date(2026, 3, 30)]
    move(one)
    take(SUNDAY + timedelta(days=30))
    ends = [week.last_checkpoint for week in weeks()]
    assert ends == sorted(set(ends)) and chain.verify() == []


def test_what_is_published_says_neither_how_many_there_are_nor_when_any_moved(app):
    proved()
    (line,) = week_roots.lines()
    assert set(line) == {"week", "body", "signature", "key"}
    body = json.loads(line["body"])
    assert set(body) == {"format", "until", "root", "size", "previous"} and body["size"] == week_roots.LEAST
    assert [set(vars(one)) for one in week_roots.published()] == [{"until", "root"}]


def test_the_tree_of_a_busy_week_grows_and_that_of_a_quiet_one_does_not():
    assert week_roots.Tree("s", ["0"]).size == week_roots.Tree("s", list(map(str, range(256)))).size == 256
    assert week_roots.Tree("s", list(map(str, range(257)))).size == 512


def test_her_proof_leads_to_the_root_of_its_week_and_each_changed_field_of_that_way_is_found(app):
    proof = proof_of(proved())
    assert verify.check_proof(proof, "")[0] == [] and len(proof["week"]["path"]) == 8
    for name, other in {
        "root": "00" * 32,
        "index": proof["week"]["index"] ^ 1,
        "path": proof["week"]["path"][1:],
    }.items():
        changed = {**proof, "week": {**proof["week"], name: other}}
        assert verify.check_proof(changed, "")[0] == ["What was signed is not under the root of its week."], name


def test_a_proof_of_a_week_that_is_not_over_says_nothing_of_a_week(app):
    one = file_one()
    take(SUNDAY)
    proof = proof_of(db.session.get_one(Case, one))
    assert "week" not in proof and on_paper(proof) == ""


def test_what_paper_says_is_checked_without_the_office_and_each_changed_field_is_found(app, tmp_path):
    paper = json.loads(on_paper(proof_of(proved())))
    path = tmp_path / "read by a camera"
    path.write_text(json.dumps(paper))
    faults, told = verify.check(str(path))
    assert faults == [] and week_roots.published()[0].root in told
    other = {
        "leaf": {**paper["leaf"], "hash": "00" * 32},
        "index": paper["index"] ^ 1,
        "path": paper["path"][:-44],
        "body": paper["body"].replace('"swept":"', '"swept":"2'),
        "week": {**paper["week"], "root": "00" * 32},
    }
    for name, value in other.items():
        assert verify.check_paper({**paper, name: value})[0], name


def test_the_file_of_weeks_is_checked_and_a_changed_or_missing_week_is_found(app, tmp_path):
    one = file_one()
    for week in range(4):
        move(one)
        take(SUNDAY + timedelta(weeks=week))
    lines, path = list(week_roots.lines()), tmp_path / "weeks"

    def faults(*some):
        path.write_text("".join(f"{json.dumps(line)}\n" for line in some))
        return verify.check(str(path))[0]

    assert len(lines) == 3 and faults(*lines) == []
    assert faults(lines[0], lines[2]) == [
        f"week until {lines[2]['week']}: the week before it is missing or was changed."
    ]
    forged = {**lines[1], "body": lines[1]["body"].replace('"root":"', '"root":"00')}
    assert "its signature does not fit" in faults(lines[0], forged)[0]


@pytest.mark.parametrize(
    ("column", "value", "fault"),
    [
        ("body", None, "its signature does not fit"),
        ("signature", b"\x02" + bytes(3373), "its signature does not fit"),
        ("public_key", bytes(32), "its signature does not fit"),
        ("salt", "0" * 32, "what was published is not what its checkpoints give"),
        ("until", date(2026, 3, 16), "what was published is not what its checkpoints give"),
    ],
    ids=["body", "signature", "public_key", "salt", "until"],
)
def test_a_published_week_that_somebody_changed_in_the_database_is_found(both, column, value, fault):
    proved()
    body = weeks()[0].body.replace('"root":"', '"root":"f')
    db.session.execute(update(WeekRoot).values({column: body if value is None else value}))
    db.session.commit()
    assert any(fault in one for one in chain.verify())


def test_a_week_that_was_taken_out_is_found_by_the_next_one(both):
    one = file_one()
    for week in range(4):
        move(one)
        take(SUNDAY + timedelta(weeks=week))
    db.session.execute(delete(WeekRoot).where(WeekRoot.until == weeks()[1].until))
    db.session.commit()
    assert any("the week before it is missing" in one for one in chain.verify())
