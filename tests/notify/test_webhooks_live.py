"""A worker's round tells a company's system in a network of its own, over TLS; and a system that fails, hangs or leads
elsewhere holds up nobody."""

import json
from datetime import timedelta
from threading import Event

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from grievance import clock, demonstration, outward
from grievance.accounts import company_webhooks
from grievance.demonstration import PASSWORD
from grievance.extensions import db
from grievance.maintenance import scheduler
from grievance.models.webhook import CompanyWebhook, WebhookMessage
from grievance.notify import webhooks
from grievance.outward import Allowed, NotSent, Why
from tests.notify import namespace, signing

URL = f"https://{namespace.NAME}:{namespace.PORT}/complaints?for=us"


@pytest.fixture(scope="module")
def theirs(tmp_path_factory):
    with namespace.receiver(tmp_path_factory.mktemp("receiver")) as one:
        yield one


@pytest.fixture
def inside(app, theirs, monkeypatch):
    """The settings allow this one network and port, and the name leads there."""
    (theirs.folder / "came").unlink(missing_ok=True)
    theirs.does("200")
    monkeypatch.setenv("SSL_CERT_FILE", str(theirs.certificate))
    monkeypatch.setattr(outward, "looked_up", lambda _host, _port: [theirs.address])
    app.config["WEBHOOKS"] = Allowed((theirs.network,), frozenset({namespace.PORT}))
    signing.configure(app)
    return theirs


@pytest.fixture
def hooked(cast, inside):
    return company_webhooks.make(cast["Victor"], URL, PASSWORD)


def told():
    db.session.rollback()
    return db.session.query(WebhookMessage).one()


def again(minutes):
    """A round so many minutes from now."""
    return webhooks.deliver(clock.now() + timedelta(minutes=minutes))


def referred(cast):
    """A case that is handed over now."""
    now = clock.now()
    reference = demonstration.walk_story(cast, "acknowledge", now - timedelta(days=3))[0]
    demonstration.do("refer", cast["Noor"], reference, now, cast["Tomas"])
    return reference


def test_the_workers_round_tells_that_something_waits_and_nothing_else(app, cast, inside, hooked):
    reference = referred(cast)
    scheduler.work(app, Event())
    (came,) = inside.came
    said = json.loads(came["body"])
    assert (set(said), said["type"], said["data"]) == ({"type", "timestamp", "data"}, webhooks.WAITS,
                                                       {"reference": reference})  # fmt: skip
    assert came["path"] == "/complaints?for=us" and came["headers"]["Host"] == f"{namespace.NAME}:{namespace.PORT}"
    assert Webhook(hooked[1]).verify(came["body"], came["headers"]) == said
    scheduler.work(app, Event())
    assert len(inside.came) == 1 and told().taken
    assert db.session.query(CompanyWebhook).one().reached_on == clock.office_today()


def test_a_receiver_knows_a_message_again_by_its_identifier_and_an_old_one_by_its_time(cast, inside, hooked):
    inside.does("503")
    referred(cast)
    again(1)
    inside.does("200")
    again(3)
    first, second = inside.came
    assert first["headers"]["webhook-id"] == second["headers"]["webhook-id"]
    assert first["headers"]["webhook-timestamp"] != second["headers"]["webhook-timestamp"]
    receiver = Webhook(hooked[1])
    receiver.verify(second["body"], second["headers"])
    at = int(second["headers"]["webhook-timestamp"]) - 600
    replayed = {**second["headers"], "webhook-timestamp": str(at)}
    with pytest.raises(WebhookVerificationError, match="too old"):
        receiver.verify(second["body"], replayed)
    moved = {**second["headers"], "webhook-id": "msg_other"}
    with pytest.raises(WebhookVerificationError, match="No matching signature"):
        receiver.verify(second["body"], moved)


@pytest.mark.parametrize(("does", "fault"), [("503", "refused 503"), ("404", "refused 404"), ("redirect",
                                              "elsewhere 307")])  # fmt: skip
def test_a_receiver_that_refuses_or_leads_elsewhere_is_asked_again_later(cast, inside, hooked, does, fault):
    inside.does(does)
    referred(cast)
    assert again(1) == 0
    assert [one["path"] for one in inside.came] == ["/complaints?for=us"]
    message, hook = told(), db.session.query(CompanyWebhook).one()
    assert (hook.fault, message.done_at, message.tries) == (fault, None, 1)
    assert hook.failing_since is not None


@pytest.mark.parametrize("does", ["slow", "drip"])
def test_a_receiver_that_hangs_is_left_after_its_time(inside, does):
    inside.does(does)
    with pytest.raises(NotSent) as left:
        outward.post(URL, b"{}", {}, Allowed((inside.network,), frozenset({namespace.PORT})), within=0.8)
    assert left.value.why == Why.SLOW


def test_a_receiver_whose_certificate_is_of_another_name_gets_nothing(inside):
    with pytest.raises(NotSent) as left:
        outward.post(f"https://other.example.org:{namespace.PORT}/", b"{}", {},
                     Allowed((inside.network,), frozenset({namespace.PORT})))  # fmt: skip
    assert left.value.why == Why.TLS and inside.came == []


def test_an_address_that_leads_inside_since_is_sent_nothing(cast, inside, hooked, monkeypatch):
    monkeypatch.setattr(outward, "looked_up", lambda _host, _port: ["127.0.0.1"])
    referred(cast)
    again(1)
    assert inside.came == [] and db.session.query(CompanyWebhook).one().fault == Why.INSIDE


def test_for_a_day_both_secrets_verify_and_then_the_new_one_alone(cast, inside, hooked):
    new = company_webhooks.renew(cast["Victor"], hooked[0], PASSWORD)
    assert new != hooked[1]
    referred(cast)
    again(1)
    (came,) = inside.came
    for secret in (new, hooked[1]):
        Webhook(secret).verify(came["body"], came["headers"])
    company_webhooks.test(cast["Victor"], hooked[0])
    one = webhooks._claim(clock.now() + timedelta(days=1, minutes=1), set())
    signatures = webhooks.headers(one, "{}", clock.now())["webhook-signature"]
    assert len(signatures.split()) == 1 and signatures == str(Webhook(new).sign(f"msg_{one.id}", clock.now(), "{}"))


def test_a_test_is_sent_and_says_so(cast, inside, hooked):
    company_webhooks.test(cast["Victor"], hooked[0])
    assert again(0) == 1
    (came,) = inside.came
    assert (json.loads(came["body"])["type"], json.loads(came["body"])["data"]) == (webhooks.TEST, {})
    (line,) = company_webhooks.of_company(cast["Victor"])
    assert line.tried.taken


def test_gone_means_that_nothing_is_sent_until_somebody_turns_it_on_again(cast, inside, hooked):
    inside.does("410")
    referred(cast)
    again(1)
    hook = db.session.query(CompanyWebhook).one()
    assert hook.off_at is not None and told().done_at is not None
    inside.does("200")
    again(60 * 24)
    assert len(inside.came) == 1
    company_webhooks.turn_on(cast["Victor"], hooked[0])
    company_webhooks.test(cast["Victor"], hooked[0])
    assert again(60 * 24 + 1) == 1
