"""Text messages by a gateway that takes them over HTTP, as its template says."""

import ssl
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, HTTPSHandler, ProxyHandler, Request, build_opener

from grievance.gateways import Http
from grievance.notify.handed_in import HandedIn

TIMEOUT, MOST = 20, 65536
OF_THE_NUMBER = frozenset({400, 410, 422})
"""Answers that mean what was sent. A name or a password that is wrong, or too much at once, is the gateway's."""


class _StaysThere(HTTPRedirectHandler):
    """Wherever an answer would lead to, a telephone number goes to no other address."""

    def redirect_request(self, *_args: Any) -> None:
        return None


def send(gateway: Http, sender: str, messages: Iterable[tuple[str, str]]) -> Iterator[HandedIn]:
    """What became of each, in their order."""
    opener = build_opener(_StaysThere, ProxyHandler({}), HTTPSHandler(context=ssl.create_default_context()))
    for to, text in messages:
        values = {"to": to, "text": text, "from": sender}
        body = gateway.content(values) if gateway.body else None
        headers = {"User-Agent": "", **gateway.headers}
        request = Request(gateway.address(values), body, headers, method=gateway.method)  # noqa: S310  checked at the start
        yield _one(opener, request, gateway.accepted)


def _one(opener: Any, request: Request, accepted: str) -> HandedIn:
    try:
        with opener.open(request, timeout=TIMEOUT) as answer:
            said = answer.read(MOST).decode("utf-8", "replace")
    except HTTPError as refused:
        refused.close()
        return HandedIn.REFUSED if refused.code in OF_THE_NUMBER else HandedIn.NOT_NOW
    except URLError:  # before the request was out
        return HandedIn.NOT_NOW
    except Exception:  # the answer did not come, or is none
        return HandedIn.UNKNOWN
    return HandedIn.TAKEN if accepted in said else HandedIn.NOT_NOW
