"""What can be done to the bytes of a file."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

INSERTED = (
    "00",
    "ff",
    "efbbbf",
    "0d",
    "0a",
    "22",
    "7b",
    "5d",
    "2c",
    "5c",
    "eda080",
    "e280a8",
    "1b5b324a",
    "00" * 512,
    "5b" * 3000,
)
"""In hex."""
WHOLE = ("empty", "crlf", "bom", "utf16", "latin1", "zeros", "doubled", "random", "nl")

_SCALAR = re.compile(rb'"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|true|false|null')
_KEY = re.compile(rb'"(\w+)": ?')
_ID = re.compile(rb'"(?:id|parent|head|continues)": ?("(?:[^"\\]|\\.)*"|null)')
_LINE = re.compile(rb"(?m)^[\w.]+ *= *(.+)$")


def _flip(data: bytes, at: int, bits: int) -> bytes:
    found = bytearray(data)
    if at < len(found):
        found[at] ^= bits
    return bytes(found)


def _cut(data: bytes, at: int, count: int) -> bytes:
    return data[:at] + data[at + count :]


def _insert(data: bytes, at: int, what: str) -> bytes:
    return data[:at] + bytes.fromhex(what) + data[at:]


def _put(data: bytes, pattern: re.Pattern[bytes], place: float, value: bytes) -> bytes:
    """Put a value where the last group of a match at a ``place`` of all stands."""
    found = list(pattern.finditer(data))
    if not found:
        return data
    start, end = found[int(place * len(found))].span(pattern.groups)
    return data[:start] + value + data[end:]


def _value(data: bytes, place: float, value: str) -> bytes:
    """Another value in the place of one; every second time of a whole member."""
    if int(place * 1000) % 2:
        return _put(data, _SCALAR, place, value.encode())
    found = list(_KEY.finditer(data))
    if not found:
        return data
    start = found[int(place * len(found))].end()
    return data[:start] + value.encode() + data[start + _length(data[start:]) :]


def _length(data: bytes) -> int:
    """Of the JSON value at the beginning, 0 if there is none."""
    text = data.decode("utf-8", "replace")
    try:
        _, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return 0
    return len(text[:end].encode())


def _same(data: bytes, place: float, other: float) -> bytes:
    """An id is another one: twice the same, a circle, a message of itself."""
    found = _ID.findall(data)
    return _put(data, _ID, place, found[int(other * len(found))]) if found else data


def _without(data: bytes, place: float, _: float) -> bytes:
    """A member less; what stands around it may be none any more."""
    found = list(_KEY.finditer(data))
    if not found:
        return data
    start, end = found[int(place * len(found))].span()
    end += _length(data[end:])
    return data[:start] + data[end + (data[end : end + 1] == b",") :]


def _twice(data: bytes, place: float, other: float) -> bytes:
    """A line twice, somewhere."""
    lines = data.split(b"\n")
    line = lines[int(place * len(lines))]
    lines.insert(int(other * len(lines)), line)
    return b"\n".join(lines)


def _renamed(data: bytes, place: float, other: float) -> bytes:
    """A member has the name of another one."""
    keys = [found.group(1) for found in _KEY.finditer(data)]
    return _put(data, _KEY, place, keys[int(other * len(keys))]) if keys else data


def _utf16(data: bytes) -> bytes:
    return data.decode("utf-8", "replace").encode("utf-16")


_WHOLE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda data: b"",
    "crlf": lambda data: data.replace(b"\n", b"\r\n"),
    "bom": lambda data: b"\xef\xbb\xbf" + data,
    "utf16": _utf16,
    "latin1": lambda data: data.decode("utf-8", "replace").encode("latin1", "replace"),
    "zeros": lambda data: bytes(len(data)),
    "doubled": lambda data: data + data,
    "random": lambda data: bytes(n * n % 251 for n in range(len(data))),
    "nl": lambda data: data + b"\n\n \n",
}

VERBS: dict[str, Callable[[bytes, Any], bytes]] = {
    "flip": lambda data, given: _flip(data, *given),
    "cut": lambda data, given: _cut(data, *given),
    "insert": lambda data, given: _insert(data, *given),
    "value": lambda data, given: _value(data, *given),
    "toml": lambda data, given: _put(data, _LINE, given[0], given[1].encode()),
    "same": lambda data, given: _same(data, *given),
    "without": lambda data, given: _without(data, *given),
    "twice": lambda data, given: _twice(data, *given),
    "renamed": lambda data, given: _renamed(data, *given),
    **{name: lambda data, _, f=f: f(data) for name, f in _WHOLE.items()},  # type: ignore[misc]
}
"""What makes bytes of bytes and an edit's argument."""
