"""The files of somebody who has used the program for a while, made by itself."""

from __future__ import annotations

import asyncio
import json
import os
import time
from pathlib import Path

from llmtui.chat.message import Attachment, Message, Sent
from llmtui.chat.preset import Preset
from llmtui.chat.prompt import Generation, Prompt
from llmtui.chat.session import Session
from llmtui.chat.tree import prune
from llmtui.files.disk import DISK
from llmtui.hosts import parse_host
from llmtui.jobs.preset_files import save_preset
from llmtui.places import Places
from llmtui.providers.local.catalog import Catalog
from llmtui.state import State
from llmtui.store.codec.sessions import fields_of
from llmtui.store.drafts import NEW, Draft
from llmtui.store.history import Entry
from llmtui.store.journal import FileJournal
from llmtui.store.recovery import opening
from llmtui.store.search.session_search import SessionSearch
from llmtui.store.session_file import Snapshot
from llmtui.store.session_store import SessionStore
from tests.support.model_folders import ollama_model
from tests.support.tiny_gguf import gguf

OLD = 86_400.0
"""Seconds since everything was written: all of it is at rest."""

CONFIG = """\
# what the user wrote
host = "box"
model = "mistral"
theme = "nord"
system = "Be brief. w900w"
think = false
keep_alive = "5m"
titles = "prompt"
trash_days = -1

[options]
temperature = 0.5
num_ctx = 8192

[hosts.box]
url = "http://127.0.0.1:1"

[hosts.other]
url = "http://me:secret@127.0.0.1:2"
kind = "openai"

[input]
vim = false

[keys]
retry = "f6"
"""


def places_in(root: Path) -> Places:
    """The folders that ``tests.support.terminal.environment`` gives a program."""
    return Places(*(root / n / "llmtui" for n in ("data", "config", "cache", "state")))


class _Writer:
    """Writes messages, each with a word that is nowhere else: ``w7w``."""

    def __init__(self, store: SessionStore) -> None:
        self.store = store
        self._count = 0

    def word(self) -> str:
        self._count += 1
        return f"w{self._count}w"

    def message(self, session: Session, parent: str | None, role: str) -> Message:
        number = len(session.messages)
        picture = self.store.blobs.put(f"picture {session.title}".encode())
        attached = (Attachment(picture, "a.png", "image/png", 9),)
        sent = Sent(model="mistral", host="box", options={"temperature": 0.5})
        message = Message(
            id=f"20261128T1000{number:02d}000-{session.title}{number:04d}",
            parent=parent,
            role=role,  # type: ignore[arg-type]
            text=f"größer 日本 {self.word()}\n\n```py\nx = {number}\n```\n",
            created=f"2026-11-28T10:00:{number:02d}.000000Z",
            thinking=f"let me see {self.word()}" if role == "assistant" else "",
            attachments=attached if number == 0 else (),
            request=sent if role == "assistant" else None,
        )
        session.add(message)
        return message

    def session(self, title: str, turns: int) -> Session:
        """A session with a retry at each turn."""
        session = self.store.new(
            id=f"20261128T100000000-{title}", title=title, model="mistral", host="box"
        )
        above: str | None = None
        for _ in range(turns):
            prompt = self.message(session, above, "user")
            self.message(session, prompt.id, "assistant")
            above = self.message(session, prompt.id, "assistant").id
        return session

    def save(self, session: Session) -> None:
        self.store.file_of(session).save(Snapshot.of(session))

    def journal(self, session: Session, *, new: bool) -> None:
        """What a program leaves that was killed while a reply came."""
        fields = fields_of(session) | {"updated": "2026-11-28T11:00:00.000000Z"}
        parent = session.head
        prompt = self.message(session, parent, "user")
        reply = Message("reply-" + session.title, prompt.id, "assistant", "", "")
        session.messages.pop(prompt.id)
        session.head = parent
        path = self.store.places.sessions / f"{session.id}.{reply.id}.jsonl"
        first = opening(fields, ["updated"], prompt, reply, new=new)
        journal = FileJournal(path, first, DISK)
        journal.thinking("hm")
        for _ in range(3):
            journal.text(f"some {self.word()} ")


