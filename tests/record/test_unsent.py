"""Files of forms that nobody sent do not fill the disk: the oldest and largest go first, and no word with them."""

import os
import shutil
from collections import namedtuple
from datetime import timedelta

import pytest

from grievance import clock, demonstration
from grievance.forms.fields import BadInput
from grievance.intake import filing, form_draft
from grievance.record import files, unsent

Disk = namedtuple("Disk", "total used free")
TOTAL = 100_000_000


@pytest.fixture
def full(app, cast, monkeypatch):
    """A function that fills the disk: so many bytes are free, and half of what unsent files take has to go."""

    def fill(free=0):
        monkeypatch.setattr(unsent, "EACH", 0)
        monkeypatch.setattr(shutil, "disk_usage", lambda _folder: Disk(TOTAL, TOTAL - free, free))

    return fill


def begun(size, days=0, receipt=False):
    """A form with a file of so many bytes, answered so many days ago: its secret, and where the file lies."""
    secret = filing.new_secret()
    if receipt:
        form_draft.give_receipt(secret)
    form_draft.save(
        secret, {"account": "The gate at night."}, [demonstration.upload("a.mp3", b"ID3\x04" + os.urandom(size))]
    )
    path = files.store().path_of(form_draft.load(secret).files[0].id)
    at = path.stat().st_mtime - timedelta(days=days).total_seconds()
    os.utime(path, (at, at))
    return secret, path


def there(*forms):
    return [path.exists() for _secret, path in forms]


def test_the_oldest_and_largest_files_go_until_no_more_than_the_share_is_left(full):
    old, large, small = begun(9_000, 20, True), begun(30_000, 1, True), begun(3_000, 1, True)
    full()
    assert unsent.make_room(clock.now()) == 1 and there(old, large, small) == [True, False, True]
    assert unsent.make_room(clock.now()) == 1 and there(old, large, small) == [False, False, True]


def test_words_stay_and_the_page_says_which_file_is_gone(full):
    secret, path = begun(9_000, receipt=True)
    full()
    assert unsent.make_room(clock.now()) == 1 and not path.exists()
    kept = form_draft.load(secret)
    assert kept.answers == {"account": "The gate at night."} and not form_draft.is_there(kept.files[0])


def test_where_there_is_room_nothing_goes(full):
    form = begun(9_000, receipt=True)
    full(free=TOTAL // 5)
    assert unsent.make_room(clock.now()) == 0 and there(form) == [True]


def test_a_file_of_a_case_never_goes(app, full):
    reference, _amina, _code = demonstration.file_one(
        clock.now(), files=[demonstration.upload("gate.txt", b"At night.")]
    )
    kept = [path for path in app.config["FILES"].rglob("*") if path.is_file()]
    for path in kept:
        os.utime(path, (0, 0))
    full()
    assert reference and kept and unsent.make_room(clock.now()) == 0
    assert all(path.exists() for path in kept)


def test_a_file_that_is_being_sent_just_now_stays(full):
    secret, path = begun(9_000, receipt=True)
    full()
    with files.placed(form_draft.load(secret).raw()):
        assert unsent.make_room(clock.now()) == 0
    assert path.exists()


def test_one_that_is_touched_at_the_very_last_moment_comes_back(full):
    _secret, path = begun(9_000, receipt=True)
    os.utime(path)
    assert unsent._take_away(path, clock.now()) is False and path.exists()


def test_a_form_whose_file_is_gone_is_not_sent_without_it_unasked(full):
    secret, _path = begun(9_000, receipt=True)
    full()
    unsent.make_room(clock.now())
    with pytest.raises(BadInput) as refused, files.placed(form_draft.load(secret).raw()):
        pass
    assert "no longer here" in refused.value.errors["files"]


def test_a_form_without_a_receipt_keeps_its_files_for_its_day(app, cast):
    _secret, path = begun(9_000)
    files.remove_forgotten(clock.now() + timedelta(hours=23, minutes=59))
    assert path.exists()
    files.remove_forgotten(clock.now() + timedelta(hours=24, minutes=1))
    assert not path.exists()


def test_an_upload_makes_room_by_itself_where_there_is_little(full):
    _secret, old = begun(9_000, 20, receipt=True)
    full()
    begun(8_000, receipt=True)
    assert not old.exists()
