"""The styles the renderer paints with."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from rich.style import Style

from llmtui.ui.glyphs import Glyphs

if TYPE_CHECKING:
    from llmtui.ui.widgets.log.render.diagrams import Diagrams

NAMES = (
    "text",
    "muted",
    "accent",
    "user",
    "model",
    "heading",
    "strong",
    "emphasis",
    "struck",
    "underlined",
    "link",
    "link-now",
    "inline-code",
    "math",
    "quote",
    "alert-note",
    "alert-tip",
    "alert-important",
    "alert-warning",
    "alert-caution",
    "marker",
    "rule",
    "table-head",
    "thinking",
    "warning",
    "error",
    "selection",
    "match",
    "match-now",
    "code",
    "code-label",
    "code-wrap",
    "code-comment",
    "code-keyword",
    "code-string",
    "code-number",
    "code-name",
    "code-type",
    "code-operator",
    "code-inserted",
    "code-inserted-word",
    "code-deleted",
    "code-deleted-word",
)
"""Each is the component class ``log--<name>`` of the stylesheet."""

CLASSES = frozenset(f"log--{name}" for name in NAMES)


class Palette:
    """Styles by name, foreground and background both set.

    Palettes are compared by identity: when the theme changes there is a new
    one, and what was painted with the old one is painted again.
    """

    def __init__(self, style_of: Callable[[str], Style]) -> None:
        self._styles = {name: style_of(name) for name in NAMES}
        self.text = self._styles["text"]

    def tinted(self, name: str) -> Palette:
        """The same, with the style ``name`` for plain text."""
        return Palette(lambda n: self._styles[name if n == "text" else n])

    def dimmed(self) -> Palette:
        """The same, with everything as quiet as what is muted."""
        muted = self._styles["muted"]
        quiet = Style(color=muted.color, dim=muted.dim)
        return Palette(lambda name: self._styles[name] + quiet)

    def same_as(self, other: Palette) -> bool:
        """Whether it paints like ``other``."""
        return self._styles == other._styles

    def __getitem__(self, name: str) -> Style:
        return self._styles[name]


class Paint(NamedTuple):
    """What the renderer paints with."""

    palette: Palette
    glyphs: Glyphs
    printed: bool = False
    """Whether nothing can be clicked or moved: links are followed by where they
    lead, and what is too wide is wrapped."""
    diagrams: Diagrams | None = None
    """Who draws diagrams, None to show their source."""


PLAIN = Palette(lambda name: Style())
"""Without any colour: for measuring and for tests."""
