"""Unsent text, one small file for each session and one for the new one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from llmtui.chat.lenient import as_mappings, as_text
from llmtui.chat.message import Attachment
from llmtui.chat.pasted import Spans
from llmtui.files.disk import make_folder
from llmtui.files.errors import why
from llmtui.files.reading import read_file
from llmtui.files.writing import replace_file
from llmtui.store.codec.messages import attachment_from, attachment_to
from llmtui.store.errors import Unreadable, unreadable
from llmtui.store.file_format import decode, encode

NEW = ".new"
"""The name of the draft of a session that has no file yet; no session's id."""
_SUFFIX = ".draft"
_PLAIN, _PLAIN_NEW = ".txt", "new"
"""Version 0.1 kept the text alone: it is read, and replaced by the next save."""


class Draft(NamedTuple):
    """What stands in the input."""

    text: str = ""
    id: str = ""
    """That of the prompt which it becomes: a draft whose prompt is found in its
    session, or in line, was sent just before the program ended."""
    session: str = ""
    """The session that a ``NEW`` draft was written in."""
    taken: str = ""
    """The id of a waiting prompt that is in ``text`` now, and no longer in line."""
    pasted: Spans = ()
    """Which passages of ``text`` the input shows as marks."""
    attachments: tuple[Attachment, ...] = ()
    """What is attached to it."""

    @property
    def is_empty(self) -> bool:
        return not (self.text or self.attachments)


_TEXTS = ("text", "id", "session", "taken")


class Drafts:
    """Kept as they are typed: cheap to write, never in the way."""

    def __init__(
        self,
        folder: Path,
        set_aside: Callable[[Path, OSError], None] = lambda path, error: None,
    ) -> None:
        """``set_aside`` is told of files that cannot be read, before they could be
        written over."""
        self._folder = folder
        self._set_aside = set_aside
        self._encoded: dict[str, bytes] = {}
        """What was pasted, as JSON: encoding 5 MB after each word takes too long."""

    def names(self) -> set[str]:
        """What the drafts that there are are called."""
        paths = list(self._folder.iterdir()) if self._folder.is_dir() else []
        plain = {path.stem for path in paths if path.suffix == _PLAIN}
        names = {NEW if name == _PLAIN_NEW else name for name in plain}
        return names | {path.stem for path in paths if path.suffix == _SUFFIX}

    def load(self, name: str) -> Draft:
        """The draft called ``name`` (a session's id or ``NEW``).

        One that cannot be read is set aside, and counts as empty.
        """
        path = self._path(name)
        try:
            return _draft(decode(read_file(path)))
        except FileNotFoundError:
            return self._load_plain(name)
        except OSError as error:
            self._set_aside(path, unreadable(error))
        return Draft()

    def save(self, name: str, draft: Draft) -> str:
        """Keep a draft; an empty one goes. Returns why that failed, or ""."""
        path = self._path(name)
        try:
            if draft.is_empty:
                path.unlink(missing_ok=True)
            else:
                make_folder(self._folder)
                replace_file(path, self._chunks(draft), durable=False)
            self._plain_path(name).unlink(missing_ok=True)
        except OSError as error:
            return f"the draft is not kept: {why(error, path)}"
        return ""

    def _chunks(self, draft: Draft) -> Iterator[bytes]:
        """A draft's file; its text is put together of encoded pieces."""
        known, self._encoded = self._encoded, {}
        yield b'{"text":"'
        at = 0
        for start, end in draft.pasted:
            yield _inside(draft.text[at:start])
            passage, at = draft.text[start:end], end
            inside = known.get(passage) or _inside(passage)
            self._encoded[passage] = inside
            yield inside
        yield _inside(draft.text[at:])
        others = {k: v for k, v in draft._asdict().items() if k != "text"}
        others["attachments"] = [attachment_to(one) for one in draft.attachments]
        yield b'",' + encode(others)[1:] + b"\n"

    def _load_plain(self, name: str) -> Draft:
        path = self._plain_path(name)
        try:
            return Draft(read_file(path).decode("utf-8", "replace"))
        except FileNotFoundError:
            pass
        except OSError as error:
            self._set_aside(path, unreadable(error))
        return Draft()

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}{_SUFFIX}"

    def _plain_path(self, name: str) -> Path:
        return self._folder / f"{_PLAIN_NEW if name == NEW else name}{_PLAIN}"


def _draft(data: Any) -> Draft:
    """Raises ``Unreadable`` for what is not all understood, since it is written over
    with what is."""
    if not isinstance(data, dict) or not isinstance(data.get("text"), str):
        raise Unreadable("it is no draft")
    texts: dict[str, Any] = {f: as_text(data.get(f)) for f in _TEXTS}
    attached = as_mappings(data.get("attachments"))
    return Draft(
        **texts,
        pasted=_spans(data.get("pasted"), len(texts["text"])),
        attachments=tuple(map(attachment_from, attached)),
    )


def _inside(text: str) -> bytes:
    """A text in JSON, without its quotes."""
    return encode(text)[1:-1]


def _spans(value: object, length: int) -> Spans:
    """Pairs of places in a text, in order; what is none is passed over."""
    found, at = [], 0
    for pair in value if isinstance(value, list) else ():
        if isinstance(pair, list) and [type(place) for place in pair] == [int, int]:
            start, end = pair
            if at <= start < end <= length:
                found.append((start, end))
                at = end
    return tuple(found)
