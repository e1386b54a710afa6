"""Where links lead, in words: for a terminal that has no other way to say it."""

from __future__ import annotations

from rich.style import Style

from llmtui.ui.widgets.log.render.wrap import Runs


def with_targets(runs: Runs, base: Style) -> Runs:
    """Runs in which each link is followed by its address, unless it reads like it."""
    out: Runs = []
    words, url = "", ""
    for text, style in [*runs, ("", None)]:
        target = str(style.meta.get("url") or "") if style else ""
        if url and target != url:
            if words not in (
                url,
                url.removeprefix("mailto:"),
                url.removeprefix("http://"),
            ):
                out.append((f" ({url})", base))
            words = ""
        if style is not None:
            out.append((text, style))
        words += text if target else ""
        url = target
    return out
