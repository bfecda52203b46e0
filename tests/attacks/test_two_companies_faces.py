"""Two companies of one complaint, each with everything that it can ask for: neither finds a word, a name, a number or a
change of the other's."""

import re

import pytest

from grievance.accounts import parts
from grievance.notify.outbox import deliver
from grievance.workflow.conditions import packet_hash
from tests.attacks.planted import WORD, Eyes, Story
from tests.attacks.test_company_face import as_it_stands, people, the_clock_came  # noqa: F401
from tests.notify.test_outbox import port, server  # noqa: F401
from tests.outside import a_release_came

LARKFIELDS, OSTROVAS = "Kobold", "Ultramarin"
"""Words that only one of them may read, or wrote."""


def packet(word):
    return {
        "packet": f"A person reports {word} at a gate.",
        "previewed": packet_hash(f"A person reports {word} at a gate."),
    }


class OfPart(Story):
    """The part of a story, in which the same people act."""

    def __init__(self, story):
        part = parts.parts_of(story.case)[0]
        self.reference, self.begin, self.code = part.reference, story.begin, story.code
        self.people = {**story.people, "Amina": parts.in_part(story.people["Amina"], part)}


FIRST, PART = "first", "part"
AGREED = {"share_account": "yes"}
WALK = (
    (PART, "change_consent", "Amina", 7, AGREED),
    (PART, "refer", "Noor", 8, {**packet(OSTROVAS), "mechanism_not_subject": "yes"}),
    (PART, "company_acknowledge", "Olga", 9, {"contact": OSTROVAS}),
    (FIRST, "company_acknowledge", "Victor", 9, {"contact": LARKFIELDS}),
    (PART, "write", "Amina", 10, {"audience": "all", "message": f"{OSTROVAS}, to us all"}),
    (FIRST, "write", "Amina", 10, {"audience": "all", "message": f"{LARKFIELDS}, to us all"}),
    (PART, "request_extension", "Olga", 11, {"until": "+85"}),
    (PART, "decide_extension", "Noor", 11, {}),
    (PART, "respond", "Olga", 12, {"response": f"{OSTROVAS} answers"}),
    (FIRST, "respond", "Victor", 12, {"response": f"{LARKFIELDS} answers"}),
    (PART, "comment", "Amina", 13, {}),
    (PART, "escalate", "Noor", 14, {"ground": "inadequate"}),
    (PART, "report_retaliation", "Amina", 15, {}),
    (PART, "lift_safety_alert", "Noor", 15, {}),
    (FIRST, "propose_remedy", "Victor", 16, {}),
    (FIRST, "accept_remedy", "Amina", 17, {}),
    (PART, "suspend", "Tomas", 18, {"ground": "legal", "review_on": "+20"}),
    (PART, "resume", "Tomas", 19, {}),
    (PART, "withdraw", "Amina", 20, {}),
    (PART, "confirm_withdrawal", "Noor", 36, {"free": "confirmed"}),
    (FIRST, "write", "Noor", 37, {"audience": "company", "message": "And you?"}),
)  # fmt: skip


def told(eyes, story, words):
    """The pages on which one of these words stands."""
    pages = eyes.read([*eyes.lists(), *eyes.of_case(story)])
    return [(path, word) for path, _status, text in pages for word in words if word in text]


def mails_to(box, name):
    return [mail.as_string() for tos, mail in box.mails if name in str(tos)]


@pytest.fixture
def story(app, people):  # noqa: F811
    found = Story(people)
    found.take("acknowledge", "Noor", 1)
    found.take("refer", "Noor", 5, **packet(LARKFIELDS), mechanism_not_subject="yes")
    return found


def test_neither_company_is_shown_a_word_or_a_change_of_the_other(app, people, port, story):  # noqa: F811
    victor, olga = Eyes(app, people["Victor"]), Eyes(app, people["Olga"])
    with server(port) as box:
        the_clock_came(story, 6)
        before = as_it_stands(victor, story)
        deliver(story.take("add_respondent", "Noor", 6, why=WORD, letter=WORD))
        part = OfPart(story)
        assert as_it_stands(victor, story) == before and part.reference not in str(before)
        sides = {FIRST: (story, victor, "victor"), PART: (part, olga, "olga")}
        for where, step, who, number, given in WALK:
            other, theirs, name = sides[PART if where == FIRST else FIRST]
            for one in (story, part):
                the_clock_came(one, number)
            a_release_came()
            before, mails = as_it_stands(theirs, other), len(mails_to(box, name))
            given = {k: sides[where][0].day(number + int(v)) if v[:1] == "+" else v for k, v in given.items()}
            deliver(sides[where][0].take(step, who, number, **given))
            a_release_came()
            assert as_it_stands(theirs, other) == before, (where, step)
            assert len(mails_to(box, name)) == mails, (where, step)
    assert told(victor, story, (LARKFIELDS,)) and told(olga, part, (OSTROVAS,))  # each reads its own
    assert told(victor, story, ("Ostrova", "Olga", OSTROVAS, part.reference, WORD)) == []
    assert told(olga, part, ("Larkfield", "Victor", LARKFIELDS, story.reference, WORD)) == []
    assert not [one for one in mails_to(box, "victor") if re.search(f"Ostrova|{part.reference}", one)]
    assert not [one for one in mails_to(box, "olga") if re.search(f"Larkfield|{story.reference}", one)]
    for eyes, one in ((victor, part), (olga, story)):  # of the other's case each page is as if there were none
        assert all(status == 404 for _path, status, _text in eyes.read(eyes.of_case(one)))
