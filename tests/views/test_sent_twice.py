"""Every form of every page, and every request of the API, sent twice: one effect, and both times a good answer.

The table below has an entry for each address that takes a POST; the first test names what it lacks. The same form is
sent again in two ways: at once, with the cookies of the first press, and later, with those of its answer.
"""

import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pyotp
import pytest
import time_machine
from flask import current_app
from lxml import html
from sqlalchemy import func, select, text, update
from werkzeug.datastructures import MultiDict

from grievance import clock
from grievance.access import find_case
from grievance.accounts import (
    app_code_setup,
    calendar_tokens,
    changes,
    company_tokens,
    company_webhooks,
    fingerprints,
    hotlines,
    leaving,
    new_receipt,
    passkeys,
    people,
    receipts,
    sessions,
)
from grievance.accounts.keys import recovery
from grievance.companies import calendars, companies, editions
from grievance.concerns import board_seats
from grievance.deadlines import holidays
from grievance.demonstration import PACKET, PASSWORD, do, email_of, file_one, signed_in, walk_story
from grievance.desk import (
    at_company,
    card_sheets,
    message_templates,
    own_wordings,
    public_questions,
    saved_views,
    tasks,
)
from grievance.desk import editions as figures
from grievance.doors import keeping
from grievance.enquiries import threads
from grievance.extensions import Base, db
from grievance.forms.fields import BadInput
from grievance.in_public import lessons, replies
from grievance.intake import field_keys, field_opening, field_tokens, filing, groups
from grievance.maintenance.sweep import sweep
from grievance.models.account_waits import AccountWait
from grievance.models.people import AccountChange, Company, Role
from grievance.models.sent_form import SentForm
from grievance.models.webhook import CompanyWebhook
from grievance.models.writing import Decision, Holiday
from grievance.notify import sign_texts
from grievance.record import sent_forms
from grievance.record.transaction import unit_of_work
from grievance.reports import making_editions
from grievance.reports.casefile import open_case_file
from grievance.views.desk.ticked import CHOSEN
from grievance.workflow import post, steps
from grievance.workflow.conditions import packet_hash
from grievance.workflow.questions import RESPONSE
from tests.accounts import devices, two_people
from tests.accounts.device import Device
from tests.accounts.keys.test_company_keys import new_company
from tests.accounts.keys.test_recovery import comes_back
from tests.accounts.test_leaving import account_of, join
from tests.browser.test_late_days import missed
from tests.concerns import road
from tests.concerns import test_board as seats
from tests.desk.test_card_sheets import SHEET
from tests.desk.test_public_questions import QUESTION
from tests.doors.test_keeping import CLINIC
from tests.field import filled_in
from tests.field import send as phone_sends
from tests.in_public.test_texts import LESSON, REPLY, newest
from tests.in_public.test_texts import figures as published_figures
from tests.intake.test_old_registers import unheard_of
from tests.mailed import code_to
from tests.notify import signing
from tests.outside import from_outside
from tests.paper import TO_HER
from tests.scenarios.days import another_approver
from tests.scenarios.pages import codes
from tests.views.account.test_passkeys import HERE
from tests.views.account.test_passkeys import sent as shown_on
from tests.views.test_routes import client_of

LESSONS = "/desk/public-texts"
NOTHING = {"sent_forms", "account_sessions", "follow_sessions", "slowed_tries", "sign_in_counts", "reading_counts",
           "file_readings"}  # fmt: skip
"""Tables whose rows are no effect: what was sent, that somebody is here, or tried, and what they looked at."""


@dataclass(frozen=True)
class Sent:
    """Somebody opens a page, answers the form there that goes to this address, and sends it."""

    who: str
    page: str
    to: str = ""
    answers: dict | Callable = field(default_factory=dict)
    """Or what makes them from the page: a device answers what that asks."""
    changes: bool = True
    """Whether it has an effect at all: a search has none."""
    code: str = ""
    """Of the person's app, where they sign in with one."""
    inside: str = ""
    """Of a spokesperson: the button behind which the page of one of a group is."""
    chosen: str = ""
    """The reference that was ticked on the page before."""


Way = Callable[..., Sent]
WAYS: dict[str, Way] = {}
ENDS_A_SESSION = {
    "/account/sign-in": "whoever signed in is another browser session: the form of before is no form of it",
    "/account/sign-out": "the form belongs to the session that it ended",
    "/account/sign-ins/end": "the form belongs to the session that it ended",
}
"""What cannot be sent again later: the token against other sites is gone with the session. Pressed twice it is fine."""


def way(rule):
    def add(make):
        WAYS[rule] = make
        return make

    return add


def of_people(rule, page=None, who="Tomas", answers=None, **more):
    WAYS[rule] = lambda cast: Sent(who, page or rule, rule, answers or {}, **more)


# --- the public pages --------------------------------------------------------------------------------------

ACCOUNT = {"account": "They pushed me.", "company": "unknown", "could_harm": "no"}
way("/complain")(lambda cast: Sent("Amina", "/complain?step=all", "/complain", ACCOUNT))
way("/complain/go-on")(lambda cast: Sent("begun", "/complain", "/complain/go-on", {"go": "on"}, changes=False))


@way("/follow")
def _handed_over(cast):
    raw = {**ACCOUNT, "channel": "phone", "language": "en", "read_back": "yes"}
    filed = filing.file_complaint(raw, filing.new_secret(), "en", officer=cast["Noor"])
    return Sent("nobody", "/follow", "/follow", {"code": filed.code})


def quarter():
    """The newest one that has been over for a while."""
    ended = clock.office_today() - timedelta(days=92)
    return f"{ended.year}-{(ended.month - 1) // 3 + 1}"


way("/desk/editions")(lambda cast: Sent("Noor", "/desk/editions", "/desk/editions", {"period": quarter()}))


@way("/desk/editions/<edition_id>/decide")
def edition(cast):
    noor = signed_in("Noor")
    page = f"/desk/editions/{figures.propose(noor, making_editions.make(noor, quarter()))}"
    return Sent("Tomas", page, f"{page}/decide", {"outcome": "approve"})


way("/ask")(lambda cast: Sent("nobody", "/ask", "/ask", QUESTION))


@way("/desk/outside-questions/<question_id>")
def _outside_question(cast):
    public_questions.ask(QUESTION, "en")
    number = public_questions.listed(cast["Noor"], answered=False)[0].id
    page = "/desk/outside-questions"
    return Sent("Noor", page, f"{page}/{number}", {"answer": "Yes, in June."})


way("/verify")(lambda cast: Sent("nobody", "/verify", "/verify", {"proof": "{}"}, changes=False))


@way("/desk/cases/<reference>/codes/<writing_id>")
def _code_to_read(cast):
    reference, _code = walk_story(cast, "respond", clock.now())
    raw = {"holder": "complainant", "channel": "phone", "why": "She named what only she can know."}
    decision = steps.take("reissue_receipt", cast["Noor"], reference, raw)
    steps.decide(cast["Tomas"], reference, decision.id, True)
    written = open_case_file(cast["Noor"], find_case(cast["Noor"], reference)).writings
    code = next(one.id for one in written if one.step == "handover_code")
    return Sent("Noor", f"/desk/cases/{reference}", f"/desk/cases/{reference}/codes/{code}")


