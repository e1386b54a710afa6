"""Answers that are not the server's own."""

from __future__ import annotations

from collections.abc import Mapping

from llmtui.hosts import hide_credentials
from llmtui.providers.errors import NotUnderstood, Refused
from llmtui.providers.httpx_errors import Endpoint


def foreign_answer(
    status: int, headers: Mapping[str, str], body: bytes, endpoint: Endpoint
) -> NotUnderstood | Refused | None:
    """The error for an answer that is not the server's own: a web page, a redirect,
    a proxy that wants a password. None if it may be the server's.
    """
    if 300 <= status < 400:
        to = endpoint.credentials.hide(headers.get("location", ""))
        to = hide_credentials(to)[:200]
        return Refused(
            f"{endpoint} sends us on" + (f" to {to}" if to else ""),
            status=status,
            advice="If that is right, give that address with --host.",
        )
    if status == 407 and endpoint.proxy:
        return Refused(
            f"the proxy that {endpoint.proxy.origin} names wants a password",
            status=status,
            advice=f"Write {endpoint.proxy.name} as http://USER:PASSWORD@HOST:PORT.",
        )
    kind = headers.get("content-type", "")
    if "html" in kind or body.lstrip()[:1] == b"<":
        via = (
            f"the proxy that {endpoint.proxy.origin} names"
            if endpoint.proxy
            else "a proxy"
        )
        return NotUnderstood(
            f"{via} or another program answered instead of {endpoint}, with a web page"
            + (f" (status {status})" if status != 200 else ""),
            advice=_advice_for_page(status, endpoint),
        )
    return None


def _advice_for_page(status: int, endpoint: Endpoint) -> str:
    if status in (401, 403):
        return f"It may want a key or a password. {endpoint.credentials.advice}"
    if status in (502, 503, 504):
        return "Is the server behind it running?"
    return "Check the address and port."
