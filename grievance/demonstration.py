"""The demonstration: invented people and companies, and a case in every state, made by the product's own verbs."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import select

from grievance import clock
from grievance.access import CLOCK, Person, opened
from grievance.accounts import fingerprints, hands, people, receipts, sessions
from grievance.accounts.keys import company_keys, escrow
from grievance.companies import companies, company_form, editions
from grievance.crypto.compartments import CaseKeys
from grievance.crypto.receipt_codes import grouped
from grievance.crypto.streams import SealingSpool
from grievance.deadlines import corrections
from grievance.desk import message_templates
from grievance.doors import keeping
from grievance.doors.examples import EXAMPLES
from grievance.extensions import db
from grievance.forms.choices import TOPICS
from grievance.forms.fields import Kind, Upload
from grievance.intake import filing, opening
from grievance.models.case import Case
from grievance.models.people import Account, Company, Membership, Role
from grievance.models.writing import Writing
from grievance.notify import sign_texts
from grievance.record import taken_out
from grievance.record.transaction import unit_of_work
from grievance.workflow import (
    choice_sources,
    custody,
    elsewhere,
    parts,
    retention,
    spoken,
    steps,
    summaries,
    taking_out,
    whose_word,
)
from grievance.workflow.conditions import packet_hash
from grievance.workflow.context import TOLD_BY, StepContext
from grievance.workflow.execute import execute
from grievance.workflow.keeping import ASKED_BEFORE

PASSWORD = "three guards at the gate"  # noqa: S105  only ever of the demonstration, and printed
CAST: tuple[tuple[str, Role, str | None], ...] = (
    ("Noor", Role.OFFICER, None),
    ("Tomas", Role.APPROVER, None),
    ("Ines", Role.CUSTODIAN, None),
    ("Victor", Role.COMPANY, "Larkfield Guarding"),
    ("Olga", Role.COMPANY, "Ostrova Security"),
)
ACCOUNT = "The guards at the north gate pushed me when I asked for the wages that we are owed."
PACKET = "A person reports being pushed by guards at a gate of a site that your company secures, and unpaid wages."

WORDINGS: tuple[tuple[str, str, str], ...] = (
    ("How it stands", "write", ("Your complaint {reference} is being looked at. What is due next is due on {due}. You"
     " need not do anything before that. You may write to us at any time.")),
    ("The company is late", "write", ("{company} has not answered in time. You need not do anything. We tell you what"
     " happens next.")),
    ("A question", "ask", ("We need one thing to go on with your complaint {reference}: …\n\nPlease answer by {due} if"
     " you can. If you cannot, your complaint goes on.")),
    ("Not a member", "dismiss", ("We read your complaint of {reference} with care. We cannot take it on, because the"
     " company has not signed the Code. That does not mean that what happened was right.\n\nOthers may help: …")),
    ("Wages were paid", "close", ("On {date} we closed your complaint {reference}. {company} has paid what was agreed,"
     " and you confirmed it. If it does not last, write to us: we look at it again.")),
    ("Both sides read this", "conclude_review", ("We looked at how {company} dealt with the complaint.\n\nFair: …\n"
     "Accessible: …\nEffective: …")),
)  # fmt: skip


def build(if_empty: bool) -> Iterator[str]:
    """Make it, and say line by line who can sign in."""
    if if_empty and db.session.scalars(select(Account).limit(1)).first():
        yield "There is data already; nothing was added."
        return
    cast = make_cast()
    for name, step, text in WORDINGS:
        message_templates.add(cast["Tomas"], {"name": name, "step": step, "language": "en", "text": text})
    for door in EXAMPLES:
        keeping.add(cast["Noor"], door)
    approve_signs(cast)
    publish_members(cast)
    receipts = list(_cases(cast))
    yield f"Sign in at /account/sign-in with the password: {PASSWORD}"
    for name, role, company in CAST:
        yield f"  {email_of(name)}  ({role.value}{', ' + company if company else ''})"
    yield f"Follow a complaint at /follow with the receipt: {grouped(receipts[0])}"


def approve_signs(cast: dict[str, Person], languages: Iterable[str] = ()) -> None:
    """The texts of signs that the program brings: Noor proposes them, and Tomas approves each."""
    for language in languages or current_app.config["LANGUAGES"]:
        sign_texts.propose_defaults(cast["Noor"], {"language": language})
    for text in sign_texts.of_the_office():
        if text.approved is None:
            sign_texts.decide(cast["Tomas"], text.id, True)


CERTIFICATES: dict[str, dict[str, Any]] = {
    "Larkfield Guarding": {
        "services": ["static", "mobile", "control"], "standard": "iso18788", "certified_by": "Northmere Certification",
        "grievance_at": "voices@larkfield.example\n+254 20 555 0100", "grievance_languages": ["en", "sw"]},
    "Ostrova Security": {
        "services": ["static", "close", "training"], "standard": "psc1", "certified_by": "Tessel Assurance",
        "works_in": "KE\nUG", "grievance_at": "speakup@ostrova.example", "grievance_languages": ["en"]},
}  # fmt: skip


def publish_members(cast: dict[str, Person]) -> None:
    """Both companies are certified, one of them not for long any more; Noor proposes what Tomas publishes."""
    today = clock.office_today()
    for company, days in zip(db.session.scalars(select(Company).order_by(Company.name)).all(), (400, 25), strict=True):
        since = (today - timedelta(days=900)).isoformat()
        line = {"membership": "member", "tier": "certified", "since": since}
        companies.set_membership(cast["Tomas"], company.id, line, None)
        lasts = {"certified_from": (today - timedelta(days=600)).isoformat(),
                 "certified_until": (today + timedelta(days=days)).isoformat()}  # fmt: skip
        raw = {**company_form.typed(company), **CERTIFICATES[company.name], **lasts}
        companies.change(cast["Tomas"], company.id, raw, None)
    editions.propose(cast["Noor"])
    if (proposed := editions.waiting()) is not None:
        editions.publish(cast["Tomas"], proposed.id)


def email_of(name: str) -> str:
    return f"{name.lower()}@example.org"


def make_cast(password: str = PASSWORD) -> dict[str, Person]:
    """The office, both companies and their people, signed in: by first name."""
    people.create_office()
    for name, country in (("Larkfield Guarding", "KE"), ("Ostrova Security", "CZ")):
        zone = {"KE": "Africa/Nairobi", "CZ": "Europe/Prague"}[country]
        known = Company(name=name, membership=Membership.MEMBER, country=country, zone=zone, weekend=[5, 6])
        known.calendar_confirmed_at = clock.now()
        known.uniforms = {"KE": ["Dark blue jacket, yellow cap"], "CZ": ["Black jacket, grey trousers"]}[country]
        people.add_company(known)
    first: dict[tuple[Role, str | None], Person] = {}
    cast: dict[str, Person] = {}
    for name, role, company in CAST:
        company_id = db.session.scalar(select(Company.id).where(Company.name == company)) if company else None
        people.accept(people.invite(None, email_of(name), name, role, company_id), password)
        account = db.session.scalars(select(Account).where(Account.email == email_of(name))).one()
        host = first.get((Role.OFFICER, None)) if role == Role.APPROVER else None
        if host:
            people.admit(host, account.id, fingerprints.own(signed_in(name, password)))
        cast[name] = signed_in(name, password)
        if company:
            confirm_key_of(cast["Tomas"], cast[name])
        first.setdefault((role, company), cast[name])
    hands.hear(cast["Ines"], cast["Tomas"].account_id or 0, fingerprints.own(cast["Tomas"]))
    with unit_of_work():
        opening.remember(clock.now())  # whatever the place that it is made in has for contacts
    return cast


def confirm_key_of(approver: Person, person: Person) -> None:
    """The approver calls the company, and types what its person reads out."""
    company_keys.confirm(approver, person.company_id or 0, fingerprints.of_company(person))


def signed_in(name: str, password: str = PASSWORD) -> Person:
    """The person behind a first name, with keys opened, and without a session: whoever is signed in stays so."""
    person = sessions.with_password(email_of(name), password)
    if person is None:
        raise LookupError(name)
    escrow.ensure(person)
    return person


def larkfield() -> str:
    return str(db.session.scalar(select(Company.id).where(Company.name == "Larkfield Guarding")))


def file_one(at: datetime, language: str = "en", **answers: Any) -> tuple[str, Person, str]:
    """A complaint, its complainant with the receipt's key, and the receipt."""
    raw = {"account": ACCOUNT, "company": larkfield(), "could_harm": "no", "share_account": "yes", **answers}
    filed = filing.file_complaint(raw, filing.new_secret(), language, now=at)
    followed = receipts.follow(filed.code, now=clock.now())
    person = receipts.complainant_of(followed.session) if followed else None
    if person is None:
        raise LookupError("the receipt opens its case")
    return filed.reference, person, filed.code