way("/follow/receipt")(lambda cast: Sent(receipt_of(cast), "/follow/receipt", "/follow/receipt"))


@way("/follow/not-me")
def _replaced(cast):
    code = receipt_of(cast)
    new_receipt.make(receipts.person_with(code), filing.new_secret(), False)
    return Sent("nobody", "/follow", "/follow/not-me", {"code": code})


way("/complain/receipt/second")(lambda cast: Sent("filed", "/complain/receipt", "/complain/receipt/second"))
way("/complain/receipt")(
    lambda cast: Sent("filed", "/complain/receipt", "/complain/receipt", {"kept": "yes"}, changes=False)
)
way("/follow/case/steps/<step>")(lambda cast: Sent(
    receipt_of(cast), "/follow/case/steps/write", answers={"audience": "secretariat", "message": "One more thing."}
))  # fmt: skip


def receipt_of(_cast):
    return file_one(clock.now())[2]


ONE_OF_A_GROUP = {"knows": "yes", "called": "7", "could_harm": "no"} | dict.fromkeys(
    ("share_account", "known_to_secretariat", "share_identity"), "later"
)
PEOPLE = "/follow/case/people"
way(f"{PEOPLE}/new")(lambda cast: Sent(receipt_of(cast), f"{PEOPLE}/new", answers=ONE_OF_A_GROUP))


def union_of(_cast):
    reference, _amina, code = file_one(clock.now())
    groups.add(receipts.complainant_of(receipts.follow(code).session), reference, ONE_OF_A_GROUP)
    return code


way(f"{PEOPLE}/<int:number>/slip")(lambda cast: Sent(union_of(cast), PEOPLE, f"{PEOPLE}/1/slip"))
way(f"{PEOPLE}/<int:number>/open")(lambda cast: Sent(union_of(cast), PEOPLE, f"{PEOPLE}/1/open", changes=False))
way(f"{PEOPLE}/back")(
    lambda cast: Sent(union_of(cast), "/follow/case", f"{PEOPLE}/back", changes=False, inside=f"{PEOPLE}/1/open")
)


# --- the account -------------------------------------------------------------------------------------------

NEW_PASSWORD = {"old": PASSWORD, "password": "another password of mine", "again": "another password of mine"}
SIGNING = {"email": email_of("Tomas"), "password": PASSWORD}
of_people("/account/sign-in", who="nobody", answers=SIGNING, changes=False)
of_people("/account/sign-out", "/desk", changes=False)
of_people("/account/sign-ins/end", "/account/sign-ins", changes=False)
of_people("/account/password", answers=NEW_PASSWORD)
of_people("/account/app", answers={"password": PASSWORD}, changes=False)
of_people("/account/address", answers={"password": PASSWORD, "email": "tomas.new@example.org"})
of_people("/account/language", answers={"account_language": "fr"}, changes=False)
of_people("/account/calendar")
of_people("/account/keys", changes=True)
of_people("/account/keys/paper", "/account/keys", answers={"password": PASSWORD})
of_people("/account/backups", answers={"password": PASSWORD})
of_people("/account/people/invite", "/account/people",
          answers={"email": "new@example.org", "name": "New", "role": "officer"})  # fmt: skip


def unproven(cast):
    """Tomas' new address waits for its code."""
    current_app.config["MAIL_URL"] = "smtp://127.0.0.1:9"
    sessions.change_address(sessions.sign_in(email_of("Tomas"), PASSWORD), PASSWORD, "tomas.new@example.org")
    return code_to(cast["Tomas"].account_id)


CODE = "/account/address/code"
way(CODE)(lambda cast: Sent("Tomas", CODE, answers={"code": unproven(cast)}))
way(f"{CODE}/again")(lambda cast: (unproven(cast), Sent("Tomas", CODE, f"{CODE}/again"))[1])


PROGRAMS = "/account/programs"
way(PROGRAMS)(lambda cast: Sent("Victor", PROGRAMS, answers={"name": "Our desk", "password": PASSWORD}))


@way(f"{PROGRAMS}/<token_id>/end")
def _token_ended(cast):
    company_tokens.make(cast["Victor"], "Our desk", PASSWORD)
    (one,) = company_tokens.of_company(cast["Victor"])
    return Sent("Victor", PROGRAMS, f"{PROGRAMS}/{one.id}/end")


WEBHOOKS = "/account/webhooks"
AT = "https://1.1.1.1/complaints"


def _hooked(cast):
    signing.configure(current_app)
    return company_webhooks.make(cast["Victor"], AT, PASSWORD)[0]


@way(WEBHOOKS)
def _webhook_made(cast):
    signing.configure(current_app)
    return Sent("Victor", WEBHOOKS, answers={"url": AT, "password": PASSWORD})


@way(f"{WEBHOOKS}/<webhook_id>/secret")
def _webhook_secret(cast):
    return Sent("Victor", WEBHOOKS, f"{WEBHOOKS}/{_hooked(cast)}/secret", answers={"password": PASSWORD})


@way(f"{WEBHOOKS}/<webhook_id>/test")
def _webhook_test(cast):
    return Sent("Victor", WEBHOOKS, f"{WEBHOOKS}/{_hooked(cast)}/test")


@way(f"{WEBHOOKS}/<webhook_id>/end")
def _webhook_ended(cast):
    return Sent("Victor", WEBHOOKS, f"{WEBHOOKS}/{_hooked(cast)}/end")


@way(f"{WEBHOOKS}/<webhook_id>/on")
def _webhook_on(cast):
    name = _hooked(cast)
    with from_outside() as session:
        session.execute(update(CompanyWebhook).values(off_at=clock.now()))
    return Sent("Victor", WEBHOOKS, f"{WEBHOOKS}/{name}/on", changes=False)


@way("/account/calendar/off")
def _calendar_off(cast):
    calendar_tokens.make_calendar(cast["Tomas"])
    return Sent("Tomas", "/account/calendar", "/account/calendar/off")


def begun_app(cast):
    """A secret that Tomas began with, and its code of now."""
    tomas = signed_in("Tomas")
    return tomas, (begun := app_code_setup.begin(tomas, PASSWORD)), pyotp.TOTP(begun.secret).at(clock.now())


@way("/account/app/confirm")
def _app_confirmed(cast):
    _tomas, begun, code = begun_app(cast)
    return Sent("Tomas", "/account/app", "/account/app/confirm", {"made": begun.made, "otp": code})


@way("/account/app/off")
def _app_off(cast):
    tomas, begun, _code = begun_app(cast)
    app, now = pyotp.TOTP(begun.secret), clock.now()
    with time_machine.travel(now - timedelta(minutes=2)):
        app_code_setup.confirm("", tomas, begun.made, app.at(clock.now()))
    both = {"password": PASSWORD, "otp": app.at(now + timedelta(seconds=30))}
    return Sent("Tomas", "/account/app", "/account/app/off", both, code=app.at(now))


