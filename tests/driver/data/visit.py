"""What the program does with its files: at a start, and in a day's work."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable, Coroutine
from typing import Any

from llmtui.chat.query import parse_query
from llmtui.chat.session import Session
from llmtui.chat.transcript import transcript
from llmtui.chat.tree import children, leaves
from llmtui.configuration import load
from llmtui.hosts import Host, parse_host
from llmtui.jobs.chat_listener import ChatListener
from llmtui.jobs.core import Core
from llmtui.jobs.current_chat import CurrentChat
from llmtui.jobs.outbox import NotSentError
from llmtui.jobs.preset_files import BrokenPreset, read_presets
from llmtui.places import Places
from llmtui.providers.errors import ProviderError
from llmtui.providers.local.catalog import Catalog
from llmtui.providers.scripted import Scripted
from llmtui.settings import Settings, SettingsError
from llmtui.state import State
from llmtui.store.formats.exporting import FORMATS, text_of
from llmtui.store.search.session_search import SessionSearch
from llmtui.store.session_store import SessionStore
from tests.support.chatting import until

HOST = parse_host("http://127.0.0.1:1")
SAID = "what is said today"


class _Listener(ChatListener):
    """Keeps what the user is told of prompts that waited."""

    def __init__(self, said: list[str]) -> None:
        self._said = said

    def turn_failed(self, session_id: str, sentence: str) -> None:
        self._said.append(sentence)


class Visit:
    """One run of the program on a user's files."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.said: list[str] = []
        """Sentences that the user is told."""
        self.listed: set[str] = set()
        """The ids of the sessions that are listed."""
        self.read: dict[str, str] = {}
        """All text that was read, by the session, or by what else it was in."""
        self.raised: list[str] = []
        """Tracebacks of what must not have been raised."""

    def step(self, work: Callable[[], object]) -> None:
        """Do one thing; an ``OSError`` with a sentence is said, all else noted."""
        try:
            work()
        except (OSError, SettingsError, ProviderError) as error:
            self.said.append(str(error))
        except Exception:
            self.raised.append(traceback.format_exc())

    def _note(self, where: str, text: str) -> None:
        self.read[where] = f"{self.read.get(where, '')} {text}"

    def start(self) -> None:
        """All of it; blocking."""
        self.settings, self.state = Settings(), State(self.places.state_file)
        self.step(self._settings)
        self.step(self._presets)
        self.step(lambda: asyncio.run(self._work()))
        self.step(self._models)

    def _settings(self) -> None:
        self.settings = load(self.places, {}, lenient=True)
        self.said += self.settings.warnings
        self._note("settings", str(self.settings.system))
        for name in self.settings.hosts:
            self.settings.find_host(name)

    def _presets(self) -> None:
        for preset in read_presets(self.places.presets):
            if isinstance(preset, BrokenPreset):
                self.said.append(f"{preset.name} {preset.trouble}")
            else:
                self._note("presets", f"{preset.system} {preset.prompt}")

    def _models(self) -> None:
        catalog = Catalog(self.places, environ={}, home=self.places.data)
        asyncio.run(_entries(catalog))

    async def _work(self) -> None:
        def remember() -> None:
            self.state = State.load(self.places.state_file)
            self.said.append(self.state.problem)
            self.state.used_model("new", "box")
            self.state.theme = "dracula"

        self.step(remember)
        core = Core(self.places, lambda _: Scripted(["mistral"]), HOST)
        self.step(core.store.check_writable)
        self.step(core.store.recover)
        self.step(lambda: self.listed.update(s.id for s in core.summaries()))
        jobs: set[asyncio.Task[None]] = set()

        def spawn(job: Coroutine[Any, Any, None]) -> None:
            jobs.add(asyncio.create_task(job))

        chat = CurrentChat(
            core,
            self.state,
            self.settings,
            _Listener(self.said),
            spawn,
        )
        self.step(chat.history.load)
        self.step(
            lambda: self._note("history", " ".join(chat.history.texts(chat.session)))
        )
        self._drafts(chat)
        for session_id in sorted(self.listed):
            await self._open(chat, session_id)
        await self._say_something(chat, jobs)
        self._look_for(core)
        self._trash(core)
        self.step(lambda: core.store.collect())
        await core.aclose()
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)
        self.step(lambda: self.said.append(self.state.save()))
        self.said += core.store.problems()

    def _drafts(self, chat: CurrentChat) -> None:
        self.step(lambda: chat.outbox.load(chat.session, _find_host))
        self._draft(chat)

    def _draft(self, chat: CurrentChat) -> None:
        """What was left in the input, and in line; then something else is typed."""
        session = chat.session

        def look() -> None:
            waiting = " ".join(p.text for p in chat.queue.waiting(session.id))
            self._note(session.id, chat.outbox.draft(session).text + " " + waiting)
            chat.outbox.keep_draft(session, "something else")

        self.step(look)

    async def _open(self, chat: CurrentChat, session_id: str) -> None:
        try:
            await chat.open(session_id)
        except OSError as error:
            self.said.append(str(error))
            return
        except Exception:
            self.raised.append(traceback.format_exc())
            return
        session = chat.session
        self.step(lambda: self._read(chat, session))
        self._draft(chat)

    def _read(self, chat: CurrentChat, session: Session) -> None:
        children(session), leaves(session), session.versions()
        shown = transcript(session.path())
        all_of_it = [f"{m.text} {m.thinking}" for m in session.messages.values()]
        self._note(session.id, " ".join([shown, *all_of_it]))
        self._note_errors(session)
        for message in session.messages:
            session.siblings(message), session.newest_leaf(message)
        for name in FORMATS:
            text_of(session, name, chat.core.store.blobs).encode()
        chat.core.end_of(session.id)

    def _note_errors(self, session: Session) -> None:
        """What its messages say of themselves."""
        failed = (m.error for m in session.messages.values() if m.error)
        self.said += [f"{session.id}: {error}" for error in failed]

    async def _say_something(self, chat: CurrentChat, jobs: set[Any]) -> None:
        """Another title, and a prompt and its answer, in each of a few sessions."""
        for session_id in sorted(self.listed):
            try:
                await chat.open(session_id)
                chat.change(title="another title")
                if not chat.queue.waiting(session_id):
                    chat.history.add(chat.session, SAID)
                    chat.outbox.send(chat.session, SAID)
            except (OSError, NotSentError) as error:
                self.said.append(str(error))
            except Exception:
                self.raised.append(traceback.format_exc())
        await until(lambda: not any(map(chat.queue.active, self.listed)))

    def _look_for(self, core: Core) -> None:
        def look() -> None:
            search = SessionSearch(core.store)
            search.update()
            search.refresh_index()
            for line in ("größer", "w1w", '"日本 w2w" -x', "in:title another"):
                search.find(parse_query(line))

        self.step(look)

    def _trash(self, core: Core) -> None:
        found: list[str] = []
        self.step(lambda: found.extend(e.id for e in core.store.trashed.entries()))
        for one in found:
            self.step(lambda one=one: core.store.restore(one))  # type: ignore[misc]
        store = SessionStore(self.places)
        for session_id in sorted(self.listed.union(found)):
            self.step(lambda one=session_id: self._restored(store, one))  # type: ignore[misc]

    def _restored(self, store: SessionStore, session_id: str) -> None:
        session = store.open(session_id)
        texts = [f"{m.text} {m.thinking}" for m in session.messages.values()]
        self._note(session_id, " ".join(texts))
        self._note_errors(session)


async def _entries(catalog: Catalog) -> None:
    await catalog.entries()


def _find_host(text: str) -> Host:
    return parse_host(text)
