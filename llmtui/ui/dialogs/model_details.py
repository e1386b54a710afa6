"""One model in full: what it is, its words, its license."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from llmtui.chat.models import ModelDetails
from llmtui.human import context_size, size
from llmtui.sanitise import clean, clean_line
from llmtui.ui.dialogs.dialog import Dialog

LONGEST = 20_000
"""Characters of a license or a template that are shown."""


class DetailsDialog(Dialog[None]):
    """Closed by most keys that one tries."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,enter", "leave", show=False),
    ]

    def __init__(self, name: str, shown: Sequence[tuple[str, str]]) -> None:
        """``shown`` are titles and texts, as ``sections`` has them; untrusted."""
        super().__init__()
        self._model = name
        self._shown = shown

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="dialog details") as box:
            box.border_title = Content(clean_line(self._model))
            box.border_subtitle = Content("esc closes")
            for title, text in self._shown:
                yield Static(Content.styled(title, "bold"))
                yield Static(Content(clean(text[:LONGEST])), classes="quiet")


def sections(details: ModelDetails) -> list[tuple[str, str]]:
    """What there is to show of a model, with titles; untrusted."""
    model = details.model
    facts = {
        "parameters": model.parameters,
        "quantisation": model.quantisation,
        "family": model.family,
        "size": size(model.size) if model.size else "",
        "context": context_size(model.context_length) if model.context_length else "",
        "capabilities": ", ".join(sorted(model.capabilities or ())),
        "digest": model.digest,
    }
    info = "\n".join(
        f"{key}  {value}"
        for key, value in details.info.items()
        if not isinstance(value, list | dict)
    )
    found = [
        ("model", "\n".join(f"{k}  {v}" for k, v in facts.items() if v)),
        ("parameters", details.parameters),
        ("system prompt", details.system),
        ("template", details.template),
        ("license", details.license),
        ("metadata", info),
    ]
    return [(title, text.strip()) for title, text in found if text.strip()]
