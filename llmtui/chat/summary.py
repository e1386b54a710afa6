"""A session as a line in a list."""

from __future__ import annotations

from typing import NamedTuple

from llmtui.sanitise import clean_line


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

    @property
    def title_line(self) -> str:
        """The title in one line that can be shown."""
        return clean_line(" ".join(self.title.split()))


class Trashed(NamedTuple):
    """One thing in the trash."""

    id: str
    """That of the session, or of the branch's own file."""
    deleted: str
    """When it was put there, RFC 3339."""
    session: Summary
    """The session, or the branch as one: its title, its number of messages."""
    branch_of: str = ""
    """The id of the session that it was pruned from, "" for a whole session."""