ANSWERS: dict[str, dict[str, Any]] = {
    "refer": {"packet": PACKET, "previewed": packet_hash(PACKET), "mechanism_not_subject": "yes"},
    "show_summary": {"packet": PACKET, "previewed": packet_hash(PACKET)},
    "review_summary": {"verdict": "right"},
    "hand_over_again": {"packet": PACKET, "previewed": packet_hash(PACKET), "mechanism_not_subject": "yes"},
    "refer_back": {"packet": PACKET, "previewed": packet_hash(PACKET), "mechanism_not_subject": "yes", "agrees": "yes"},
    "notify_company": {"packet": PACKET, "previewed": packet_hash(PACKET), "mechanism_not_subject": "yes"},
    "recall_packet": {"packet": PACKET, "previewed": packet_hash(PACKET)},
    "change_respondent": {"told": "The site is another company's."},
    "escalate": {"ground": "inadequate", "why": "The answer does not speak of the wages."},
    "close": {"reason": "remedied", "letter": "The wages were paid.", "lesson": "Pay slips were not kept."},
    "answer_door": {"agrees": "yes"},
    "record_reply": {"outcome": "accepted"},
    "withdraw": {"forced": "no"},
    "ask_deletion": {"forced": "no"},
    "answer_deletion": {"answer": "refused", "letter": "A court asked for it: it stays until that has ended."},
    "answer_retention": {"retention": "keep"},
    "follow_up": {"retaliation": "no", "lasting": "yes"},
    "answer_follow_up": {"retaliation": "no", "lasting": "yes"},
    "classify": {"severity": "medium", "track": "remedy", "topics": ["pay"]},
}


