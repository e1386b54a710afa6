"""Values that nobody expects, as they stand in a file."""

from __future__ import annotations

DEEP = 100_000
"""Brackets in brackets."""

VALUES = (
    "1e999",
    "-1e999",
    "NaN",
    "-Infinity",
    "1" + "0" * 5000,
    "-1",
    "0",
    "1.5",
    "9223372036854775808",
    "true",
    "null",
    '""',
    "[]",
    "{}",
    "[[]]",
    "[null]",
    '[1,"a",{"b":[]}]',
    '{"":null}',
    '{"a":{"b":1}}',
    '"x"',
    '"\\ud800"',
    '"\\u0000"',
    '"\\u001b[2J\\u0007"',
    '"../../../etc/passwd"',
    '"/"',
    '"9999-99-99T99:99:99Z"',
    '"' + "long " * 20_000 + '"',
    "[" * DEEP + "]" * DEEP,
    '{"a":' * DEEP + "1" + "}" * DEEP,
    "nonsense",
    "",
)
"""For JSON."""

TOML_VALUES = (
    "nan",
    "-inf",
    "1e999",
    "1" + "0" * 5000,
    "-1",
    "0",
    "9223372036854775808",
    "true",
    '""',
    '"x"',
    '"\\u0000"',
    '"\\u001b[2J"',
    '"http://[::1"',
    '"http://user:p@ss@host:99999999"',
    '"' + "long " * 20_000 + '"',
    "[]",
    "[1, 'a']",
    "{}",
    "{a = 1}",
    "1979-05-27T07:32:00Z",
    "07:32:00",
    "[" * DEEP + "]" * DEEP,
    "{a=" * DEEP + "1" + "}" * DEEP,
    "nonsense",
    "",
)
