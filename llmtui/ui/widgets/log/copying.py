"""What can be taken out of a message: its source, its code, its addresses."""

from __future__ import annotations

from typing import NamedTuple

from llmtui.chat.message import Message
from llmtui.markdown.block import Block
from llmtui.sanitise import clean
from llmtui.ui.widgets.log.render.code import language_of
from llmtui.ui.widgets.log.source import Source


class Code(NamedTuple):
    """One code block of a message."""

    number: int
    """As it is shown, from 1."""
    language: str
    """What the fence says, "" for nothing."""
    text: str
    """Ends with a line end, unless it is empty."""

    @property
    def file_name(self) -> str:
        """A name for a file of this code, by its language."""
        return f"code-{self.number}{_SUFFIXES.get(self.language.lower(), '.txt')}"


_SUFFIXES = {
    "bash": ".sh", "c": ".c", "c++": ".cpp", "cpp": ".cpp", "css": ".css",
    "csv": ".csv", "diff": ".diff", "go": ".go", "html": ".html", "java": ".java",
    "javascript": ".js", "js": ".js", "json": ".json", "kotlin": ".kt", "lua": ".lua",
    "markdown": ".md", "md": ".md", "php": ".php", "py": ".py", "python": ".py",
    "rb": ".rb", "rs": ".rs", "ruby": ".rb", "rust": ".rs", "sh": ".sh",
    "shell": ".sh", "sql": ".sql", "swift": ".swift", "toml": ".toml", "ts": ".ts",
    "typescript": ".ts", "xml": ".xml", "yaml": ".yaml", "yml": ".yaml",
}  # fmt: skip


def source_of(message: Message) -> str:
    """A message as it was written, without control characters."""
    return clean(message.text)


def codes_of(message: Message) -> list[Code]:
    """The code blocks of a message, in order.

    >>> from llmtui.chat.message import Message
    >>> text = "```py\\nx = 1\\n```"
    >>> codes_of(Message(id="a", parent=None, role="assistant", text=text, created=""))
    [Code(number=1, language='py', text='x = 1\\n')]
    """
    found: dict[int, tuple[str, list[str]]] = {}
    for block in _blocks(message):
        if block.kind != "code":
            continue
        _, parts = found.setdefault(block.number, (language_of(block.info), []))
        if block.joined and parts:
            parts[-1] = parts[-1].removesuffix("\n")
        parts.append(block.text + "\n")
    return [
        Code(number, language, "".join(parts) if parts != ["\n"] else "")
        for number, (language, parts) in found.items()
    ]


def links_of(message: Message) -> list[str]:
    """The addresses in a message that may be opened, in order, each once."""
    from llmtui.ui.widgets.log.render.inline import addresses

    found: dict[str, None] = {}
    for block in _blocks(message):
        if block.kind in ("paragraph", "heading", "table"):
            text = (
                f"{block.info}\n{block.text}" if block.kind == "table" else block.text
            )
            found.update(dict.fromkeys(addresses(text)))
    return list(found)


def _blocks(message: Message) -> list[Block]:
    source = Source()
    source.feed(message.text)
    source.end()
    return source.answer.all() if source.answer is not None else []
