"""After the complainant was told of what is to be taken out, the page says until when she may answer, and who acts."""

from datetime import timedelta

from grievance import clock, demonstration
from grievance.access import find_case, opened
from grievance.deadlines.days import full_date
from grievance.deadlines.kinds import Deadline
from grievance.deadlines.rows import owed
from grievance.workflow import parts
from tests.views.test_routes import client_of, token


def test_after_a_removal_was_announced_the_page_says_until_when_and_who_takes_it_out_then(app, cast):
    reference = demonstration.walk_story(cast, "acknowledge", clock.now() - timedelta(days=6))[0]
    case = find_case(cast["Noor"], reference)
    parts_of_it = parts.options(case, opened(cast["Noor"], case), ())
    account = next(one for one, name in parts_of_it if one.startswith("writing") and "complaint" in name.lower())
    client, path = client_of(app, "Noor"), f"/desk/cases/{reference}/steps/announce_removal"
    said = {"csrf_token": token(client.get(path)), "part": account, "passage": "the north gate", "why": "It is named."}
    page = client.post(path, data=said, follow_redirects=True).text
    limit = next(one for one in owed(find_case(cast["Noor"], reference)) if one.key == Deadline.OBJECTION)
    assert f"until {full_date(limit.due_on)}" in page and "an approver decides" in page
