"""``ask`` with a memory: sessions and replies as the app has them, without a screen."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING

from llmtui.chat.capabilities import think_sent
from llmtui.chat.left_out import Loss, loss_of
from llmtui.chat.outcome import lack_of
from llmtui.chat.prompt import Generation, Prompt, generation_of, message_of
from llmtui.cli.context import CRASHED, Context, complain, session_id, warn_of
from llmtui.cli.failures import exit_code, judged
from llmtui.cli.model import (
    about,
    check_options,
    check_question,
    pick_model,
    window_now,
)
from llmtui.cli.options import UsageError
from llmtui.cli.output_format import Outcome
from llmtui.cli.printer import Printer
from llmtui.cli.question import Question
from llmtui.jobs.core import Core
from llmtui.jobs.routing import host_of, is_forgotten
from llmtui.providers.errors import ProviderError
from llmtui.providers.protocol import Provider, kept_by
from llmtui.store.errors import SaveError, SessionError

if TYPE_CHECKING:
    from llmtui.chat.models import Model
    from llmtui.chat.session import Session
    from llmtui.hosts import Host
    from llmtui.jobs.reply import Reply
    from llmtui.store.session_store import SessionStore


async def converse(
    context: Context, host: Host, question: Question, printer: Printer
) -> Outcome:
    """Ask in a session, which keeps prompt and answer. Raises ``UsageError``."""
    core = Core(context.places, context.open, host)
    try:
        return await _converse(context, host, question, printer, core)
    except SessionError as error:
        for sentence in core.store.problems():
            complain(sentence)
        raise UsageError(str(error)) from None
    except SaveError as error:
        return Outcome("failed", CRASHED, f"nothing was sent: {error}")
    except ProviderError as error:
        return Outcome("failed", exit_code(error), str(error), error.advice)
    finally:
        printer.notes += core.store.problems()
        await core.aclose()


async def _converse(
    context: Context, host: Host, question: Question, printer: Printer, core: Core
) -> Outcome:
    session, asked = await _session(context, core.store), question
    if session is None:
        session = _begun(core.store, question.with_settings(context.settings))
        question = Question(question.prompt, question.attached)
    else:
        host = _host_of(context, session, host)
    warn_of(host)
    provider = await asyncio.to_thread(core.providers.open, host)
    model = await pick_model(context, host, provider, session)
    thinks = session.think if question.think is None else question.think
    judged_by = thinks is not None or question.images
    listed = await about(provider, model) if judged_by else None
    check_question(listed, asked)
    generation = generation_of(session, host, model, listed)
    keep = core.replies.attachments.keep
    attached = await asyncio.to_thread(keep, session.id, question.attached)
    prompt = _prompt(session, generation, question, listed)
    prompt = replace(prompt, attachments=attached)
    if loss := await _loss(session, prompt, listed, provider, question):
        complain(str(loss))
    check_options(provider, prompt.generation.options)
    reply = core.replies.begin(session, prompt)
    taken = 0
    try:
        async with aclosing(reply.state.updates()) as events:
            async for event in events:
                taken += 1
                printer.take(event)
    except asyncio.CancelledError:
        reply.stop()
        async with aclosing(reply.state.updates()) as events:
            async for event in events:
                if taken <= 0:
                    printer.take(event)
                taken -= 1
    await reply.state.finished()
    if reply.unsaved:
        printer.notes.append(f"the answer is not saved: {reply.unsaved}")
    return _outcome(reply, session, generation)


async def _session(context: Context, store: SessionStore) -> Session | None:
    """The session that was asked for, None for a new one.

    Raises ``UsageError`` and ``SessionError``.
    """
    if context.parsed.given("session"):
        wanted = session_id(context.places, context.parsed.text("session"))
        return await asyncio.to_thread(store.open, wanted)
    if not context.parsed.given("continue"):
        return None
    await asyncio.to_thread(store.recover)
    latest = await asyncio.to_thread(store.latest)
    if latest is None:
        raise UsageError("there is no session to go on with; --save begins one")
    return await asyncio.to_thread(store.open, latest)


def _host_of(context: Context, session: Session, chosen: Host) -> Host:
    """Where a session is asked; says so where another host was set."""
    host = host_of(session, context.settings, chosen)
    if is_forgotten(session.host, context.settings):
        gone = f"the host {session.host!r} of this session is no longer set"
        complain(f"{gone}, so {host.label} is asked")
    elif host != chosen and context.settings.host_from:
        complain(
            f"this session is asked on {host.label}, as before, and not on "
            f"{chosen.label} of {context.settings.host_from} (--host does that)"
        )
    return host


def _begun(store: SessionStore, question: Question) -> Session:
    """A new session, with the question's fields as those of its next turns."""
    return store.new(
        system=question.system,
        options=dict(question.options or {}),
        think=question.think,
        keep_alive=question.keep_alive,
        truncate=question.truncate,
        format=question.format,
    )


def _prompt(
    session: Session, generation: Generation, question: Question, listed: Model | None
) -> Prompt:
    """The prompt with what the command line says, which holds for this turn alone."""
    if question.system is not None:
        generation = replace(generation, system=question.system)
    if question.options:
        options = {**generation.options, **question.options}
        generation = replace(generation, options=options)
    if question.think is not None:
        think = think_sent(listed, question.think)
        generation = replace(generation, think=think)
    if question.format is not None:
        generation = replace(generation, format=question.format)
    if question.keep_alive is not None:
        generation = replace(generation, keep_alive=question.keep_alive)
    return Prompt(question.prompt, generation, follows=session.head)


async def _loss(
    session: Session,
    prompt: Prompt,
    listed: Model | None,
    provider: Provider,
    question: Question,
) -> Loss | None:
    """What of the session will not be read, as far as is known."""
    path, generation = session.path(), prompt.generation
    window = await window_now(
        provider,
        generation.model,
        generation.options,
        question.request(generation.model).prompt,
        listed,
        session.last_answer(),
    )
    kept = kept_by(provider) if generation.truncate else None
    return loss_of(path, message_of(prompt), generation.system, window, kept)


def _outcome(reply: Reply, session: Session, generation: Generation) -> Outcome:
    state = reply.state
    outcome = Outcome(
        state.status,
        model=generation.model,
        host=generation.host.stored,
        session=session.id,
    )
    if isinstance(state.failure, ProviderError):
        outcome = outcome._replace(
            code=exit_code(state.failure, begun=state.status == "incomplete"),
            error=state.error,
            advice=state.advice,
        )
    else:
        message = state.message
        outcome = outcome._replace(misfit=message.misfit)
        outcome = judged(outcome, message.done_reason, lack_of(message))
    if reply.unsaved:
        outcome = outcome._replace(code=outcome.code or CRASHED)
    return outcome
