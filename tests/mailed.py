"""What goes to a mailbox, and to nobody's screen."""

from sqlalchemy import select

from grievance.accounts import code_mails, resets
from grievance.extensions import db
from grievance.models.mailbox import CodeMail
from grievance.models.people import Account


def account_at(email):
    return db.session.scalars(select(Account).where(Account.email == email)).one()


def code_for(email):
    """The code that was mailed to whoever is invited, or gave this as their new address; where there is no mail, what
    whoever runs the server prints."""
    db.session.rollback()
    account = account_at(email)
    mail = db.session.get(CodeMail, account.id)
    return code_mails.opened(mail)[1] if mail else resets.ask(None, account.id).code


def code_to(account_id):
    """The same, where the address is not the account's yet."""
    db.session.rollback()
    return code_mails.opened(db.session.get(CodeMail, account_id))[1]
