"""Plays a list of events to the real program, and tells what went wrong meanwhile."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pexpect

from tests.driver import wire
from tests.driver.events import Event
from tests.driver.window import Window
from tests.support.server import Reply, ServerThread
from tests.support.terminal import CTRL_Q, ESC

BATCH = 12
"""Events between two looks at whether it still answers."""
ESCAPE_ALONE = 0.15
"""Seconds after which an ESC is a key and not the beginning of another."""
ANSWERED = ("z", "\x7f", ESC, "z", wire.key("f1"), ESC, ESC, "z")
"""Keys of which one at least changes what is seen, wherever one has got to."""
ROOM = (20, 5)
"""Columns and rows in which an answer is seen; of a single cell nothing may change."""
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
        self.excused = False
        self.starts = 0
        self._home, self._server, self._patience = home, server, patience
        self._columns, self._rows = size
        self._expected: set[int] = {0}
        self._up = True
        (home / "work").mkdir(parents=True, exist_ok=True)
        _configure(home, server.url)
        self._other: Window | None = None
        self._window = self._start()
        end = time.monotonic() + patience
        while "Ready." not in self._window.terminal.text and time.monotonic() < end:
            self._window.read()

    def play(self, events: Iterable[Event]) -> None:
        """All of them, until the first fault."""
        for number, event in enumerate(events):
            self._do(event)
            self._see()
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
            self._window, self._other = self._other, None

    def _leave(self) -> None:
        self._window.rest()
        for leaving in (CTRL_Q, ESC, CTRL_Q, ESC, ESC, CTRL_Q):
            if self._window.ended(2.0):
                break
            self._window.type(leaving)
        if not self._window.ended(self._patience * 3):
            self._fault("ctrl+q does not end it")
        self._see()
        self._window.close()

    # -- what happens --------------------------------------------------------------

    def _do(self, event: Event) -> None:
        verb, argument = event
        words = argument.split()
        match verb:
            case "key":
                self._window.type(wire.key(argument))
                if argument == "escape":
                    self._window.wait(ESCAPE_ALONE)
                elif argument == "ctrl+q":
                    self._expected |= _BY_HAND
            case "text":
                self.excused |= event.traceless
                self._window.type(str(json.loads(argument)))
            case "paste":
                self._window.type(wire.paste(str(json.loads(argument))))
            case "click":
                self._window.type(wire.click(*self._at(words), int(words[2])))
            case "rows":
                places = ((int(argument) % self._columns, r) for r in range(self._rows))
                self._window.type("".join(wire.click(*place, 2) for place in places))
            case "drag":
                self._window.type(wire.drag(self._at(words), self._at(words[2:])))
            case "wheel":
                turns = int(words[3])
                self._window.type(wire.wheel(*self._at(words), words[2], turns))
            case "focus":
                self._window.type(wire.focus(argument))
            case "size":
                self._columns, self._rows = int(words[0]), int(words[1])
                self._window.terminal.resize(self._columns, self._rows)
            case "signal":
                self._window.signal(argument)
            case "stop":
                self._window.signal(argument)
                self._window.wait(ESCAPE_ALONE)
                self._window.signal("CONT")
            case "death":
                self._die(argument)
            case "window":
                self._switch()
            case "server":
                self._serve(argument)
            case "reply":
                self._server.fake.default = REPLIES[argument]
            case "wait":
                self._window.wait(int(argument) / 1000)
            case _:
                raise ValueError(f"no such event: {event}")

    def _at(self, words: list[str]) -> tuple[int, int]:
        return int(words[0]) % self._columns, int(words[1]) % self._rows

    def _die(self, name: str) -> None:
        number = signal.Signals[f"SIG{name}"]
        self._expected |= {-number, 128 + number}
        self._window.signal(name)
        if not self._window.ended(self._patience):
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

    # -- the windows ---------------------------------------------------------------

    def _start(self) -> Window:
        """A window that goes on with the last session, if there is one."""
        there = any((self._home / "data").rglob("sessions/*.json"))
        arguments = ["-c"] if there else []
        window = Window(self._home, (self._columns, self._rows), *arguments)
        self._window = window
        self.starts += 1
        if not window.entered(self._patience * 3):
            self._fault("it does not start")
        return window

    def _switch(self) -> None:
        """Go to the other window, which is opened if there is none."""
        here = self._window
        if here.alive:
            self._window = self._other or self._start()
            self._other = here
            self._window.terminal.resize(self._columns, self._rows)

    def _see(self) -> None:
        """What was written meanwhile."""
        if self._other is not None:
            self._other.read(0)
            self._other.terminal.raw.clear()
        self.excused |= self._window.excused
        if self._window.crashed:
            self._fault("a traceback")

    def _look(self) -> None:
        """Whether it runs and answers: a window of another size is painted anew."""
        window, terminal = self._window, self._window.terminal
        if self.faults:
            return
        if not window.alive:
            return self._again()
        window.drain()
        is_away = window.is_away
        terminal.raw.clear()
        begin = asked = time.monotonic()
        terminal.resize(max(self._columns, ROOM[0]) + 1, max(self._rows, ROOM[1]))
        while not terminal.raw:
            window.read()
            if not window.alive:
                return self._again()
            now = time.monotonic()
            if is_away and now - asked > 0.5:  # what was typed too early is not heard
                asked = now
                window.type(ESC)
            if now - begin > self._patience:
                return self._fault(f"no answer for {self._patience:.0f} s")
        if not is_away:
            self.longest = max(self.longest, time.monotonic() - begin)
        self._look_at_keys()
        terminal.resize(self._columns, self._rows)
        self._see()

    def _look_at_keys(self) -> None:
        """Whether keys are heard too: another size says nothing of them."""
        window = self._window
        for key in ANSWERED:
            window.drain()
            window.terminal.raw.clear()
            window.type(key)
            end = time.monotonic() + self._patience / 4
            while time.monotonic() < end and window.alive:
                if window.terminal.raw:
                    return
                window.read()
        if window.alive:
            self._fault("no key is answered")

    def _again(self) -> None:
        """It has ended: by what was asked for?"""
        self._window.read()
        self._see()
        code = self._window.terminal.exit_code()
        if code not in self._expected:
            self._fault(f"it ended with {code}")
        if not self.faults:
            self._window.close()
            self._expected = {0}
            self._start()

    def _fault(self, what: str) -> None:
        """Keep the first one."""
        if not self.faults:
            self.faults.append(Fault(what, self._window.autopsy(self._patience)))


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