@way("/account/passkeys/add")
def _passkey(_cast):
    current_app.config["STAFF_URL"] = HERE
    return Sent("Tomas", "/account/passkeys/add", answers=lambda page: shown_on(page, Device(HERE), password=PASSWORD))


def first_passkey(_cast):
    return passkeys.owner_of(devices.asked("Tomas").credential_id)


@way("/account/passkeys/<int:passkey_id>/remove")
def _passkey_removed(cast):
    path = f"/account/passkeys/{first_passkey(cast).id}/remove"
    return Sent("Tomas", path, answers={"password": PASSWORD})


@way("/account/people/waits/<int:wait_id>/passkey")
def _passkey_confirmed(cast):
    row = first_passkey(cast)
    number = db.session.scalar(select(func.max(AccountWait.id)))
    path = f"/account/people/waits/{number}/passkey"
    return Sent("Noor", path, answers={"fingerprint": passkeys.digits(row)})


way("/account/about-me")(lambda cast: Sent("Noor", "/account/about-me", answers={"sex": "woman"}, changes=False))


@way("/account/invitation")
def _invited(cast):
    code = people.invite(cast["Tomas"], "petra@example.org", "Petra", Role.OFFICER)
    return Sent("nobody", "/account/invitation", answers={"code": code, "password": PASSWORD, "again": PASSWORD})


def petra(cast):
    code = people.invite(cast["Tomas"], "petra@example.org", "Petra", Role.OFFICER)
    people.accept(code, PASSWORD)
    return account_of("Petra").id


def typed(who, account_id, what):
    path = f"/account/people/{account_id}/{what}"
    return Sent(who, path, answers={"fingerprint": two_people.read_out(account_id)})


way("/account/people/<int:account_id>/admit")(lambda cast: typed("Noor", petra(cast), "admit"))
way("/account/people/<int:account_id>/leave")(lambda cast: Sent("Tomas", f"/account/people/{petra(cast)}/leave"))
way("/account/people/<int:account_id>/again")(lambda cast: Sent("Tomas", f"/account/people/{petra(cast)}/again"))


@way("/account/people/<int:account_id>/role")
def _role(cast):
    who = join("Petra", Role.OFFICER, cast["Noor"]).account_id
    return Sent("Tomas", f"/account/people/{who}/role", answers={"role": "approver"})


@way("/account/people/<int:account_id>/head")
def _head(cast):
    who = join("Paula", Role.APPROVER, cast["Noor"]).account_id
    return Sent("Tomas", "/account/people", f"/account/people/{who}/head")


@way("/account/people/changes/<int:change_id>")
def _change(cast):
    changes.propose_role(cast["Tomas"], join("Petra", Role.OFFICER, cast["Noor"]).account_id, Role.APPROVER)
    number = db.session.scalar(select(func.max(AccountChange.id)))
    return Sent("Ines", "/account/people", f"/account/people/changes/{number}", {"answer": "confirm"})


@way("/account/away")
def _away(cast):
    join("Petra", Role.OFFICER, cast["Noor"])
    today = clock.office_today()
    days = {"first_day": today.isoformat(), "last_day": (today + timedelta(days=3)).isoformat()}
    return Sent("Noor", "/account/away", answers={**days, "stand_in": str(account_of("Petra").id)})


@way("/desk/absences")
def _away_for(cast):
    petra, today = join("Petra", Role.OFFICER, cast["Noor"]).account_id, clock.office_today()
    said = {"first_day": today.isoformat(), "last_day": (today + timedelta(days=3)).isoformat()}
    noor = cast["Noor"].account_id
    return Sent(
        "Tomas", f"/desk/absences?who={noor}", "/desk/absences", answers={**said, "who": noor, "stand_in": petra}
    )


@way("/account/recover")
def _recover(cast):
    code = recovery.make(cast["Ines"])
    two_people.vouch(cast["Noor"], comes_back("Ines", PASSWORD, code).account_id)
    return Sent("Ines", "/account/people", "/account/recover", {"code": code})


def stranded(cast, *handed):
    victor = comes_back("Victor", PASSWORD)
    for name in handed:
        two_people.hand_over(cast[name], victor.account_id)
    return victor.account_id


way("/account/people/<int:account_id>/half")(lambda cast: typed("Tomas", stranded(cast), "half"))


@way("/account/people/<int:account_id>/hear")
def _hear(cast):
    two_people.admit(cast["Noor"], petra(cast))
    return typed("Ines", account_of("Petra").id, "hear")


@way("/account/people/<int:account_id>/vouch")
def _vouch(cast):
    return typed("Noor", comes_back("Ines", PASSWORD, recovery.make(cast["Ines"])).account_id, "vouch")


@way("/account/people/waits/<int:wait_id>")
def _wait(cast):
    leaving.leave(cast["Tomas"], join("Petra", Role.OFFICER, cast["Noor"]).account_id)
    number = db.session.scalar(select(func.max(AccountWait.id)))
    return Sent("Noor", "/account/people", f"/account/people/waits/{number}", {"answer": "object"})


@way("/account/companies/<int:company_id>/key")
def _company_key(cast):
    olga, company_id = new_company(cast)
    answers = {"fingerprint": fingerprints.of_company(olga)}
    return Sent("Tomas", f"/account/companies/{company_id}/key", answers=answers)


@way("/account/people/open")
def _open(cast):
    stranded(cast, "Tomas", "Ines")
    return Sent("Victor", "/account/people", "/account/people/open")


# --- the desks ---------------------------------------------------------------------------------------------


def case_of(cast, until=None):
    return walk_story(cast, until, clock.now() - timedelta(days=8))[0]


way("/desk/search")(lambda cast: Sent("Noor", "/desk", "/desk/search", {"q": "Larkfield"}, changes=False))
way("/desk/views")(lambda cast: Sent("Noor", "/desk", "/desk/views", {"name": "Mine"}))


way("/desk/parts")(lambda cast: Sent("Noor", "/desk", "/desk/parts", {"part": "country"}))


@way("/desk/views/<int:view_id>/remove")
def _view(cast):
    saved_views.save(cast["Noor"], {"name": "Mine"})
    return Sent("Noor", "/desk", f"/desk/views/{saved_views.saved(cast['Noor'])[0].id}/remove")


way("/desk/cases/<reference>/steps/<step>")(
    lambda cast: Sent("Noor", f"/desk/cases/{case_of(cast, 'acknowledge')}/steps/note", answers={"note": "Called."})
)


@way("/desk/cases/<reference>/steps/<step>/draft")
def _draft(cast):
    page = f"/desk/cases/{case_of(cast)}/steps/note"
    return Sent("Noor", page, page, {"note": "Half a sentence", "then": "keep", "action": f"{page}/draft"})


@way("/desk/new-ones/<reference>")
def _read_and_acknowledged(cast):
    page = f"/desk/new-ones/{case_of(cast)}"
    said = {"no_conflict": "yes", "safety_looked_at": "yes", "severity": "medium", "track": "remedy"}
    return Sent("Noor", page, page, said)


