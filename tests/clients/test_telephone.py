"""A telephone system files what a caller said, with a printed card, and she hears where it stands: over the network."""

import re

from sqlalchemy import select

from grievance.accounts import hotlines
from grievance.crypto import receipt_codes
from grievance.desk import card_sheets
from grievance.extensions import db
from grievance.models.case import Case, Channel, Spoken
from tests import sounds
from tests.clients import telephone
from tests.desk.test_card_sheets import SHEET

DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def test_a_caller_complains_by_a_card_writes_down_what_she_hears_and_hears_where_it_stands(app, cast, live_server):
    with app.test_request_context():
        _sheet, codes = card_sheets.make(cast["Noor"], SHEET)
        hotlines.propose(cast["Noor"], "Line of the unions")
        line = telephone.Line(live_server, hotlines.make(cast["Tomas"], hotlines.listed()[0].id))
    heard, keys = [], iter([codes[0], "2"])
    telephone.complain(line, heard.append, lambda _asked: next(keys), sounds.wav(4), "en")
    written = "".join(str(DIGITS.index(word)) for word in re.findall("|".join(DIGITS), " ".join(heard[1:6])))
    assert receipt_codes.readings(written) and written not in codes
    case = db.session.scalars(select(Case)).one()
    assert (case.channel, case.spoken) == (Channel.PHONE, Spoken.SAID) and card_sheets.listed()[0].used == 1
    heard.clear()
    telephone.hear(line, heard.append, lambda _asked: written)
    assert heard[0] == "We have your complaint and look at it."
    assert re.fullmatch(r"The next step is ours, by \d+ \w+ \d{4}\.", heard[1]) and len(heard) == 2
