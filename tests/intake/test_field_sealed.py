"""What a phone sealed: opened in the order of its manifest, whole only where everything fits, and it is always said."""

import re

import pytest
from sqlalchemy import select, update

from grievance import clock
from grievance.access import envelope_place
from grievance.accounts.keys.party_keys import Closed, party_key
from grievance.crypto import odk
from grievance.crypto.committed import seal_committed
from grievance.extensions import db
from grievance.forms.fields import Refused
from grievance.intake import field_form, field_keys, field_opening
from grievance.models.case import Case
from grievance.models.field import FieldKey, FieldSubmission
from grievance.models.people import PartyKind
from grievance.record import chain, compare, files
from tests.field import ANSWERS, by, filled_in, sealed, send
from tests.views.test_openrosa import PHOTO, SECOND, token_of
from tests.views.test_routes import client_of

MEDIA = (PHOTO, SECOND)


@pytest.fixture
def key(app, cast, monkeypatch):
    with app.test_request_context():
        field_keys.propose(cast["Noor"])
        field_keys.decide(cast["Tomas"], field_keys.waiting().id, confirm=True)
        yield field_keys.current()


@pytest.fixture
def came(app, cast, key):
    """Sends a sealed form, and gives what the office reads of it."""

    def come(outside=None, content=None, **more):
        xml = filled_in(ANSWERS, media=[name for name, _content in MEDIA], **come.inside)
        manifest, parts = sealed(key, xml, MEDIA, **more)
        answer = send(app.test_client(), token_of(app, cast), outside(manifest) if outside else manifest,
                      content(parts) if content else parts)  # fmt: skip
        assert answer.status_code == 201
        return field_opening.opened(cast["Noor"], db.session.scalars(select(FieldSubmission.id)).one())

    come.inside = {}
    return come


def test_a_sealed_form_with_two_photos_opens_whole_and_becomes_a_case(app, cast, came):
    opened = came()
    assert opened.faults == () and opened.raw["account"] == ANSWERS["account"] and not opened.row.unsealed
    assert [(one.name, b"".join(one.content())) for one in opened.media] == list(MEDIA)
    filed = field_opening.file(cast["Noor"], opened.row.id, {}, frozenset())
    assert db.session.scalars(select(Case.reference)).one() == filed.reference
    assert chain.verify() == [] and list(compare.everything()) == []


@pytest.mark.parametrize(("inside", "said"), [
    ({}, "sealed there and whole"), ({"number": "uuid:another"}, "damaged or altered"),
])  # fmt: skip
def test_the_case_says_for_good_how_the_form_came(app, cast, came, inside, said):
    came.inside = inside
    filed = field_opening.file(cast["Noor"], came().row.id, {}, frozenset())
    assert said in client_of(app, "Noor").get(f"/desk/cases/{filed.reference}").text


def test_a_wrong_order_opens_without_an_error_and_is_called_damaged(came):
    opened = came(order=[SECOND[0], PHOTO[0], "submission.xml"])
    assert opened.raw["account"] == ANSWERS["account"]
    assert any("list of what it sealed" in one for one in opened.faults)


def test_its_page_says_what_does_not_fit_and_shows_what_could_be_read(app, came):
    opened = came(order=[SECOND[0], PHOTO[0], "submission.xml"])
    page = client_of(app, "Noor").get(f"/desk/field-forms/{opened.row.id}").text
    assert "Damaged or altered" in page and ANSWERS["account"] in page and "proves no sender" not in page


def test_the_page_of_a_whole_one_says_that_this_proves_no_sender(app, came):
    page = client_of(app, "Noor").get(f"/desk/field-forms/{came().row.id}").text
    assert "proves no sender" in page and "Damaged or altered" not in page


def test_another_number_inside_than_outside_is_called_altered(came):
    came.inside = {"number": "uuid:another"}
    opened = came()
    assert any("others than outside" in one for one in opened.faults) and opened.raw["account"]


def test_a_file_that_did_not_come_is_named_and_the_rest_is_shown(came):
    opened = came(content=lambda parts: parts[1:])
    assert any(PHOTO[0] in one for one in opened.faults) and opened.raw["account"] == ANSWERS["account"]


