"""``llmtui serve``: the models of this machine for other programs."""

from __future__ import annotations

import asyncio
import os
import re

from llmtui.cli.context import CRASHED, Context, complain, tell
from llmtui.cli.options import UsageError
from llmtui.cli.verbs.server import told
from llmtui.hosts import HostError, parse_host
from llmtui.providers.errors import ProviderError
from llmtui.sanitise import clean_line
from llmtui.serve.listening import Address, CannotListen, address_of, serve


def serve_models(context: Context) -> int:
    """Serve until a signal ends it.

    Without ``--host`` it is this program that runs the models.
    """
    parsed = context.parsed
    named = parsed.given("host") or parsed.given("local")
    host = context.host if named else parse_host("local")
    address = _address(context)
    origins = os.environ.get("OLLAMA_ORIGINS", "")

    async def run() -> int:
        provider = context.open(host)
        try:
            await provider.models()  # whether it can run anything at all
            await serve(
                provider,
                address,
                origins=tuple(filter(None, map(str.strip, origins.split(",")))),
                ready=_ready,
                said=lambda line: tell(clean_line(line) + "\n"),
            )
        except ProviderError as error:
            return told(error)
        except CannotListen as error:
            complain(str(error))
            return CRASHED
        finally:
            await provider.aclose()
        return 0

    return asyncio.run(run())


def _address(context: Context) -> Address:
    """Raises ``UsageError``."""
    try:
        address = address_of(os.environ)
    except HostError as error:
        raise UsageError(f"OLLAMA_HOST: {error}") from None
    port = context.parsed.text("port")
    if not port:
        return address
    if not re.fullmatch(r"[0-9]{1,5}", port) or int(port) > 65535:
        raise UsageError(f"--port is a number up to 65535, not {port!r}")
    return address._replace(port=int(port))


def _ready(address: Address) -> None:
    tell(f"serving Ollama's API on {address.url} (ctrl+c ends it)\n")
