"""A company's first key is confirmed by an approver who typed its fingerprint; before that nothing is handed over."""

import pytest
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.accounts import fingerprints, people
from grievance.accounts.keys import company_keys, rotation
from grievance.crypto import envelopes, signing
from grievance.demonstration import PASSWORD, signed_in
from grievance.extensions import db
from grievance.forms.fields import BadInput, Refused
from grievance.maintenance import doctor
from grievance.models.people import Company, Membership, Party, Role
from grievance.reports.office_waits import office_waits
from tests.accounts.keys.before import make_old
from tests.accounts.test_leaving import case_with, office
from tests.views.test_routes import client_of, token

PATH = "/account/companies/{}/key"


def new_company(cast):
    """A member that joined today, and its first person, who made its key."""
    company = Company(name="Fjord Vakt", membership=Membership.MEMBER, country="NO", zone="Europe/Oslo", weekend=[5])
    company.calendar_confirmed_at = clock.now()
    company_id = people.add_company(company).id
    people.accept(people.invite(cast["Tomas"], "nils@example.org", "Nils", Role.COMPANY, company_id), PASSWORD)
    return signed_in("Nils"), company_id


def party_of(company_id):
    return db.session.scalars(select(Party).where(Party.company_id == company_id)).one()


def case_for(cast, company_id):
    reference = demonstration.file_one(clock.now(), company=str(company_id))[0]
    demonstration.do("acknowledge", cast["Noor"], reference, clock.now())
    return reference


def refer(cast, reference):
    demonstration.do("refer", cast["Noor"], reference, clock.now(), cast["Tomas"])


def test_nothing_is_handed_over_before_an_approver_typed_the_fingerprint(both):
    nils, company_id = new_company(both.cast)
    reference = case_for(both.cast, company_id)
    with pytest.raises(Refused, match="Nobody has confirmed the key of this company"):
        refer(both.cast, reference)
    company_keys.confirm(both.cast["Tomas"], company_id, fingerprints.of_company(nils))
    refer(both.cast, reference)
    assert case_with(reference).state.value == "referred"
    party = party_of(company_id)
    named = {"new_party_key": signing.digest(party.public_key), "new_party_sign_key": signing.digest(party.sign_key)}
    said = office("company_key_confirmed")[-1]
    assert said == {"party": party.id, "company": company_id, **named}
    assert doctor.examine() == []


@pytest.mark.parametrize("typed", ["", "1234", "0" * 24, "no digits at all"])
def test_wrong_digits_change_nothing(app, cast, typed):
    _nils, company_id = new_company(cast)
    with pytest.raises(BadInput):
        company_keys.confirm(cast["Tomas"], company_id, typed)
    assert party_of(company_id).unconfirmed_since is not None


def test_a_key_that_somebody_put_into_the_database_is_not_the_one_that_is_read_out(app, cast):
    nils, company_id = new_company(cast)
    theirs = envelopes.new_key_pair()
    with db.engine.begin() as connection:
        values = {"public_key": theirs.public, "key_id": envelopes.key_id(theirs.public)}
        connection.execute(Party.__table__.update().where(Party.company_id == company_id).values(**values))
    with pytest.raises(BadInput, match="fingerprint"):
        company_keys.confirm(cast["Tomas"], company_id, fingerprints.of_company(nils))


@pytest.mark.parametrize("name", ["Noor", "Ines", "Victor", "Olga"])
def test_only_an_approver_confirms_a_companys_key(app, cast, name):
    nils, company_id = new_company(cast)
    with pytest.raises(Refused):
        company_keys.confirm(cast[name], company_id, fingerprints.of_company(nils))


def test_a_company_from_before_the_question_goes_on(app, cast):
    """Its row says nothing of it, and nobody has to act before work goes on."""
    _nils, company_id = new_company(cast)
    make_old(app)
    with db.engine.begin() as connection:
        connection.execute(Party.__table__.update().values(unconfirmed_since=None))
    refer(cast, reference := case_for(cast, company_id))
    assert case_with(reference).state.value == "referred"


