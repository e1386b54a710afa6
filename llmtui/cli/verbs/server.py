"""What the verbs that talk to a server have in common."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from llmtui.cli.context import Context, complain, warn_of
from llmtui.cli.failures import exit_code
from llmtui.providers.errors import ProviderError, Unsupported

if TYPE_CHECKING:
    from llmtui.providers.protocol import Provider


def with_provider(context: Context, work: Callable[[Provider], Awaitable[int]]) -> int:
    """Do ``work`` with the provider that was set; returns its exit code.

    A ``ProviderError`` becomes a sentence and its exit code.
    """
    host = context.host
    warn_of(host)

    async def run() -> int:
        provider = context.open(host)
        try:
            return await work(provider)
        except ProviderError as error:
            return told(error)
        finally:
            await provider.aclose()

    return asyncio.run(run())


async def for_each(
    names: tuple[str, ...], one: Callable[[str], Awaitable[None]]
) -> int:
    """``one`` for each name, also after one failed; the first failure's code."""
    code = 0
    for name in names:
        try:
            await one(name)
        except ProviderError as error:
            failed = told(error)
            code = code or failed
    return code


def told(error: ProviderError) -> int:
    """Say what went wrong; returns its exit code."""
    complain(error.sentence)
    return exit_code(error)


def unable(provider: Provider, what: str) -> Unsupported:
    """The error for a provider that cannot do ``what``."""
    return Unsupported(f"{provider.name} cannot {what}")
