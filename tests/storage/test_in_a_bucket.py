"""An office whose files lie in an object store: from her photo to the officer, in backups, and while it is away."""

import io
import re
from datetime import timedelta
from threading import Event

import pytest
from PIL import Image
from sqlalchemy import func, select

from grievance import clock, demonstration
from grievance.extensions import db
from grievance.maintenance import doctor, scheduler
from grievance.maintenance.backup.restore import restore
from grievance.maintenance.backup.write import take
from grievance.metrics import sweeps
from grievance.models.case import Case
from grievance.models.keys import Draft
from grievance.models.writing import Attachment
from grievance.record import files
from tests.conftest import make_app
from tests.evidence import samples
from tests.views.public.test_filing import answer, cases, fill_in, hidden, send
from tests.views.test_away import CALM
from tests.views.test_routes import client_of, with_files

PHOTO = samples.photo()


def with_a_photo(client):
    """A form that is filled in, with a photo; the answer to the photo."""
    fill_in(client, "about")
    form = {**hidden(client.get("/complain?step=files")), "go": "upload", "files": [(io.BytesIO(PHOTO), "gate.jpg")]}
    return with_files(client, "/complain", form)


def filed_with_a_photo(app):
    client = app.test_client()
    assert with_a_photo(client).status_code == 303
    for key in ("files", "safety", "you", "agree"):
        assert answer(client, key).status_code == 303
    assert send(client).status_code == 303
    return db.session.scalar(select(Case.reference))


def links(app, reference):
    page = client_of(app, "Noor").get(f"/desk/cases/{reference}")
    return sorted(set(re.findall(rf"/desk/cases/{reference}/files/[0-9a-f]{{32}}", page.text)))


def read(app, link):
    with client_of(app, "Noor").get(link) as answer:
        assert answer.status_code == 200
        return answer.data


def test_she_files_a_photo_and_the_officer_opens_it_and_its_copy(in_bucket):
    reference = filed_with_a_photo(in_bucket)
    seen = [read(in_bucket, link) for link in links(in_bucket, reference)]
    assert len(seen) == 2 and PHOTO in seen and all(Image.open(io.BytesIO(one)).size for one in seen)
    named = set(db.session.scalars(select(Attachment.id)))
    assert {one.name for one in files.store().listed()} == named and doctor.examine() == []


def test_what_a_crash_left_in_the_bucket_is_removed_after_a_day(in_bucket):
    demonstration.file_one(clock.now(), files=[demonstration.upload("a.txt", b"A note.")])
    with files.placed({"files": [demonstration.upload("b.txt", b"Of no case.")]}):
        pass
    assert files.remove_forgotten(clock.now() + timedelta(hours=23)) == 0
    assert files.remove_forgotten(clock.now() + timedelta(hours=25)) == 2
    assert {one.name for one in files.store().listed()} == set(db.session.scalars(select(Attachment.id)))


def test_a_form_that_is_not_sent_yet_keeps_its_file_as_long_as_its_words(in_bucket):
    client = in_bucket.test_client()
    with_a_photo(client)
    (until,) = db.session.scalars(select(Draft.expires_at))
    files.remove_forgotten(until - timedelta(minutes=1))
    assert len(list(files.store().listed())) == 2
    files.remove_forgotten(until + timedelta(hours=1))
    assert list(files.store().listed()) == []


def test_a_backup_of_a_bucket_is_restored_into_a_folder(in_bucket, tmp_path):
    reference = filed_with_a_photo(in_bucket)
    taken = take(tmp_path / "b", clock.now())
    place = make_app(f"sqlite:///{tmp_path}/other.sqlite", tmp_path / "other")
    place.config["PINS_FILE"] = in_bucket.config["PINS_FILE"]
    with place.app_context():
        back = restore(tmp_path / "b", in_bucket.config["ERASURES"], clock.now())
        assert (back.files, back.faults) == (taken.files, []) and taken.files == 2
        assert db.session.scalar(select(Case.reference)) == reference and len(list(files.store().listed())) == 2
        db.session.remove()
        db.engine.dispose()


# --- when it is away ---------------------------------------------------------------------------------------


@pytest.fixture
def away(in_bucket, rclone):
    """A function that ends the server; it is there again after the test."""
    yield lambda: rclone.kill("rclone")
    if rclone.running["rclone"].poll() is not None:
        rclone.start()


def test_a_form_with_a_photo_is_answered_calmly_and_nothing_is_half_there(in_bucket, away, rclone):
    client = in_bucket.test_client()
    fill_in(client, "about")
    away()
    assert (page := with_a_photo(client)).status_code == 503 and CALM in page.text
    assert "choose the files again" in page.text and cases() == 0
    assert db.session.scalar(select(func.count()).select_from(Attachment)) == 0
    rclone.start()
    files.store()._away_until = 0
    assert with_a_photo(client).status_code == 303


def test_a_form_whose_photo_is_there_waits_with_all_its_words_until_the_store_is_back(in_bucket, away, rclone):
    client = in_bucket.test_client()
    with_a_photo(client)
    for key in ("files", "safety", "you", "agree"):
        answer(client, key)
    away()
    page = client.get("/complain?step=check")
    assert page.status_code == 200 and "They pushed me at the gate." in page.text
    page = client.get("/complain?step=files")
    assert "gate.jpg" in page.text and "no longer here" not in page.text  # nobody could look
    assert (refused := send(client)).status_code == 503 and CALM in refused.text and cases() == 0
    assert client.get("/leave").status_code in (200, 302, 303)  # whoever has to leave in a hurry does not wait for it


def test_a_file_that_cannot_be_fetched_is_not_said_to_be_missing(in_bucket, away):
    (one, *_more) = links(in_bucket, filed_with_a_photo(in_bucket))
    away()
    page = client_of(in_bucket, "Noor").get(one)
    assert page.status_code == 503 and CALM in page.text


def test_the_worker_goes_round_with_its_figures(in_bucket):
    scheduler._round(Event(), sweeps)
    assert sweeps.FREE._value.get() == 1


def test_words_alone_need_no_store_and_readiness_names_it(in_bucket, away):
    away()
    demonstration.file_one(clock.now())
    assert cases() == 1 and in_bucket.test_client().get("/readyz").json["files"] is False


def test_the_worker_tells_how_all_is_where_the_files_lie_in_a_bucket(in_bucket):
    from grievance.metrics import sweeps

    sweeps.FREE.set(0)
    sweeps.SIGNED.set(0)
    scheduler.work(in_bucket, Event(), sweeps)
    assert sweeps.FREE._value.get() == 1 and sweeps.SIGNED._value.get() > 0
