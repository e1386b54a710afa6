"""``llmtui ask``: one prompt, answered on standard output.

A bare ``ask`` sends one request and saves nothing; it imports no store. What
is saved goes through ``jobs``, as in the app: see ``conversation``.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from llmtui.chat.capabilities import think_sent
from llmtui.chat.left_out import loss_of
from llmtui.chat.message import Message
from llmtui.chat.outcome import lack
from llmtui.cli.context import CLOSED, CRASHED, Context, complain, warn_of
from llmtui.cli.failures import exit_code, judged
from llmtui.cli.model import (
    about,
    check_options,
    check_question,
    pick_model,
    window_now,
)
from llmtui.cli.options import Parsed, UsageError
from llmtui.cli.output_format import Outcome, read_output_format
from llmtui.cli.printer import Printer
from llmtui.cli.printers import open_printer
from llmtui.cli.question import Question, read_question
from llmtui.providers.errors import ProviderError
from llmtui.providers.protocol import kept_by
from llmtui.providers.reply_stream import ReplyStream

if TYPE_CHECKING:
    from llmtui.chat.request import GenerateRequest
    from llmtui.hosts import Host
    from llmtui.providers.protocol import Provider


def ask(context: Context) -> int:
    """Answer one prompt; returns the exit code."""
    parsed = context.parsed
    output = read_output_format(parsed, os.environ)
    saved = _is_saved(parsed)
    host = context.host  # wrong settings are told before standard input is read
    question = read_question(parsed, context.words, context.preset)
    # What is loaded by now stays to the end, so the collector need not see it.
    gc.freeze()

    async def work(watch: Watch) -> int:
        printer = open_printer(output, watch.stop)
        waiting = asyncio.ensure_future(printer.wait())
        if saved:
            from llmtui.cli.conversation import converse

            outcome = await watch.over(converse(context, host, question, printer))
        else:
            outcome = await watch.over(_bare(context, host, question, printer))
        waiting.cancel()
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
        for number in _signals():
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


def _signals() -> list[signal.Signals]:
    """Those that end a program here; what nohup or a shell turned off stays off."""
    found = [getattr(signal, name, None) for name in ("SIGINT", "SIGTERM", "SIGHUP")]
    return [n for n in found if n and signal.getsignal(n) is not signal.SIG_IGN]


async def _bare(
    context: Context, host: Host, question: Question, printer: Printer
) -> Outcome:
    """Ask without memory."""
    outcome = Outcome("complete", host=host.stored)
    warn_of(host)
    provider = context.open(host)
    try:
        model = await pick_model(context, host, provider)
        outcome = outcome._replace(model=model)
        request = question.with_settings(context.settings).request(model)
        if request.images or request.think is not None:
            listed = await about(provider, model)
            check_question(listed, question)
            request = replace(request, think=think_sent(listed, request.think))
        check_options(provider, request.options)
        await _tell_loss(provider, request)
        events = provider.generate(request)
        stream = ReplyStream(printer.take)
        if request.format is not None:
            from llmtui.chat.format_check import open_check

            stream.check = open_check(request.format)
        await stream.run(events, keep_connection=False)
    except asyncio.CancelledError:
        return outcome._replace(status="stopped")
    except ProviderError as error:
        return failed(outcome, error, begun=bool(printer.text))
    finally:
        await provider.aclose()
    misfit = stream.check.misfit if stream.check else None
    return judged(
        outcome._replace(misfit=misfit),
        printer.finished.done_reason,
        lack(
            printer.finished.done_reason,
            "".join(printer.text),
            "".join(printer.thinking),
            calls=bool(printer.calls),
            format=request.format,
            misfit=misfit,
            options=request.options,
        ),
    )


async def _tell_loss(provider: Provider, request: GenerateRequest) -> None:
    """Say what will not be read of a long prompt, as far as is known."""
    window = await window_now(provider, request.model, request.options, request.prompt)
    prompt = Message("", None, "user", request.prompt, "")
    kept = kept_by(provider) if request.truncate else None
    if loss := loss_of([], prompt, request.system, window, kept):
        complain(str(loss))


def failed(outcome: Outcome, error: ProviderError, begun: bool) -> Outcome:
    """The outcome when ``error`` ended it; ``begun`` if a part had come."""
    return outcome._replace(
        status="incomplete" if begun else "failed",
        code=exit_code(error, begun),
        error=str(error),
        advice=error.advice,
    )
