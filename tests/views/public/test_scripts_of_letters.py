"""What somebody wrote in their own script, in the letter that they take home."""

import io
import re

import pikepdf

from grievance import clock, demonstration
from tests.reports.test_letters import seen
from tests.reports.test_scripts import needs_fonts

SAID = "በሩ ላይ መቱት"


@needs_fonts
def test_she_reads_amharic_and_a_named_sign_in_the_letter_that_her_page_gives(app, cast):
    client = app.test_client()
    reference, _amina, code = demonstration.file_one(clock.now())
    for step in ("acknowledge", "classify"):
        demonstration.do(step, cast["Noor"], reference, clock.now())
    demonstration.do("refer", cast["Noor"], reference, clock.now(), cast["Tomas"])
    demonstration.do("respond", cast["Victor"], reference, clock.now(), facts=f"{SAID} \U0001f64f \ufeffso they wrote")
    page = client.post("/follow", data={"code": code}, follow_redirects=True)
    letters = [client.get(path).data for path in re.findall(r'href="([^"]+/letters/\w+\.pdf)"', page.text)]
    words = [re.sub(r"\s", "", seen(letter)) for letter in letters]
    assert any(SAID.replace(" ", "") in one and "[personwithfoldedhands]sotheywrote" in one for one in words)
    for letter in letters:
        with pikepdf.open(io.BytesIO(letter)) as document, document.open_metadata() as metadata:
            assert metadata.get("pdfuaid:part") == "1"
