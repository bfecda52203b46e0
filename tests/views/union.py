"""A union at its pages: who speaks for it files for each of its people, each makes her receipt from her slip and says
for herself what she agrees to, and the office does with all of them what it does with many."""

import re
from datetime import timedelta
from types import SimpleNamespace

from lxml import html
from werkzeug.datastructures import MultiDict

from grievance import clock, demonstration
from grievance.demonstration import PACKET
from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.incident import Incident
from tests import outside
from tests.views.public.test_filing import hidden
from tests.views.public.test_group import ONE, rows, takes_over
from tests.views.test_routes import client_of, token

INCIDENT = {"do": "write", "kind": "incident", "name": "March wages", "where": "Night shift", "group": "yes"}


def files_for(app, people):
    """`.lead` and `.browser` of who speaks for `people`, and by reference the browser of each other person."""
    reference, _person, code = demonstration.file_one(clock.now() - timedelta(days=2))
    client = app.test_client()
    client.post("/follow", data={"code": code})
    for number in range(1, people):
        page = client.get("/follow/case/people/new")
        client.post("/follow/case/people/new", data={**hidden(page), **ONE, "called": str(number)})
    page = html.fromstring(client.get("/follow/case/people/slips").text)
    slips = [
        re.sub(r"\D", "", one.text_content()) for one in page.xpath("//*[contains(@class, 'cut')]//*[@class='receipt']")
    ]
    assert len(slips) == people - 1
    hers = {
        db.session.get_one(Case, row.case_id).reference: takes_over(app, slip)[0]
        for row, slip in zip(rows(), slips, strict=True)
    }
    return SimpleNamespace(lead=reference, browser=client, hers=hers)


def says(client, step, **answers):
    """She takes a step at its page, and reads what stands between where something does."""
    page = client.get(f"/follow/case/steps/{step}")
    assert page.status_code == 200, step
    answer = client.post(page.request.path, data={**hidden(page), **answers})
    sends = html.fromstring(answer.text).xpath("//button[@name='company_reads']/@value") if answer.text else []
    if answer.status_code == 200 and sends:
        answer = client.post(page.request.path, data={**hidden(page), **answers, "company_reads": sends[0]})
    assert answer.status_code == 303, answer.text
    return answer


def at_the_desk(app, union):
    """An officer writes the incident down on one page, of all of them. The number of the incident."""
    noor = client_of(app, "Noor")
    page = noor.get(f"/desk/incidents/of/{union.lead}")
    noor.post(f"/desk/incidents/of/{union.lead}", data={"csrf_token": token(page), **INCIDENT})
    db.session.rollback()
    return noor, db.session.scalars(db.select(Incident.id)).one()


def of_incident(client, incident, what):
    """A page for many, opened from the page of the incident with all that are ticked there."""
    page = client.get(f"/desk/incidents/{incident}")
    form, ticked = html.fromstring(page.text), "//input[@form='people'][@checked]/@value"
    assert what in form.xpath("//form[@id='people']//button[@name='what']/@value")
    said = {**hidden(page), "what": what, "case": form.xpath(ticked)}
    return client.post(form.get_element_by_id("people").get("action"), data=said, follow_redirects=True)


def press(client, page, *, then="send", tick=None, unseen="", **answers):
    """The form of a page for many, as a browser sends it. `tick`: instead of what is ticked there; `unseen`: a case of
    which it does not say that its packet was looked at."""
    form = html.fromstring(page.text).get_element_by_id("typed")
    ticked = form.xpath(".//input[@name='case'][@checked]/@value") if tick is None else tick
    kept = [(one.get("name"), one.get("value")) for one in form.xpath(".//input[@type='hidden']")]
    kept = [pair for pair in kept if pair[0] != f"seen-{unseen}"]
    said = MultiDict([*kept, *(("case", one) for one in ticked), ("then", then), *answers.items()])
    return client.post(form.get("action") or page.request.path, data=said)


def all_of(page):
    """The references that a page for many offers."""
    return html.fromstring(page.text).xpath("//form[@id='typed']//input[@name='case']/@value")


def decide(app, incident):
    """An approver looks at what waits of the incident's cases, ticks all, and approves it by one press."""
    tomas = client_of(app, "Tomas")
    page = of_incident(tomas, incident, "approve")
    answer = press(tomas, page, tick=all_of(page))
    assert answer.status_code == 303, answer.text
    return page


def refer_all(app, union, incident):
    """All who agree are shown one summary, say that it is right, are proposed, and referred."""
    noor = client_of(app, "Noor")
    look = press(noor, of_incident(noor, incident, "show"), then="look", packet=PACKET)
    shown = all_of(look)
    assert press(noor, look, tick=shown).status_code == 303
    for one in shown:
        says(union.hers.get(one, union.browser), "review_summary", verdict="right")
    decide(app, incident)
    page = of_incident(noor, incident, "refer")
    referred = all_of(page)
    assert press(noor, page, tick=referred, mechanism_not_subject="yes").status_code == 303
    decide(app, incident)
    outside.a_release_came()
    return referred


def agree(app, union, incident, told):
    """These say on their pages that the company may be told, and a second person believes that it was they."""
    for one in told:
        says(union.hers[one], "change_consent", share_account="yes")
    decide(app, incident)


def state_of():
    """By reference, where each case is."""
    db.session.rollback()
    return dict(db.session.execute(db.select(Case.reference, Case.state)).all())
