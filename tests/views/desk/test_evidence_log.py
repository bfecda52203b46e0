"""The evidence log of a case and its chain of custody: what came from whom, its hashes, each step, what is wrong."""

import hashlib
import io
import re
from datetime import timedelta

import pikepdf
import pytest
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.crypto.streams import open_stream
from grievance.extensions import db
from grievance.models.writing import Attachment
from grievance.record import files
from grievance.reports.evidence_log import Whole, evidence_log
from grievance.reports.files_opened import openings
from tests.evidence import samples
from tests.reports.test_on_paper import joined
from tests.scenarios.test_taking_out import Told
from tests.views.desk.test_files_opened import Filed, looks
from tests.views.test_routes import client_of


@pytest.fixture
def filed(app, cast):
    return Filed(cast)


def share(cast, filed):
    photo = filed.photo
    raw = {"company_may": "may", "of_file": photo.id}
    demonstration.do("say_about_file", filed.amina, filed.reference, clock.now(), **raw)
    shared = {"file": photo.id, "looked": True}
    demonstration.do("share_file", filed.noor, filed.reference, clock.now(), cast["Tomas"], **shared)


def page_of(app, filed, name="Noor", path=""):
    return client_of(app, name).get(f"/desk/cases/{filed.reference}/evidence{path}")


def plain_of(one):
    with files.store().path_of(one.id).open("rb") as source:
        return b"".join(open_stream(bytes.fromhex(one.key), one.id, source))


def test_a_file_stands_in_the_log_with_both_hashes_of_it_and_of_its_clean_copy(app, filed):
    photo, page = filed.photo, page_of(app, filed).text
    for one in (photo, photo.copy):
        assert hashlib.sha256(plain_of(one)).hexdigest() in page
        assert hashlib.sha256(files.store().path_of(one.id).read_bytes()).hexdigest() in page
    assert "gate.jpg" in page and "from: The complainant" in page
    assert "NOT" not in page


def test_each_step_of_a_file_stands_in_its_order_with_who_and_when(app, cast, filed):
    share(cast, filed)
    looks(app, filed, filed.photo.id)
    demonstration.do("recall_packet", filed.noor, filed.reference, clock.now(), cast["Tomas"])
    (piece,) = evidence_log(filed.noor, filed.case).pieces
    said = [step.what.partition(":")[0] for step in piece.steps]
    assert said[:2] == ["Received", "A clean copy was made when it came"]
    assert [one for one in said if one.startswith("The company")] == [
        "The company got the clean copy", "The company that had got it can read it no more"]  # fmt: skip
    assert piece.steps[-1].what.startswith("Opened as it came") and piece.steps[-1].who == "Noor (Officer)"


def test_of_what_she_sent_the_log_says_the_day_and_no_hour(app, filed):
    (piece,) = evidence_log(filed.noor, filed.case).pieces
    assert re.search(r"\d:\d\d", piece.steps[0].when) is None


@pytest.mark.parametrize("how", [Whole.CHANGED, Whole.MISSING, Whole.UNVOUCHED])
def test_what_is_not_stored_as_the_record_vouches_for_is_said_plainly(app, filed, how):
    photo = filed.photo
    if how == Whole.CHANGED:
        with files.store().path_of(photo.id).open("r+b") as stored:
            stored.seek(100)
            stored.write(b"otherwise")
    elif how == Whole.MISSING:
        files.store().path_of(photo.id).unlink()
    else:
        db.session.execute(db.update(Attachment).where(Attachment.id == photo.id).values(digest="0" * 64))
        db.session.commit()
    (piece,) = evidence_log(filed.noor, filed.case).pieces
    assert (piece.original.whole, piece.copy.whole) == (how, Whole.FITS)
    page = page_of(app, filed).text
    assert "A file is not what the record vouches for" in page and " NOT " in page


def test_large_files_are_compared_one_by_one(app, filed, monkeypatch):
    monkeypatch.setattr("grievance.reports.evidence_log.AT_ONCE", 1)
    log = evidence_log(filed.noor, filed.case)
    assert [one.original.whole for one in log.pieces] == [Whole.NOT_COMPARED] and not log.bad
    (alone,) = evidence_log(filed.noor, filed.case, filed.photo.id).pieces
    assert (alone.original.whole, alone.copy.whole) == (Whole.FITS, Whole.FITS)


