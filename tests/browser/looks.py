"""What axe finds on a page, and how much of it is cut off."""

import functools
import json

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Locator, Page

WIDTHS = (360, 1280)


def wait_for_what_comes(monkeypatch):
    """Whatever is pressed, for the rest of `monkeypatch`: the page that it leads to is there in full before anything is
    asked of it. A click alone waits until the first bytes have come, and a page that is on its way has nothing on it.
    """
    for kind in (Page, Locator):
        for name in ("click", "press", "check", "select_option"):
            monkeypatch.setattr(kind, name, _arrives(getattr(kind, name)))
    monkeypatch.setattr(Page, "wait_for_function", _comes_true)


def _comes_true(page, expression, longest=15_000, between=50):
    """Playwright's own asks again from within the page, whose content security policy lets no text become a script."""
    for _each in range(longest // between):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(between)
    raise AssertionError(f"not true after {longest} ms: {expression}")


def _arrives(act):
    @functools.wraps(act)
    def arrives(of, *given, **named):
        done = act(of, *given, **named)
        page = of if isinstance(of, Page) else of.page
        if not page.is_closed():
            page.wait_for_load_state("domcontentloaded")
        return done

    return arrives


def with_axe(browser, **more):
    """A context whose pages have axe in them from the start."""
    context = browser.new_context(**more)
    context.add_init_script(AXE_SCRIPT)
    context.set_default_timeout(15_000)
    return context


def faults(page, **options):
    """What axe finds: page, rule, and the first element. Of what is in order it collects nothing."""
    asked = json.dumps({**options, "resultTypes": ["violations"]})
    found = page.evaluate(f"axe.run({asked}).then(found => found.violations)")
    return [f"{page.url}: {one['id']}: {one['nodes'][0]['html'][:120]}" for one in found]


def overflow(page):
    """Pixels by which a page is wider than the screen."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def onward(page, selector="main button.filled"):
    """Press what leads to another page, and wait for that page: what is asked next is never asked of this one."""
    with page.expect_navigation(wait_until="domcontentloaded"):
        page.click(selector)


def resize(page, width, height=740):
    page.set_viewport_size({"width": width, "height": height})


def looks_right(page):
    """At each of `WIDTHS`: no fault that axe finds, and nothing beside the page."""
    for width in WIDTHS:
        resize(page, width)
        assert faults(page) == [] and overflow(page) <= 0
