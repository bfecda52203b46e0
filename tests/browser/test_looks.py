"""What looks at the pages sees what is wrong with one."""

from tests.browser.looks import WIDTHS, faults, overflow, resize, with_axe


def test_a_picture_without_words_and_a_line_that_is_too_long_are_found(chromium):
    context = with_axe(chromium)
    page = context.new_page()
    page.goto("data:text/html,<html lang=en><title>x</title><img src=x><p style='width:400px'>x")
    assert any(": image-alt: <img" in fault for fault in faults(page))
    assert not any("image-alt" in fault for fault in faults(page, runOnly=["color-contrast"]))
    wider = []
    for width in WIDTHS:
        resize(page, width)
        wider.append(overflow(page) > 0)
    assert wider == [True, False]
    context.close()
