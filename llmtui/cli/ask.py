"""``llmtui ask``: one prompt, answered on standard output.

A bare ``ask`` sends one request and saves nothing; it imports no store. What
is saved goes through ``jobs``, as in the app: see ``conversation``.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
from collections.abc import Coroutine, Sequence
from contextlib import aclosing, suppress
from types import MappingProxyType
from typing import TYPE_CHECKING

from llmtui.cli.failures import exit_code
from llmtui.cli.look import Outcome, read_look
from llmtui.cli.options import Parsed, UsageError
from llmtui.cli.printer import Printer, open_printer
from llmtui.cli.question import Question, read_question
from llmtui.cli.shell import CLOSED, CRASHED, Shell, complain
from llmtui.providers.errors import ModelMissing, ProviderError

if TYPE_CHECKING:
    from llmtui.chat.models import Model
    from llmtui.hosts import Host
    from llmtui.providers.protocol import Provider
    from llmtui.settings import Settings


def ask(shell: Shell) -> int:
    """Answer one prompt; returns the exit code."""
    parsed = shell.parsed
    look = read_look(parsed, os.environ)
    saved = _is_saved(parsed)
    host = shell.host  # wrong settings are told before standard input is read
    question = read_question(parsed, shell.words)
    # What is loaded by now stays to the end, so the collector need not see it.
    gc.freeze()

    async def work(watch: Watch) -> int:
        printer = open_printer(look, watch.stop)
        if saved:
            from llmtui.cli.conversation import converse

            outcome = await watch.over(converse(shell, host, question, printer))
        else:
            outcome = await watch.over(_bare(shell, host, question, printer))
        printer.end(outcome)
        if printer.out.closed:
            return CLOSED
        if printer.out.trouble:
            complain(printer.out.trouble)
            return CRASHED
        return watch.code or outcome.code

    return asyncio.run(work(Watch()))


def _is_saved(parsed: Parsed) -> bool:
    """Whether a session is involved; raises ``UsageError`` for what cannot be."""
    if parsed.given("continue") and parsed.given("session"):
        raise UsageError("-c and --session are two sessions; give one of them")
    saved = any(parsed.given(name) for name in ("save", "continue", "session"))
    if saved and parsed.given("image"):
        raise UsageError("a session keeps no images; ask without --save, -c, --session")
    if parsed.given("raw"):
        if saved:
            raise UsageError("--raw is for one prompt without memory; leave out --save")
        if parsed.given("system"):
            raise UsageError("--raw sends the prompt as it is; leave out --system")
    return saved


class Watch:
    """Ends the work in good order when a signal comes or the reader goes away."""

    def __init__(self) -> None:
        self.code = 0
        """128 and the signal's number, if one came."""
        self._task: asyncio.Task[Outcome] | None = None

    def stop(self) -> None:
        """Let the work end as a stopped one."""
        if self._task is not None:
            self._task.cancel()

    async def over(self, work: Coroutine[object, object, Outcome]) -> Outcome:
        """Do the work. A second signal ends the program the hard way."""
        self._task = asyncio.ensure_future(work)
        loop = asyncio.get_running_loop()
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            if (number := getattr(signal, name, None)) is not None:
                with suppress(NotImplementedError):  # Windows: see below
                    loop.add_signal_handler(number, self._signal, number)
        try:
            await asyncio.wait({self._task})
        except asyncio.CancelledError:
            # asyncio's own handling of ctrl+c, where the loop takes no handlers.
            self.code = 128 + signal.SIGINT
            self.stop()
        try:
            return await self._task
        except asyncio.CancelledError:
            return Outcome("stopped")  # before it had begun

    def _signal(self, number: int) -> None:
        self.code = 128 + number
        self.stop()
        asyncio.get_running_loop().remove_signal_handler(number)


async def _bare(
    shell: Shell, host: Host, question: Question, printer: Printer
) -> Outcome:
    """Ask without memory."""
    outcome = Outcome("complete", host=host.stored)
    provider = shell.open(host)
    try:
        model = await pick_model(shell, host, provider)
        outcome = outcome._replace(model=model)
        request = with_settings(question, shell.settings).request(model)
        async with aclosing(provider.generate(request)) as events:
            async for event in events:
                printer.take(event)
    except asyncio.CancelledError:
        return outcome._replace(status="stopped")
    except ProviderError as error:
        return failed(outcome, error, begun=bool(printer.text))
    finally:
        await provider.aclose()
    return outcome


def failed(outcome: Outcome, error: ProviderError, begun: bool) -> Outcome:
    """The outcome when ``error`` ended it; ``begun`` if a part had come."""
    return outcome._replace(
        status="incomplete" if begun else "failed",
        code=exit_code(error, begun),
        error=str(error),
        advice=error.advice,
    )


def with_settings(question: Question, settings: Settings) -> Question:
    """The question, with the user's settings where it says nothing."""
    system = question.system
    if system is None and not question.raw:
        system = settings.system
    options = MappingProxyType({**settings.options, **(question.options or {})})
    return question._replace(
        system=system,
        options=options,
        think=settings.think if question.think is None else question.think,
        keep_alive=(
            settings.keep_alive if question.keep_alive is None else question.keep_alive
        ),
    )


async def pick_model(
    shell: Shell, host: Host, provider: Provider, session_model: str = ""
) -> str:
    """``-m``, the session's, the settings', the one last used, the first listed.

    Raises ``ProviderError``.
    """
    known = (
        shell.parsed.text("model")
        or session_model
        or shell.settings.model
        or shell.state.last_model(host.stored)
    )
    if known:
        return known
    models = await provider.models()
    if found := _first_to_chat(models):
        return found
    raise ModelMissing(
        f"{provider.name} has no models",
        model="",
        advice="llmtui pull NAME gets one, like llmtui pull smollm2",
    )


def _first_to_chat(models: Sequence[Model]) -> str:
    """The first model that can answer; older servers do not tell which can."""
    return next((m.name for m in models if m.can("completion") is not False), "")
