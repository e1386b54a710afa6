"""What stands in the log's place while a session is empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from llmtui.commands.keymap import shown
from llmtui.sanitise import clean_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from llmtui.ui.widgets.offer_list import OfferList, OfferRow


class WelcomeWords(Widget):
    """One or two sentences: what is there, and what to do next."""

    lines: reactive[tuple[str, ...]] = reactive((), layout=True)
    """The first one is what matters; untrusted."""

    def render(self) -> Content:
        if not self.lines:
            return Content("")
        first, *rest = (clean_line(line) for line in self.lines)
        return Content("\n").join(
            [
                Content.styled(first, "bold"),
                *(Content.styled(line, "dim") for line in rest),
            ]
        )


class Welcome(Vertical):
    """Words, and below them what can be chosen."""

    lines: reactive[tuple[str, ...]] = reactive(())
    """As ``WelcomeWords.lines``."""

    def __init__(self) -> None:
        super().__init__()
        self._offers: OfferList | None = None

    def compose(self) -> ComposeResult:
        yield WelcomeWords().data_bind(Welcome.lines)

    def show(
        self, lines: tuple[str, ...], rows: Sequence[OfferRow], machine: str
    ) -> None:
        """Words, rows to choose from, and what this ``machine`` is, in words."""
        if rows:
            how = "up, down and enter choose"
            lines = (*lines, f"{how}   {machine}" if machine else how, "")
        self.lines = lines
        if self._offers is None and rows:
            from llmtui.ui.widgets.offer_list import OfferList

            self._offers = OfferList()
            self.mount(self._offers)
        if self._offers is not None:
            self._offers.show(rows)

    @property
    def at(self) -> int | None:
        """The row that is marked, None if none is."""
        return self._offers.at if self._offers is not None else None

    def move(self, step: int) -> bool:
        """Mark the next row, or the one before; False if there is none."""
        return self._offers is not None and self._offers.move(step)


PRIVATE = ("", "Private: nothing of this session is written; it ends with llmtui.")


def ready(model: str, where: str) -> tuple[str, ...]:
    """A model can be asked; ``where`` says who runs it."""
    return (
        f"Ready. {model} {where}.",
        f"Type and press enter. {shown('sessions')} finds old sessions, "
        f"{shown('help')} shows all keys.",
    )


def connecting(host: str) -> tuple[str, ...]:
    """Nothing is known yet."""
    return (f"Looking for {host} …",)


def no_models(host: str) -> tuple[str, ...]:
    """A server that has no model."""
    return (f"{host} answers, but has no models yet.",)


def missing(host: str, model: str) -> tuple[str, ...]:
    """A model was asked for that the server does not have."""
    return (f"{host} has no model {model}.",)


def no_list(sentence: str) -> tuple[str, ...]:
    """A server that can chat, but does not say which models it has."""
    return (f"{sentence[:1].upper()}{sentence[1:]}.", "Name one:  /model NAME")


def down(sentence: str) -> tuple[str, ...]:
    """No server."""
    return (f"{sentence[:1].upper()}{sentence[1:]} (trying again).",)


def starting(log: str) -> tuple[str, ...]:
    """Ollama was started, and does not answer yet."""
    return ("Ollama is starting …", f"Its log: {log}")
