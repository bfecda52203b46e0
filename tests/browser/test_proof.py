"""She takes the proof of her record home, from her own page, in her own language."""

from datetime import timedelta

import pytest

from grievance import clock, demonstration, verify
from grievance.maintenance.sweep import sweep
from tests.browser.test_story import Visitor


@pytest.mark.parametrize(
    ("language", "papers", "link"),
    [
        ("en", "Papers", "A file to keep, which proves how this record stood"),
        ("ar", "الأوراق", "ملف للحفظ، يثبت كيف كان هذا السجل"),
    ],
)
def test_amina_takes_the_proof_of_her_record_home(app, cast, live_server, new_page, tmp_path, language, papers, link):
    code = demonstration.walk_story(cast, "refer", clock.now() - timedelta(days=5))[1]
    sweep(clock.now())
    page = new_page(360, language)
    Visitor(page, live_server).go("/follow").fill(code=code).follow(page.locator("main form button").last)
    with page.expect_download() as downloaded:
        page.locator("summary", has_text=papers).click()
        page.locator(f"a:has-text('{link}')").click()
    path = tmp_path / "kept"
    downloaded.value.save_as(path)
    assert downloaded.value.suggested_filename == "proof.json" and verify.check(str(path))[0] == []
