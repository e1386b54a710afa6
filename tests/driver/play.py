"""Plays a list of events to the real program, and tells what went wrong meanwhile."""

from __future__ import annotations

import json
import re
import signal
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pexpect
import psutil

from tests.driver import wire
from tests.driver.events import Event
from tests.support.server import Reply, ServerThread
from tests.support.terminal import CTRL_Q, ESC, Terminal

BATCH = 12
"""Events between two looks at whether it still answers."""
ESCAPE_ALONE = 0.15
"""Seconds after which an ESC is a key and not the beginning of another."""
ENTERED = b"\x1b[?1049h"
PRIVATE = re.compile(rb"\x1b\[(?:[\d;]*;)?7(?:;[\d;]*)?m private ")
"""The mark of a private session in the header."""
_LONGEST_MARK = 100
"""Bytes by which what is looked for may lie in two reads."""
TRACEBACK = b"most recent call last"
"""Python's and rich's, whatever colours are between the words."""
_COLOURS = re.compile(r"\x1b\[[\d;:?<>=]*[A-Za-z]")
_LAST = 12_000
"""Characters of what is shown of a fault."""
ANSWERED = ("z", "\x7f", ESC, "z", wire.key("f1"), ESC, ESC, "z")
"""Keys of which one at least changes what is seen, wherever one has got to."""
_BY_HAND = frozenset((-signal.SIGINT, 128 + signal.SIGINT))
"""How it ends by a ctrl+c that comes while it ends."""

REPLIES = {
    "quick": Reply(),
    "slow": Reply(tokens=200, rate=100),
    "long": Reply(tokens=5000, rate=2000),
    "thinking": Reply("so it is", thinking="let me see " * 20, rate=200),
    "stall": Reply(tokens=20, at=10, then="stall"),
    "drop": Reply(tokens=20, at=10, then="drop"),
    "reset": Reply(tokens=20, at=10, then="reset"),
    "error": Reply(tokens=20, at=10, then="error"),
    "garbage": Reply(tokens=20, at=10, then="garbage"),
    "end": Reply(tokens=20, at=10, then="end"),
    "500": Reply(status=500),
    "401": Reply(status=401, error="unauthorized"),
    "none": Reply(text=""),
}


class Fault(NamedTuple):
    """What went wrong, and the screen or the words that show it."""

    what: str
    shown: str = ""


class Outcome(NamedTuple):
    """How a list of events was borne."""

    faults: list[Fault]
    longest: float
    """Seconds of the longest wait for an answer."""
    asked: int
    """Requests for a reply that the server saw."""
    starts: int
    """How often the program was started."""
    excused: bool
    """Whether something was done that is meant to leave no trace."""


