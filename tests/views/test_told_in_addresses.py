"""No address holds a code, a name or a word of anybody's: an address stays in histories and in logs of others."""

import ast
import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from lxml import html

from grievance import clock, demonstration
from grievance.accounts import people, sessions
from grievance.models.mailbox import Proves
from grievance.models.people import Role
from grievance.notify import code_mail
from grievance.notify.code_mail import Due
from grievance.views.addresses import ASKED
from tests.mailed import account_at, code_for
from tests.views.test_routes import EVERYBODY, client_of, token

IN_PATHS = {
    "reference": "the case's own address keeps its reference",
    "step": "a step of the procedure; hers by a sign of her case alone",
    "file_id": "a random number, which opens nothing without the keys",
    "letter_id": "a random number", "decision_id": "a random number",
    "enquiry_id": "a random number", "note_id": "a random number", "wording_id": "a random number",
    "concern_id": "a random number", "item_id": "a random number", "proposal_id": "a random number",
    "question_id": "a random number", "paper_id": "a random number", "tie_id": "a number",
    "incident_id": "a random number", "writing_id": "a random number",
    "company_id": "a number", "door_id": "a number", "holiday_id": "a number",
    "account_id": "a number", "template_id": "a number", "text_id": "a number", "view_id": "a number",
    "wait_id": "a number", "passkey_id": "a number", "token_id": "a random number", "task_id": "a random number",
    "webhook_id": "a random number", "hotline_id": "a random number", "sheet_id": "a number",
    "submission_id": "a random number", "part_id": "a random number",
    "key_id": "a random number",
    "change_id": "a number", "number": "a number of a remedy", "verb": "a word of the API",
    "slug": "a member's name as it was published",
    "filename": "a static file",
    "edition": "a year or a quarter of public figures", "edition_id": "a random number",
    "table": "the name of a table of public figures",
    "token": "the address of a calendar, which only a calendar program asks for: none of them can post",
    "of_before": "what an old link of an invitation holds: it is read by nobody and led away from",
}  # fmt: skip
"""What each part of a path that is not fixed holds."""
READS_ALL = {"pages.py": {"asked"}, "addresses.py": {"said"}}
"""Where all that an address says is handed on: to `wanted_of`, which reads the names below, and by `ASKED` itself."""


@pytest.fixture
def case(app, cast):
    return demonstration.walk_story(cast, "respond", clock.now() - timedelta(days=25))


def test_each_part_of_each_path_is_said_what_it_holds(app):
    assert {name for rule in app.url_map.iter_rules() for name in rule.arguments} == set(IN_PATHS)


def reads():
    """(file, function, name) of whatever is read behind the question mark; the name is None where all of it is."""
    for path in sorted(Path("grievance").rglob("*.py")):
        for function in (n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.FunctionDef)):
            text = ast.unparse(function)
            for found in re.finditer(r"request\.(?:args|values)(?:\.get\('(\w+)'|\['(\w+)'\])?", text):
                yield path.name, function.name, found[1] or found[2]
    for path in sorted(Path("templates").rglob("*.html")):
        for found in re.finditer(r"request\.(?:args|values)\.(\w+)", path.read_text()):
            yield path.name, "", found[1]


def test_whatever_is_read_behind_the_question_mark_is_said_what_it_holds():
    unsaid = {one for one in reads() if not (one[2] in ASKED if one[2] else one[1] in READS_ALL.get(one[0], ()))}
    assert unsaid == set()
    wanted = re.search(r"def wanted_of.*?\n\n", Path("grievance/views/pages.py").read_text(), re.S)[0]
    assert set(re.findall(r'args\.get\("(\w+)"', wanted)) <= set(ASKED)


@pytest.mark.parametrize("name", ["nobody", "Amina", *sorted(EVERYBODY)])
def test_every_link_and_every_form_that_is_no_post_says_only_that(app, cast, case, name):
    reference, code = case
    client, words = client_of(app, name), ("Larkfield", "Amina", demonstration.PASSWORD, code)
    if name == "Amina":
        client.post("/follow", data={"code": code})
    starts = ["/", "/follow/case", "/company", "/desk", "/custodian", "/account/people", "/complain?step=all"]
    addresses = [f"/desk/cases/{reference}", f"/company/cases/{reference}", *starts]
    linked = {link for path in addresses for link in links(client, path)}
    assert len(linked) > 3
    for link in linked:
        said = parse_qsl(urlsplit(link).query, keep_blank_values=True)
        assert {one for one, _value in said} <= set(ASKED), link
        assert not any(word in link for word in words), link


def links(client, path):
    answer = client.get(path, follow_redirects=True)
    page = html.fromstring(answer.get_data()) if answer.mimetype == "text/html" else html.fromstring("<p/>")
    yield from (one.get("href") for one in page.iter("a") if one.get("href"))
    for form in page.forms:
        if form.method == "GET":
            yield f"{form.action or path}?" + "&".join(f"{one}=" for one, _value in form.form_values())


def test_what_somebody_writes_into_an_address_is_no_answer_of_a_step(app, cast, case):
    page = client_of(app, "Noor").get(f"/desk/cases/{case[0]}/steps/note?note=Zinnober&named=Zinnober&audience=x")
    assert page.status_code == 200 and "Zinnober" not in page.text


def test_the_code_of_an_invitation_is_behind_the_sign_that_no_browser_sends_and_the_host_is_our_own(app, cast):
    app.config.update(STAFF_URL="https://complaints.example.org/box", MAIL_URL="smtp://127.0.0.1:25")
    client, elsewhere = app.test_client(), {"base_url": "http://evil.example"}
    with client.session_transaction(**elsewhere) as session:
        session["a"] = sessions.sign_in(demonstration.email_of("Tomas"), demonstration.PASSWORD)
    sent = {"email": "petra@example.org", "name": "Petra", "role": "officer",
            "csrf_token": token(client.get("/account/people", **elsewhere))}  # fmt: skip
    client.post("/account/people/invite", data=sent, **elsewhere)
    petra = account_at("petra@example.org")
    code = code_for("petra@example.org")
    mail = code_mail.message(Due(petra.id, Proves.INVITATION, petra.email, code, "en", clock.now())).get_content()
    assert f" https://complaints.example.org/box/account/invitation#{code}\n" in mail and "evil.example" not in mail


def test_a_link_of_before_says_what_to_do_and_takes_no_code(app, cast):
    code = people.invite(cast["Tomas"], "petra@example.org", "Petra", Role.OFFICER)
    client = app.test_client()
    answer = client.get(f"/account/invitation/{code}")
    assert answer.location == "/account/invitation" and code not in answer.text
    page = client.get(answer.location).text
    assert "This link is from before" in page and code not in page and 'name="code" value=""' in page
    assert client.post(f"/account/invitation/{code}", data={"password": "x"}).status_code == 405