def build(root: Path) -> Places:
    """Make the files below ``root``, always the same ones; they look a day old.

    This process holds the locks of journals and lines: a copy of the files is what
    dead programs have left.
    """
    places = places_in(root)
    store = SessionStore(places)
    writer = _Writer(store)
    sessions = [writer.session(f"s{n}", turns) for n, turns in enumerate((3, 2, 1, 8))]
    for session in sessions:
        writer.save(session)
    writer.journal(sessions[0], new=False)
    writer.journal(writer.session("begun", 0), new=True)
    _plain(places, writer)
    _trash(writer)
    _unsent(writer, sessions)
    for number in range(5):
        store.history.add(Entry(f"typed {number} {writer.word()}", sessions[0].id))
    _settings(places, writer)
    _models(places)
    SessionSearch(store).refresh_index()
    store.summaries()
    settle(root)
    return places


def settle(root: Path) -> None:
    """Have all below ``root`` be old."""
    then = time.time() - OLD
    for path in [root, *root.rglob("*")]:
        os.utime(path, (then, then), follow_symlinks=False)


def _plain(places: Places, writer: _Writer) -> None:
    """A session as a script writes it."""
    said = [{"role": "user", "content": f"plain {writer.word()}"}]
    (places.sessions / "a script's.json").write_text(json.dumps({"messages": said}))


def _trash(writer: _Writer) -> None:
    store = writer.store
    gone = writer.session("gone", 1)
    writer.save(gone)
    store.trash(gone.id)
    pruned = writer.session("pruned", 2)
    writer.save(pruned)
    first = next(m.id for m in pruned.messages.values() if m.parent is None)
    below = next(m.id for m in pruned.messages.values() if m.parent == first)
    branch = prune(pruned, below)
    kept = store.places.trash / f"{store.trashed.put_branch(pruned, branch)}.json"
    kept.rename(kept.with_name("20261128T100000000-branch.json"))
    writer.save(pruned)


def _unsent(writer: _Writer, sessions: list[Session]) -> None:
    store = writer.store
    picture = Attachment(store.blobs.put(b"draft"), "b.png", "image/png", 5)
    draft = Draft(f"unsent {writer.word()}", "p1", sessions[1].id)
    store.drafts.save(sessions[1].id, draft._replace(attachments=(picture,)))
    store.drafts.save(NEW, Draft(f"new {writer.word()}", "p2", pasted=((0, 3),)))
    generation = Generation(parse_host("http://127.0.0.1:1"), "mistral")
    waiting = [Prompt(f"waits {writer.word()}", generation) for _ in range(2)]
    store.waiting.save(sessions[2].id, waiting)
    for line in store.places.drafts.glob("*.queue"):
        line.rename(line.with_name(f"{sessions[2].id}.window.queue"))


def _settings(places: Places, writer: _Writer) -> None:
    places.config.mkdir(parents=True)
    places.config_file.write_text(CONFIG)
    preset = Preset("review", "a look", system=f"Be kind. {writer.word()}")
    save_preset(places.presets, preset._replace(options={"seed": 3}, format="json"))
    save_preset(
        places.presets, Preset("other", prompt=f"{{{{input}}}} {writer.word()}")
    )
    state = State.load(places.state_file)
    state.theme, state.verbose = "nord", True
    state.used_model("mistral", "box")
    state.set_favourite("mistral", "box", True)
    state.save()


def _models(places: Places) -> None:
    """A model that was made here, and a part of one that is being fetched."""
    layers = {"model": gguf(), "params": b'{"temperature":1}', "system": b"Hello."}
    name = "registry.ollama.ai/library/tiny/latest"
    ollama_model(places.models, name, layers)
    digest = "0" * 64
    (places.models / "blobs" / f"sha256-{digest}-partial").write_bytes(b"some")
    asyncio.run(Catalog(places, environ={}, home=places.data).entries())
