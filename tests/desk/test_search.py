"""The field above the queue finds a case however its reference is written, by a part of it, and by its company."""

from base64 import urlsafe_b64decode

import pytest

from grievance import clock, demonstration
from grievance.extensions import db
from grievance.models.case import Case, Conflict
from grievance.models.people import Company
from tests.views.test_routes import client_of, token


@pytest.fixture
def code(app, cast):
    """The receipt of a case whose reference is known; a second one is beside it."""
    reference, _amina, code = demonstration.file_one(clock.now())
    demonstration.file_one(clock.now())
    case = db.session.query(Case).filter_by(reference=reference).one()
    case.reference = "GR-P7QT-ZT3M"
    db.session.commit()
    return code


def look_for(app, typed, who="Noor"):
    """What is found: a case, whose address is the answer's, or a list, to which the answer led."""
    client = client_of(app, who)
    answer = client.post("/desk/search", data={"q": typed, "csrf_token": token(client.get("/desk"))})
    return client.get(answer.location) if answer.location == "/desk/search" else answer


@pytest.mark.parametrize("typed", ["GR-P7QT-ZT3M", "GRP7QTZT3M", "P7QT-ZT3M", "p7qtzt3m", " gr p7qt zt3m ", "P7QT",
                                   "TZT", "GR-P7QT", "ＧＲ－Ｐ７ＱＴ－ＺＴ３Ｍ"])  # fmt: skip
def test_a_reference_or_the_one_that_has_a_part_of_it_opens(app, code, typed):
    assert look_for(app, typed).location == "/desk/cases/GR-P7QT-ZT3M"


def test_several_cases_are_a_list(app, code):
    page = look_for(app, "GR-").text
    assert "no case with this reference" in page  # two letters say nothing
    db.session.query(Case).filter(Case.reference != "GR-P7QT-ZT3M").one().reference = "GR-P7QT-2222"
    db.session.commit()
    page = look_for(app, "P7QT").text
    assert "/desk/cases/GR-P7QT-ZT3M" in page and "/desk/cases/GR-P7QT-2222" in page


@pytest.mark.parametrize("typed", ["larkfield", "Guarding", "the larks", "larkf*", "GUARD*", "the la*"])
def test_a_company_is_found_by_a_part_of_its_name_or_a_trade_name(app, code, typed):
    company = db.session.query(Company).filter_by(name="Larkfield Guarding").one()
    company.trade_names = ["The Larks"]
    db.session.commit()
    page = look_for(app, typed).text
    assert f'href="/desk?company={company.id}">Larkfield Guarding' in page and ">Ostrova Security</a>" not in page


def test_a_star_asks_for_the_beginning_of_a_companys_word_or_of_a_reference(app, code):
    assert "Larkfield Guarding</a>" not in look_for(app, "arkfield*").text
    assert look_for(app, "P7QT*").location == "/desk/cases/GR-P7QT-ZT3M"


def test_what_cannot_be_asked_is_said_alone(app, code):
    page = look_for(app, "*").text
    assert "<h1>Search</h1>" in page and "Type a word" in page and "Nothing found" not in page


def test_only_what_narrows_a_search_stands_beside_it(app, code):
    page = look_for(app, "Guarding").text
    form = page.split('class="narrow"')[1].split("</form>")[0]
    assert [f'name="{one}"' in form for one in ("company", "officer", "state", "severity")] == [True] * 4
    assert [f'name="{one}"' in form for one in ("tag", "order")] == [False] * 2


def test_a_receipt_is_said_to_be_one_and_not_shown_again(app, code):
    for typed in (code, code[:-1] + str((int(code[-1]) + 1) % 10)):
        page = look_for(app, typed).text
        assert "This is a receipt" in page and typed not in page


def test_what_was_typed_stands_in_no_address(app, code):
    page = client_of(app, "Noor").get("/desk").text
    assert 'method="post" action="/desk/search"' in page and page.count('name="q"') == 1
    assert client_of(app, "Noor").get("/desk", query_string={"q": code}).text.find(code) == -1


def test_letters_that_no_reference_has_are_said(app, code):
    assert "has no 0, O, 1, I or L" in look_for(app, "GR-P7Q0-ZT3M").text


def test_a_case_that_is_not_for_somebody_is_not_found_by_a_part_either(app, cast, code):
    case = db.session.query(Case).filter_by(reference="GR-P7QT-ZT3M").one()
    db.session.add(Conflict(case_id=case.id, account_id=cast["Noor"].account_id))
    db.session.commit()
    for typed in ("P7QT", "GR-P7QT-ZT3M"):
        assert "no case with this reference" in look_for(app, typed).text


def test_the_words_stay_in_the_field_of_the_list_that_somebody_comes_back_to_and_end_with_the_session(app, code):
    client = client_of(app, "Noor")
    sent = {"q": "larkfield", "csrf_token": token(client.get("/desk"))}
    assert client.post("/desk/search", data=sent).location == "/desk/search"
    for _looked in range(2):
        page = client.get("/desk/search").text
        assert 'value="larkfield"' in page and "Larkfield Guarding" in page
    client.post("/account/sign-out", data={"csrf_token": sent["csrf_token"]})
    signed_in_again = client_of(app, "Noor")
    assert signed_in_again.get("/desk/search").location == "/desk"


def test_the_cookie_says_no_word_that_was_sought_and_opens_for_nobody_else_nor_after_signing_out(app, code):
    noor, tomas = client_of(app, "Noor"), client_of(app, "Tomas")
    words = "ü" * 150 + " larkfield"
    noor.post("/desk/search", data={"q": words, "csrf_token": token(noor.get("/desk"))})
    with noor.session_transaction() as session:
        kept = session["q"]
    assert "larkfield" not in str(urlsafe_b64decode(kept)) and words in noor.get("/desk/search").text
    assert len(noor.get_cookie("s").value) < 3000
    with tomas.session_transaction() as session:
        session["q"] = kept
    assert tomas.get("/desk/search").location == "/desk"
    noor.post("/account/sign-out", data={"csrf_token": token(noor.get("/desk"))})
    with noor.session_transaction() as session:
        assert "q" not in session
        session["q"] = kept
    assert noor.get("/desk/search").location.startswith("/account/sign-in")


@pytest.mark.parametrize("kept", ["", "larkfield", "%", "AQ==", None, 7])
def test_what_no_key_opens_leads_to_the_queue(app, code, kept):
    noor = client_of(app, "Noor")
    with noor.session_transaction() as session:
        session["q"] = kept
    assert noor.get("/desk/search").location == "/desk"


def test_a_receipt_that_was_typed_by_mistake_is_kept_nowhere(app, code):
    client = client_of(app, "Noor")
    client.post("/desk/search", data={"q": code, "csrf_token": token(client.get("/desk"))})
    with client.session_transaction() as session:
        assert code not in str(dict(session))
    assert client.get("/desk/search").location == "/desk"


def test_the_list_of_keys_names_all_that_the_field_is_for(app, code):
    assert "to the field for words, references and companies" in client_of(app, "Noor").get("/desk").text