@way("/desk/admin/register-names/<int:company_id>")
def _a_name_of_a_register(cast):
    with tempfile.TemporaryDirectory() as folder:
        company = unheard_of(Path(folder))
    page = "/desk/admin/register-names"
    return Sent("Noor", page, f"{page}/{company.id}", {"answer": "confirm"})


@way("/desk/handing-over")
def _handed_over(cast):
    case_of(cast, "acknowledge")
    noor, petra = cast["Noor"].account_id, join("Petra", Role.OFFICER, cast["Noor"]).account_id
    page = f"/desk/handing-over?officer={noor}"
    return Sent("Tomas", page, "/desk/handing-over", {"from": noor, "to": petra, "which": "all"})


way("/desk/many")(lambda cast: Sent("Noor", "/desk", "/desk/many", {"case": case_of(cast), "what": "tag"},
                                    changes=False))  # fmt: skip


@way("/desk/many/acknowledge")
def _acknowledged_together(cast):
    case_of(cast)
    page = "/desk/many/acknowledge?show=unacknowledged"
    said = {"no_conflict": "yes", "safety_looked_at": "yes", "severity": "medium"}
    return Sent("Noor", page, "/desk/many/acknowledge", said)


@way("/desk/many/write")
def _written_together(cast):
    case_of(cast)
    page = "/desk/many/write?show=open"
    return Sent("Noor", page, "/desk/many/write", {"own-en": "Our office is closed on Monday."})


@way("/desk/many/tag")
def _tagged_together(cast):
    reference = case_of(cast)
    do("classify", cast["Noor"], reference, clock.now())
    page = "/desk/many/tag?show=open"
    return Sent("Noor", page, "/desk/many/tag", {"tags": "child"})


@way("/desk/concerns/new")
def a_concern_is_opened(cast):
    said = {"company": str(road.company_id()), "kind": "other", "source": "audit", "words": road.PLANTED}
    return Sent("Noor", "/desk/concerns/new", "/desk/concerns/new", said)


@way("/desk/concerns/about/<int:company_id>/looked")
def a_visit_is_written_down(cast):
    page = f"/desk/concerns/about/{road.company_id()}/looked"
    return Sent("Noor", page, page, {"kind": "site_visit", "on_day": "2026-01-07", "words": road.PLANTED})


@way("/desk/concerns/<concern_id>/steps/<step>")
def a_step_of_a_concern(cast):
    page = f"/desk/concerns/{road.opened(cast)}/steps/note"
    return Sent("Noor", page, page, road.answers("note"))


@way("/desk/concerns/<concern_id>/items/<item_id>/steps/<step>")
def a_step_of_an_action(cast):
    concern = road.opened(cast)
    action = road.both(cast, "ask_corrective_action", concern)
    page = f"/desk/concerns/{concern}/items/{action}/steps/withdraw_action"
    return Sent("Noor", page, page, road.answers("withdraw_action"))


@way("/desk/concerns/proposals/<proposal_id>")
def a_proposal_of_a_concern(cast):
    page = f"/desk/concerns/proposals/{road.take(cast['Noor'], 'close_concern', road.opened(cast)).id}"
    return Sent("Tomas", page, page, {"answer": "approve"})


@way("/company/asked/<concern_id>/steps/<step>")
def a_company_writes_about_a_concern(cast):
    concern = road.opened(cast)
    road.both(cast, "ask_corrective_action", concern)
    page = f"/company/asked/{concern}/steps/write_to_office"
    return Sent("Victor", page, page, road.answers("write_to_office"))


@way("/company/asked/<concern_id>/items/<item_id>/steps/<step>")
def a_company_reports_an_action(cast):
    concern = road.opened(cast)
    action = road.both(cast, "ask_corrective_action", concern)
    page = f"/company/asked/{concern}/items/{action}/steps/report_action"
    return Sent("Victor", page, page, road.answers("report_action"))


@way("/desk/tasks/new")
def _new_task(cast):
    return Sent("Noor", "/desk/tasks/new", "/desk/tasks/new", task_of(cast["Noor"]))


@way("/desk/tasks/new/<reference>")
def _task_on_a_case(cast):
    page = f"/desk/tasks/new/{case_of(cast, 'acknowledge')}"
    return Sent("Noor", page, page, task_of(cast["Noor"]))


@way("/desk/tasks/<task_id>")
def _another_day(cast):
    page = f"/desk/tasks/{tasks.make(cast['Noor'], task_of(cast['Noor']))}"
    return Sent("Noor", page, page, {"due_on": "2030-06-06"})


@way("/desk/tasks/<task_id>/done")
def _task_done(cast):
    return Sent("Noor", "/desk/tasks", f"/desk/tasks/{tasks.make(cast['Noor'], task_of(cast['Noor']))}/done")


@way("/desk/tasks/<task_id>/open")
def _task_not_done(cast):
    task_id = tasks.make(cast["Noor"], task_of(cast["Noor"]))
    tasks.finish(cast["Noor"], task_id)
    return Sent("Noor", "/desk/tasks?show=done", f"/desk/tasks/{task_id}/open")


@way("/desk/tasks/ticks/<reference>")
def _ticked(cast):
    reference = case_of(cast, "acknowledge")
    do("classify", cast["Noor"], reference, clock.now())
    return Sent("Noor", f"/desk/cases/{reference}", f"/desk/tasks/ticks/{reference}", {"item": "labour.papers"})


def task_of(person):
    return {"words": "Call her.", "due_on": "2030-06-05", "who": str(person.account_id)}


for one in ("table.xlsx", "report.pdf"):
    way(f"/desk/figures/{one}")(lambda cast, one=one: Sent("Noor", "/desk/figures", f"/desk/figures/{one}"))
over_time = "/desk/incidents/over-time"
way(f"{over_time}/table.csv")(lambda cast: Sent("Noor", over_time, f"{over_time}/table.csv"))


def said_right(cast):
    """A case whose complainant said that the summary is right."""
    reference, code = walk_story(cast, None, clock.now() - timedelta(days=8))[:2]
    do("show_summary", cast["Noor"], reference, clock.now())
    do("review_summary", receipts.complainant_of(receipts.follow(code).session), reference, clock.now())
    return reference


@way("/desk/together/show")
def _shown_together(cast):
    reference = case_of(cast)
    said = {"packet": PACKET, f"seen-{reference}": packet_hash(PACKET), "then": "send"}
    return Sent("Noor", "/desk/together/show", answers=said, chosen=reference)


@way("/desk/together/refer")
def _referred_together(cast):
    said = {"mechanism_not_subject": "yes", "then": "send"}
    return Sent("Noor", "/desk/together/refer", answers=said, chosen=said_right(cast))


@way("/desk/together/approve")
def _decided_together(cast):
    reference = said_right(cast)
    do("refer", cast["Noor"], reference, clock.now())
    return Sent("Tomas", "/desk/together/approve", answers={"then": "send"}, chosen=reference)