class Player:
    """The program, started again whenever the user or a signal has ended it."""

    def __init__(
        self, home: Path, server: ServerThread, size: tuple[int, int], patience: float
    ) -> None:
        self.faults: list[Fault] = []
        self.longest = 0.0
        self._latest = bytearray()
        self.excused = False
        self.starts = 0
        self._home, self._server, self._patience = home, server, patience
        self._columns, self._rows = size
        self._expected: set[int] = {0}
        self._up = True
        self._work = home / "work"
        self._work.mkdir(parents=True, exist_ok=True)
        _configure(home, server.url)
        self._other: Terminal | None = None
        self._terminal = self._start()
        end = time.monotonic() + patience
        while "Ready." not in self._terminal.text and time.monotonic() < end:
            self._read()

    def play(self, events: Iterable[Event]) -> None:
        """All of them, until the first fault."""
        for number, event in enumerate(events):
            self._do(event)
            if number % BATCH == BATCH - 1:
                self._look()
            if self.faults:
                return
        self._look()

    def end(self) -> None:
        """Leave each window as a user does, in whatever state it is."""
        while not self.faults:
            self._leave()
            if self._other is None:
                return
            self._terminal, self._other = self._other, None

    def _leave(self) -> None:
        self._rest()
        for leaving in (CTRL_Q, ESC, CTRL_Q, ESC, ESC, CTRL_Q):
            if self._ended(2.0):
                break
            self._type(leaving)
        if not self._ended(self._patience * 3):
            self._fault("ctrl+q does not end it")
        self._terminal.__exit__(None, None, None)

    # -- what happens --------------------------------------------------------------

    def _do(self, event: Event) -> None:
        verb, argument = event
        words = argument.split()
        match verb:
            case "key":
                self._type(wire.key(argument))
                if argument == "escape":
                    self._wait(ESCAPE_ALONE)
                elif argument == "ctrl+q":
                    self._expected |= _BY_HAND
            case "text":
                text = str(json.loads(argument))
                self.excused |= text.startswith(("/btw", "/private", "/erase"))
                self._type(text)
            case "paste":
                self._type(wire.paste(str(json.loads(argument))))
            case "click":
                self._type(wire.click(*self._at(words), int(words[2])))
            case "rows":
                places = ((int(argument) % self._columns, r) for r in range(self._rows))
                self._type("".join(wire.click(*place, 2) for place in places))
            case "drag":
                self._type(wire.drag(self._at(words), self._at(words[2:])))
            case "wheel":
                turns = int(words[3])
                self._type(wire.wheel(*self._at(words), words[2], turns))
            case "focus":
                self._type(wire.focus(argument))
            case "size":
                self._columns, self._rows = int(words[0]), int(words[1])
                self._terminal.resize(self._columns, self._rows)
            case "signal":
                self._signal(argument)
            case "stop":
                self._signal(argument)
                self._wait(ESCAPE_ALONE)
                self._signal("CONT")
            case "death":
                self._die(argument)
            case "window":
                self._switch()
            case "server":
                self._serve(argument)
            case "reply":
                self._server.fake.default = REPLIES[argument]
            case "wait":
                self._wait(int(argument) / 1000)
            case _:
                raise ValueError(f"no such event: {event}")

    def _wait(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._read(left)

    def _at(self, words: list[str]) -> tuple[int, int]:
        return int(words[0]) % self._columns, int(words[1]) % self._rows

    def _type(self, data: str) -> None:
        for start in range(0, len(data), 1024):
            try:
                self._terminal.type(data[start : start + 1024])
            except OSError:
                return
            self._read(0)

    def _signal(self, name: str) -> None:
        if self._terminal.alive:
            self._terminal.signal(signal.Signals[f"SIG{name}"])

    def _die(self, name: str) -> None:
        number = signal.Signals[f"SIG{name}"]
        self._expected |= {-number, 128 + number}
        self._signal(name)
        if not self._ended(self._patience):
            self._fault(f"SIG{name} does not end it")

    def _serve(self, what: str) -> None:
        match what:
            case "down" if self._up:
                self._server.stop()
                self._up = False
            case "up" if not self._up:
                self._server.start()
                self._up = True
            case _:
                self._server.go_on()

    # -- the program ---------------------------------------------------------------

    def _switch(self) -> None:
        """Go to the other window, which is opened if there is none."""
        here, there = self._terminal, self._other
        if here.alive:
            self._terminal = there or self._start(*self._resuming())
            self._other = here
            self._terminal.resize(self._columns, self._rows)

    def _resuming(self) -> list[str]:
        """Words for a start that goes on with the last session, if there is one."""
        there = any((self._home / "data").rglob("sessions/*.json"))
        return ["-c"] if there else []

    def _start(self, *arguments: str) -> Terminal:
        terminal = Terminal(
            *("-X", "faulthandler", "-m", "llmtui", *arguments),
            home=self._home,
            columns=self._columns,
            rows=self._rows,
            cwd=self._work,
            env={"EDITOR": "true", "PAGER": "true", "BROWSER": "true"},
        )
        self._terminal = terminal
        self.starts += 1
        end = time.monotonic() + self._patience * 3
        while ENTERED not in terminal.raw and time.monotonic() < end:
            if not terminal.alive:
                break
            terminal.read()
        if ENTERED not in terminal.raw:
            self._fault("it does not start")
        return terminal

    def _read(self, seconds: float = 0.05) -> None:
        known = len(self._terminal.raw)
        self._terminal.read(seconds)
        fresh = self._terminal.raw[max(0, known - _LONGEST_MARK) :]
        self.excused |= PRIVATE.search(fresh) is not None
        self.excused |= b"by the way" in fresh
        self._latest = (self._latest + self._terminal.raw[known:])[-60_000:]
        if TRACEBACK in fresh:
            self._fault("a traceback")
        if self._other is not None:
            self._other.read(0)
            self._other.raw.clear()

    def _look(self) -> None:
        """Whether it runs and answers: a window of another size is painted anew."""
        if self.faults:
            return
        if not self._terminal.alive:
            self._again()
            return
        self._drain()
        is_away = b"any key goes back" in self._terminal.raw[-2000:]
        self._terminal.raw.clear()
        begin = asked = time.monotonic()
        self._terminal.resize(self._columns + 1, self._rows)
        while not self._terminal.raw:
            self._read()
            if not self._terminal.alive:
                return self._again()
            now = time.monotonic()
            if is_away and now - asked > 0.5:  # what was typed too early is not heard
                asked = now
                self._type(ESC)
            if now - begin > self._patience:
                return self._fault(f"no answer for {self._patience:.0f} s")
        if not is_away:
            self.longest = max(self.longest, time.monotonic() - begin)
        self._terminal.resize(self._columns, self._rows)
        self._look_at_keys()

    def _look_at_keys(self) -> None:
        """Whether keys are heard too: another size says nothing of them."""
        for key in ANSWERED:
            self._drain()
            self._terminal.raw.clear()
            self._type(key)
            end = time.monotonic() + self._patience / 4
            while time.monotonic() < end and self._terminal.alive:
                if self._terminal.raw:
                    return
                self._read()
        if self._terminal.alive:
            self._fault("no key is answered")

    def _drain(self) -> None:
        """Read what is there already, for a moment: a reply may stream for long."""
        for _ in range(20):
            before = len(self._terminal.raw)
            self._read(0.01)
            if len(self._terminal.raw) == before:
                return

    def _rest(self, quiet: float = 1.0, longest: float = 60.0) -> None:
        """Let it come to the end of what was typed: that is faster than any hand."""
        end = time.monotonic() + longest
        last = time.monotonic()
        while time.monotonic() < end and time.monotonic() - last < quiet:
            known = len(self._terminal.raw)
            self._read()
            if len(self._terminal.raw) != known:
                last = time.monotonic()

    def _ended(self, seconds: float) -> bool:
        end = time.monotonic() + seconds
        while self._terminal.alive and time.monotonic() < end:
            self._read()
        return not self._terminal.alive

    def _again(self) -> None:
        """It has ended: by what was asked for?"""
        self._read()
        code = self._terminal.exit_code()
        if code not in self._expected:
            self._fault(f"it ended with {code}")
        if not self.faults:
            self._terminal.__exit__(None, None, None)
            self._expected = {0}
            self._start(*self._resuming())

    def _fault(self, what: str) -> None:
        """Keep the first one, with the screen and, of a hang, where each thread is."""
        if self.faults:
            return
        terminal = self._terminal
        self.faults.append(Fault(what))
        screen = ""
        if terminal.alive and what != "a traceback":
            state = psutil.Process(terminal.pid).status()
            screen = f"{terminal.text}\n{state}\n"
            self._latest.clear()
            self._signal("ABRT")
            self._signal("CONT")
        if not self._ended(self._patience):
            self._signal("KILL")
        self._read()
        said = _COLOURS.sub("", self._latest.decode(errors="replace"))
        self.faults = [Fault(what, screen + said[-_LAST:])]


def _configure(home: Path, url: str) -> None:
    """Two hosts more: another name for the same server, and one that is not there."""
    folder = home / "config" / "llmtui"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.toml").write_text(
        f'host = "here"\n[hosts.here]\nurl = "{url}"\n[hosts.twin]\nurl = "{url}/"\n'
        '[hosts.gone]\nurl = "http://127.0.0.1:9"\n'
    )


def play(
    events: Iterable[Event], home: Path, size: tuple[int, int], patience: float
) -> Outcome:
    """A program of its own, a server of its own, and folders of their own."""
    from tests.driver.verdict import left_behind

    with ServerThread(models=["smollm2", "mistral:7b", "llava:13b"]) as server:
        try:
            player = Player(home, server, size, patience)
            player.play(events)
            if not player.faults:
                player.end()
        except (pexpect.ExceptionPexpect, AssertionError) as error:
            player.faults.append(Fault(f"the terminal: {error}"))
        faults = player.faults
        if not faults:
            faults += left_behind(home, server.fake.chats, player.excused)
    asked = len(server.fake.chats)
    return Outcome(faults, player.longest, asked, player.starts, player.excused)
