"""The code in a Markdown source: block by block, or as it comes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from llmtui.markdown.block import Block
from llmtui.markdown.blocks import Blocks

_SUFFIXES = {
    "bash": ".sh", "c": ".c", "c++": ".cpp", "cpp": ".cpp", "css": ".css",
    "csv": ".csv", "diff": ".diff", "go": ".go", "html": ".html", "java": ".java",
    "javascript": ".js", "js": ".js", "json": ".json", "kotlin": ".kt", "lua": ".lua",
    "markdown": ".md", "md": ".md", "php": ".php", "py": ".py", "python": ".py",
    "rb": ".rb", "rs": ".rs", "ruby": ".rb", "rust": ".rs", "sh": ".sh",
    "shell": ".sh", "sql": ".sql", "swift": ".swift", "toml": ".toml", "ts": ".ts",
    "typescript": ".ts", "xml": ".xml", "yaml": ".yaml", "yml": ".yaml",
}  # fmt: skip


class Code(NamedTuple):
    """One code block of a source."""

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


def language_of(info: str) -> str:
    """The language that stands behind a fence.

    >>> language_of("python title=x"), language_of("{.rust}"), language_of("")
    ('python', 'rust', '')
    """
    words = info.strip("{} .").split(maxsplit=1)
    return words[0].split(",")[0][:30] if words else ""


def codes(blocks: Iterable[Block]) -> list[Code]:
    """The code among ``blocks``, in order; the pieces of a long one put together.

    >>> codes(Blocks("- so:\\n  ```py\\n  x = 1\\n  ```").all())
    [Code(number=1, language='py', text='x = 1\\n')]
    """
    found: dict[int, tuple[str, list[str]]] = {}
    for block in blocks:
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


class CodeStream:
    """Keeps only the code of a source that comes in pieces, each line at once.

    All that ``feed`` and ``end`` give is the text of ``codes``, with a blank
    line between two blocks.

    >>> code = CodeStream()
    >>> [code.feed(x) for x in ("So:\\n> ``", "`py\\n> x = 1\\n>   ", "y\\n\\nDone")]
    ['', 'x = 1\\n', '  y\\n']
    >>> code.end(), code.blocks
    ('', 1)
    """

    def __init__(self) -> None:
        self.blocks = 0
        """How many code blocks there were so far."""
        self._source = Blocks()
        self._read = 0
        """How many finished blocks of the source were looked at."""
        self._lines = 0
        """Lines of the open block when it was looked at last."""
        self._given = 0
        """Characters given of the piece that is open."""
        self._return = ""

    def feed(self, text: str) -> str:
        """The code in all lines that are whole with ``text``."""
        text = self._return + text
        self._return = "\r" if text.endswith("\r") else ""
        self._source.feed(text.removesuffix("\r").replace("\r\n", "\n"))
        leaf = self._source.open_leaf
        lines = len(leaf.lines) if leaf is not None else 0
        if len(self._source.frozen) == self._read and lines == self._lines:
            return ""
        self._lines = lines
        found = [*self._finished()]
        if leaf is not None and leaf.kind == "code":
            self._begin(leaf.number, found)
            found.append(self._new(leaf.so_far(in_line=self._source.in_line)))
        return "".join(found)

    def end(self) -> str:
        """The code in a last line without an end, and in a block without one."""
        self._source.feed(self._return)
        self._return = ""
        self._source.end()
        return "".join(self._finished())

    def _finished(self) -> Iterator[str]:
        """What is new in the blocks that were finished meanwhile."""
        source = self._source
        fresh = source.frozen[self._read :]
        self._read = len(source.frozen)
        after = [block.joined for block in fresh[1:]]
        after.append(source.open_leaf is not None and source.open_leaf.joined)
        for block, goes_on in zip(fresh, after, strict=False):
            if block.kind == "code":
                begun: list[str] = []
                self._begin(block.number, begun)
                yield from begun
                text = block.text + ("" if goes_on else "\n")
                yield self._new("" if text == "\n" and not block.piece else text)
                self._given = 0

    def _begin(self, number: int, found: list[str]) -> None:
        """A block that is met for the first time is set apart from the one before."""
        if number > self.blocks:
            self.blocks = number
            self._given = 0
            if number > 1:
                found.append("\n")

    def _new(self, text: str) -> str:
        """What was not given yet of the text of the piece that is open."""
        fresh = text[self._given :]
        self._given = max(self._given, len(text))
        return fresh
