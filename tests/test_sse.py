"""Events come out whole, however the bytes are cut."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmtui.providers.sse import EventSplitter, ServerEvent, TooLong


def split(*chunks: bytes) -> list[ServerEvent]:
    splitter = EventSplitter()
    events = [event for chunk in chunks for event in splitter.feed(chunk)]
    return events + splitter.end()


@pytest.mark.parametrize(
    ("stream", "expected"),
    [
        (b"data: a\n\ndata: b\n\n", ["a", "b"]),
        (b"data:a\r\n\r\ndata:b\r\r", ["a", "b"]),
        (b"data: a\ndata:  b\ndata\n\n", ["a\n b\n"]),
        (b": a comment\n\n:\n\ndata: a\n: inside\ndata: b\n\n", ["a\nb"]),
        (b"\xef\xbb\xbfdata: a\n\n", ["a"]),
        (b"id: 1\nretry: 5\n\ndata: a\n\n", ["a"]),
        (b"data: [DONE]", ["[DONE]"]),
        (b"data: [DONE]\n", ["[DONE]"]),
        ("data: a\u2028b\u0085c\x0bd\n\n".encode(), ["a\u2028b\u0085c\x0bd"]),
        (b"", []),
        (b"\n\n\n", []),
        (b"event: ping\n\n", []),
    ],
)
def test_events(stream: bytes, expected: list[str]) -> None:
    assert [event.data.decode() for event in split(stream)] == expected
    pieces = [stream[i : i + 1] for i in range(len(stream))]
    assert [event.data.decode() for event in split(*pieces)] == expected


def test_names() -> None:
    assert split(b'event: error\ndata: {"x":1}\n\ndata: y\n\n') == [
        ServerEvent(b'{"x":1}', b"error"),
        ServerEvent(b"y", b""),
    ]
    assert split(b"error: {}\n\n") == [ServerEvent(b"{}", b"error")]


def test_an_event_is_there_as_soon_as_its_empty_line_is() -> None:
    assert EventSplitter().feed(b"data: a\r\r") == [ServerEvent(b"a")]
    assert EventSplitter().feed(b"data: a\r\n\r") == [ServerEvent(b"a")]


def test_too_long() -> None:
    splitter = EventSplitter(limit=100)
    for _ in range(20):
        splitter.feed(b"data: 1234567890\n\n")
    for _ in range(100):
        splitter.feed(b": keep alive\n")
    for _ in range(8):
        splitter.feed(b"data: 123456")
    with pytest.raises(TooLong):
        splitter.feed(b"data: 123456")


LINE_ENDS = st.sampled_from([b"\n", b"\r", b"\r\n"])
TEXTS = st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]))


@given(
    events=st.lists(st.lists(TEXTS, min_size=1, max_size=3), max_size=6),
    end=LINE_ENDS,
    data=st.data(),
)
def test_any_text_in_any_pieces(
    events: list[list[str]], end: bytes, data: st.DataObject
) -> None:
    stream = b"".join(
        b"".join(b"data: " + line.encode() + end for line in lines) + end
        for lines in events
    )
    cuts = sorted(
        data.draw(st.lists(st.integers(0, len(stream)), max_size=12), label="cuts")
    )
    edges = [0, *cuts, len(stream)]
    pieces = [stream[a:b] for a, b in pairwise(edges)]
    assert [event.data.decode() for event in split(*pieces)] == [
        "\n".join(lines) for lines in events
    ]
