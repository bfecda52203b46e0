"""Mails, contacts and calendars: what was written in them goes along, and nobody who wrote it."""

import pytest

from tests.evidence import samples
from tests.evidence.test_clean import noted, refused
from tests.evidence.test_types import kind

HEAD = 'From: "Amina Example" <amina@example.org>\nTo: friend@example.org\nSubject: the gate\n'
BODY = "They came at night. Write to amina@example.org\n\nAmina\n-- \n"
BODY += "On 3 May, Joseph Okello <joseph@example.org> wrote:\n"


def eml(body=BODY, kind="text/plain", head=HEAD):
    return f"{head}MIME-Version: 1.0\nContent-Type: {kind}; charset=utf-8\n\n{body}".encode()


def test_who_wrote_is_not_told_by_headers_words_or_what_they_quote():
    copy, notes = noted("eml", eml())
    said = copy.decode()
    assert "the gate" in said and "They came at night." in said
    for word in ("Amina", "Joseph", "Okello", "example.org"):
        assert word not in said
    assert notes["people"] >= 5


def test_a_mail_that_is_a_page_is_read_as_words_without_what_is_hidden():
    page = "<p>They came <b>at night</b>.</p><div style='display: none'>Amina was there</div><img src='http://t.example/1'>"
    copy, _notes = noted("eml", eml(page, "text/html"))
    assert b"They came at night." in copy and b"was there" not in copy and b"t.example" not in copy


def test_what_a_mail_carries_is_cleaned_or_left_out_and_counted():
    parts = "--b\nContent-Type: text/plain\n\nSee.\n--b\nContent-Type: audio/mpeg; name=a.mp3\n\nID3\x04voice\n--b--\n"
    copy, notes = noted("eml", eml(parts, "multipart/mixed; boundary=b"))
    assert notes["attachments"] == 1 and b"voice" not in copy and b"See." in copy


def test_each_mail_of_a_box_is_in_the_copy():
    box = b"".join(b"From a@b Mon Jan  5 10:00:00 2026\n" + eml(f"Day {day}.\n") + b"\n" for day in (1, 2))
    copy, _notes = noted("mbox", box)
    assert kind(box) == "mbox" and b"Day 1." in copy and b"Day 2." in copy and b"Amina" not in copy


def test_a_mail_of_outlook_is_a_mail():
    streams = {"__substg1.0_0037001F": "the gate", "__substg1.0_1000001F": "They came at night.\nAmina"}
    streams |= {"__substg1.0_0C1A001F": "Amina Example", "__recip_version1.0_#0/__substg1.0_3001001F": "Joseph Okello"}
    data = {name: words.encode("utf-16-le") for name, words in streams.items()}
    data["__attach_version1.0_#0/__substg1.0_37010102"] = samples.photo()
    mail = samples.outlook(data)
    copy, _notes = noted("msg", mail)
    assert kind(mail) == "msg"
    assert b"They came at night." in copy and b"the gate" in copy and b"file-2.jpg" in copy
    assert b"Amina" not in copy and b"Okello" not in copy and b"\0" not in copy


def test_what_was_noted_in_a_contact_is_kept_and_whose_it_is_is_not():
    card = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Amina Example\r\nTEL:+254 700 000000\r\n"
    card += b"NOTE:Amina saw the gate\r\nEND:VCARD\r\n"
    copy, notes = noted("vcf", card)
    assert kind(card) == "vcf" and b"saw the gate" in copy and b"Amina" not in copy and b"254" not in copy
    assert notes["people"] == 2
    assert refused("vcf", b"BEGIN:VCARD\r\nFN:Amina Example\r\nEND:VCARD\r\n") == "nothing_left"


def test_a_calendar_keeps_what_and_when_and_not_who_or_where():
    lines = [
        "BEGIN:VCALENDAR",
        "BEGIN:VEVENT",
        "UID:amina@example.org",
        "SUMMARY:Night shift with Amina",
        "DTSTART:20260105T220000Z",
    ]
    lines += [
        'ORGANIZER;CN="Amina Example":mailto:amina@example.org',
        "LOCATION:7 Mill Lane",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    data = "\r\n".join(lines).encode()
    copy, _notes = noted("ics", data)
    assert kind(data) == "ics" and b"Night shift" in copy and b"20260105T220000Z" in copy
    assert b"Amina" not in copy and b"Mill" not in copy and b"example" not in copy


@pytest.mark.parametrize(
    "words", ["Note: the guards came.\n\nThey left.", "To whom it may concern:\nSubject to law\n", "a: b\n"]
)
def test_words_that_only_look_like_a_mail_are_a_text(words):
    assert kind(words.encode()) == "txt"


def test_a_pdf_that_a_mail_carries_does_not_take_its_notes_away():
    import base64

    from tests.evidence.test_hidden import WORDS, pdf

    carried = base64.encodebytes(pdf(WORDS + b"0 g 30 90 200 30 re f")).decode()
    parts = "--b\nContent-Type: text/plain\n\nSee.\n--b\n"
    parts += "Content-Type: application/pdf\nContent-Transfer-Encoding: base64\n\n"
    _copy, notes = noted("eml", eml(f"{parts}{carried}\n--b--\n", "multipart/mixed; boundary=b"))
    assert notes == {"people": 2, "as_pictures": 1}


def test_a_piece_of_a_calendar_is_no_text():
    assert kind(b"BEGIN:VEVENT\r\nATTENDEE:mailto:amina@example.org\r\nEND:VEVENT\r\n") == "ics"
