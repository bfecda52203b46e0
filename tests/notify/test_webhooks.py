"""A company's system is told what its people get mail about, at the same hour; tried again for three days; and only as
the key log has it. On both databases."""

from datetime import UTC, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select, update

from grievance import clock, outward
from grievance.accounts import company_webhooks, leaving
from grievance.demonstration import PASSWORD
from grievance.extensions import db
from grievance.forms.fields import BadInput, Refused
from grievance.maintenance import doctor
from grievance.maintenance.sweep import sweep
from grievance.maintenance.trouble import troubles
from grievance.models.event import OFFICE_CHAIN, Event
from grievance.models.people import Role
from grievance.models.webhook import CompanyWebhook, WebhookLetter, WebhookMessage
from grievance.notify import webhooks
from grievance.notify.webhooks import deliver
from grievance.outward import NotSent, Why
from grievance.workflow import release, steps
from tests.accounts.test_leaving import join
from tests.notify import signing
from tests.notify.test_days import MONDAY, app, box, cast, filed, handed_over, message, number  # noqa: F401
from tests.notify.test_release import HERS, ZONE, at, owed
from tests.outside import from_outside

URL = "https://hooks.example.org/complaints?key=abc"
SENT = {"message": "Please look.", "audience": "company"}


class Receiver:
    """In place of the line: what came, and what is answered."""

    def __init__(self):
        self.came, self.answer = [], None

    def post(self, url, body, headers, _allowed):
        self.came.append((url, body.decode(), headers))
        if self.answer:
            raise self.answer


@pytest.fixture
def receiver(app, monkeypatch):  # noqa: F811
    signing.configure(app)
    one = Receiver()
    monkeypatch.setattr(outward, "looked_up", lambda _host, _port: ["8.8.8.8"])
    monkeypatch.setattr(outward, "post", one.post)
    return one


@pytest.fixture
def hook(cast, receiver):  # noqa: F811
    """Victor's company has had it for long."""
    name, _secret = company_webhooks.make(cast["Victor"], URL, PASSWORD)
    with from_outside() as session:
        session.execute(update(CompanyWebhook).values(made_at=MONDAY - timedelta(days=30)))
    return name


@pytest.fixture
def case(cast, box, hook, receiver):  # noqa: F811
    reference, amina = handed_over(cast, box)
    deliver(MONDAY)
    receiver.came.clear()
    return reference, amina


def row():
    db.session.rollback()
    return db.session.scalars(select(CompanyWebhook)).one()


# --- what is told, and when --------------------------------------------------------------------------------


def test_what_is_mailed_to_the_company_is_told_its_system_with_the_reference(cast, box, hook, receiver):  # noqa: F811
    reference, _amina = handed_over(cast, box)
    assert deliver(MONDAY) == 1
    ((url, body, headers),) = receiver.came
    assert url == URL and reference in body and set(headers) >= {"webhook-id", "webhook-timestamp"}
    assert deliver(MONDAY) == 0 and len(receiver.came) == 1


def test_another_companys_system_is_told_nothing(cast, box, hook, receiver):  # noqa: F811
    company_webhooks.make(cast["Olga"], "https://other.example.org/", PASSWORD)
    handed_over(cast, box)
    deliver(MONDAY)
    assert [url for url, _body, _headers in receiver.came] == [URL]


@pytest.mark.parametrize("step", HERS, ids=lambda row: row.step)
def test_each_of_her_doings_is_told_at_the_next_release_and_not_before(case, receiver, step):
    reference, amina = case
    owed(reference, step, amina, at(2, 14, 41))
    for now in (at(2, 14, 42), at(2, 23, 59), at(3, 5, 59)):
        deliver(now)
        assert receiver.came == [], now
    deliver(at(3, 6))
    assert len(receiver.came) == 1


def test_whenever_she_acts_between_two_releases_it_is_told_at_the_same_minute_and_says_it(case, receiver):
    reference, amina = case
    said = set()
    for day, minutes in enumerate((1, 360, 720, 1439)):
        acted = at(day + 1, 6) + timedelta(minutes=minutes)
        owed(reference, HERS[0], amina, acted)
        receiver.came.clear()
        deliver(acted)
        now = release.next_release(acted, ZONE)
        deliver(now - timedelta(minutes=1))
        assert receiver.came == []
        deliver(now)
        ((_url, body, headers),) = receiver.came
        assert headers["webhook-timestamp"] == str(int(now.timestamp()))
        assert now.isoformat() in body and acted.astimezone(UTC).isoformat() not in body
        said.add(clock.time_of_day(now, ZONE))
    assert said == {"06:00"}


def test_several_letters_of_one_case_are_one_message(cast, case, receiver):  # noqa: F811
    reference, _amina = case
    for minute in range(3):
        message(cast, reference, MONDAY + timedelta(hours=2, minutes=minute))
    deliver(MONDAY + timedelta(hours=3))
    assert len(receiver.came) == 1


