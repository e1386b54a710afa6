"""A fake Ollama on loopback: real sockets, scripted answers, good and bad.

In a test of the same event loop, by fixture or by hand::

    async def test_x(server: FakeOllama) -> None:
        server.replies.append(Reply("Hello there", at=1, then="drop"))
        provider = open_provider(parse_host(server.url))
        ...
        await server.until(lambda: server.requests[-1].hung_up)

For a program in a pseudo-terminal, in a thread or as a child process::

    with ServerThread(replies=[Reply("Hi", rate=20)]) as server:
        spawn("llmtui", "--host", server.url)
        server.wait(lambda fake: fake.chats)
        server.go_on()

    python -m tests.support.server --port 0 --script '{"replies": [{"tokens": 2000}]}'

The child prints its URL on the first line. Its script is an object (or a file
holding one) with ``models``, ``replies``, ``default``, ``pulls``; a reply is an
object with the fields of ``Reply``, or a text. ``GET /_seen`` gives the
requests so far, ``POST /_go_on`` is ``go_on()``.

What it does:

* ``/api/version``, ``tags``, ``show``, ``ps``, ``delete``, ``copy``, ``create``,
  ``blobs`` answer as Ollama does, for the ``models`` it has; a missing model is
  Ollama's 404.
* ``/api/chat`` and ``/api/generate`` play the next ``Reply`` of ``replies``
  (then ``default``). Loading and unloading change ``running``, what ``ps`` says.
* ``/api/pull`` plays the next of ``pulls`` (then a short successful one) and
  has the model afterwards, if it succeeded.
* ``answers["/api/tags"] = Reply(status=500, body="…")`` overrides any path.
* ``replay(Recording.load("chat-unicode"), "bytes")`` plays a recording to the
  next request of its method and path.
* ``requests`` are all requests (``Seen``: JSON body, headers, ``hung_up``,
  ``finished``), ``chats`` those that asked for an answer, ``held`` the number
  of replies that wait for ``go_on()``, ``connections`` the clients connected.
* ``await server.until(condition)`` waits for any of it; ``await server.stop()``
  and ``start()`` take it down and up again on the same port.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import re
import threading
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import pytest

from tests.support.loopback import Exchange, Loopback, Seen
from tests.support.recording import Cuts, Recording

Then = Literal["stall", "drop", "reset", "error", "garbage", "end", "linger"]
"""What a reply does at its token ``at``.

* ``stall``: waits for ``go_on()``, then goes on
* ``drop``: closes in the middle of a chunk; ``reset``: the same with a TCP reset
* ``error``: sends ``{"error": reply.error}`` and ends
* ``garbage``: sends a line that is no JSON, and goes on
* ``end``: ends properly, but without a ``done`` line
* ``linger``: sends all its lines, whatever ``at`` is, but never ends the answer
"""


@dataclass
class Reply:
    """How one request is answered. All fields have defaults that make it a good one."""

    text: str = "Hello from the fake server."
    thinking: str = ""
    tokens: int = 0
    """Instead of ``text``: this many words, in paragraphs."""
    rate: float = 0
    """Tokens per second; 0 is as fast as the socket takes them."""
    tool_calls: list[dict[str, Any]] = field(default_factory=list)
    """As in Ollama's ``message.tool_calls``, sent before the ``done`` line."""
    done_reason: str = "stop"
    last: str = ""
    """Text that comes on the ``done`` line itself."""
    usage: dict[str, int] = field(default_factory=dict)
    """Fields of the ``done`` line that replace the made-up ones."""
    hold: bool = False
    """Wait for ``go_on()`` before the headers, as a server that loads a model."""
    delay: float = 0
    """Seconds before the headers."""
    at: int | None = None
    """The token before which ``then`` happens; those of ``thinking`` come first."""
    then: Then = "stall"
    error: str = "an error was encountered while running the model: unexpected EOF"
    status: int = 200
    """Anything else is an error: ``body`` is sent as it is, or ``error`` as JSON."""
    body: str | None = None
    """With status 200 too: the whole answer."""
    content_type: str = "application/json; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    raw: str = ""
    """Instead of HTTP: these bytes (Latin-1), then the connection is closed."""
    lines: list[dict[str, Any]] | None = None
    """Instead of made-up lines: these. For pulls, and for odd answers."""

    @classmethod
    def read(cls, data: str | dict[str, Any]) -> Reply:
        """From JSON."""
        return cls(data) if isinstance(data, str) else cls(**data)


PULL: list[dict[str, Any]] = [
    {"status": "pulling manifest"},
    {"status": "pulling 0123456789ab", "digest": "sha256:0123456789ab", "total": 1000},
    {
        "status": "pulling 0123456789ab",
        "digest": "sha256:0123456789ab",
        "total": 1000,
        "completed": 600,
    },
    {"status": "verifying sha256 digest"},
    {"status": "writing manifest"},
    {"status": "success"},
]


