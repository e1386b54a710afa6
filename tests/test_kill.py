"""SIGKILL at a hundred random moments: nothing that was said is lost.

A program works on a few sessions, as the app does with them: prompts and replies are
journalled and saved, windows merge, branches are pruned and come back, sessions go to
the trash and return. It tells on a pipe what it has done, which is what must be there.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from llmtui.chat import tree
from llmtui.chat.message import Message
from llmtui.chat.session import Session
from llmtui.clock import new_id, now
from llmtui.files.disk import DISK
from llmtui.places import Places
from llmtui.store.codec.sessions import fields_of
from llmtui.store.file_format import split
from llmtui.store.journal import FileJournal
from llmtui.store.recovery import end_record, journals, opening
from llmtui.store.session_file import SessionFile, Snapshot, adopt
from llmtui.store.session_store import SessionStore

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs os.fork")

_KILLS = 100
_MOST = 16
"""Things that a program may say before it is killed."""
_LONGEST = 0.005
"""Seconds that it then still has, at most."""


class Work:
    """What one program does until it is killed."""

    def __init__(self, places: Places, told: int, seed: int) -> None:
        self.store = SessionStore(places)
        self.random = random.Random(seed)
        self.told = told
        self.sessions: list[Session] = []

    def tell(self, text: str) -> None:
        os.write(self.told, json.dumps(text).encode() + b"\n")

    def run(self) -> None:
        self.store.recover()
        ids = [summary.id for summary in self.store.summaries()]
        self.sessions = [self.store.open(one) for one in ids[:3]]
        while True:
            if len(self.sessions) < 3:
                self.sessions.append(self.store.new(model="m"))
            session = self.random.choice(self.sessions)
            act = self.random.choices(
                [self.say, self.other_window, self.prune, self.trash], [6, 2, 1, 1]
            )[0]
            act(session)

    def save(self, session: Session) -> None:
        snapshot = Snapshot.of(session)
        changes = self.store.file_of(session).save(snapshot)
        if changes is not None:
            adopt(session, snapshot, changes)

    def say(self, session: Session) -> None:
        file = self.store.file_of(session)
        prompt = Message(new_id(), session.head, "user", f"p{new_id()}", now())
        stub = Message(new_id(), prompt.id, "assistant", "", now(), status="streaming")
        fields = fields_of(session) | {"head": stub.id, "updated": stub.created}
        path = self.store.places.sessions / f"{session.id}.{stub.id}.jsonl"
        first = opening(
            fields, file.changed(fields), prompt, stub, new=not file.existed
        )
        journal = FileJournal(path, first, DISK)
        self.tell(prompt.text)
        session.add(prompt)
        text = ""
        for number in range(self.random.randrange(8)):
            word = f"r{stub.id}w{number} "
            journal.text(word)
            text += word
            self.tell(word)
        reply = replace(stub, text=text, status="complete")
        session.add(reply)
        journal.end(end_record(reply))
        self.save(session)
        journal.remove()

    def other_window(self, session: Session) -> None:
        if not session.messages:
            return
        file = SessionFile(self.store.places.sessions, session.id)
        theirs = file.read()
        text = f"o{new_id()}"
        theirs.add(Message(new_id(), theirs.head, "user", text, now()))
        file.save(Snapshot.of(theirs))
        self.tell(text)
        session.pinned = not session.pinned
        self.save(session)

    def prune(self, session: Session) -> None:
        ids = list(session.messages)
        if len(ids) < 4:
            return
        pruned = tree.cut(session, self.random.choice(ids[2:]))
        kept = self.store.trashed.put_branch(session, pruned)
        tree.prune(session, pruned.root.id)
        self.save(session)
        if self.random.random() < 0.5:
            tree.graft(session, pruned)
            self.save(session)
            self.store.trashed.remove(kept)

    def trash(self, session: Session) -> None:
        if not session.messages:
            return
        self.store.trash(session.id)
        if self.random.random() < 0.7:
            self.store.restore(session.id)
        else:
            self.sessions.remove(session)


def killed(places: Places, seed: int) -> list[str]:
    """Let a program work and kill it; what it said was done."""
    read, write = os.pipe()
    child = os.fork()
    if not child:
        os.close(read)
        try:
            Work(places, write, seed).run()
        finally:
            os._exit(1)
    os.close(write)
    moment = random.Random(seed)
    wanted = moment.randrange(_MOST)
    with open(read, "rb", buffering=0) as told:
        data = b""
        while data.count(b"\n") < wanted and (more := told.read(4096)):
            data += more
        time.sleep(moment.uniform(0, _LONGEST))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status), "it ended by itself: something is wrong with it"
        data += told.readall() or b""
    return [json.loads(line) for line in data.split(b"\n")[:-1]]


def everything_said(places: Places) -> str:
    """All texts, in sessions and in the trash, after a start; every file is one."""
    store = SessionStore(places)
    store.recover()
    assert store.problems() == []
    texts = []
    for folder in (places.sessions, places.trash):
        for path in folder.glob("*.json"):
            data = path.read_bytes()
            json.loads(data)
            texts += [entry.message.text for entry in split(data)[1].values()]
    assert journals(places.sessions) == []
    return "\n".join(texts)


def test_nothing_is_lost_by_a_hundred_kills(places: Places) -> None:
    said: list[str] = []
    for seed in range(_KILLS):
        said += killed(places, seed)
        if seed % 10 == 9:
            there = everything_said(places)
            lost = [text for text in said if text not in there]
            assert lost == [], f"after kill {seed + 1}"
    assert len(said) > _KILLS
    left = [path.name for path in Path(places.quarantine).glob("*")]
    assert left == []
