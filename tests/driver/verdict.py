"""What the program has left behind: all that was asked, valid, and nothing else."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil

from llmtui.places import Places
from llmtui.store.errors import SessionError
from llmtui.store.session_store import SessionStore
from tests.driver.play import Fault
from tests.support.loopback import Seen


def left_behind(home: Path, chats: Sequence[Seen], excused: bool) -> list[Fault]:
    """The faults that are seen after the end."""
    places = Places(
        *(home / n / "llmtui" for n in ("data", "config", "cache", "state"))
    )
    faults = [*_strangers(home, places), *_invalid(places)]
    if not excused:
        faults += _lost(places, chats)
    return faults


def _strangers(home: Path, places: Places) -> list[Fault]:
    """Journals, halves of files, processes: a program that ended has none."""
    left = [*places.sessions.glob("*.jsonl"), *places.data.rglob("*.tmp")]
    found = [Fault(f"left behind: {path.relative_to(home)}") for path in left]
    for process in psutil.process_iter(["pid", "environ"]):
        env = process.info["environ"] or {}
        if env.get("HOME") == str(home):
            found.append(Fault(f"still running: {process}"))
    return found


def _invalid(places: Places) -> list[Fault]:
    store = SessionStore(places)
    faults = [Fault(f"a problem of the store: {p}") for p in store.problems()]
    for summary in store.summaries():
        try:
            store.open(summary.id)
        except SessionError as error:
            faults.append(Fault(f"not readable: {error}"))
    for path in places.sessions.glob("*.json"):
        ids = [message["id"] for message in _messages(_data(path))]
        if len(ids) != len(set(ids)):
            faults.append(Fault(f"an id twice in {path.name}"))
    return faults


def _lost(places: Places, chats: Sequence[Seen]) -> list[Fault]:
    """Requests of which no session on the disk has all that the user said in them.

    What was pruned from a session, or thrown away with it, is its own still.
    """
    said: defaultdict[str, set[str]] = defaultdict(set)
    for folder in (places.sessions, places.trash):
        for path in folder.rglob("*.json"):
            data = _data(path)
            session = (data.get("pruned") or {}).get("session", data["id"])
            said[session] |= _markers(_messages(data), "text")
    faults = []
    for chat in chats:
        if chat.json.get("_debug_render_only"):
            continue  # only to have the tokens counted, of what is typed too
        asked = _markers(chat.json.get("messages") or [], "content")
        if not any(asked <= one for one in said.values()):
            faults.append(
                Fault("lost: a request's prompts", f"{sorted(asked)}\n{said}")
            )
    return faults


def _markers(messages: list[dict[str, Any]], key: str) -> set[str]:
    """The driver's prompts in what the user said; on the wire two may be one text."""
    said = [str(m.get(key)) for m in messages if m.get("role") == "user"]
    return set(re.findall(r"\bq\d+q\b", " ".join(said)))


def _data(path: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(path.read_bytes())
    return data


def _messages(data: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = data.get("messages", [])
    return found
