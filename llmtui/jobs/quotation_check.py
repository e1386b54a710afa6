"""The quotations of a reply, checked against what was attached above it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from llmtui.chat.attached import AttachmentGone, attached_texts
from llmtui.chat.quotations import Checked, Source, check_quotations

if TYPE_CHECKING:
    from llmtui.chat.message import Message
    from llmtui.chat.session import Session
    from llmtui.jobs.attachments import Attachments

PROMPT = "your prompt"
"""Where a passage stands that is in the words of a prompt, in no file."""


class QuotationReport(NamedTuple):
    """What became of it."""

    checked: tuple[Checked, ...]
    sources: tuple[Source, ...]
    """What the reply could quote: the files first, then the prompts."""
    problems: tuple[str, ...]
    """Sentences about what was attached and is no longer there."""


async def check_reply(
    session: Session, reply: Message, attachments: Attachments
) -> QuotationReport:
    """Look for every passage that a reply quotes. Raises nothing."""
    above = session.path(reply.id)[:-1]
    return await asyncio.to_thread(_check, above, reply, attachments)


def _check(
    above: list[Message], reply: Message, attachments: Attachments
) -> QuotationReport:
    problems: list[str] = []
    sources = [
        *dict.fromkeys(_files(above, attachments, problems)),
        *(Source(PROMPT, m.text) for m in above if m.role == "user" and m.text),
    ]
    checked = check_quotations(reply.text, sources)
    return QuotationReport(tuple(checked), tuple(sources), tuple(problems))


def _files(
    above: list[Message], attachments: Attachments, problems: list[str]
) -> Iterator[Source]:
    for message in above:
        for text in attached_texts(message, attachments.content):
            try:
                yield Source(text.name, text.read())
            except AttachmentGone as error:
                problems.append(str(error))
