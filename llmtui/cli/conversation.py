"""``ask`` with a memory: sessions and replies as the app has them, without a screen."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import TYPE_CHECKING

from llmtui.cli.failures import exit_code
from llmtui.cli.look import Outcome
from llmtui.cli.model import about, pick_model
from llmtui.cli.options import UsageError
from llmtui.cli.printer import Printer
from llmtui.cli.question import Question
from llmtui.cli.shell import CRASHED, Shell, complain, session_id
from llmtui.jobs.chats import Chats, SaveError, SessionError
from llmtui.providers.errors import ProviderError

if TYPE_CHECKING:
    from llmtui.chat.models import Model
    from llmtui.chat.session import Session
    from llmtui.hosts import Host
    from llmtui.jobs.reply import Reply


async def converse(
    shell: Shell, host: Host, question: Question, printer: Printer
) -> Outcome:
    """Ask in a session, which keeps prompt and answer. Raises ``UsageError``."""
    chats = Chats(shell.places, shell.open)
    try:
        return await _converse(shell, host, question, printer, chats)
    except SessionError as error:
        for sentence in chats.problems():
            complain(sentence)
        raise UsageError(str(error)) from None
    except SaveError as error:
        return Outcome("failed", CRASHED, f"nothing was sent: {error}")
    except ProviderError as error:
        return Outcome("failed", exit_code(error), str(error), error.advice)
    finally:
        printer.notes += chats.problems()
        await chats.aclose()


async def _converse(
    shell: Shell, host: Host, question: Question, printer: Printer, chats: Chats
) -> Outcome:
    session = await _session(shell, chats)
    if session is None:
        session = _begun(chats, question.with_settings(shell.settings))
        question = Question(question.prompt)
    elif session.host and not shell.settings.host:
        # Nothing says where to ask, so it is where the session was.
        host = shell.settings.find_host(session.host)
    provider = await asyncio.to_thread(chats.provider, host)
    session.model = await pick_model(shell, host, provider, session.model)
    # Thinking that was set for all turns is not asked of a model that cannot.
    checked = session.think and not question.think
    listed = await about(provider, session.model) if checked else None
    reply = _begin(chats, session, host, question, listed)
    taken = 0
    try:
        async with aclosing(reply.updates()) as events:
            async for event in events:
                taken += 1
                printer.take(event)
    except asyncio.CancelledError:
        reply.stop()
        async with aclosing(reply.updates()) as events:
            async for event in events:
                if taken <= 0:
                    printer.take(event)
                taken -= 1
    await reply.finished()
    if reply.unsaved:
        printer.notes.append(f"the answer is not saved: {reply.unsaved}")
    return _outcome(reply, session, host)


async def _session(shell: Shell, chats: Chats) -> Session | None:
    """The session that was asked for, None for a new one.

    Raises ``UsageError`` and ``SessionError``.
    """
    if shell.parsed.given("session"):
        wanted = session_id(shell.places, shell.parsed.text("session"))
        return await asyncio.to_thread(chats.open, wanted)
    if not shell.parsed.given("continue"):
        return None
    await asyncio.to_thread(chats.recover)
    latest = await asyncio.to_thread(chats.latest)
    if latest is None:
        raise UsageError("there is no session to go on with; --save begins one")
    return await asyncio.to_thread(chats.open, latest)


def _begun(chats: Chats, question: Question) -> Session:
    """A new session, with the question's fields as those of its next turns."""
    return chats.new(
        system=question.system,
        options=dict(question.options or {}),
        think=question.think,
        keep_alive=question.keep_alive,
        format=question.format,
    )


def _begin(
    chats: Chats,
    session: Session,
    host: Host,
    question: Question,
    listed: Model | None,
) -> Reply:
    """Ask with what the command line says, which holds for this turn alone.

    Raises ``SaveError``.
    """
    own = (
        session.system,
        session.options,
        session.think,
        session.format,
        session.keep_alive,
    )
    if question.system is not None:
        session.system = question.system
    if question.options:
        session.options = {**session.options, **question.options}
    if question.think is not None:
        session.think = question.think
    if question.format is not None:
        session.format = question.format
    if question.keep_alive is not None:
        session.keep_alive = question.keep_alive
    try:
        return chats.begin(session, question.prompt, host=host, listed=listed)
    finally:
        (
            session.system,
            session.options,
            session.think,
            session.format,
            session.keep_alive,
        ) = own


def _outcome(reply: Reply, session: Session, host: Host) -> Outcome:
    outcome = Outcome(
        reply.status, model=session.model, host=host.stored, session=session.id
    )
    if isinstance(reply.failure, ProviderError):
        outcome = outcome._replace(
            code=exit_code(reply.failure, begun=reply.status == "incomplete"),
            error=reply.error,
            advice=reply.advice,
        )
    if reply.unsaved:
        outcome = outcome._replace(code=outcome.code or CRASHED)
    return outcome
