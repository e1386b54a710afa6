"""Where the server listens, and until when."""

from __future__ import annotations

import asyncio
import errno
import re
import signal
import sys
from collections.abc import Callable, Mapping
from typing import NamedTuple

from llmtui.hosts import parse_ollama_host
from llmtui.providers.protocol import Provider
from llmtui.serve.api import Api
from llmtui.serve.http_server import HttpServer


class Address(NamedTuple):
    host: str = "127.0.0.1"
    port: int = 11434

    @property
    def url(self) -> str:
        """How a program on this machine reaches it."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)
        return (
            f"http://[{host}]:{self.port}"
            if ":" in host
            else (f"http://{host}:{self.port}")
        )


class CannotListen(Exception):
    """``str()`` says why not, and what would do."""


def address_of(env: Mapping[str, str]) -> Address:
    """What ``OLLAMA_HOST`` tells a server; raises ``HostError``.

    Unlike for a client ``0.0.0.0`` and ``[::]`` are every address of the machine.

    >>> address_of({}), address_of({"OLLAMA_HOST": "0.0.0.0:80"}).host
    (Address(host='127.0.0.1', port=11434), '0.0.0.0')
    >>> address_of({"OLLAMA_HOST": "http://[::]:99"})
    Address(host='::', port=99)
    """
    text = env.get("OLLAMA_HOST", "").strip(" \t\r\n\"'")
    found = parse_ollama_host(text)
    host = found.hostname
    if re.match(r"(\w+://)?(0\.0\.0\.0|\[::\]|::$)", text):
        host = "::" if ":" in host else "0.0.0.0"
    port = re.search(r":(\d+)(/.*)?$", found.url)
    return Address(host, int(port[1]) if port else Address().port)


async def serve(
    provider: Provider,
    address: Address,
    *,
    origins: tuple[str, ...] = (),
    ready: Callable[[Address], None],
    said: Callable[[str], None] = lambda line: None,
) -> None:
    """Serve until a signal tells to end; ``ready`` is told the real address.

    Raises ``CannotListen``.
    """
    api = Api(provider, address.host, origins, said)
    server = HttpServer(api.answer)
    try:
        port = await server.open(*address)
    except (OSError, OverflowError) as error:
        raise CannotListen(_why(error, address)) from error
    try:
        ended = _signalled()
        ready(address._replace(port=port))
        await ended.wait()
    finally:
        await server.aclose()


def _signalled() -> asyncio.Event:
    """Set by what ends a program politely."""
    ended = asyncio.Event()
    if sys.platform != "win32":
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, ended.set)
    return ended


def _why(error: Exception, address: Address) -> str:
    place = f"{address.host}:{address.port}"
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return (
            f"{place} is taken, perhaps by Ollama itself; "
            "choose another port: llmtui serve --port 11435"
        )
    if isinstance(error, OSError) and error.errno == errno.EACCES:
        return f"ports below 1024 are for root; choose another one than {address.port}"
    reason = getattr(error, "strerror", None) or error
    return f"{place} cannot be listened on: {reason}"