def test_a_mark_that_was_taken_away_in_the_database_confirms_no_key(app, cast):
    _nils, company_id = new_company(cast)
    with db.engine.begin() as connection:
        connection.execute(Party.__table__.update().values(unconfirmed_since=None))
    with pytest.raises(Refused, match="Nobody has confirmed the key of this company"):
        refer(cast, case_for(cast, company_id))


def test_a_key_that_is_changed_before_it_was_confirmed_is_confirmed_as_it_is_now(app, cast):
    nils, company_id = new_company(cast)
    rotation.begin(nils)
    assert rotation.go_on(signed_in("Nils"), 9).finished
    with pytest.raises(BadInput):
        company_keys.confirm(cast["Tomas"], company_id, fingerprints.of_company(nils))
    company_keys.confirm(cast["Tomas"], company_id, fingerprints.of_company(signed_in("Nils")))


def spoken_on(page):
    """The digits that a page shows to be read out."""
    import re

    groups = re.search('<p class="receipt" dir="ltr">(.*?)</p>', page, re.DOTALL).group(1)
    return " ".join(re.findall(r"<span>(\d{4})</span>", groups))


def client_for(app, address):
    from grievance.accounts import sessions

    client = app.test_client()
    with client.session_transaction() as session:
        session["a"] = sessions.sign_in(address, PASSWORD)
    return client


def test_the_approver_types_at_the_page_what_the_company_reads_from_its_own(app, cast):
    _nils, company_id = new_company(cast)
    reference, path = case_for(cast, company_id), PATH.format(company_id)
    tomas = client_of(app, "Tomas")
    assert "The key of 1 company is to be confirmed" in tomas.get("/desk").text
    assert path in tomas.get("/account/people").text
    assert "Nobody has confirmed the key" in client_of(app, "Noor").get(f"/desk/cases/{reference}/steps/refer").text
    digits = spoken_on(client_for(app, "nils@example.org").get("/account/people").text)
    page = tomas.get(path)
    assert digits not in page.text and "nils@example.org" in page.text
    slip = digits[:-1] + str((int(digits[-1]) + 1) % 10)
    wrong = tomas.post(path, data={"csrf_token": token(page), "fingerprint": slip})
    assert wrong.status_code == 422 and f'value="{slip}"' in wrong.text and "not the digits" in wrong.text
    arabic = digits.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")).replace(" ", "-")
    done = tomas.post(path, data={"csrf_token": token(wrong), "fingerprint": arabic})
    assert done.status_code == 303 and path not in tomas.get("/account/people").text
    assert "receipt" not in client_for(app, "nils@example.org").get("/account/people").text
    assert office_waits(cast["Tomas"]) == []
    refer(cast, reference)


@pytest.mark.parametrize("name", ["Noor", "Ines", "Victor", "Olga"])
def test_the_page_is_the_approvers_alone(app, cast, name):
    _nils, company_id = new_company(cast)
    assert client_of(app, name).get(PATH.format(company_id)).status_code == 403


def test_the_case_page_says_before_the_form_what_is_missing(app, cast):
    _nils, company_id = new_company(cast)
    reference = case_for(cast, company_id)
    page = client_of(app, "Noor").get(f"/desk/cases/{reference}").text
    assert "Nobody has confirmed the key of this company yet." in page


def test_a_company_from_before_is_handed_over_to_and_its_key_is_not_changed_before_an_approver_typed_its_digits(both):
    make_old(both.app)
    for name in ("Noor", "Tomas", "Victor"):
        signed_in(name)
    company_id = signed_in("Victor").company_id
    reference = case_for(both.cast, company_id)
    refer(both.cast, reference)
    with pytest.raises(Refused, match="an approver of the office must type"):
        rotation.begin(signed_in("Victor"))
    digits = fingerprints.of_company(signed_in("Victor"))
    assert spoken_on(client_of(both.app, "Victor").get("/account/people").text) == digits
    client, path = client_of(both.app, "Tomas"), PATH.format(company_id)
    assert path in client.get("/account/people").text
    client.post(path, data={"csrf_token": token(client.get(path)), "fingerprint": digits})
    rotation.begin(signed_in("Victor"))
    assert rotation.go_on(signed_in("Victor"), 99).finished and doctor.examine() == []
