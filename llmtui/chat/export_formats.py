"""The formats in which sessions are exported."""

from __future__ import annotations

from collections.abc import Mapping

EXPORT_FORMATS: Mapping[str, tuple[str, ...]] = {
    "md": (".md", ".markdown"),
    "html": (".html", ".htm"),
    "json": (".json",),
    "text": (".txt", ".text"),
}
"""How files of each format may end, the usual way first."""
