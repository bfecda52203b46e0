"""An office that sends signs, and a complainant who asks for one."""

from grievance import clock, demonstration
from grievance.accounts.keys import sign_key
from grievance.crypto.keyring import new_entry, parse
from grievance.notify import sign_texts, signs

FROM = "12345"


def configure(app):
    """The key of the worker and its public half, and text messages."""
    app.config["SIGN_KEYS"] = parse(new_entry())
    (pair,) = sign_key.key_pairs().values()
    app.config |= {"SIGN_PUBLIC": pair.public, "SMS_FROM": FROM}


def offer(app, cast, language="en"):
    """Noor proposes the five of a language and Tomas approves them."""
    configure(app)
    demonstration.approve_signs(cast, [language])
    return sign_texts.offered(language)


def answers(language="en", **changed):
    text = sign_texts.offered(language)[0]
    return {"to": "+254712345678", "text": str(text.id), "days": ["0", "1", "2", "3", "4", "5", "6"],
            "from_hour": "9", "to_hour": "19", "zone": "Etc/GMT", **changed}  # fmt: skip


def ask(person, reference, now=None, **changed):
    signs.ask(person, reference, answers(**changed), "en", now or clock.now())