def model(name: str, **more: Any) -> dict[str, Any]:
    """A model as ``/api/tags`` lists it; ``capabilities=None`` is an old server."""
    found: dict[str, Any] = {
        "name": name if ":" in name else name + ":latest",
        "modified_at": "2026-11-22T13:04:26.443708342Z",
        "size": 98_362_432,
        "digest": hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest(),
        "details": {
            "format": "gguf",
            "family": "llama",
            "families": ["llama"],
            "parameter_size": "134.52M",
            "quantization_level": "Q4_1",
            "context_length": 8192,
        },
        "capabilities": ["completion"],
        **more,
    }
    found["model"] = found["name"]
    return {key: value for key, value in found.items() if value is not None}


class FakeOllama(Loopback):
    """The server; see the top of the file."""

    def __init__(
        self,
        models: Iterable[str | dict[str, Any]] = ("smollm2", "mistral:7b"),
        replies: Iterable[Reply] = (),
        *,
        default: Reply | None = None,
        pulls: Iterable[Reply] = (),
        port: int = 0,
    ) -> None:
        super().__init__(port)
        self.models = [model(m) if isinstance(m, str) else m for m in models]
        self.replies = deque(replies)
        self.default = default or Reply()
        self.pulls = deque(pulls)
        self.answers: dict[str, Reply] = {}
        self.blobs: dict[str, bytes] = {}
        """Files that were sent, by digest."""
        self.running: list[str] = []
        self.version = "0.33.0"
        self.window = 4096
        """Tokens of context that a model is loaded with."""
        self.held = 0
        self._gate = asyncio.Event()
        self._recordings: deque[tuple[Recording, Cuts]] = deque()

    @property
    def chats(self) -> list[Seen]:
        """The requests for an answer: those to chat and generate that are no load."""
        return [
            seen
            for seen in self.requests
            if seen.path in ("/api/chat", "/api/generate") and _asks(seen.json)
        ]

    def replay(self, recording: Recording, cuts: Cuts = "recorded") -> None:
        """Answer the next request of the recording's method and path with it."""
        self._recordings.append((recording, cuts))

    def go_on(self) -> None:
        """Let every reply go on that waits now."""
        self._gate.set()
        self._gate = asyncio.Event()

    async def handle(self, exchange: Exchange) -> None:
        seen = exchange.seen
        for played in self._recordings:
            if (played[0].method, played[0].path) == (seen.method, seen.path):
                self._recordings.remove(played)
                return await self._replay(exchange, *played)
        if reply := self.answers.get(seen.path):
            return await self._play(exchange, reply)
        if seen.path in ("/api/chat", "/api/generate"):
            return await self._answer(exchange)
        if seen.path == "/api/pull":
            return await self._pull(exchange)
        if seen.path == "/api/create":
            return await self._play(exchange, Reply(lines=self._create(seen.json)))
        status, answer = self._plain(seen)
        if isinstance(answer, str):
            return await exchange.answer(status, answer.encode(), "text/plain")
        await exchange.answer(status, b"" if answer is None else _json(answer))

    def _plain(self, seen: Seen) -> tuple[int, Any]:
        """Status and answer of the requests that are answered at once."""
        match seen.method, seen.path:
            case "GET", "/api/version":
                return 200, {"version": self.version}
            case "GET", "/api/tags":
                return 200, {"models": self.models}
            case "GET", "/api/ps":
                return 200, {"models": [self._loaded(name) for name in self.running]}
            case "POST", "/api/show":
                found = self._find(seen.json["model"])
                return (200, _show(found)) if found else _missing(seen.json["model"])
            case "DELETE", "/api/delete":
                found = self._find(seen.json["model"])
                if not found:
                    return _missing(seen.json["model"])
                self.models.remove(found)
                return 200, None
            case "POST", "/api/copy":
                found = self._find(seen.json["source"])
                if not found:
                    return _missing(seen.json["source"])
                same = {"digest": found["digest"], "details": found["details"]}
                self.models.append(model(seen.json["destination"], **same))
                return 200, None
            case _, path if path.startswith("/api/blobs/"):
                digest = path.removeprefix("/api/blobs/")
                if seen.method == "POST":
                    self.blobs[digest] = seen.body
                return (200 if digest in self.blobs else 404), None
            case "GET", "/_seen":
                return 200, [
                    {**vars(s), "body": s.body.decode()} for s in self.requests
                ]
            case "POST", "/_go_on":
                self.go_on()
                return 200, None
        return 404, "404 page not found"

    def _create(self, asked: dict[str, Any]) -> list[dict[str, Any]]:
        """The lines of making a model; a base that is missing would be fetched."""
        found = model("file") if asked.get("files") else self._find(asked["from"])
        if not found:
            missing = {"error": "pull model manifest: file does not exist"}
            return [{"status": "pulling manifest"}, missing]
        details = {**found["details"], "parent_model": found["name"]}
        own = {key: asked[key] for key in ("system", "messages") if key in asked}
        made = {**model(asked["model"], details=details), "own": own}
        self.models = [m for m in self.models if m["name"] != made["name"]]
        self.models.insert(0, made)
        layer = {"status": "using existing layer sha256:0123456789ab"}
        return [layer, {"status": "writing manifest"}, {"status": "success"}]

    async def _answer(self, exchange: Exchange) -> None:
        asked = exchange.seen.json
        name = str(asked.get("model", ""))
        found = self._find(name)
        if not found:
            status, answer = _missing(name)
            return await exchange.answer(status, _json(answer))
        full = str(found["name"])
        self.running = [x for x in self.running if x != full]
        if not _asks(asked):
            unload = asked.get("keep_alive") == 0
            self.running += [] if unload else [full]
            done = {"done": True, "done_reason": "unload" if unload else "load"}
            return await exchange.answer(200, _json({"model": name, **done}))
        reply = self.replies.popleft() if self.replies else self.default
        if not reply.hold:
            self.running.append(full)
        await self._play(exchange, reply, loads=full)

    async def _pull(self, exchange: Exchange) -> None:
        reply = self.pulls.popleft() if self.pulls else Reply(lines=PULL)
        await self._play(exchange, reply)
        last = (reply.lines or [{}])[-1].get("status")
        name = exchange.seen.json["model"]
        if last == "success" and not self._find(name):
            self.models.insert(0, model(name))

    async def _play(self, exchange: Exchange, reply: Reply, loads: str = "") -> None:
        if reply.hold:
            await self._wait()
        if loads and loads not in self.running:
            self.running.append(loads)
        await asyncio.sleep(reply.delay)
        if reply.raw:
            await exchange.raw(reply.raw.encode("latin-1"))
        if reply.status != 200 or reply.body is not None:
            body = _json({"error": reply.error}) if reply.body is None else None
            body = body if body is not None else (reply.body or "").encode()
            return await exchange.answer(
                reply.status, body, reply.content_type, reply.headers
            )
        await exchange.start(headers=reply.headers)
        await self._stream(exchange, reply, _lines(exchange.seen, reply))
        if reply.then == "linger":
            await asyncio.Event().wait()
        await exchange.end()

    async def _stream(
        self, exchange: Exchange, reply: Reply, lines: list[bytes]
    ) -> None:
        loop = asyncio.get_running_loop()
        begin, index = loop.time(), 0
        while index < len(lines):
            if index == reply.at and await self._misbehave(exchange, reply):
                return
            ready = index + 64
            if reply.rate:
                await asyncio.sleep(begin + index / reply.rate - loop.time())
                ready = int((loop.time() - begin) * reply.rate) + 1
            stop = max(index + 1, min(ready, len(lines)))
            if reply.at is not None and index < reply.at < stop:
                stop = reply.at
            await exchange.send(*lines[index:stop])
            index = stop
        if reply.at is not None and reply.at >= len(lines):
            await self._misbehave(exchange, reply)

    async def _misbehave(self, exchange: Exchange, reply: Reply) -> bool:
        """Do what ``reply.then`` says; whether the reply ends with it."""
        match reply.then:
            case "stall":
                await self._wait()
            case "drop":
                await exchange.drop()
            case "reset":
                exchange.reset()
            case "error":
                await exchange.send(_json({"error": reply.error}) + b"\n")
            case "garbage":
                await exchange.send(b"<garbage>\n")
        return reply.then in ("error", "end")

    async def _wait(self) -> None:
        self.held += 1
        await self.tell()
        try:
            await self._gate.wait()
        finally:
            self.held -= 1

    async def _replay(
        self, exchange: Exchange, recording: Recording, cuts: Cuts
    ) -> None:
        headers = recording.headers
        kind = headers.pop("Content-Type", "")
        await exchange.start(recording.status, kind, headers)
        for piece in recording.pieces(cuts):
            await exchange.send(piece)
        if recording.ended == "broken":
            await exchange.drop()
        if recording.ended == "closed by client":
            await asyncio.Event().wait()
        await exchange.end()

    def _find(self, name: str) -> dict[str, Any] | None:
        wanted = (name if ":" in name else name + ":latest").lower()
        return next((m for m in self.models if m["name"].lower() == wanted), None)

    def _loaded(self, name: str) -> dict[str, Any]:
        found = self._find(name) or model(name)
        return {
            **{
                key: found[key]
                for key in ("name", "model", "size", "digest", "details")
            },
            "expires_at": "2318-11-22T13:15:44.022007974Z",
            "size_vram": 0,
            "context_length": self.window,
        }


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _missing(name: str) -> tuple[int, dict[str, str]]:
    return 404, {"error": f"model '{name}' not found"}


