"""What is attached to a prompt, as few things as one can look over. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from llmtui.chat.context import attachment_tokens
from llmtui.chat.message import Attachment
from llmtui.human import count, size

_FEW = 6
"""So many are each shown by itself; of more, those of one folder are one."""


class Group(NamedTuple):
    """One attachment, or those of one folder."""

    name: str
    """Untrusted."""
    members: tuple[Attachment, ...]

    @property
    def words(self) -> str:
        """How much it is: bytes, and tokens by estimate."""
        return amount(self.members)


def grouped(attachments: Sequence[Attachment]) -> list[Group]:
    """The groups, in the order in which their first members were attached."""
    if len(attachments) <= _FEW:
        return [Group(one.name, (one,)) for one in attachments]
    folders: dict[str, list[Attachment]] = {}
    for number, one in enumerate(attachments):
        folder, slash, _ = one.name.partition("/")
        key = folder if slash and "://" not in one.name else f"\0{number}"
        folders.setdefault(key, []).append(one)
    return [together(f"{folder}/", members) for folder, members in folders.items()]


def together(name: str, members: Sequence[Attachment]) -> Group:
    """Those of a folder or a pattern, with their count; a single one is itself.

    >>> together("src/", [Attachment("", f"src/{n}.py", "text/plain") for n in "ab"])[0]
    'src/ 2 files'
    """
    if len(members) == 1:
        return Group(members[0].name, tuple(members))
    return Group(f"{name} {len(members):,} files", tuple(members))


def amount(attachments: Sequence[Attachment]) -> str:
    """Bytes, and about how many tokens.

    >>> amount([Attachment("", "a.py", "text/plain", 4000)])
    '4.0 kB ~1.0k tokens'
    """
    tokens = sum(map(attachment_tokens, attachments))
    return f"{size(sum(a.size for a in attachments))} ~{count(tokens)} tokens"