def test_a_system_is_told_exactly_where_somebody_of_its_company_is_owed_a_mail(cast, case, receiver):  # noqa: F811
    """What one of two people did the other hears of, and so does the system; what nobody hears of, neither."""
    reference, _amina = case
    steps.take("write", cast["Victor"], reference, {"audience": "secretariat", "message": "Yes."}, now=MONDAY)
    deliver(MONDAY + timedelta(days=1))
    assert receiver.came == []


def test_what_was_told_before_it_was_added_is_not_told_again(cast, box, receiver):  # noqa: F811
    handed_over(cast, box)
    company_webhooks.make(cast["Victor"], URL, PASSWORD)
    deliver(clock.now())
    assert receiver.came == []


# --- tried again -------------------------------------------------------------------------------------------


def tried(receiver, since, hours=100):
    """The moments of all tries, by rounds each five minutes, as hours since the first."""
    moments, now = [], since
    while now < since + timedelta(hours=hours):
        before = len(receiver.came)
        deliver(now)
        moments += [now] * (len(receiver.came) - before)
        now += timedelta(minutes=5)
    return [round((one - since).total_seconds() / 3600, 1) for one in moments]


def test_what_is_not_taken_is_tried_with_growing_pauses_for_three_days_and_then_given_up(
    cast, case, receiver  # noqa: F811
):  # fmt: skip
    reference, _amina = case
    receiver.answer = NotSent(Why.REFUSED, 503)
    since = MONDAY + timedelta(days=1)
    message(cast, reference, since)
    found = tried(receiver, since)
    assert len(found) == 10 and 70 < found[-1] <= 72
    pauses = [round(later - one, 1) for one, later in pairwise(found)]
    assert pauses == sorted(pauses)
    assert len({headers["webhook-id"] for _url, _body, headers in receiver.came}) == 1
    assert row().given_up_at is not None and row().failing_since == since
    (line,) = company_webhooks.of_company(cast["Victor"])
    assert (line.waiting, line.lost) == (0, 1) and company_webhooks.to_look_at(cast["Victor"])
    assert any("could not be told for 3 days" in one.sentence for one in troubles(clock.now()))


def test_the_next_message_that_is_taken_ends_it(cast, case, receiver):  # noqa: F811
    reference, _amina = case
    receiver.answer = NotSent(Why.LINE)
    message(cast, reference, MONDAY + timedelta(days=1))
    deliver(MONDAY + timedelta(days=1))
    assert row().fault == "line" and company_webhooks.to_look_at(cast["Victor"])
    receiver.answer = None
    deliver(MONDAY + timedelta(days=1, minutes=5))
    assert (row().failing_since, row().fault) == (None, None) and not company_webhooks.to_look_at(cast["Victor"])


def test_a_system_that_fails_is_asked_once_a_round_and_holds_up_no_other(cast, box, hook, receiver, monkeypatch):  # noqa: F811
    company_webhooks.make(cast["Victor"], "https://works.example.org/", PASSWORD)
    with from_outside() as session:
        session.execute(update(CompanyWebhook).values(made_at=MONDAY - timedelta(days=30)))
    came = []

    def post(url, *_more):
        came.append(url)
        if url == URL:
            raise NotSent(Why.SLOW)

    monkeypatch.setattr(outward, "post", post)
    for _case in range(2):
        handed_over(cast, box)
    assert deliver(MONDAY) == 2
    assert came.count(URL) == 1 and came.count("https://works.example.org/") == 2


def test_a_message_is_one_workers_at_a_time_and_anothers_where_that_one_ended(cast, case):  # noqa: F811
    reference, _amina = case
    message(cast, reference, MONDAY + timedelta(days=1))
    now = MONDAY + timedelta(days=1)
    webhooks.owe(now)
    first = webhooks._claim(now, set())
    assert first is not None and webhooks._claim(now + timedelta(minutes=9), set()) is None
    assert webhooks._claim(now + timedelta(minutes=11), set()).id == first.id
    webhooks.owe(now)
    assert len(db.session.scalars(select(WebhookMessage).where(WebhookMessage.done_at.is_(None))).all()) == 1


def test_what_is_done_is_forgotten_after_forty_days(cast, case):  # noqa: F811
    sweep(MONDAY + timedelta(days=39))
    assert db.session.scalars(select(WebhookMessage)).all() and db.session.scalars(select(WebhookLetter)).all()
    sweep(MONDAY + timedelta(days=41))
    assert not db.session.scalars(select(WebhookMessage)).all() + db.session.scalars(select(WebhookLetter)).all()


# --- whose it is -------------------------------------------------------------------------------------------


