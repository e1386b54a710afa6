"""Exports that can be read anywhere, imports that lose nothing and do nothing twice."""

from __future__ import annotations

import json
import re
import sqlite3
import zipfile
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from llmtui.chat.events import ToolCall
from llmtui.chat.export_formats import EXPORT_FORMATS
from llmtui.chat.message import Message, Sent
from llmtui.chat.session import Session
from llmtui.chat.usage import Usage
from llmtui.files.disk import DISK
from llmtui.places import Places
from llmtui.store.blobs import Blobs
from llmtui.store.formats.exporting import FORMATS, text_of
from llmtui.store.formats.importing import Importer
from llmtui.store.formats.reading import Conversation, conversations
from llmtui.store.session_store import SessionStore
from tests.test_session_format import JSON, sessions

BLOBS = Blobs(Path("/nonexistent"))

SOME = settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def read(folder: Path, data: object, name: str = "c.json") -> list[Conversation]:
    """What is found in a file with this JSON, or with these bytes."""
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else json.dumps(data).encode())
    return list(conversations(path))


def one(folder: Path, data: object) -> Session:
    [found] = read(folder, data)
    assert found.session is not None, found.problem
    return found.session


def tree(session: Session) -> list[tuple[str, str, str]]:
    """Role, text and the text it follows of each message."""
    texts = {i: m.text for i, m in session.messages.items()}
    return [
        (m.role, m.text, texts.get(m.parent or "", "-"))
        for m in session.messages.values()
    ]


# -- out and in ----------------------------------------------------------------------


@SOME
@given(st.lists(sessions, min_size=1, max_size=3))
def test_any_tree_survives_export_and_import(
    tmp_path: Path, several: list[Session]
) -> None:
    several = [
        replace(session, id=f"s{n}")
        for n, session in enumerate(several)
        if session.messages
    ]
    data = "".join(FORMATS["json"](several)).encode()
    found = read(tmp_path, data)
    assert [conversation.session for conversation in found] == several


@SOME
@given(sessions)
def test_any_session_can_be_exported_in_every_format(session: Session) -> None:
    for name in FORMATS:
        text_of(session, name, BLOBS).encode()


def full() -> Session:
    session = Session(id="s", title="A & B", model="m:latest", tags=["x"])
    session.system = "Be <brief>."
    session.add(Message("a", None, "user", "Say *hi*", "2026-10-01T03:04:05Z"))
    session.add(
        Message(
            "b",
            "a",
            "assistant",
            "# Hi\n\n```py\nx < 1\n```\n\n|a|b|\n|-|-:|\n|1|2|",
            "2026-10-01T03:04:06Z",
            thinking="hmm",
            tool_calls=(ToolCall("f", {"x": "<b>"}),),
            usage=Usage(eval_count=31, eval_duration=650_000_000),
            request=Sent("m:latest", options={"seed": 1}),
            status="stopped",
        )
    )
    session.add(Message("c", "b", "user", "secret", "2026", excluded=True))
    session.add(Message("d", "c", "assistant", "", "2026", erased=True))
    return session


def test_markdown_and_text() -> None:
    text = text_of(full(), "md", BLOBS)
    assert text.startswith("# A & B\n\n*m · ")
    assert "## system\n\nBe <brief>.\n" in text
    assert "## m (stopped)\n\n<details><summary>thinking</summary>\n\nhmm\n" in text
    assert '\n    f({"x": "<b>"})\n' in text
    assert "## you (left out)\n\nsecret\n" in text
    assert "(taken out)" in text
    plain = text_of(full(), "text", BLOBS)
    assert plain.startswith("A & B\n=====\n")
    assert "\nyou:\nSay *hi*\n" in plain


