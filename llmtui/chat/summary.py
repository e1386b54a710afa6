"""A session as a line in a list."""

from __future__ import annotations

from typing import NamedTuple


class Summary(NamedTuple):
    """What the list of sessions shows of one."""

    id: str
    title: str
    model: str
    updated: str
    """RFC 3339."""
    messages: int
    pinned: bool
    tags: tuple[str, ...] = ()
    created: str = ""
    """RFC 3339."""
