"""What can be taken out of a message: its source, code, links and tables."""

from __future__ import annotations

from llmtui.chat.message import Message
from llmtui.markdown.addresses import Link
from llmtui.markdown.block import Block
from llmtui.markdown.blocks import Blocks
from llmtui.markdown.code import Code, codes
from llmtui.markdown.references import definitions_of
from llmtui.markdown.tables import Table, tables
from llmtui.sanitise import clean


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
    return codes(_blocks(message))


def links_of(message: Message) -> list[Link]:
    """The links of a message, in order, each once."""
    from llmtui.ui.widgets.log.render.inline import links_in

    found: dict[Link, None] = {}
    blocks = _blocks(message)
    definitions = definitions_of(blocks)
    for block in blocks:
        if block.kind in ("paragraph", "heading", "table"):
            text = (
                f"{block.info}\n{block.text}" if block.kind == "table" else block.text
            )
            found.update(dict.fromkeys(links_in(text, definitions)))
    return list(found)


def tables_of(message: Message) -> list[Table]:
    """The tables of a message, in order."""
    return tables(_blocks(message))


def tsv_of(message: Message, table: Table) -> str:
    """A table of a message for a spreadsheet: what its cells show, with tabs between
    them."""
    from llmtui.ui.widgets.log.render.inline import cell
    from llmtui.ui.widgets.log.render.palette import PLAIN

    definitions = definitions_of(_blocks(message))

    def shown(source: str) -> str:
        runs = cell(source, PLAIN, definitions=definitions)
        return " ".join("".join(text for text, _ in runs).split())

    return "".join("\t".join(map(shown, row)) + "\n" for row in table.cells())


def _blocks(message: Message) -> list[Block]:
    return Blocks(source_of(message)).all()