def test_a_file_that_was_taken_out_leaves_its_hash_and_its_steps_and_no_name(app, cast):
    told = Told(cast)
    told.file()
    which = told.options("file")[0].partition(":")[2]
    looks(app, told, which)
    digest = db.session.scalar(select(Attachment.digest).where(Attachment.id == which))
    told.remove()
    (piece,) = [one for one in evidence_log(cast["Noor"], told.case).pieces if one.id == which]
    assert (piece.name, piece.original, piece.copy) == ("", None, None) and digest in piece.gone
    assert any(step.what.startswith("Opened") for step in piece.steps)
    page = page_of(app, told).text
    assert "passport.txt" not in page and "A file that was taken out" in page and digest in page


def test_the_hash_of_the_plain_text_is_nowhere_in_a_copy_of_the_database(app, filed):
    found = [one.fingerprint for one in (filed.photo, filed.photo.copy)]
    with db.engine.connect() as connection:
        everything = "\n".join(connection.connection.iterdump()) if db.engine.dialect.name == "sqlite" else ""
    assert found[0] not in everything and found[1] not in everything


# --- the paper ---------------------------------------------------------------------------------------------


def test_the_chain_of_custody_is_a_tagged_pdf_that_says_how_to_check_it(app, filed):
    photo = filed.photo
    answer = page_of(app, filed, path=f"/{photo.id}/custody.pdf")
    assert answer.mimetype == "application/pdf"
    with pikepdf.open(io.BytesIO(answer.data)) as document:
        root = document.Root
        assert str(root.Lang).startswith("en") and root.MarkInfo.Marked and "/StructTreeRoot" in root
        assert filed.reference in str(document.docinfo["/Title"])
    said = joined(answer.data)
    for one in (photo.fingerprint, photo.digest, photo.copy.fingerprint, photo.copy.digest, "sha256sum"):
        assert one in said, one
    assert filed.case.head_hash in said and filed.case.id in said


def test_the_paper_of_all_files_has_each_of_them_and_that_of_one_has_one(app, filed):
    raw = {"files": [demonstration.upload("fence.png", samples.photo("PNG"))], "audience": "secretariat", "about": "x"}
    demonstration.do("attach", filed.amina, filed.reference, clock.now() + timedelta(hours=1), **raw)
    assert {"gate.jpg", "fence.png"} <= set(
        re.findall(r"\w+\.(?:jpg|png)", joined(page_of(app, filed, path="/custody.pdf").data))
    )
    one = joined(page_of(app, filed, path=f"/{filed.photo.id}/custody.pdf").data)
    assert "gate.jpg" in one and "fence.png" not in one


def test_no_name_that_is_locked_apart_stands_in_log_or_paper_even_in_a_files_name(app, cast):
    reference, _amina, _code = demonstration.file_one(
        clock.now(), account="My name is Amina Said.", name="Amina Said",
        files=[demonstration.upload("Amina_Said-passport.jpg", samples.photo())],
    )  # fmt: skip
    demonstration.do("acknowledge", cast["Noor"], reference, clock.now())
    client = client_of(app, "Noor")
    page = client.get(f"/desk/cases/{reference}/evidence").text
    paper = joined(client.get(f"/desk/cases/{reference}/evidence/custody.pdf").data)
    assert "passport.jpg" in page and "passport.jpg" in paper
    for said in (page, paper):
        assert "Amina" not in said and "Said-" not in said


def test_log_and_paper_are_the_offices_alone_and_looking_at_them_opens_no_file(app, filed):
    for path in ("", "/custody.pdf", f"/{filed.photo.id}/custody.pdf"):
        assert [page_of(app, filed, who, path).status_code for who in ("Noor", "Tomas", "Victor", "Ines")] == [
            200, 200, 403, 403]  # fmt: skip
    assert page_of(app, filed, path="/nothing/custody.pdf").status_code == 404
    assert openings(filed.case) == []
