"""The terminal of Linux and macOS, with what it may do to a program."""

from __future__ import annotations

from textual.drivers import linux_driver
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from llmtui.ui.terminal_input import guarded
from llmtui.ui.terminal_output import TerminalWriter


class TerminalDriver(LinuxDriver):
    """Reads and writes with the classes of ``guarded``; tells the app of the end."""

    class Gone(Message):
        """The terminal is no more."""

    class CaughtUp(Message):
        """The terminal was ``behind`` and is so no longer."""

    @property
    def behind(self) -> bool:
        """Whether the terminal has not read what was painted last."""
        writer = self._writer_thread
        return isinstance(writer, TerminalWriter) and writer.behind

    def start_application_mode(self) -> None:
        super().start_application_mode()  # type: ignore[no-untyped-call]
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
        super().stop_application_mode()

    def run_input_thread(self) -> None:
        try:
            super().run_input_thread()
        except (EOFError, OSError):
            self._gone()

    def _gone(self) -> None:
        self.send_message(self.Gone())

    def _caught_up(self) -> None:
        self.send_message(self.CaughtUp())


# The driver names them as globals of its module and has no other seam.
guarded(LinuxDriver)
vars(linux_driver)["WriterThread"] = TerminalWriter
