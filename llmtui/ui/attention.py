"""Telling who looks elsewhere: the window's title, and a notice at a reply's end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from llmtui.sanitise import clean_line
from llmtui.ui.glyphs import Glyphs, terminal_glyphs

if TYPE_CHECKING:
    from textual.screen import Screen

    from llmtui.jobs.current_chat import CurrentChat
    from llmtui.jobs.reply_state import ReplyState
    from llmtui.settings import Settings

PRIVATE = "private session"
"""What a private session is called outside of the program."""

_LONGEST = 80
"""Characters of a session's title in that of the window."""


class Attention:
    """Knows what goes on, and whether the terminal has the focus, if that tells."""

    def __init__(
        self, screen: Screen[None], settings: Settings, env: Mapping[str, str]
    ) -> None:
        self._screen = screen
        self._way = settings.notify
        self._titled = settings.window_title and knows_titles(env)
        self._env = env
        self._glyphs = terminal_glyphs()
        self._name = ""
        self._writing = False
        self._unseen = ""
        """``done`` or ``failed``, as replies ended while nobody looked."""
        self._title = ""

    def begin(self) -> None:
        """Listen to the focus from now on."""
        self._screen.watch(self._screen.app, "app_focus", self._focus_came, init=False)

    def paint(self, chat: CurrentChat) -> None:
        """Bring the window's title up to what goes on."""
        self._name = PRIVATE if chat.private else chat.session.title
        self._writing = chat.reply is not None
        self._show()

    def ended(self, name: str, reply: ReplyState) -> None:
        """A reply ended in a session of this name, and no other is written there."""
        if self._screen.app.app_focus or reply.status == "stopped":
            return
        from llmtui.chat.outcome import lack_of
        from llmtui.desktop.notifying import notice

        bad = reply.status != "complete" or lack_of(reply.message) is not None
        self._unseen = "failed" if bad else self._unseen or "done"
        words = "the reply ended badly" if bad else "the reply is finished"
        sequence = notice(self._way, name or "llmtui", words, self._env)
        driver = self._screen.app._driver
        if driver is not None and sequence:
            driver.write(sequence)
        self._show()

    def _focus_came(self, focus: bool) -> None:
        if focus:
            self._unseen = ""
            self._show()

    def _show(self) -> None:
        state = "writing" if self._writing else self._unseen
        title = window_title(self._name, state, self._glyphs)
        show = getattr(self._screen.app._driver, "show_title", None)
        if self._titled and title != self._title and show is not None:
            self._title = title
            show(title)


def window_title(name: str, state: str, glyphs: Glyphs) -> str:
    """The title of a window with a session of this name, which may be anybody's.

    >>> from llmtui.ui.glyphs import UNICODE
    >>> window_title("The lighthouse", "writing", UNICODE)
    '● The lighthouse · llmtui'
    >>> window_title("", "", UNICODE), window_title("a\\x07b", "done", UNICODE)
    ('llmtui', 'done · a␇b · llmtui')
    """
    parts = [clean_line(name)[:_LONGEST].strip(), "llmtui"]
    if state == "writing":
        return f"{glyphs.checked} " + f" {glyphs.dot} ".join(filter(None, parts))
    return f" {glyphs.dot} ".join(filter(None, [state, *parts]))


def knows_titles(env: Mapping[str, str]) -> bool:
    """Whether the terminal has a title; the console of Linux would print it."""
    return env.get("TERM", "dumb") not in ("dumb", "linux")