class Page(HTMLParser):
    """What stands in a page that could do something."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: dict[str, int] = {}
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] = self.tags.get(tag, 0) + 1
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data


HARMLESS = {
    *("html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "h4", "h5"),
    *("h6", "p", "article", "div", "details", "summary", "pre", "code", "em", "strong"),
    *("a", "ul", "ol", "li", "blockquote", "hr", "br", "s", "table", "thead", "tbody"),
    *("tr", "th", "td"),
}


def harmless(page: str) -> Page:
    """Nothing in it runs, loads or hides."""
    found = Page(page)
    assert found.tags.keys() <= HARMLESS
    for name, value in found.attributes:
        assert not name.startswith("on")
        assert name != "style", "the policy refuses it"
        assert name not in ("src", "srcset", "action", "formaction", "srcdoc", "id")
        if name == "href":
            assert not re.match(r"\s*(javascript|data|vbscript|file):", value, re.I)
    return found


def test_html_has_everything_and_may_do_nothing() -> None:
    page = text_of(full(), "html", BLOBS)
    found = harmless(page)
    [policy] = [v for n, v in found.attributes if n == "content" and "default" in v]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert "prefers-color-scheme: dark" in page
    assert found.tags["table"] == 1
    assert '<td class="right">2</td>' in page
    assert found.tags["style"] == 1
    # system prompt, thinking, tool call, statistics
    assert found.tags["details"] == 4
    for words in ("31 tokens", "seed 1", "hmm", "A & B", "Be <brief>.", "x < 1"):
        assert words in found.text
    assert "http" not in page.partition("</style>")[0].replace("http-equiv", "")


HOSTILE = [
    "<script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "![a](http://evil/x.png)",
    "![a](data:image/svg+xml;base64,AAAA)",
    "[a](javascript:alert(1)) [b](JaVaScRiPt:alert(1)) <javascript:alert(1)>",
    '[a](http://x" onclick="alert(1))',
    "[a](data:text/html,<script>alert(1)</script>)",
    '```"><script>alert(1)</script>\nx\n```',
    "<iframe src=//evil>",
    "\u202egnp.exe \x1b[2J \x00 \ufeff",
    "> " * 3000 + "deep",
    "[" * 5000,
    "&lt;script&gt; &#60;script&#62;",
    '<svg/onload=alert(1)> <base href="//evil">',
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_does_nothing_in_a_page(text: str) -> None:
    session = Session(id="s", title=text, model=text, system=text, tags=[text])
    session.add(Message("a", None, "user", text, "2026"))
    call = ToolCall(text, {text: text})
    sent = Sent(text, host=text, options={text: text})
    usage = Usage(eval_count=1)
    reply = Message("b", "a", "assistant", text, text, thinking=text, request=sent)
    session.add(replace(reply, tool_calls=(call,), usage=usage, name=text))
    page = text_of(session, "html", BLOBS)
    harmless(page)
    assert not re.search("[\u202e\ufeff\x1b\x00]", page)


@given(st.text(st.sampled_from("<>\"'&`[]()!:/javscriptonld= \n*_|#")))
def test_no_text_gets_out_of_its_place(text: str) -> None:
    session = Session(id="s", title=text)
    session.add(Message("a", None, "user", text, "2026", thinking=text))
    harmless(text_of(session, "html", BLOBS))


# -- ChatGPT -------------------------------------------------------------------------


def node(
    name: str, parent: str | None, role: str = "", text: str = "", **more: Any
) -> dict[str, Any]:
    content = more.pop("content", {"content_type": "text", "parts": [text]})
    message = {
        "id": name,
        "author": {"role": role, "name": None, "metadata": {}},
        "create_time": more.pop("time", None),
        "content": content,
        "status": "finished_successfully",
        "metadata": more.pop("metadata", {}),
        "recipient": "all",
    }
    return {"id": name, "message": message if role else None, "parent": parent}


def chatgpt() -> dict[str, Any]:
    hidden = {"is_visually_hidden_from_conversation": True}
    gpt = {"model_slug": "gpt-4o"}
    thoughts = {"content_type": "thoughts", "thoughts": [{"content": "let me see"}]}
    pictures = {
        "content_type": "multimodal_text",
        "parts": [{"content_type": "image_asset_pointer"}, "What is this?"],
    }
    nodes = [
        node("tip", "think", "assistant", "It is B.", time=1700000060.5, metadata=gpt),
        node("root", None),
        node("sys", "root", "system", "", metadata=hidden),
        node("q", "sys", "user", "Q", time=1700000000.25),
        node("a1", "q", "assistant", "A1", time=1700000010, metadata=gpt),
        node("a2", "q", "assistant", "A2", time=1700000020, metadata=gpt),
        node("pic", "a2", "user", time=1700000050, content=pictures),
        node("think", "pic", "assistant", content=thoughts),
        node("recap", "tip", "assistant", content={"content_type": "reasoning_recap"}),
    ]
    return {
        "title": "Letters",
        "create_time": 1700000000.0,
        "update_time": 1700000061.0,
        "mapping": {one["id"]: one for one in nodes},
        "current_node": "recap",
        "conversation_id": "c-1",
    }


def test_a_conversation_of_chatgpt_keeps_its_branches(tmp_path: Path) -> None:
    session = one(tmp_path, [chatgpt()])
    assert session.title == "Letters"
    assert session.created == "2023-11-14T22:13:20.000000Z"
    assert session.model == "gpt-4o"
    assert sorted(tree(session)) == [
        ("assistant", "A1", "Q"),
        ("assistant", "A2", "Q"),
        ("assistant", "It is B.", "[image]\n\nWhat is this?"),
        ("user", "Q", "-"),
        ("user", "[image]\n\nWhat is this?", "A2"),
    ]
    assert [m.text for m in session.path()][-1] == "It is B."
    assert session.path()[-1].thinking == "let me see"
    assert session.path()[-1].model == "gpt-4o"
    assert session.siblings(session.path()[1].id)[0].text == "A1"
    assert session.source == {"format": "chatgpt", "id": "c-1"}


# -- Claude --------------------------------------------------------------------------


def claude(*, branched: bool = True) -> dict[str, Any]:
    zeros = "00000000-0000-4000-8000-000000000000"
    said = [
        ("h1", zeros, "human", [{"type": "text", "text": "Hi"}], "10:00:00"),
        ("r1", "h1", "assistant", [{"type": "text", "text": "Hello"}], "10:00:05"),
        ("h2", zeros, "human", [{"type": "text", "text": "Hi again"}], "10:01:00"),
        (
            "r2",
            "h2",
            "assistant",
            [
                {"type": "thinking", "thinking": "think"},
                {"type": "text", "text": "Look:"},
                {"type": "tool_use", "id": "t", "name": "repl", "input": {"code": "1"}},
                {"type": "tool_result", "content": [{"type": "text", "text": "one"}]},
                {"type": "text", "text": "Done."},
            ],
            "10:01:05",
        ),
    ]
    messages = [
        {
            "uuid": name,
            "text": "",
            "content": blocks,
            "sender": sender,
            "created_at": f"2026-03-01T{time}.000000Z",
            "attachments": [{"file_name": "n.txt", "extracted_content": "pasted"}]
            if name == "h2"
            else [],
            "files": [{"file_name": "p.png"}] if name == "h2" else [],
            **({"parent_message_uuid": parent} if branched else {}),
        }
        for name, parent, sender, blocks, time in said
    ]
    return {
        "uuid": "u-1",
        "name": "Greetings",
        "created_at": "2026-03-01T10:00:00.000000Z",
        "updated_at": "2026-03-01T10:05:00.000000Z",
        "chat_messages": messages,
    }


def test_a_conversation_of_claude_keeps_its_branches(tmp_path: Path) -> None:
    session = one(tmp_path, [claude()])
    prompt, reply = session.path()
    assert prompt.text == "Hi again\n\nn.txt\n```\npasted\n```\n\n[p.png]"
    assert reply.text == "Look:\n\n```\none\n```\n\nDone."
    assert reply.thinking == "think"
    assert reply.tool_calls == (ToolCall("repl", {"code": "1"}, "t"),)
    assert session.siblings(prompt.id)[0].text == "Hi"
    assert session.updated == "2026-03-01T10:05:00.000000Z"


def test_an_older_export_of_claude_is_one_line(tmp_path: Path) -> None:
    session = one(tmp_path, [claude(branched=False)])
    assert [m.role for m in session.path()] == ["user", "assistant"] * 2


# -- oterm, parllama -----------------------------------------------------------------


def oterm(path: Path, *, old: bool = False) -> None:
    with sqlite3.connect(path) as database:
        more = "" if old else ', "tools" TEXT DEFAULT "[]", "type" TEXT DEFAULT "chat"'
        images = "" if old else ', "images" TEXT DEFAULT "[]"'
        database.executescript(
            f"""
            CREATE TABLE "chat" ("id" INTEGER PRIMARY KEY AUTOINCREMENT, "name" TEXT,
                "model" TEXT NOT NULL, "system" TEXT, "format" TEXT,
                "parameters" TEXT DEFAULT "{{}}", "keep_alive" INTEGER{more});
            CREATE TABLE "message" ("id" INTEGER PRIMARY KEY AUTOINCREMENT,
                "chat_id" INTEGER NOT NULL, "author" TEXT NOT NULL,
                "text" TEXT NOT NULL{images});
            INSERT INTO chat(name, model, system, format, parameters) VALUES
                ('chat #1', 'llama3', 'Be kind.', '', '{{"temperature": 0.5, "x": 1}}'),
                ('empty', 'llama3', NULL, '', NULL);
            INSERT INTO message(chat_id, author, text) VALUES
                (1, 'me', 'Hi'), (1, 'ollama', 'Hello'),
                (1, 'user', 'More'), (1, 'assistant', 'Here');
            """
        )
        if not old:
            database.execute("UPDATE message SET images = '[\"abc\"]' WHERE id = 3")
    database.close()


@pytest.mark.parametrize("old", [False, True])
def test_the_store_of_oterm(tmp_path: Path, old: bool) -> None:
    path = tmp_path / "store.db"
    oterm(path, old=old)
    before = path.read_bytes()
    found, empty = conversations(path)
    session = found.session
    assert session is not None
    assert [m.text.partition("\n")[0] for m in session.path()] == [
        "Hi",
        "Hello",
        "More",
        "Here",
    ]
    assert [m.role for m in session.path()] == ["user", "assistant"] * 2
    assert ("[image]" in session.path()[2].text) is not old
    assert (session.system, session.options) == ("Be kind.", {"temperature": 0.5})
    assert empty == Conversation("empty", None, "it has no messages")
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.glob("store*")] == ["store.db"]


def test_another_database_is_none_of_oterms(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE t (x)")
    database.close()
    [found] = conversations(path)
    assert "no store of oterm's" in found.problem


@pytest.mark.parametrize("old", [False, True])
def test_a_chat_of_parllama(tmp_path: Path, old: bool) -> None:
    messages = [
        {"message_id" if old else "id": "message_id", "role": role, "content": text}
        for role, text in (("system", "S"), ("user", "Hi"), ("assistant", "Hello"))
    ]
    names = {"session_id": "p", "session_name": "N", "llm_model_name": "phi"}
    if not old:
        config = {"provider": "Ollama", "model_name": "phi", "temperature": 0.5}
        names = {"id": "p", "name": "N", "llm_config": config, "__key__": None}  # type: ignore[dict-item]
    updated = "2024-08-01T10:00:00.123456+00:00"
    session = one(tmp_path, {**names, "last_updated": updated, "messages": messages})
    assert [m.text for m in session.path()] == ["S", "Hi", "Hello"]
    assert (session.title, session.model) == ("N", "phi")
    assert session.updated == "2024-08-01T10:00:00.123456Z"
    assert session.path()[-1].model == "phi"


def test_an_encrypted_chat_says_so(tmp_path: Path) -> None:
    [found] = read(tmp_path, {"llm_config": {}, "__key__": "x", "messages": []})
    assert found.problem == "it is encrypted"


# -- all kinds -----------------------------------------------------------------------


@pytest.fixture
def importer(places: Places) -> Importer:
    return Importer(places, DISK)


def states(importer: Importer, *files: Path, write: bool = True) -> list[str]:
    act = importer.write if write else importer.look
    return [item.state for item in act(files)]


def everything(tmp_path: Path) -> list[Path]:
    own = {"messages": [{"role": "user", "content": "plain"}]}
    made = []
    for name, data in (("gpt", [chatgpt()]), ("claude", [claude()]), ("own", own)):
        made.append(tmp_path / f"{name}.json")
        made[-1].write_text(json.dumps(data))
    made.append(tmp_path / "store.db")
    oterm(made[-1])
    return made


def test_an_import_looks_first_and_may_be_repeated(
    importer: Importer, places: Places, tmp_path: Path
) -> None:
    files = everything(tmp_path)
    expected = ["new", "new", "new", "new", "broken"]
    assert states(importer, *files, write=False) == expected
    assert not places.sessions.exists() or not list(places.sessions.glob("*.json"))
    assert states(importer, *files) == expected
    names = sorted(path.name for path in places.sessions.glob("*.json"))
    assert len(names) == 4
    store = SessionStore(places)
    before = {name: (places.sessions / name).read_bytes() for name in names}
    assert states(importer, *files) == ["known"] * 4 + ["broken"]
    assert before == {n: (places.sessions / n).read_bytes() for n in names}
    assert len(store.summaries()) == 4


def test_what_was_said_since_is_added(
    importer: Importer, places: Places, tmp_path: Path
) -> None:
    file = tmp_path / "gpt.json"
    data = chatgpt()
    later = data["mapping"].pop("tip")
    file.write_text(json.dumps([data]))
    assert states(importer, file) == ["new"]
    [summary] = SessionStore(places).summaries()
    data["mapping"]["tip"] = later
    data["title"] = "Renamed there"
    file.write_text(json.dumps([data]))
    assert states(importer, file, write=False) == ["more"]
    assert states(importer, file) == ["more"]
    assert states(importer, file) == ["known"]
    session = SessionStore(places).open(summary.id)
    assert "It is B." in [m.text for m in session.messages.values()]
    assert session.title == "Letters"


def test_what_was_deleted_here_does_not_come_back(
    importer: Importer, places: Places, tmp_path: Path
) -> None:
    file = tmp_path / "c.json"
    file.write_text(json.dumps([claude()]))
    states(importer, file)
    store = SessionStore(places)
    [summary] = store.summaries()
    store.trash(summary.id)
    assert states(importer, file) == ["known"]
    assert store.summaries() == []


def test_one_bad_conversation_does_not_stop_the_rest(
    importer: Importer, tmp_path: Path
) -> None:
    file = tmp_path / "c.json"
    bad: list[Any] = [{"mapping": {}}, 5, None, [], {"chat_messages": [3]}, {"x": 1}]
    file.write_text(json.dumps([*bad, claude(), chatgpt(), claude()]))
    assert states(importer, file) == ["broken"] * 6 + ["new", "new", "known"]
    whole = json.dumps([claude(), chatgpt()])
    file.write_text(whole[:-30])
    assert states(importer, file) == ["known", "broken"]


def test_the_archive_they_send_can_be_given_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("user.json", "{}")
        archive.writestr("data/conversations.json", json.dumps([chatgpt()]))
    [found] = conversations(path)
    assert found.title == "Letters"
    path.write_bytes(path.read_bytes()[:100])
    [found] = conversations(path)
    assert "archive" in found.problem


def test_a_damaged_archive_is_one_broken_conversation(tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    for method in (zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        with zipfile.ZipFile(path, "w", method) as archive:
            archive.writestr("conversations.json", json.dumps([chatgpt()] * 20))
        data = bytearray(path.read_bytes())
        start = data.index(b"conversations.json") + len("conversations.json")
        for at in range(start + 2, start + 40):
            data[at] ^= 0x5A
        path.write_bytes(data)
        [found] = conversations(path)
        assert "archive" in found.problem, method


@pytest.mark.parametrize(
    ("text", "words"),
    [("[" * 200_000, "nested too deeply"), ("1" * 5_000, "a number in it is too long")],
)
def test_the_limits_of_the_reader_are_told_in_words(
    tmp_path: Path, text: str, words: str
) -> None:
    path = tmp_path / "c.json"
    path.write_text(text)
    [found] = conversations(path)
    assert words in found.problem


NAMES = ["mapping", "chat_messages", "messages", "title", "name", "id", "version"]
SHAPES = st.dictionaries(st.sampled_from(NAMES), JSON)


@SOME
@given(st.lists(SHAPES | JSON, max_size=3), st.data())
def test_nothing_that_is_read_stops_an_import(
    tmp_path: Path, found: list[Any], data: st.DataObject
) -> None:
    """Also a good one in which any part holds something else."""
    whole = data.draw(st.sampled_from([chatgpt(), claude()]))
    places: list[tuple[Any, Any]] = []

    def walk(value: Any) -> None:
        keys = value if isinstance(value, dict) else range(len(value))
        for key in keys:
            places.append((value, key))
            if isinstance(value[key], dict | list):
                walk(value[key])

    walk(whole)
    inside, key = data.draw(st.sampled_from(places))
    inside[key] = data.draw(JSON)
    for conversation in read(tmp_path, [*found, whole]):
        assert (conversation.session is None) == bool(conversation.problem)


@SOME
@given(
    st.binary(max_size=60)
    | st.sampled_from([b"[", b"[{},", b'[{"a":1}', b"PK\x03\x04"])
)
def test_any_bytes_can_be_given(tmp_path: Path, data: bytes) -> None:
    for conversation in read(tmp_path, data):
        assert conversation.session is None or conversation.session.messages


def test_ids_are_those_of_the_source(tmp_path: Path) -> None:
    first, again = one(tmp_path, [chatgpt()]), one(tmp_path, [chatgpt()])
    assert first == again
    assert re.fullmatch(r"20231114T221320000-[0-9a-f]{16}", first.id)


def test_every_format_that_is_offered_is_made() -> None:
    assert EXPORT_FORMATS.keys() == FORMATS.keys()