def answers_for(step: str, person: Person, case: Case) -> dict[str, Any]:
    """Something sensible for each question of a step."""
    row = steps.part(step, person, case)[0]
    given = dict(ANSWERS.get(step, {}))
    if "topics" in given:  # an association may have other ones
        given["topics"] = [topic for topic in given["topics"] if topic in dict(TOPICS)]
    if step == "correct_breach":
        given |= _no_miss(case)
    if step == "show_summary" and case.company and case.company.language != case.language:
        given["hers"] = PACKET
    if step == "review_summary":
        given |= summaries.as_it_stands(case)
    if step == "answer_door":
        given |= elsewhere.as_it_stands(case)
    if step == "post_letter":
        given["posted_on"] = clock.office_today().isoformat()
    if step == "approve_words":
        given |= spoken.as_it_stands(case)
    if step == "announce_removal":
        given |= _a_passage(case, opened(person, case))
    if row and row.recorded and whose_word.has_two_voices(case):
        given.setdefault(TOLD_BY, Role.COMPLAINANT.value)
    for field in row.asks if row else ():
        if field.name in given or field.kind == Kind.HIDDEN or (not field.required and field.kind != Kind.COMPANY):
            continue
        choices = choice_sources.options(field, case, opened(person, case))
        by_kind: dict[Kind, Any] = {
            Kind.YES: "yes",
            Kind.DATE: clock.office_day(clock.now() + timedelta(days=30)).isoformat(),
            Kind.TEXT: "As agreed on the phone.",
            Kind.LINE: "The site manager",
            Kind.FILES: [upload("payslip.txt", b"A pay slip, for May.")],
            Kind.CASE: _another(case),
            Kind.COMPANY: _company(step, case),
        }
        given[field.name] = by_kind.get(field.kind) or (choices[0][0] if choices else "")
    return given


def _a_passage(case: Case, keys: CaseKeys) -> dict[str, Any]:
    """The first words of the oldest text of which a passage can be taken out."""
    texts = [one for one, _name in parts.options(case, keys) if one.startswith(taking_out.TEXT)]
    if not texts:
        return {}
    says = taken_out.whole(keys, db.session.get_one(Writing, texts[-1].partition(":")[2]))
    words = next(said for said in says.values() if isinstance(said, str) and len(said.split()) > 1)
    return {"part": texts[-1], "passage": " ".join(words.split()[:3])}


def _no_miss(case: Case) -> dict[str, Any]:
    """The last miss of a case, which was none because nobody could reach the site."""
    missed = [one for one in corrections.misses(case) if corrections.could_be_none(case, one)]
    if not missed:
        return {}
    until = missed[-1].due_on + corrections.MOST_AFTER_AN_OUTAGE
    return {"breaches": [str(missed[-1].id)], "cause": corrections.OUTAGE, "until": until.isoformat()}