@way("/desk/remedies/table.csv")
def _promised(cast):
    case_of(cast, "accept_remedy")
    return Sent("Noor", "/desk/remedies?show=all", "/desk/remedies/table.csv")


@way("/desk/incidents/of/<reference>")
def _site(cast):
    page = f"/desk/incidents/of/{case_of(cast, 'acknowledge')}"
    return Sent("Noor", page, page, {"do": "write", "kind": "site", "name": "The north gate"})


@way("/desk/search/index")
def _indexed(cast):
    case_of(cast)
    return Sent("Noor", "/desk", "/desk/search/index", {"action": "/desk/search/index"})


@way("/company/answers")
def _one_answer(cast):
    case_of(cast, "company_acknowledge")
    words = {field.name: "We look into it." for field in RESPONSE}
    return Sent("Victor", "/company/answers", "/company/answers", {**words, "which": "all", "then": "send"})


@way("/company/cases/<reference>/kept")
def _kept(cast):
    page = f"/company/cases/{case_of(cast, 'company_acknowledge')}"
    return Sent("Victor", page, f"{page}/kept", {"own_reference": "HR-7", "who": str(cast["Victor"].account_id)})


@way("/company/cases/<reference>/notes")
def _noted(cast):
    page = f"/company/cases/{case_of(cast, 'company_acknowledge')}"
    return Sent("Victor", page, f"{page}/notes", {"note": "To ask again."})


@way("/company/cases/<reference>/notes/<note_id>/remove")
def _note_removed(cast):
    reference = case_of(cast, "company_acknowledge")
    at_company.write(cast["Victor"], reference, {"note": "To ask again."})
    (note,) = at_company.notes(cast["Victor"], find_case(cast["Victor"], reference))
    page = f"/company/cases/{reference}"
    return Sent("Victor", page, f"{page}/notes/{note.id}/remove")


OWN_WORDING = {"name": "Spoken", "part": "respond.facts", "language": "en", "text": "We have spoken with them."}
of_people("/company/templates", who="Victor", answers=OWN_WORDING)


@way("/company/figures/table.csv")
def _own_figures(cast):
    case_of(cast, "company_acknowledge")
    return Sent("Victor", "/company/figures", "/company/figures/table.csv", changes=False)


of_people("/company/questions", who="Victor", answers={"words": "What does the Code ask of a subcontractor?"})


def asked_by_victor(cast):
    return threads.ask(cast["Victor"], {"words": "What does the Code ask of a subcontractor?"})


@way("/company/questions/<enquiry_id>")
def _asked_on(cast):
    return Sent("Victor", f"/company/questions/{asked_by_victor(cast)}", answers={"words": "And of a client?"})


@way("/desk/questions/<enquiry_id>")
def _question_answered(cast):
    return Sent("Noor", f"/desk/questions/{asked_by_victor(cast)}", answers={"words": "The same."})


@way("/desk/questions/<enquiry_id>/settle")
def _question_settled(cast):
    page = f"/desk/questions/{asked_by_victor(cast)}"
    return Sent("Noor", page, f"{page}/settle")


def sent_by_a_phone(cast):
    phone_sends(current_app.test_client(), field_tokens.make(cast["Noor"], {"name": "Asha"}), filled_in())
    return "/desk/field-forms/" + field_opening.lines()[0].row.id


of_people("/desk/field-forms/passwords", page="/desk/field-forms", answers={"name": "Asha"})
of_people("/desk/field-forms/keys", page="/desk/field-forms")


@way("/desk/field-forms/passwords/<token_id>/end")
def _phone_ended(cast):
    field_tokens.make(cast["Noor"], {"name": "Asha"})
    return Sent("Noor", "/desk/field-forms", f"/desk/field-forms/passwords/{field_tokens.listed()[0].id}/end")


@way("/desk/field-forms/keys/<key_id>")
def _phone_key_decided(cast):
    field_keys.propose(cast["Tomas"])
    page = f"/desk/field-forms/keys/{field_keys.waiting().id}"
    return Sent("Noor", "/desk/field-forms", page, answers={"answer": "confirm"})


@way("/desk/field-forms/<submission_id>")
def _phone_filed(cast):
    return Sent("Noor", sent_by_a_phone(cast))


@way("/desk/field-forms/<submission_id>/settle")
def _phone_settled(cast):
    page = sent_by_a_phone(cast)
    return Sent("Noor", page, f"{page}/settle", answers={"why": "trial"})


@way("/company/templates/<wording_id>/remove")
def _own_wording_removed(cast):
    own_wordings.add(cast["Victor"], OWN_WORDING)
    (one,) = own_wordings.all_of(cast["Victor"])[0]
    return Sent("Victor", "/company/templates", f"/company/templates/{one.id}/remove")


@way("/company/find")
def _found(cast):
    case_of(cast)
    return Sent("Victor", "/company", "/company/find", {"q": "HR"}, changes=False)


way("/desk/figures/table.csv")(lambda cast: Sent("Noor", "/desk/figures", "/desk/figures/table.csv"))


@way("/desk/cases/<reference>/post/preview.pdf")
def _preview_of_a_letter(cast):
    page = f"/desk/cases/{case_of(cast, 'acknowledge')}"
    to = f"{page}/post/preview.pdf"
    return Sent("Noor", f"{page}/steps/write_letter", to, {**TO_HER, "action": to}, changes=False)


@way("/desk/cases/<reference>/post/<writing_id>/label.pdf")
def _envelope(cast):
    reference, amina, _code = file_one(clock.now() - timedelta(days=3), address="7 Palm Street",
                                       known_to_secretariat="yes")  # fmt: skip
    do("agree_post", amina, reference, clock.now())
    do("ask_identity", cast["Noor"], reference, clock.now())
    do("grant_identity", cast["Ines"], reference, clock.now())
    steps.take("write_letter", cast["Noor"], reference, TO_HER)
    (letter,) = post.written(find_case(cast["Noor"], reference))
    page = f"/desk/cases/{reference}/post"
    return Sent("Noor", page, f"{page}/{letter.id}/label.pdf")


@way("/desk/cases/<reference>/proposals/<decision_id>")
def _proposal(cast):
    reference = case_of(cast, "acknowledge")
    do("refer", cast["Noor"], reference, clock.now())
    decision = db.session.scalars(select(Decision.id)).one()
    page = f"/desk/cases/{reference}/proposals/{decision}"
    return Sent("Tomas", page, page, {"answer": "approve"})


way("/desk/new")(lambda cast: Sent(
    "Noor", "/desk/new", answers={**ACCOUNT, "channel": "phone", "language": "en", "read_back": "yes"}
))  # fmt: skip


@way("/custodian/cases/<reference>/steps/<step>")
def _grant(cast):
    reference = file_one(clock.now() - timedelta(days=3), name="Amina Said", known_to_secretariat="yes")[0]
    do("acknowledge", cast["Noor"], reference, clock.now())
    do("ask_identity", cast["Noor"], reference, clock.now())
    return Sent("Ines", f"/custodian/cases/{reference}/steps/grant_identity", answers={"words": "Yes."})


