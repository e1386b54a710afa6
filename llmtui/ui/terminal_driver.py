"""The terminal of Linux and macOS, with what it may do to a program."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from textual.drivers import linux_driver
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from llmtui.ui.signals import keys_of_others
from llmtui.ui.spacing_marks import QUESTION
from llmtui.ui.terminal_input import guarded
from llmtui.ui.terminal_output import TerminalWriter

SOON = 0.1
"""Seconds within which no shell stops a program that it has just continued."""


class TerminalDriver(LinuxDriver):
    """Reads and writes with the classes of ``guarded``; tells the app of the end."""

    _title = ""
    _is_titled = False
    """Whether the title of the window is ours now, and the other one was put away."""
    _is_on = False
    """Whether the terminal is the app's: not before, after, or while it is lent."""
    _is_changing = False
    """Whether a signal has the terminal change hands: another one must wait."""
    _goes_on = False
    """Whether a SIGCONT came meanwhile."""
    _went_on = -SOON
    """When the last SIGCONT was dealt with."""

    class Gone(Message):
        """The terminal is no more."""

    class CaughtUp(Message):
        """The terminal was ``behind`` and is so no longer."""

    @property
    def behind(self) -> bool:
        """Whether the terminal has not read what was painted last."""
        writer = self._writer_thread
        return isinstance(writer, TerminalWriter) and writer.behind

    def show_title(self, title: str) -> None:
        """Name the window, for as long as the terminal is the app's.

        ``title`` was cleaned. See "XTWINOPS" in xterm's control sequences.
        """
        self._title = title
        if self._is_on:
            put_away = "" if self._is_titled else "\x1b[22;2t"
            self._is_titled = True
            self.write(f"{put_away}\x1b]2;{title}\x07")

    def start_application_mode(self) -> None:
        super().start_application_mode()  # type: ignore[no-untyped-call]
        self._is_on = True
        if self.input_tty and _writes(QUESTION):
            self.write(QUESTION)
        if self._title:
            self.show_title(self._title)
        writer = self._writer_thread
        assert isinstance(writer, TerminalWriter)
        writer.on_caught_up = self._caught_up
        writer.on_gone = self._gone
        if writer.gone:
            self._gone()

    def stop_application_mode(self) -> None:
        """What the terminal has not read by now, it need not read."""
        if isinstance(self._writer_thread, TerminalWriter):
            self._writer_thread.drop()
        if self._is_titled:
            self.write("\x1b[23;2t")
        self._is_titled = self._is_on = False
        super().stop_application_mode()

    def _sigtstp_application(self, *_: object) -> None:
        """SIGTSTP: stop; the terminal is given back first, if it is ours.

        If it is lent, the signal is a ctrl+z for all who have it. Where no shell
        could have it go on again, that stops nobody. Of two signals that have come
        Python deals with SIGCONT first: behind one, this one was before it.
        """
        is_late = time.monotonic() - self._went_on < SOON
        if self._is_changing or is_late or (not self._is_on and _is_alone()):
            return
        self._goes_on = False
        if self._is_on:
            with self._changing():
                self.suspend_application_mode()
                self._must_signal_resume = True
        if self._goes_on:
            self._sigcont_application()
        else:
            os.kill(os.getpid(), signal.SIGSTOP)

    def _sigcont_application(self, *_: object) -> None:
        """SIGCONT: go on, wherever it was stopped.

        It may not have been stopped, or by a SIGSTOP that it could not hear. Then the
        terminal is ours still and a shell may have had it: it is given back before it
        is taken, or two threads would read the same keys.
        """
        if self._is_changing:
            self._goes_on = True
            return
        self._goes_on = True
        while self._goes_on:
            self._goes_on = False
            with self._changing():
                self._take_again()
        self._went_on = time.monotonic()

    def _take_again(self) -> None:
        if self._is_on:
            self.suspend_application_mode()
            self._must_signal_resume = True
        if self._must_signal_resume:
            super()._sigcont_application()

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """While this is open no signal changes the terminal, and no key that comes
        while it is nobody's is a signal."""
        self._is_changing = True
        try:
            with keys_of_others():
                yield
        finally:
            self._is_changing = False

    def run_input_thread(self) -> None:
        try:
            super().run_input_thread()
        except (EOFError, OSError):
            self._gone()

    def _gone(self) -> None:
        self.send_message(self.Gone())

    def _caught_up(self) -> None:
        self.send_message(self.CaughtUp())


def _is_alone() -> bool:
    """Whether no shell has made this a job of its own, which it could continue."""
    return os.getpgrp() == os.getsid(0)


def _writes(text: str) -> bool:
    """Whether the terminal's encoding has all of a text."""
    try:
        text.encode(getattr(sys.__stdout__, "encoding", None) or "ascii")
    except UnicodeEncodeError:
        return False
    return True


# The driver names them as globals of its module and has no other seam.
guarded(LinuxDriver)
vars(linux_driver)["WriterThread"] = TerminalWriter