def test_a_changed_byte_is_called_damaged(came):
    opened = came(content=lambda parts: [(parts[0][0], bytes([parts[0][1][0] ^ 1]) + parts[0][1][1:]), *parts[1:]])
    assert opened.faults and opened.raw["account"] == ANSWERS["account"]


def test_a_file_that_is_not_on_the_phones_list_is_shown_and_named(came):
    opened = came(content=lambda parts: [*parts, ("planted.jpg", b"\xff\xd8\xff\xe0 planted")])
    assert list(opened.faults) == ["planted.jpg is not on the phone's own list: it came beside it."]
    assert [one.name for one in opened.media] == [PHOTO[0], SECOND[0], "planted.jpg"]


def test_without_a_signature_it_is_called_damaged(came):
    strip = re.compile(rb"<base64EncryptedElementSignature>.*</base64EncryptedElementSignature>")
    assert came(outside=lambda xml: strip.sub(b"", xml)).faults


def test_what_is_sealed_for_another_key_says_so(came, monkeypatch):
    monkeypatch.setattr(field_keys, "private_halves", lambda person: iter([odk.new_pair()[1]]))
    opened = came()
    assert opened.said is None and "a key that this office does not have" in opened.faults[0]


def test_nothing_readable_of_it_is_stored(came):
    opened = came()
    for line in files.store().path_of(opened.media[0].part.id).parent.parent.rglob("*"):
        assert line.is_dir() or b"papers" not in line.read_bytes()


def test_a_new_key_is_a_new_version_and_the_old_half_still_opens(app, cast, key, came):
    before = field_form.current(field_keys.current()).version
    field_keys.propose(cast["Tomas"])
    with pytest.raises(Refused):
        field_keys.decide(cast["Tomas"], field_keys.waiting().id, confirm=True)
    field_keys.decide(cast["Noor"], field_keys.waiting().id, confirm=True)
    assert field_keys.current() != key and field_form.current(field_keys.current()).version != before
    assert came().faults == ()


def test_a_key_that_was_refused_is_never_used(app, cast, key):
    field_keys.propose(cast["Tomas"])
    field_keys.decide(cast["Noor"], field_keys.waiting().id, confirm=False)
    assert field_keys.current() == key and field_keys.waiting() is None
    assert len(db.session.scalars(select(FieldKey)).all()) == 2


def test_the_form_carries_the_key_without_the_lines_of_a_pem_file(app, key):
    form = field_form.xform(field_form.current(key))
    assert f'base64RsaPublicKey="{key}"'.encode() in form and b"BEGIN" not in form


# --- the key itself ----------------------------------------------------------------------------------------


def _put(app, **values):
    with db.engine.begin() as connection:
        connection.execute(update(FieldKey.__table__).values(**values))
    db.session.rollback()


def test_a_key_that_somebody_put_into_the_database_goes_into_no_form(app, cast, key):
    _put(app, public=odk.new_pair()[0])
    with pytest.raises(Closed):
        field_keys.current()
    answer = app.test_client().get("/openrosa/formList", headers=by(token_of(app, cast)))
    assert answer.status_code == 503 and b"two people" in answer.data


def test_a_key_that_was_changed_in_the_database_before_it_is_confirmed_is_not_confirmed(app, cast):
    with app.test_request_context():
        field_keys.propose(cast["Noor"])
        waiting = field_keys.waiting()
        public, private = odk.new_pair()
        party = party_key(PartyKind.SECRETARIAT)
        sealed_half, commit = seal_committed(party.public_key, private, envelope_place("field-key", waiting.id))
        _put(app, public=public, sealed=sealed_half, commit=commit, key_id=party.key_id)
        with pytest.raises(Refused, match="changed in the database"):
            field_keys.decide(cast["Tomas"], waiting.id, confirm=True)
        assert field_keys.current() == ""


def test_a_key_that_is_marked_as_confirmed_in_the_database_alone_is_not_given_out(app, cast):
    with app.test_request_context():
        field_keys.propose(cast["Noor"])
        _put(app, confirmed=True, decided_by=cast["Tomas"].account_id, decided_at=clock.now())
        assert field_keys.current() == ""