HARROW = {"name": "Harrow Watch", "country": "KE", "zone": "Africa/Nairobi", "language": "en", "membership": "member",
          "since": "2024-02-29"}  # fmt: skip
TABLE = "name,country,zone,membership,since\nAsh,KE,Africa/Nairobi,member,2020-01-31\n"
of_people("/desk/admin/companies/new", answers=HARROW)
of_people("/desk/admin/companies/import/new", answers={"table": TABLE, "go": "import"})


def larkfield():
    return db.session.scalar(select(Company.id).where(Company.name == "Larkfield Guarding"))


way("/desk/admin/companies/<int:company_id>/edit")(
    lambda cast: Sent("Tomas", f"/desk/admin/companies/{larkfield()}/edit", answers={"trade_names": "Lark"})
)
way("/desk/admin/companies/<int:company_id>/membership")(lambda cast: Sent(
    "Tomas", f"/desk/admin/companies/{larkfield()}/membership",
    answers={"membership": "former", "since": clock.office_today().isoformat()},
))  # fmt: skip
DAYS = {"country": "KE", "on": "2027-01-01", "name": "New Year", "answer": "confirm"}
of_people("/desk/admin/holidays/add", answers=DAYS)


def feast(cast):
    holidays.add(cast["Tomas"], "KE", {clock.office_today() + timedelta(days=2): "Feast"})
    return db.session.scalars(select(Holiday.id)).one()


way("/desk/admin/holidays/<int:holiday_id>/remove")(
    lambda cast: Sent("Tomas", f"/desk/admin/holidays/{feast(cast)}/remove")
)


@way("/desk/admin/holidays/<int:holiday_id>/wrong")
def _wrong(cast):
    return Sent("Noor", f"/desk/admin/holidays/{feast(cast)}/wrong", answers={"answer": "ask"})


@way("/desk/admin/holidays/<int:holiday_id>/confirm")
def _confirm(cast):
    day = clock.office_today() + timedelta(days=2)
    holidays.add(cast["Tomas"], "KE", {day: "Feast"}, expected=(day,))
    return Sent("Tomas", f"/desk/admin/holidays/{db.session.scalars(select(Holiday.id)).one()}/confirm")


way("/desk/admin/holidays/suggestions/add")(lambda cast: Sent(
    "Tomas", "/desk/admin/holidays/suggestions/add?country=KE&year=2027", "/desk/admin/holidays/suggestions/add",
    {"day": ["2027-06-01"]}, changes=False,
))  # fmt: skip


@way("/desk/admin/missed")
def _missed(cast):
    another_approver(cast)
    _reference, _code, due = missed(cast)
    holidays.add(cast["Tomas"], "KE", {due: "Idd-ul-Fitr"})
    return Sent("Tomas", "/desk/admin/missed", answers={"answer": "propose"})


FRIDAYS = {"country": "KE", "zone": "Africa/Nairobi", "weekend": ["4", "5"]}
way("/desk/admin/companies/<int:company_id>/calendar")(
    lambda cast: Sent("Noor", f"/desk/admin/companies/{larkfield()}/calendar", answers={**FRIDAYS, "answer": "propose"})
)


@way("/desk/admin/calendars")
def _calendars(cast):
    calendars.propose(cast["Noor"], larkfield(), FRIDAYS)
    (one,) = [each for each in calendars.waiting(cast["Tomas"]) if each.proposal and each.company.id == larkfield()]
    ticked = f"{larkfield()}.{one.proposal.id}"
    return Sent("Tomas", "/desk/admin/calendars", "/desk/admin/calendars", {"confirm": [ticked]})


@way("/desk/admin/members")
def _members(cast):
    editions.propose(cast["Noor"])
    waits = str(editions.waiting().id)
    return Sent("Tomas", "/desk/admin/members", "/desk/admin/members", {"answer": "publish", "seen": waits})


WORDING = {"name": "Late", "step": "write", "language": "en", "text": "{company} is late."}
of_people("/desk/templates", answers=WORDING)


def wording(cast):
    message_templates.add(cast["Tomas"], WORDING)
    return message_templates.in_use()[0].id


way("/desk/templates/<int:template_id>")(
    lambda cast: Sent("Tomas", f"/desk/templates/{wording(cast)}", answers={"text": "{company} is very late."})
)
way("/desk/templates/<int:template_id>/retire")(
    lambda cast: Sent("Tomas", "/desk/templates", f"/desk/templates/{wording(cast)}/retire")
)

of_people("/desk/other-doors/new", who="Noor", answers=CLINIC)


def other_door(cast):
    return keeping.add(cast["Noor"], CLINIC)


way("/desk/other-doors/<int:door_id>")(
    lambda cast: Sent("Tomas", f"/desk/other-doors/{other_door(cast)}", answers={"name": "Hill Clinic"})
)
way("/desk/other-doors/<int:door_id>/checked")(
    lambda cast: Sent("Tomas", "/desk/other-doors", f"/desk/other-doors/{other_door(cast)}/checked")
)
way("/desk/other-doors/<int:door_id>/retire")(
    lambda cast: Sent("Tomas", "/desk/other-doors", f"/desk/other-doors/{other_door(cast)}/retire")
)

of_people("/desk/cards", who="Noor", answers=SHEET)
of_people("/desk/hotlines", who="Noor", answers={"name": "Line of the unions"})


@way("/desk/cards/<int:sheet_id>/revoke")
def _sheet_to_revoke(cast):
    sheet, _codes = card_sheets.make(cast["Noor"], SHEET)
    return Sent("Tomas", "/desk/cards", f"/desk/cards/{sheet.id}/revoke")


def a_hotline(cast):
    hotlines.propose(cast["Noor"], "Line of the unions")
    return hotlines.listed()[0].id


way("/desk/hotlines/<hotline_id>/make")(
    lambda cast: Sent("Tomas", "/desk/hotlines", f"/desk/hotlines/{a_hotline(cast)}/make")
)
way("/desk/hotlines/<hotline_id>/end")(
    lambda cast: Sent("Tomas", "/desk/hotlines", f"/desk/hotlines/{a_hotline(cast)}/end")
)
of_people("/desk/public-texts/new", who="Noor", answers=LESSON)


def a_lesson(cast):
    lessons.propose(cast["Noor"], LESSON)
    return newest().id


way("/desk/public-texts/<int:text_id>/decide")(
    lambda cast: Sent("Tomas", LESSONS, f"{LESSONS}/{a_lesson(cast)}/decide", {"answer": "approve"})
)
way("/desk/public-texts/<int:text_id>/take-back")(
    lambda cast: Sent("Noor", LESSONS, f"{LESSONS}/{a_lesson(cast)}/take-back")
)


def a_reply(cast):
    published_figures()
    replies.propose(cast["Victor"], REPLY)
    return newest().id


@way("/company/reply")
def _reply(cast):
    published_figures()
    return Sent("Victor", "/company/reply", "/company/reply", REPLY)


