"""A web page by its address, as the user typed it and nowhere else.

A page may lead the program to other machines, even to this one: what is fetched is
the address that was typed, on the host that was typed.
"""

from __future__ import annotations

import ipaddress
import ssl
import time
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from llmtui.attachments.decoding import decode
from llmtui.attachments.html_text import text_of_page
from llmtui.attachments.loaded import CannotAttach, Loaded
from llmtui.attachments.loading import LARGEST_FILE, load_content, load_text
from llmtui.attachments.progress import Left, Progress, Watch, patient
from llmtui.files.text import NotText
from llmtui.human import size

if TYPE_CHECKING:
    import httpx

SECONDS = 30.0
"""How long a page may take from the first byte to the last."""
_QUIET = 10.0
"""Seconds without a byte after which nothing more is awaited."""
_REDIRECTS = 5
_PORTS = {"http": 80, "https": 443}


def is_address(text: str) -> bool:
    """Whether a text is the address of a page.

    >>> is_address("https://example.com/a"), is_address("notes/https.txt")
    (True, False)
    """
    return text.lower().startswith(("http://", "https://")) and bool(_host(text))


def load_page(
    address: str, watch: Watch = patient, *, seconds: float = SECONDS
) -> Loaded:
    """What is at an address: the words of a page, or the file that is there.

    ``watch`` is told its size first, as far as the server says it. Raises
    ``CannotAttach`` and ``Left``. Blocking.
    """
    import httpx

    if not is_address(address):
        raise CannotAttach(f"{address} is no address of a page: http:// or https://")
    try:
        with httpx.Client(timeout=_QUIET, trust_env=not _is_local(address)) as client:
            final, kind, content = _fetched(client, address, watch, seconds)
    except httpx.HTTPError as error:
        raise CannotAttach(f"{address} cannot be fetched: {_words(error)}") from None
    except (httpx.InvalidURL, ValueError) as error:
        raise CannotAttach(f"{address} is no address: {error}") from None
    if kind in ("text/html", "application/xhtml+xml"):
        return _page(final, content)
    name = urlsplit(final).path.rpartition("/")[2] or final
    return load_content(name, address, content)


def _words(error: BaseException) -> str:
    """Why nothing came: what the system says, or the status of the answer."""
    import httpx

    if isinstance(error, httpx.HTTPStatusError):
        answer = error.response
        return f"{answer.status_code} {answer.reason_phrase}".strip()
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"its certificate is not trusted: {cause.verify_message}"
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror.lower()
        cause = cause.__cause__ or cause.__context__
    return str(error) or type(error).__name__


def _fetched(
    client: httpx.Client, address: str, watch: Watch, seconds: float
) -> tuple[str, str, bytes]:
    """The address in the end, the media type, and the bytes."""
    end = time.monotonic() + seconds
    typed, private = address, None
    for _ in range(_REDIRECTS):
        with client.stream("GET", address, headers={"accept": "text/html, */*"}) as got:
            if private is None:
                private = _peer_is_private(got)
            elif _peer_is_private(got) and not private:
                raise CannotAttach(f"{typed} leads to this machine or its network")
            if not got.has_redirect_location:
                got.raise_for_status()
                kind = got.headers.get("content-type", "").partition(";")[0]
                content = _body(got, typed, watch, end)
                return address, kind.strip().lower(), content
            address = _next(typed, address, got.headers["location"])
    raise CannotAttach(f"{typed} leads from one address to the next without an end")


def _next(typed: str, address: str, location: str) -> str:
    """Where a page leads, if that is on the host that was typed."""
    target = urljoin(address, location)
    if _host(target) != _host(typed) or not _same_door(typed, target):
        raise CannotAttach(
            f"{typed} leads elsewhere, to {target}: type that address if you want it"
        )
    return target


def _same_door(typed: str, target: str) -> bool:
    """The same port, or from the usual one of http to that of https."""
    ports = [
        split.port or _PORTS.get(split.scheme, 0)
        for split in (urlsplit(typed), urlsplit(target))
    ]
    return ports[0] == ports[1] or ports == [80, 443]


def _body(response: httpx.Response, typed: str, watch: Watch, end: float) -> bytes:
    told = response.headers.get("content-length", "")
    total = int(told) if told.isdecimal() else 0
    if total > LARGEST_FILE:
        raise CannotAttach(f"{typed} has {size(total)}, more than can be attached")
    pieces, count = [], 0
    if not watch(Progress(0, count, total)):
        raise Left
    for piece in response.iter_bytes():
        pieces.append(piece)
        count += len(piece)
        if count > LARGEST_FILE:
            raise CannotAttach(f"{typed} has more than {size(LARGEST_FILE)}")
        if time.monotonic() > end:
            raise CannotAttach(f"{typed} does not come to an end: {size(count)} so far")
        if not watch(Progress(0, count, total)):
            raise Left
    return b"".join(pieces)


def _page(address: str, content: bytes) -> Loaded:
    try:
        html, note = decode(content)
    except NotText as kind:
        raise CannotAttach(f"{address} is {kind}, not a page") from None
    title, text = text_of_page(html)
    if not text.strip():
        raise CannotAttach(
            f"{address} has no words in it: maybe scripts make them, and none are run"
        )
    heading = f"# {title}\n\n" if title and title not in text[: 2 * len(title)] else ""
    return load_text(address, address, heading + text, note)


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _is_local(address: str) -> bool:
    """Whether it is this machine, which is never asked through a proxy."""
    host = _host(address)
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _peer_is_private(response: httpx.Response) -> bool:
    """Whether who answers is this machine, or one of its own network."""
    stream = response.extensions.get("network_stream")
    if stream is None:
        return False
    peer = stream.get_extra_info("server_addr")
    try:
        return not ipaddress.ip_address(str(peer[0]).partition("%")[0]).is_global
    except (TypeError, IndexError, ValueError):
        return False
