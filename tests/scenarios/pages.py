"""What people do at their pages, with what a browser would send back: the page's token, version and fields."""

import re
from html import unescape


def hidden(page):
    """The hidden fields of a page's form."""
    found = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
    return {name: unescape(value) for name, value in found}


def form(client, path):
    """The page of a step: where it posts to, and what it sends without an answer."""
    page = client.get(path)
    assert page.status_code == 200, page.text
    return hidden(page)


def press(client, path, **answers):
    """Open a step's page and send it."""
    return client.post(path, data={**form(client, path), **answers})


def desk(story, step):
    return f"/desk/cases/{story.reference}/steps/{step}"


def company(story, step):
    return f"/company/cases/{story.reference}/steps/{step}"


def codes(text):
    """The groups of a receipt that a page shows."""
    return re.findall(r"<span>(\d{4})</span>", text)