def _asks(asked: dict[str, Any]) -> bool:
    """Whether a request to chat or generate is for an answer, not for loading."""
    return bool(asked.get("messages") or asked.get("prompt"))


def _show(found: dict[str, Any]) -> dict[str, Any]:
    return {
        "license": "MIT",
        "modelfile": f"FROM {found['name']}\n",
        "parameters": f'{"temperature":30} 0.7\n{"stop":30} "END"',
        "template": "{{ .Prompt }}",
        "details": found.get("details", {}),
        "model_info": {"general.architecture": "llama", "llama.context_length": 8192},
        "capabilities": found.get("capabilities", ["completion"]),
        "modified_at": found.get("modified_at", ""),
        **found.get("own", {}),
    }


def words(count: int) -> list[str]:
    """So many words, in paragraphs of 60."""
    return [f"word{n}" + ("\n\n" if n % 60 == 59 else " ") for n in range(count)]


def _lines(seen: Seen, reply: Reply) -> list[bytes]:
    """A reply's lines: thinking, text, tool calls, the ``done`` line."""
    if reply.lines is not None:
        return [_json(line) + b"\n" for line in reply.lines]
    chat = seen.path == "/api/chat"
    base = {"model": seen.json.get("model"), "created_at": "2026-11-22T13:05:44.0Z"}

    def line(text: str = "", done: bool = False, **more: Any) -> bytes:
        said: dict[str, Any] = {"content" if chat else "response": text}
        for key in ("thinking", "tool_calls"):
            if key in more:
                said[key] = more.pop(key)
        if chat:
            said = {"message": {"role": "assistant", **said}}
        return _json({**base, **said, "done": done, **more}) + b"\n"

    thoughts = re.findall(r"\s*\S+\s*?(?=\s|$)|\s+", reply.thinking)
    tokens = words(reply.tokens) or re.findall(r"\s*\S+|\s+", reply.text)
    count = len(thoughts) + len(tokens)
    usage = {
        "total_duration": 1_100_000 * count + 7_000_000,
        "load_duration": 2_000_000,
        "prompt_eval_count": 20,
        "prompt_eval_duration": 5_000_000,
        "eval_count": count,
        "eval_duration": int(count / reply.rate * 1e9)
        if reply.rate
        else 1_000_000 * count,
        **reply.usage,
    }
    found = [line(thinking=thought) for thought in thoughts]
    found += [line(token) for token in tokens]
    if reply.tool_calls:
        found.append(line(tool_calls=reply.tool_calls))
    return [*found, line(reply.last, True, done_reason=reply.done_reason, **usage)]


