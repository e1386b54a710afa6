"""Messages whose thinking was stored in their text."""

from __future__ import annotations

from dataclasses import replace

from llmtui.chat.events import Text, Thinking
from llmtui.chat.message import Message
from llmtui.chat.thinking import ThinkingSplitter


def parted(message: Message) -> Message:
    """A model's message with the thinking out of its text, as older versions of
    this program and other programs have stored it; else the same message.

    >>> old = Message("a", None, "assistant", "<think>hm</think>\\n\\n42", "")
    >>> parted(old).thinking, parted(old).text
    ('hm', '42')
    """
    text = message.text
    if message.role != "assistant" or not any(m in text for m in _MARKS):
        return message
    splitter = ThinkingSplitter()
    if message.thinking:
        splitter.thought()
    thoughts = [message.thinking] if message.thinking else []
    answer: list[str] = []
    for part in (*splitter.feed(text), *splitter.end()):
        if isinstance(part, Text):
            answer.append(part.delta)
        elif isinstance(part, Thinking):
            thoughts.append(part.delta)
        else:
            thoughts += answer
            answer.clear()
    return replace(message, text="".join(answer), thinking="".join(thoughts))


_MARKS = ("hink>", "hinking>", "thought>", "THINK]")
"""One of these is in every tag: looking for them costs little."""
