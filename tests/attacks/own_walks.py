"""Ways through what the office and she do by themselves, beside a company that has the case: letters on paper, visits,
what is taken out, a colleague beside, and the end of keeping. Each is (step, who, day, answers), as in
test_company_face."""

from tests.attacks.planted import ASKED, WORD
from tests.paper import TO_COMPANY

TO_HER = {"addressee": "complainant", "letter_kind": "information", "language": "en", "original_language": "ar",
          "address": ""}  # fmt: skip


def on_paper_and_outside(story):
    petra = str(story.people["Petra"].account_id)
    yield from (
        ("acknowledge", "Noor", 1, {}), ("refer", "Noor", 5, {}), ("company_acknowledge", "Victor", 6, {}),
        ("correct_identity", "Amina", 7, {"address": f"{WORD} Street 7"}), ("agree_post", "Amina", 7, {}),
        ("write_letter", "Noor", 8, TO_HER), ("write_letter", "Noor", 8, {**TO_HER, "letter_kind": "decision"}),
        ("write_letter", "Noor", 9, {**TO_HER, "subject": "Once more"}), ("discard_letter", "Noor", 9, {}),
        ("post_letter", "Noor", 10, {"posted_on": story.day(9)}), ("end_post", "Amina", 11, {}),
        ("write_letter", "Noor", 12, {**TO_COMPANY, "text": "We write to you.", "original": ""}),
        ("send_letter", "Noor", 13, {"posted_on": ""}),
        ("plan_interview", "Noor", 14, {}), ("record_interview", "Noor", 15, {}),
        ("plan_visit", "Noor", 16, {}), ("record_visit", "Noor", 17, {}),
        ("show_door", "Noor", 17, {}), ("answer_door", "Amina", 17, {}), ("refer_out", "Noor", 17, {}),
        ("record_reply", "Noor", 17, {}), ("open_concern", "Noor", 17, {}),
        ("announce_removal", "Noor", 18, {}), ("object_to_removal", "Amina", 19, {}), ("remove_part", "Noor", 40, {}),
        ("put_beside", "Tomas", 41, {"beside": petra}), ("take_off_beside", "Tomas", 42, {"colleague": petra}),
    )  # fmt: skip


def kept(story):
    """To the end of its keeping: she is asked, she answers, and her name is erased."""
    yield from (
        ("acknowledge", "Noor", 1, {}), ("refer", "Noor", 5, {}), ("withdraw", "Amina", 6, {}),
        ("confirm_withdrawal", "Noor", 7, {}), (ASKED, "Noor", 3 * 365, {}),
        ("answer_retention", "Amina", 3 * 365 + 1, {"retention": "delete"}), ("erase_name", "Noor", 3 * 366 + 120, {}),
    )  # fmt: skip


def contested(story):
    """The company says that it is not its own; she is asked, and it stays there; both comment on a draft."""
    yield from (
        ("acknowledge", "Noor", 1, {}), ("refer", "Noor", 5, {}), ("contest_referral", "Victor", 6, {}),
        ("answer_contest", "Amina", 7, {"theirs": "unsure", "words": f"{WORD} on a jacket."}),
        ("refuse_contest", "Noor", 8, {"told": "It stays with you."}),
        ("draft_observations", "Noor", 9, {"draft": "It seems fair."}), ("comment_on_draft", "Amina", 10, {}),
        ("company_comment_on_draft", "Victor", 11, {}),
    )  # fmt: skip


SAYS = {"send_letter"}
"""The only one of these steps after which a company has something new: the letter that was sent to it."""
BESIDE = ("acknowledge", "refer", "company_acknowledge", "correct_identity", "withdraw", "confirm_withdrawal", ASKED)
"""Steps of these ways that other ways look at."""
AGO = {on_paper_and_outside: 150, kept: 3 * 366 + 130}
"""Days since the case of a way was filed; of every other way 150."""
