"""The floor of the start benchmark: a bare Textual app of the same shape."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import Footer, Header, TextArea


class BareApp(App[None]):
    """A header, a text area, a footer."""

    def compose(self) -> ComposeResult:
        yield Header()
        yield TextArea()
        yield Footer()


if __name__ == "__main__":
    BareApp().run()
