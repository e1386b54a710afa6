"""What httpx says when something fails, as errors for a user."""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Iterator
from typing import NamedTuple

import httpx

from llmtui.hosts import Host
from llmtui.providers.credentials import Credentials
from llmtui.providers.errors import (
    BrokenStream,
    NotUnderstood,
    ProviderError,
    Unreachable,
)
from llmtui.providers.proxies import ProxyChoice

CONNECT_SECONDS = 5.0
"""How long a connection may take. Reading has no limit: loading takes minutes."""


class Endpoint(NamedTuple):
    """Whom we talk to, for sentences."""

    host: Host
    what: str
    """``Ollama``, or ``the server``."""
    credentials: Credentials = Credentials()
    proxy: ProxyChoice | None = None

    def __str__(self) -> str:
        return f"{self.what} at {self.host.url}"

    def nothing_there(self, message: str) -> Unreachable:
        """The error when nothing listens there."""
        if self.host.kind != "ollama":
            advice = "Check that the server runs, and its address and port."
            return Unreachable(message, advice=advice)
        if not self.host.is_loopback:
            advice = (
                "Check that Ollama runs there and listens to other computers "
                "(OLLAMA_HOST=0.0.0.0 on its side)."
            )
            return Unreachable(message, advice=advice)
        advice = (
            "Start it with `ollama serve`, name another server with --host, or "
            "use the built-in model with --local."
        )
        return Unreachable(message, advice=advice, start="ollama serve")


def before_response(error: Exception, endpoint: Endpoint) -> ProviderError:
    """The error for what happened before the first byte of an answer came."""
    match error:
        case httpx.ProxyError() if endpoint.proxy:
            return _proxy_refused(error, endpoint.proxy)
        case httpx.TimeoutException():
            return _timed_out(endpoint)
        case httpx.ConnectError() | UnicodeError():
            return _no_connection(error, endpoint)
        case httpx.RemoteProtocolError() if not _is_hang_up(error):
            return NotUnderstood(
                f"what answers at {endpoint.host.url} does not speak HTTP",
                advice="Check the port, and whether it wants https:// or http://.",
            )
        case httpx.NetworkError() | httpx.RemoteProtocolError():
            return BrokenStream(
                f"{endpoint} closed the connection without an answer",
                advice="It may be starting again; try once more in a moment.",
            )
        case httpx.InvalidURL() | httpx.UnsupportedProtocol():
            return Unreachable(
                f"{endpoint.host.url} is no address to connect to",
                advice="Write it as http://HOST:PORT.",
            )
    why = endpoint.credentials.hide(str(error))
    return Unreachable(f"asking {endpoint} failed: {why}", advice="Try once more.")


def during_response(error: Exception, endpoint: Endpoint) -> ProviderError:
    """The error for what happened while an answer came."""
    if isinstance(error, httpx.DecodingError):
        return NotUnderstood(
            f"{endpoint} sent compressed data that is damaged",
            advice="A proxy in between may be at fault.",
        )
    return BrokenStream(
        f"the connection to {endpoint} broke off before the answer was finished",
        advice="Try again.",
    )


def _is_hang_up(error: Exception) -> bool:
    """Whether h11 and httpcore mean a closed connection, by their own words."""
    return "disconnected" in str(error) or "closed connection" in str(error)


def _no_connection(error: Exception, endpoint: Endpoint) -> ProviderError:
    to = f"cannot connect to {endpoint}"
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLError):
            return _tls(cause, endpoint)
    if endpoint.proxy:
        return Unreachable(
            f"cannot connect to the proxy {endpoint.proxy.shown}, which "
            f"{endpoint.proxy.origin} names",
            advice=endpoint.proxy.advice,
        )
    for cause in causes:
        if isinstance(cause, socket.gaierror | UnicodeError):
            again = getattr(cause, "errno", None) == socket.EAI_AGAIN
            return Unreachable(
                f"{to}: the name {endpoint.host.hostname!r} "
                + ("cannot be looked up now" if again else "is not known"),
                advice="Check its spelling and this computer's network connection.",
            )
    numbers = {cause.errno for cause in causes if isinstance(cause, OSError)}
    if errno.ECONNREFUSED in numbers:
        return endpoint.nothing_there(f"{to}: connection refused")
    if numbers & {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN}:
        return Unreachable(
            f"{to}: there is no way to that network or computer",
            advice="Check this computer's network connection, and its VPN if any.",
        )
    if numbers & {errno.EMFILE, errno.ENFILE}:
        return Unreachable(
            f"{to}: this computer has too many open files",
            advice="Close some programs, or raise the limit with `ulimit -n`.",
        )
    if errno.ETIMEDOUT in numbers:
        return _timed_out(endpoint)
    if numbers & {errno.ECONNRESET, errno.EPIPE}:
        return endpoint.nothing_there(f"{to}: it closed the connection")
    words = next(
        (c.strerror for c in causes if isinstance(c, OSError) and c.strerror), ""
    )
    return endpoint.nothing_there(f"{to}{': ' + words if words else ''}")


def _timed_out(endpoint: Endpoint) -> Unreachable:
    if endpoint.proxy:
        return Unreachable(
            f"cannot connect to {endpoint} through the proxy {endpoint.proxy.shown}: "
            f"no answer in {CONNECT_SECONDS:g} seconds",
            advice=endpoint.proxy.advice,
        )
    return Unreachable(
        f"cannot connect to {endpoint}: no answer in {CONNECT_SECONDS:g} seconds",
        advice=(
            "Check that the computer is on, the address and port are right, and no "
            "firewall is in between."
        ),
    )


def _tls(error: ssl.SSLError, endpoint: Endpoint) -> Unreachable:
    if isinstance(error, ssl.SSLCertVerificationError):
        why = error.verify_message or "it cannot be checked"
        return Unreachable(
            f"the certificate of {endpoint} is not trusted: {why}",
            advice=(
                "If the server is yours, name the file of its authority as ca_file of "
                "this host in the settings, or in the variable SSL_CERT_FILE."
            ),
        )
    return Unreachable(
        f"{endpoint} does not speak TLS as it should ({error.reason or error})",
        advice="Does it want http:// instead of https://? Is the port right?",
    )


def _proxy_refused(error: Exception, proxy: ProxyChoice) -> Unreachable:
    wants = "407" in str(error)
    return Unreachable(
        f"the proxy {proxy.shown}, which {proxy.origin} names, refused: {error}",
        advice=(
            f"Write user and password into {proxy.name}: "
            "http://USER:PASSWORD@HOST:PORT."
            if wants
            else proxy.advice
        ),
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and all that led to it, groups taken apart."""
    seen: set[int] = set()
    ahead: list[BaseException | None] = [error]
    while ahead:
        at = ahead.pop()
        if at is None or id(at) in seen:
            continue
        seen.add(id(at))
        yield at
        ahead += [at.__cause__, at.__context__]
        if isinstance(at, BaseExceptionGroup):
            ahead += at.exceptions