def _another(case: Case) -> str:
    """The reference of some other case, where there is one."""
    return db.session.scalars(select(Case.reference).where(Case.id != case.id).limit(1)).first() or "GR-NONE-NONE"


def _company(step: str, case: Case) -> str:
    """The one that the case has, or where it is changed or another is added the first of the others."""
    changes = step in ("change_respondent", "add_respondent")
    others = select(Company.id).where(Company.id != (case.company_id or 0)).order_by(Company.name)
    return str(db.session.scalars(others).first()) if changes else str(case.company_id or larkfield())


def upload(name: str, content: bytes, spoken: bool = False) -> Upload:
    """A file as it would arrive; or a recording that is the account."""
    stream = SealingSpool()
    stream.write(content)
    return Upload(name, stream, spoken)


def do(step: str, person: Person, reference: str, at: datetime, approver: Person | None = None, **more: Any) -> None:
    """Take a step with sensible answers, and have it approved where its row needs that."""
    case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
    if step == "erase":
        end_its_keeping(case, person, at, approver)
    decision = steps.take(step, person, reference, {**answers_for(step, person, case), **more}, now=at)
    if decision is not None and approver is not None:
        steps.decide(approver, reference, decision.id, True, now=at)


def end_its_keeping(case: Case, person: Person, at: datetime, approver: Person | None = None) -> None:
    """What comes before an erasure, where its time has come: the clock asked her, she said nothing, the name went."""
    if case.retain_until is None or case.retention_answer:
        return
    if not case.retention_asked_on and case.retain_until < clock.office_day(at):
        with unit_of_work():
            asked = at - ASKED_BEFORE - timedelta(days=5)
            known = db.session.get_one(Case, case.id)
            execute(retention.ASK, StepContext(known, CLOCK, {}, asked, asked, CaseKeys(), facts={}))
    if approver and custody.entries_of(case):
        do("erase_name", person, case.reference, at, approver)


STORY: tuple[tuple[str, str, int], ...] = (
    ("acknowledge", "Noor", 1),
    ("show_summary", "Noor", 2),
    ("review_summary", "Amina", 3),
    ("refer", "Noor", 5),
    ("company_acknowledge", "Victor", 7),
    ("respond", "Victor", 20),
    ("propose_remedy", "Victor", 21),
    ("accept_remedy", "Amina", 22),
    ("report_delivered", "Victor", 30),
    ("verify_remedy", "Amina", 31),
    ("remedy", "Noor", 32),
    ("follow_up", "Noor", 110),
    ("close", "Noor", 112),
)


def walk_story(cast: dict[str, Person], until: str | None, start: datetime, **answers: Any) -> tuple[str, str]:
    """A case taken along the story up to a step: its reference and receipt. `answers`: as `file_one` takes them."""
    reference, amina, code = file_one(start, **answers)
    people_here = {**cast, "Amina": amina}
    for step, who, day in STORY if until else ():
        do(step, people_here[who], reference, start + timedelta(days=day), cast["Tomas"])
        if step == until:
            break
    return reference, code


def _cases(cast: dict[str, Person]) -> Iterator[str]:
    now = clock.now()

    def ago(days: int) -> datetime:
        return now - timedelta(days=days)

    def story(until: str | None, days: int, where: str, account: str, **more: Any) -> tuple[str, str]:
        return walk_story(cast, until, ago(days), account=account, where=where, **more)

    yield story("propose_remedy", 21, "Depot 2", "We were promised night pay. None of us was paid for three months.")[1]
    yield story(None, 2, "The old market", "A patrol came at night and took my brother's telephone.", country="KE")[1]
    yield story("acknowledge", 6, "Kijiji", "Mlinzi alinizuia kuchota maji kisimani.", language="sw", country="KE")[1]
    yield story("refer", 7, "The north gate", ACCOUNT, country="KE")[1]
    reference, code = story("respond", 25, "Mile 14", "The convoy drove through our field and broke the fence.")
    do("escalate", cast["Noor"], reference, ago(1))
    yield code
    yield story("remedy", 40, "The bus stop", "They searched the women in front of everybody.")[1]
    yield story("close", 120, "The workshop", "I was dismissed after I asked for a helmet.")[1]
    late, code = story("refer", 80, "Behind the school", "The dog of the guards bit my son. Nobody came.")
    steps.bring_up_to_date(cast["Noor"], late, ago(60))
    yield code
