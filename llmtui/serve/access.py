"""Who may ask: what Ollama lets in, so that no page of the web talks to a model.

A page can make a browser send requests to this machine, under a name of its own
(DNS rebinding) or from another origin. Rules after ``allowedHostsMiddleware`` of
Ollama's ``server/routes.go`` and ``AllowedOrigins`` of ``envconfig/config.go``.
"""

from __future__ import annotations

import fnmatch
import ipaddress
import re
import socket
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from llmtui.serve.http_message import Request

_ORIGINS = (
    *(
        f"{scheme}://{host}{port}"
        for scheme in ("http", "https")
        for host in ("localhost", "127.0.0.1", "0.0.0.0", "[[]::1]")
        for port in ("", ":*")
    ),
    "app://*",
    "file://*",
    "tauri://*",
    "vscode-webview://*",
    "vscode-file://*",
)
"""Patterns of the origins that may ask without being named."""


class Access:
    """The rules of one server."""

    def __init__(self, address: str, origins: Sequence[str] = ()) -> None:
        """``address`` is what it listens on, ``origins`` are patterns to add."""
        self._open = not is_loopback(address)
        self._origins = (*_ORIGINS, *origins)
        self._name = socket.gethostname().lower()

    def allows(self, request: Request) -> bool:
        """Whether a request may be answered at all."""
        origin = request.headers.get("origin", "")
        if origin and not self._knows(origin, request.headers.get("host", "")):
            return False
        return self._open or self._is_here(request.headers.get("host", ""))

    def headers(self, request: Request) -> Mapping[str, str]:
        """What tells a browser that a page may read the answer."""
        origin = request.headers.get("origin", "")
        if not origin:
            return {}
        allowed = request.headers.get("access-control-request-headers", "")
        found = {"Access-Control-Allow-Origin": origin, "Vary": "Origin"}
        if request.method == "OPTIONS":
            found |= {
                "Access-Control-Allow-Methods": "GET, POST, PUT, PATCH, DELETE, HEAD",
                "Access-Control-Allow-Headers": re.sub(r"[^\w, -]", "", allowed),
                "Access-Control-Max-Age": "43200",
            }
        return found

    def _knows(self, origin: str, host: str) -> bool:
        origin = origin.lower()
        if urlsplit(origin).netloc == host.lower():
            return True  # a page of this very server
        return any(fnmatch.fnmatchcase(origin, known) for known in self._origins)

    def _is_here(self, host: str) -> bool:
        name = hostname(host)
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            return name in ("", "localhost", self._name) or name.endswith(
                (".localhost", ".local", ".internal")
            )
        return address.is_loopback or address.is_private or address.is_unspecified


def hostname(host: str) -> str:
    """The name in a ``Host`` header, without port and brackets.

    >>> [hostname(h) for h in ("LocalHost:11434", "[::1]:80", "::1", "box.")]
    ['localhost', '::1', '::1', 'box']
    """
    host = host.strip().lower()
    if bracketed := re.fullmatch(r"\[([^\]]*)\](?::\d*)?", host):
        return bracketed[1]
    if host.count(":") == 1:
        host = host.partition(":")[0]
    return host.removesuffix(".")


def is_loopback(address: str) -> bool:
    """Whether only this machine can reach an address.

    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address.lower() == "localhost"