@pytest.fixture
async def server() -> AsyncIterator[FakeOllama]:
    """A fake Ollama with two models, in the test's own loop."""
    async with FakeOllama() as found:
        yield found


class ServerThread:
    """A ``FakeOllama`` in a thread of its own, for tests that drive a process."""

    def __init__(self, **arguments: Any) -> None:
        self._arguments = arguments
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self.fake: FakeOllama

    @property
    def url(self) -> str:
        return self.fake.url

    def __enter__(self) -> Self:
        self._thread.start()
        self.fake = self._run(self._open())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._run(self.fake.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def wait(self, what: Callable[[FakeOllama], object], seconds: float = 20) -> None:
        """Wait until ``what(fake)`` is true; raises ``TimeoutError``."""
        self._run(self.fake.until(lambda: what(self.fake), seconds))

    def go_on(self) -> None:
        """Let every reply go on that waits now."""
        self._loop.call_soon_threadsafe(self.fake.go_on)

    def stop(self) -> None:
        """Take the server down; ``start`` takes it up again on the same port."""
        self._run(self.fake.stop())

    def start(self) -> None:
        self._run(self.fake.start())

    def _run(self, coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    async def _open(self) -> FakeOllama:
        fake = FakeOllama(**self._arguments)
        await fake.start()
        return fake


def _read_script(text: str) -> dict[str, Any]:
    if not text.lstrip().startswith("{"):
        text = Path(text).read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


async def _main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.support.server")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--script", default="{}", help="JSON, or a file of it")
    given = parser.parse_args()
    script = _read_script(given.script)
    fake = FakeOllama(
        script.get("models", ("smollm2", "mistral:7b")),
        [Reply.read(reply) for reply in script.get("replies", [])],
        default=Reply.read(script.get("default", {})),
        pulls=[Reply.read(reply) for reply in script.get("pulls", [])],
        port=given.port,
    )
    async with fake:
        print(fake.url, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(_main())