way("/company/reply/take-back")(
    lambda cast: Sent("Victor", "/company/reply", "/company/reply/take-back", {"text": str(a_reply(cast))})
)


def measure(cast):
    """A measure before the Board, whose seats are here; its number."""
    seats.board(cast)
    return seats.before_the_board(cast)[1]


@way("/desk/board/send/<item_id>")
def _to_the_board(cast):
    return Sent("Tomas", f"/desk/board/send/{measure(cast)}", answers={"words": seats.DOSSIER})


@way("/desk/board/seats/<int:account_id>")
def _pillar(cast):
    number = seats.seat(cast, "Greta").account_id
    return Sent("Tomas", "/desk/board/seats", f"/desk/board/seats/{number}", {"pillar": "industry"})


@way("/board/papers/<paper_id>")
def _vote(cast):
    return Sent("Greta", f"/board/papers/{seats.sent(cast, measure(cast))}", answers={"vote": "for"})


@way("/board/ties")
def _tie(cast):
    seats.seat(cast, "Greta")
    return Sent("Greta", "/board", "/board/ties", {"company": str(larkfield()), "kind": "own"})


@way("/board/ties/<int:tie_id>/end")
def _tie_ended(cast):
    greta = seats.seat(cast, "Greta")
    seats.stands_aside(greta)
    return Sent("Greta", "/board", f"/board/ties/{board_seats.ties_of(greta.account_id)[0][0]}/end")


SIGN_TEXT = {"language": "en", "place": "1", "text": "Something new."}
of_people("/desk/signs", who="Noor", answers=SIGN_TEXT)
of_people("/desk/signs/usual", "/desk/signs", "Noor", {"language": "sw"})


def sign_text(cast):
    sign_texts.propose(cast["Noor"], SIGN_TEXT)
    return sign_texts.of_the_office()[0].id


way("/desk/signs/<int:text_id>/decide")(
    lambda cast: Sent("Tomas", "/desk/signs", f"/desk/signs/{sign_text(cast)}/decide", {"outcome": "approve"})
)


@way("/desk/signs/<int:text_id>/stop")
def _stopped(cast):
    sign_texts.decide(cast["Tomas"], number := sign_text(cast), True)
    return Sent("Noor", "/desk/signs", f"/desk/signs/{number}/stop")


@way("/follow/case/news")
def _sign(cast):
    (text, *_others) = signing.offer(current_app, cast)
    answers = {"to": "+254712345678", "text": str(text.id), "zone": "Etc/GMT"}
    return Sent(receipt_of(cast), "/follow/case/news", answers=answers)


@way("/follow/case/company")
def the_page_of_another_company(cast):
    found, code = walk_story(cast, "refer", clock.now() - timedelta(days=3))
    do("add_respondent", cast["Noor"], found, clock.now(), cast["Tomas"])
    return Sent(code, "/follow/case", "/follow/case/company", {"number": "1"}, changes=False)


@way("/follow/case/news/end")
def _no_sign(cast):
    signing.offer(current_app, cast)
    reference, amina, code = file_one(clock.now())
    signing.ask(amina, reference)
    return Sent(code, "/follow/case", "/follow/case/news/end")


# --- companies ---------------------------------------------------------------------------------------------

of_people("/company/export", "/company", "Victor")
of_people("/company/export.csv", "/company", "Victor", {"action": "/company/export.csv"})
way("/company/cases/<reference>/steps/<step>")(
    lambda cast: Sent("Victor", f"/company/cases/{case_of(cast, 'refer')}/steps/company_acknowledge",
                      answers={"contact": "The site manager", "undertakes": "yes"})
)  # fmt: skip


@way("/company/cases/<reference>/steps/<step>/draft")
def _company_draft(cast):
    page = f"/company/cases/{case_of(cast, 'refer')}/steps/company_acknowledge"
    return Sent("Victor", page, page, {"contact": "Half a", "then": "keep", "action": f"{page}/draft"})


@way("/company/ended/<reference>")
def _ended(cast):
    reference, other = case_of(cast, "refer"), select(Company.id).where(Company.name == "Ostrova Security")
    words = {"company": str(db.session.scalar(other)), "why": "Its gate.", "letter": "Another.", "told": "Burn them."}
    do("change_respondent", cast["Noor"], reference, clock.now(), cast["Tomas"], **words)
    return Sent("Victor", f"/company/ended/{reference}", answers={"destroyed": "yes"})


# --- sending -----------------------------------------------------------------------------------------------


def come(app, sent):
    """A client of whoever it is: an account, a receipt, somebody who has just filed or begun, or nobody yet."""
    client = app.test_client()
    if sent.who == "begun":
        send(client, prepared(client, Sent("nobody", "/complain", "/complain", {"go": "later"})))
    elif sent.who == "filed":
        send(client, prepared(client, Sent("nobody", "/complain?step=all", "/complain", ACCOUNT)))
    elif sent.who.isdigit():
        client.post("/follow", data={"code": sent.who})
        if sent.inside:
            send(client, prepared(client, Sent(sent.who, PEOPLE, sent.inside)))
    elif sent.who[0].isupper() and sent.who != "Amina":
        with client.session_transaction() as session:
            session["a"] = sessions.sign_in(email_of(sent.who), PASSWORD, sent.code)
            session[CHOSEN] = [sent.chosen]
    return client


def prepared(client, sent):
    """The form as the browser would send it: (address, fields)."""
    page = client.get(sent.page)
    assert page.status_code == 200, (sent.page, page.status_code, page.location)
    here = urlsplit(sent.page).path
    to, posted = sent.to or here, [one for one in html.fromstring(page.text).forms if one.method == "POST"]
    forms = [one for one in posted if urljoin(here, one.action or here) == to] or posted[-1:]
    answers = sent.answers(page) if callable(sent.answers) else sent.answers
    form = next((one for one in forms if set(answers) & set(one.fields)), forms[0])
    said = MultiDict(form.form_values())
    for name, value in answers.items():
        said.setlist(name, value if isinstance(value, list) else [value])
    return said.pop("action", to), said


def send(client, form):
    answer = client.post(form[0], data=form[1])
    assert answer.get_data() is not None  # a file is written while it is sent
    answer.close()
    return answer


def rows():
    """How many rows each table has; an event, a letter or a company more would be seen here."""
    db.session.rollback()
    tables = [one.name for one in Base.metadata.sorted_tables if one.name not in NOTHING]
    asked = ", ".join(f"(SELECT count(*) FROM {name}) AS {name}" for name in tables)  # at once, a thousand times here
    return dict(db.session.execute(text(f"SELECT {asked}")).mappings().one())


def cookies_of(client):
    return dict(client._cookies)


def posts(app):
    return {rule.rule for rule in app.url_map.iter_rules() if "POST" in rule.methods}


def test_every_address_that_takes_a_form_is_sent_twice_below(app):
    of_programs = ("/api/", "/openrosa/")  # tests/views/api/test_idempotency.py and tests/views/test_openrosa.py
    pages = {rule for rule in posts(app) if not rule.startswith(of_programs)}
    assert set(WAYS) == pages
    assert set(ENDS_A_SESSION) <= pages


