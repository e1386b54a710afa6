"""What is attached to a message, and how a model gets it."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmtui.chat.attached import (
    AttachmentGone,
    as_sent,
    attached_texts,
    quoted,
    with_texts,
)
from llmtui.chat.context import IMAGE_TOKENS, message_tokens, next_turn
from llmtui.chat.message import Attachment, Message


def attachment(content: bytes, name: str, kind: str = "text/plain") -> Attachment:
    digest = hashlib.sha256(content).hexdigest()
    return Attachment(digest, name, kind, len(content))


NOTE, PICTURE = b"Error 7 \xc3\xbc\n", b"\x89PNG\r\n"
MESSAGE = Message(
    "m",
    None,
    "user",
    "why?",
    "",
    attachments=(
        attachment(NOTE, "a.log"),
        attachment(PICTURE, "p.png", "image/png"),
        attachment(b"x", "b.txt"),
    ),
)
CONTENTS = {hashlib.sha256(c).hexdigest(): c for c in (NOTE, PICTURE, b"x")}


def contents(one: Attachment) -> bytes:
    if one.sha256 not in CONTENTS:
        raise AttachmentGone(one.name)
    return CONTENTS[one.sha256]


def test_texts_stand_above_the_prompt_and_images_beside_it() -> None:
    words, images = as_sent(MESSAGE, contents)
    assert words == ("a.log:\n```\nError 7 ü\n```\n\nb.txt:\n```\nx\n```\n\nwhy?")
    assert images == (PICTURE,)


def test_a_message_tells_which_texts_it_has_and_reads_none_unasked() -> None:
    asked = []

    def counted(one: Attachment) -> bytes:
        asked.append(one.name)
        return contents(one)

    texts = attached_texts(MESSAGE, counted)
    assert [(t.name, t.sha256) for t in texts] == [
        ("a.log", hashlib.sha256(NOTE).hexdigest()),
        ("b.txt", hashlib.sha256(b"x").hexdigest()),
    ]
    assert asked == []
    assert texts[0].read() == "Error 7 ü\n"
    assert asked == ["a.log"]


def test_what_is_gone_is_told_when_it_is_read() -> None:
    message = Message(
        "m", None, "user", "", "", attachments=(Attachment("0", "n", ""),)
    )
    with pytest.raises(AttachmentGone, match="n"):
        as_sent(message, contents)


@given(st.text(alphabet="`\na ", max_size=40), st.text(max_size=10))
def test_no_text_can_end_its_fence(text: str, name: str) -> None:
    lines = quoted(name, text).split("\n")
    assert lines[0].endswith(":")
    fence = lines[1]
    assert lines[-1] == fence
    assert len(fence) >= 3
    assert not any(line.strip().startswith(fence) for line in lines[2:-1])


def test_attached_texts_alone_are_a_prompt() -> None:
    assert with_texts(" ", [("a", "x")]) == "a:\n```\nx\n```"


def test_what_is_attached_counts_as_tokens() -> None:
    big = Attachment("0" * 64, "big.txt", "text/plain", 40_000)
    assert message_tokens(MESSAGE) > IMAGE_TOKENS
    before = next_turn([], "why?", None, 4096)
    after = next_turn([], "why?", None, 4096, (big,))
    assert after.tokens - before.tokens >= 10_000
    assert before.fits
    assert not after.fits
