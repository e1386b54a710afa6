"""``llmtui sessions import``: conversations of this and other programs."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from llmtui.cli.context import CRASHED, Context, complain, say, say_json
from llmtui.cli.options import UsageError
from llmtui.cli.progress import StatusLine
from llmtui.store.formats.building import NoConversation
from llmtui.store.formats.importing import Importer, Item
from llmtui.store.formats.reading import Conversation
from llmtui.store.session_store import SessionStore


def import_files(context: Context, store: SessionStore, words: list[str]) -> int:
    """Import, or say what an import would do; 1 if all that there was is broken."""
    others: list[Conversation] = []
    if not words and (code := _read_model(context, others)):
        return code
    dry = context.parsed.given("dry-run")
    importer = Importer(context.places, store.disk)
    items: list[Item] = []
    line = StatusLine()
    files = [Path(word) for word in words]
    try:
        run = importer.look if dry else importer.write
        for item in run(files, others):
            items.append(item)
            if line.terminal:
                line.show(f"{len(items)} conversations", "")
    except OSError as error:
        raise UsageError(_sentence(error)) from None
    finally:
        line.clear()
    counts = Counter(item.state for item in items)
    known = counts["known"] + counts["more"]
    broken = [item for item in items if item.state == "broken"]
    if context.parsed.given("json"):
        say_json(
            {
                "new": counts["new"],
                "known": known,
                "more": counts["more"],
                "broken": len(broken),
                "sessions": [i.id for i in items if i.state in ("new", "more")],
                "problems": [{"title": i.title, "problem": i.problem} for i in broken],
            }
        )
    else:
        for item in broken:
            complain(f"{item.title or 'a conversation'}: {item.problem}")
        say(_summary(counts["new"], known, counts["more"], len(broken), dry))
    return CRASHED if broken and len(broken) == len(items) else 0


def _read_model(context: Context, found: list[Conversation]) -> int:
    """Ask the host for the conversation that ``-m`` was made of; the exit code."""
    from llmtui.cli.verbs.server import unable, with_provider
    from llmtui.providers.protocol import Describes, Provider
    from llmtui.store.formats.model import session_of

    name = context.parsed.text("model")
    if not name:
        raise UsageError("it is used as: llmtui sessions import FILE… or -m MODEL")

    async def work(provider: Provider) -> int:
        if not isinstance(provider, Describes):
            raise unable(provider, "describe a model")
        details = await provider.show(name)
        try:
            session = session_of(name, details)
        except NoConversation as error:
            found.append(Conversation(name, None, str(error)))
        else:
            session.host = context.host.stored
            found.append(Conversation(session.title, session))
        return 0

    return with_provider(context, work)


def _summary(new: int, known: int, more: int, broken: int, dry: bool) -> str:
    """
    >>> _summary(3, 2, 1, 0, True)
    '3 new, 2 known (1 of them with new messages), 0 broken; nothing was written\\n'
    """
    grown = f" ({more} of them with new messages)" if more else ""
    end = "; nothing was written" if dry else ""
    return f"{new} new, {known} known{grown}, {broken} broken{end}\n"


def _sentence(error: OSError) -> str:
    if error.errno is None:
        return str(error)
    return f"{error.filename} cannot be read: {error.strerror}"