@pytest.mark.parametrize("again", ["at once", "later"])
@pytest.mark.parametrize("rule", sorted(WAYS))
def test_a_form_that_is_sent_twice_has_one_effect_and_gets_a_good_answer_twice(app, cast, rule, again):
    if again == "later" and rule in ENDS_A_SESSION:
        return
    sent = WAYS[rule](cast)
    client = come(app, sent)
    form, before, cookies = prepared(client, sent), rows(), cookies_of(client)
    first = send(client, form)
    once = rows()
    assert first.status_code < 400, first.text
    assert (once != before) is sent.changes
    if again == "at once":
        client._cookies.clear()
        client._cookies.update(cookies)
    second = send(client, form)
    assert second.status_code < 400, second.text
    assert rows() == once


# --- what the second sending finds -------------------------------------------------------------------------


@pytest.fixture
def note(app, cast):
    """Noor's page for a note, and its form."""
    client = client_of(app, "Noor")
    return client, prepared(client, WAYS["/desk/cases/<reference>/steps/<step>"](cast))


def test_the_second_press_says_that_it_counts_once_and_leads_where_the_first_did(note):
    client, form = note
    places = [send(client, form).location for _twice in range(2)]
    assert places[0] == places[1] and "You sent this twice. It counts once." in client.get(places[0]).text


ELSEWHERE = (
    "https://evil.example/account/sign-in",
    "//evil.example/",
    "/\\evil.example/",
    "/\t/evil.example/",
    "evil",
    "",
)


@pytest.mark.parametrize("address", ELSEWHERE)
def test_a_note_that_somebody_changed_leads_to_nobody_elses_page(note, address):
    client, form = note
    send(client, form)
    with unit_of_work(effect=False) as session:
        session.execute(update(SentForm).values(result=address))
    answer = send(client, form)
    assert (answer.status_code, answer.location) == (303, form[0].rpartition("/steps/")[0])


def test_a_code_that_is_shown_once_is_not_shown_again_and_the_way_to_a_new_one_is_said(app, cast):
    client = client_of(app, "Ines")
    form = prepared(client, Sent("Ines", "/account/keys", "/account/keys/paper", {"password": PASSWORD}))
    assert send(client, form).status_code == 200
    page = client.get(send(client, form).location).text
    assert "if you did not see it, make a new one" in page and "counts once" in page


def test_the_same_form_with_other_words_is_another_sending_and_its_words_come_back(note):
    client, (to, said) = note
    send(client, (to, said))
    said["note"] = "Called, and was called back."
    answer = client.post(to, data=said)
    assert answer.status_code == 409 and said["note"] in answer.text


def test_a_form_that_was_refused_may_be_sent_again_once_it_can_be_taken(app, cast):
    client = client_of(app, "Tomas")
    to, said = prepared(client, WAYS["/desk/admin/companies/new"](cast))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(companies, "add", refuses)
        assert send(client, (to, said)).status_code == 422
    assert send(client, (to, said)).status_code == 303 and rows()["companies"] == 3


def refuses(*_all):
    raise BadInput({"name": "Not now."})


def test_a_form_whose_effect_was_taken_back_may_be_sent_again(note, monkeypatch):
    """Also where the process died before it could say anything: what the clock was owed is no effect of the form."""
    client, form = note
    with monkeypatch.context() as patch:
        patch.setattr(steps, "execute", broken)
        patch.setattr(sent_forms, "settle", lambda *_all: None)
        assert send(client, form).status_code == 500
    once = rows()
    assert send(client, form).status_code == 303 and rows() != once


def broken(*_all):
    raise RuntimeError


def test_nothing_that_was_typed_no_token_and_no_code_is_in_what_is_noted(app, cast):
    client = client_of(app, "Tomas")
    form = prepared(client, Sent("Tomas", "/account/password", "", NEW_PASSWORD))
    send(client, form)
    whole = str(db.session.execute(select(SentForm.__table__)).one())
    assert not any(word in whole for word in (*NEW_PASSWORD.values(), form[1]["form_token"]))
    assert "/account/people" in whole


def test_the_code_of_an_invitation_is_not_kept(app, cast):
    sent = WAYS["/account/invitation"](cast)
    client = app.test_client()
    send(client, prepared(client, sent))
    assert sent.answers["code"] not in str(db.session.execute(select(SentForm.__table__)).one())


def test_the_sweep_forgets_after_a_day_what_was_sent(note):
    client, form = note
    send(client, form)
    for hours, left in ((23, 1), (25, 0)):
        sweep(clock.now() + timedelta(hours=hours))
        assert db.session.scalar(select(func.count()).select_from(SentForm)) == left


def test_a_handover_code_that_is_pressed_twice_gives_the_same_new_receipt(app, cast):
    client = app.test_client()
    form = prepared(client, WAYS["/follow"](cast))
    shown = []
    for _twice in range(2):
        client._cookies.clear()  # the first answer never came
        send(client, form)
        shown.append(codes(client.get("/complain/receipt").text))
    assert shown[0] == shown[1] and len(shown[0]) == 5


def test_a_handover_code_opens_nothing_to_another_form_once_it_was_used(app, cast):
    client = app.test_client()
    to, said = prepared(client, WAYS["/follow"](cast))
    send(client, (to, said))
    other = app.test_client()
    form = prepared(other, Sent("nobody", "/follow", "/follow", {"code": said["code"]}))
    assert send(other, form).status_code == 422


def test_two_presses_at_the_same_moment_have_one_effect(both):
    """The second waits for the first one's commit, whatever the database, and is led to its answer."""
    app, cast = both.app, both.cast
    client, together = client_of(app, "Tomas"), threading.Barrier(2)
    form, once, answers = prepared(client, WAYS["/desk/templates"](cast)), rows(), []
    cookies = cookies_of(client)

    def press():
        with app.app_context():
            mine = app.test_client()
            mine._cookies.update(cookies)
            answers.append(send(mine, form).status_code)
            db.session.remove()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sent_forms, "begin", late(sent_forms.begin, together))
        both_of = [threading.Thread(target=press) for _each in range(2)]
        [one.start() for one in both_of]
        [one.join() for one in both_of]
    assert answers == [303, 303] and rows()["message_templates"] == once["message_templates"] + 1


def late(begin, together):
    """Both have asked whether it was sent before either sends it."""

    def asked(claim):
        begin(claim)
        together.wait(20)

    return asked


def test_a_table_of_which_a_row_was_refused_is_looked_at_again_when_it_is_sent_again(app, cast):
    client = client_of(app, "Tomas")
    bad = {"table": TABLE + "Elm,KE,Nowhere/At,member,2020-01-31\n", "go": "import"}
    form = prepared(client, Sent("Tomas", "/desk/admin/companies/import/new", "", bad))
    assert [send(client, form).status_code for _twice in range(2)] == [422, 422]
    assert rows()["companies"] == 3
