"""What can be taken out of a message: its source, its code, its links."""

from __future__ import annotations

from llmtui.chat.message import Message
from llmtui.markdown.addresses import Link
from llmtui.markdown.block import Block
from llmtui.markdown.blocks import Blocks
from llmtui.markdown.code import Code, codes
from llmtui.markdown.references import definitions_of
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


def _blocks(message: Message) -> list[Block]:
    return Blocks(source_of(message)).all()