def test_neither_address_nor_secret_lies_in_the_database_or_on_the_record(cast, receiver):  # noqa: F811
    _name, secret = company_webhooks.make(cast["Victor"], URL, PASSWORD)
    stored = row()
    everything = repr([getattr(stored, one.name) for one in stored.__table__.columns])
    kinds = {one.kind: one.facts for one in db.session.scalars(select(Event).where(Event.chain == OFFICE_CHAIN))}
    for hidden in (secret, secret[6:], "key=abc", "/complaints"):
        assert hidden not in everything and hidden not in repr(kinds)
    assert stored.host == "hooks.example.org" and "webhook_made" in kinds
    assert doctor.examine() == []


@pytest.mark.parametrize("changed", ["host", "address", "sealed", "party_id"])
def test_a_row_that_was_changed_from_outside_is_told_nothing(cast, case, receiver, changed):  # noqa: F811
    reference, _amina = case
    value = {"host": "evil.example.org", "party_id": cast["Olga"].party_id}.get(changed, b"other")
    with from_outside() as session:
        session.execute(update(CompanyWebhook).values({changed: value}))
    message(cast, reference, MONDAY + timedelta(days=1))
    deliver(MONDAY + timedelta(days=1))
    assert receiver.came == []
    (line,) = company_webhooks.of_company(cast["Olga" if changed == "party_id" else "Victor"])
    assert not line.fits


def test_it_stays_when_whoever_made_it_leaves_and_the_others_are_told(cast, case, receiver):  # noqa: F811
    reference, _amina = case
    vera = join("Vera", Role.COMPANY, cast["Victor"], cast["Victor"].company_id)
    leaving.leave(vera, cast["Victor"].account_id)
    message(cast, reference, MONDAY + timedelta(days=1))
    assert deliver(MONDAY + timedelta(days=1)) == 1
    (line,) = company_webhooks.of_company(vera)
    assert (line.left, line.fits) == (True, True) and company_webhooks.to_look_at(vera)
    company_webhooks.renew(vera, line.row.id, PASSWORD)
    (line,) = company_webhooks.of_company(vera)
    assert (line.maker, line.left, line.fits) == ("Vera", False, True) and not company_webhooks.to_look_at(vera)
    assert doctor.examine() == []


def test_one_that_was_removed_is_told_nothing_and_put_back_it_is_told_nothing_either(cast, case, receiver):  # noqa: F811
    reference, _amina = case
    kept = {one.name: getattr(row(), one.name) for one in CompanyWebhook.__table__.columns}
    company_webhooks.end(cast["Victor"], kept["id"])
    company_webhooks.end(cast["Victor"], kept["id"])
    with from_outside() as session:
        session.add(CompanyWebhook(**kept))
    message(cast, reference, MONDAY + timedelta(days=1))
    deliver(MONDAY + timedelta(days=1))
    assert receiver.came == [] and row().fault == Why.RECORD


def test_another_companys_person_and_one_who_is_not_admitted_change_nothing(cast, hook):  # noqa: F811
    for act in (lambda: company_webhooks.test(cast["Olga"], hook), lambda: company_webhooks.turn_on(cast["Noor"], hook),
                lambda: company_webhooks.renew(cast["Olga"], hook, PASSWORD),
                lambda: company_webhooks.end(cast["Noor"], hook),
                lambda: company_webhooks.make(cast["Noor"], URL, PASSWORD)):  # fmt: skip
        with pytest.raises(Refused):
            act()
    company_webhooks.end(cast["Olga"], hook)
    assert row().id == hook


@pytest.mark.parametrize(
    ("url", "why"),
    [("http://hooks.example.org/", Why.FORM), ("https://hooks.example.org:8443/", Why.PORT),
     ("https://127.0.0.1/", Why.INSIDE), ("https://inside.example.org/", Why.INSIDE)],
)  # fmt: skip
def test_a_bad_address_gets_its_sentence_and_nothing_is_kept(cast, receiver, monkeypatch, url, why):  # noqa: F811
    answers = {"127.0.0.1": ["127.0.0.1"], "inside.example.org": ["8.8.8.8", "::1"]}
    monkeypatch.setattr(outward, "looked_up", lambda host, _port: answers.get(host, ["8.8.8.8"]))
    with pytest.raises(BadInput) as refused:
        company_webhooks.make(cast["Victor"], url, PASSWORD)
    assert refused.value.errors == {"url": str(company_webhooks.WRONG[why])}
    assert not db.session.scalars(select(CompanyWebhook)).all()


def test_the_password_is_asked_for_once_more_and_a_company_has_few(cast, receiver):  # noqa: F811
    with pytest.raises(BadInput):
        company_webhooks.make(cast["Victor"], URL, "not mine")
    for _one in range(company_webhooks.MOST):
        company_webhooks.make(cast["Victor"], URL, PASSWORD)
    with pytest.raises(Refused, match="Remove one"):
        company_webhooks.make(cast["Victor"], URL, PASSWORD)


def test_without_a_key_of_the_worker_none_can_be_added(cast, receiver, app):  # noqa: F811
    app.config["SIGN_PUBLIC"] = b""
    with pytest.raises(Refused, match="no key"):
        company_webhooks.make(cast["Victor"], URL, PASSWORD)
