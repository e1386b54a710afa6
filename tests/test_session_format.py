"""The session files: what people write scripts over."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmtui.chat.events import ToolCall
from llmtui.chat.message import Attachment, Message, Sent
from llmtui.chat.misfit import Misfit
from llmtui.chat.session import Session
from llmtui.chat.usage import Usage
from llmtui.store.codec.messages import message_from, message_to
from llmtui.store.codec.sessions import fields_of, session_from
from llmtui.store.errors import Unreadable
from llmtui.store.file_format import (
    chunks,
    decode,
    encode,
    entry_of,
    split,
    split_opening,
)

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=()), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner)
    ),
    max_leaves=6,
)
TEXT = st.text(st.characters(exclude_categories=()), max_size=30)
UNKNOWN = st.dictionaries(st.text(max_size=6).map("new_{}".format), JSON, max_size=3)
COUNTS = st.integers(0, 2**62)
THINK = st.sampled_from([None, True, False, "low", "high"])
FORMAT = st.none() | st.just("json") | st.dictionaries(st.text(max_size=5), JSON)

attachments = st.builds(Attachment, TEXT, TEXT, TEXT, st.integers(0, 2**40), UNKNOWN)
usages = st.builds(
    Usage,
    total_duration=COUNTS,
    eval_count=COUNTS,
    first_token_duration=COUNTS,
    extra=UNKNOWN,
)
requests = st.builds(
    Sent,
    model=TEXT,
    host=TEXT,
    digest=TEXT,
    system=st.none() | TEXT,
    options=st.dictionaries(st.text(max_size=5), JSON, max_size=3),
    think=THINK,
    format=FORMAT,
    keep_alive=st.none() | st.floats(-1, 1e6),
    truncate=st.booleans(),
    window=COUNTS,
    messages=TEXT,
    extra=UNKNOWN,
)
messages = st.builds(
    Message,
    id=st.text(min_size=1, max_size=10),
    parent=st.none() | st.text(min_size=1, max_size=10),
    role=st.sampled_from(["user", "assistant", "system", "tool"]),
    text=TEXT,
    created=TEXT,
    thinking=TEXT,
    attachments=st.lists(attachments, max_size=2).map(tuple),
    tool_calls=st.lists(
        st.builds(ToolCall, TEXT, st.dictionaries(st.text(max_size=5), JSON), TEXT),
        max_size=2,
    ).map(tuple),
    status=st.sampled_from(["complete", "stopped", "incomplete", "failed"]),
    error=TEXT,
    done_reason=TEXT,
    misfit=st.none() | st.builds(Misfit, TEXT, TEXT),
    usage=st.none() | usages,
    continues=st.none() | st.text(min_size=1),
    request=st.none() | requests,
    excluded=st.booleans(),
    pinned=st.booleans(),
    name=TEXT,
    erased=st.booleans(),
    extra=UNKNOWN,
)
sessions = st.builds(
    Session,
    id=st.just("s"),
    created=TEXT,
    updated=TEXT,
    title=TEXT,
    title_by=st.sampled_from(["prompt", "user", "model"]),
    pinned=st.booleans(),
    head=st.none() | TEXT,
    model=TEXT,
    host=TEXT,
    system=st.none() | TEXT,
    options=st.dictionaries(st.text(max_size=5), JSON, max_size=3),
    think=THINK,
    format=FORMAT,
    keep_alive=st.none() | st.floats(-1, 1e6),
    truncate=st.booleans(),
    removed=st.lists(TEXT, max_size=3),
    tags=st.lists(TEXT, max_size=3),
    source=st.dictionaries(st.text(max_size=5), JSON, max_size=2),
    messages=st.lists(messages, max_size=4).map(lambda ms: {m.id: m for m in ms}),
    extra=UNKNOWN,
)


def whole(session: Session) -> bytes:
    """The bytes of a session's file."""
    entries = map(entry_of, session.messages.values())
    return b"".join(chunks(fields_of(session), entries))


@given(sessions)
def test_a_session_comes_back_as_it_was(session: Session) -> None:
    """Unknown fields, half surrogates, U+2028 and all."""
    data = whole(session)
    fields, entries = split(data)
    back = session_from(fields, "s", [entry.message for entry in entries.values()])
    assert back == session
    assert b"".join(chunks(fields_of(back), entries.values())) == data
    assert split_opening(data) == (fields, len(entries))
    read = json.loads(data)
    assert read["version"] == 1
    assert len(read["messages"]) == len(session.messages)


@given(sessions)
def test_the_layout_of_the_json_does_not_matter(session: Session) -> None:
    data = whole(session)
    pretty = json.dumps(json.loads(data), indent=2).encode()
    assert split(pretty)[0] == split(data)[0]
    theirs, ours = split(pretty)[1], split(data)[1]
    assert [e.message for e in theirs.values()] == [e.message for e in ours.values()]


@given(
    st.dictionaries(
        st.sampled_from([*sorted(fields_of(Session())), "new"]), JSON, max_size=8
    )
)
def test_reading_a_session_never_fails_and_loses_nothing_unknown(
    data: dict[str, Any],
) -> None:
    back = fields_of(session_from(data, "s"))
    assert back["id"] == "s"
    if "new" in data:
        assert back["new"] == data["new"]


@given(
    st.dictionaries(
        st.sampled_from(
            [
                *sorted(message_to(Message("", None, "user", "", ""))),
                "usage",
                "request",
                "attachments",
                "tool_calls",
                "thinking",
                "new",
            ]
        ),
        JSON,
        max_size=8,
    )
)
def test_a_message_with_wrong_fields_keeps_them(data: dict[str, Any]) -> None:
    data |= {"id": "m", "role": "assistant"}
    back = message_to(message_from(data))
    for name, value in data.items():
        if value is not None and name in ("thinking", "new", "text", "status"):
            assert back.get(name, "") == value


def test_a_known_field_of_the_wrong_type_is_kept_until_it_is_set() -> None:
    session = session_from({"title": 5, "pinned": "yes", "options": [1]}, "s")
    assert (session.title, session.pinned, session.options) == ("", False, {})
    assert fields_of(session)["title"] == 5
    session.title = "named"
    assert fields_of(session)["title"] == "named"


def test_a_status_that_is_unknown_is_never_complete() -> None:
    data = {"id": "m", "role": "assistant", "status": "streaming"}
    assert message_from(data).status == "incomplete"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not JSON"),
        (b"\x00" * 40, "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "not an object"),
        (b'{"version": "x"}', "version"),
        (b'{"version": 1, "messages": {}}', "no list"),
        (b'{"version": 1, "messages": ["x"]}', "no object"),
        (b'{"version": 1, "messages": [{"role": "user"}]}', "no id"),
        (b'{"version": 1, "messages": [{"id": "a"}]}', "no role"),
        (
            b'{"version": 1, "messages":'
            b' [{"id": "a", "role": "user"}, {"id": "a", "role": "user"}]}',
            "same id",
        ),
    ],
)
def test_what_is_no_session_is_said_in_words(data: bytes, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        split(data)


def test_a_plain_list_of_messages_is_upgraded() -> None:
    turns = [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "ho"}]
    fields, entries = split(json.dumps({"title": "t", "messages": turns}).encode())
    session = session_from(fields, "s", [e.message for e in entries.values()])
    assert [m.text for m in session.path()] == ["hi", "ho"]


def test_half_a_surrogate_pair_is_written_as_an_escape() -> None:
    assert encode("a\ud800") == b'"a\\ud800"'
    assert decode(encode({"x": "\ud800"})) == {"x": "\ud800"}
