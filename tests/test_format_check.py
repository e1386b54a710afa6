"""Answers are checked against their format while they come."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator, Draft202012Validator

from llmtui.chat.events import Text, Thinking, WasThinking
from llmtui.chat.format_check import FormatCheck
from llmtui.chat.json_schema import AnswerSchema, SchemaError
from llmtui.chat.misfit import Misfit
from tests.support.recording import Recording

PEOPLE = {
    "type": "object",
    "properties": {
        "people": {
            "type": "array",
            "items": {"$ref": "#/$defs/person"},
        },
    },
    "required": ["people"],
    "additionalProperties": False,
    "$defs": {
        "person": {
            "type": "object",
            "properties": {
                "id": {"type": "integer"},
                "name": {"type": "string", "minLength": 1},
                "nick": {"anyOf": [{"type": "string"}, {"type": "null"}]},
                "colour": {"enum": ["red", "green"]},
            },
            "required": ["id", "name"],
        },
    },
}


def check(schema: Any, text: str, cuts: tuple[int, ...] = ()) -> Misfit | None:
    found = FormatCheck(None if schema == "json" else AnswerSchema(schema))
    ends = sorted(cut % (len(text) + 1) for cut in cuts)
    for start, end in zip([0, *ends], [*ends, len(text)], strict=True):
        found.feed(text[start:end])
    return found.end()


def sentence(schema: Any, text: str) -> str:
    found = check(schema, text)
    return found.sentence if found else ""


# -- what it says ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"people": []}', ""),
        ('{"people": [{"id": 1, "name": "Ann", "nick": null}]}', ""),
        ("[]", "$ takes an object, not a list"),
        ('{"people": {}}', "$.people takes a list, not an object"),
        ('{"people": [{"id": "7"}]}', "$.people[0].id takes a whole number, not text"),
        (
            '{"people": [{"id": 1, "name": "x"}, {"id": 2}]}',
            "$.people[1] lacks 'name'",
        ),
        (
            '{"people": [{"id": 1, "name": "x", "colour": "blue"}]}',
            '$.people[0].colour takes "red" or "green", not the text \'blue\'',
        ),
        ('{"people": [], "more": 1}', "$.more is a key that must not be there"),
        ("{}", "$ lacks 'people'"),
        ('{"people": [{"id": 1.5}]}', "$.people[0].id takes a whole number, not 1.5"),
    ],
)
def test_the_first_misfit_and_its_path(text: str, said: str) -> None:
    assert sentence(PEOPLE, text) == said


@pytest.mark.parametrize(
    ("schema", "text", "said"),
    [
        ({"maxItems": 1}, "[1, 2]", "$ is too long"),
        ({"items": {"maximum": 3}}, "[5]", "$[0] is greater than the maximum of 3"),
        ({"minLength": 2}, '"x"', "$ is too short"),
        ({"pattern": "^a"}, '"b"', "$ does not match '^a'"),
        ({"uniqueItems": True}, "[1, 1]", "$ has non-unique elements"),
        ({"anyOf": [{"required": ["a"]}, {"required": ["b"]}]}, "{}", "$ is not valid"),
        ({"type": "boolean"}, "1", "$ takes true or false, not 1"),
        ({"const": True}, "false", "$ takes true, not false"),
    ],
)
def test_a_problem_is_told_of_its_path(schema: Any, text: str, said: str) -> None:
    assert sentence(schema, text).startswith(said)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "it is empty"),
        ("Sure, here", "'Sure' is no value"),
        ('{"a": 1', "it ends in the middle"),
        ('{"a" 1}', "'1' stands where a colon should"),
        ("{'a': 1}", '"\'" stands where a key in double quotes should'),
        ("[1, 2,]", "']' stands where a value should"),
        ('{"a": 1,}', "'}' stands where a key in double quotes should"),
        ("[1] and more", "'a' stands where its end should"),
        ("[01]", "'01' is no value"),
        ("[NaN]", "'NaN' is no value"),
        ('["a\nb"]', "a control character stands in a text as it is"),
        ('["\\x"]', "a text has a backslash that means nothing"),
        ('{"a": 1, "a": 2}', "the key 'a' comes twice"),
        ("[" * 9999, "it is nested more than 200 deep"),
        ("[" + "9" * 9999 + "]", "a number is too long"),
        ("[1e999]", "a number is too large"),
        ("[²]", "'²' stands where a value should"),
        ("}", "'}' stands where a value should"),
    ],
)
def test_what_is_no_json(text: str, why: str) -> None:
    assert sentence("json", text).endswith(f"is no JSON: {why}")


def test_it_is_said_as_soon_as_it_is_certain() -> None:
    found = FormatCheck(AnswerSchema(PEOPLE))
    found.feed('{"people": [{"id": 1, "name": "Ann"}, {"id": "')
    assert found.misfit == ("$.people[1].id", "takes a whole number, not text")
    found.feed("what comes after it does not matter")
    assert found.end() == found.misfit


def test_what_turns_out_to_be_thinking_is_no_part_of_the_answer() -> None:
    found = FormatCheck(AnswerSchema(PEOPLE))
    found.take(Text("Let me see.</think>"))
    assert found.misfit is not None
    found.take(WasThinking())
    assert found.misfit is None
    for event in (Thinking("what"), Text('{"people": '), Text("[]}")):
        found.take(event)
    assert found.end() is None


def test_the_first_one_in_the_text_counts() -> None:
    assert sentence({"items": {"type": "string"}}, "[1, oops]").startswith("$[0] takes")


@pytest.mark.parametrize(
    ("schema", "why"),
    [
        ({"type": "strin"}, "at $.type, "),
        ({"$ref": "#/$defs/nobody"}, "'#/$defs/nobody', which is not in it"),
        ({"$ref": "http://127.0.0.1:9/x.json"}, "which is not in it"),
        ({"pattern": "["}, "at $.pattern, is not a 'regex'"),
        ({"$ref": "#"}, "it refers to itself without end"),
        ({"required": "name"}, "at $.required, "),
        ({"$schema": 3}, "its $schema is no text"),
    ],
)
def test_a_schema_that_is_none_is_refused(schema: Any, why: str) -> None:
    with pytest.raises(SchemaError) as error:
        AnswerSchema(schema)
    assert why in str(error.value)


def test_a_value_in_a_sentence_is_short() -> None:
    long = json.dumps({"people": [{"id": 1, "name": "n", "colour": "x" * 9999}]})
    assert len(sentence(PEOPLE, long)) < 250
    assert len(sentence({"maxItems": 1}, json.dumps(["x" * 500] * 99))) < 250


# -- jsonschema is who says what fits --------------------------------------------------

_names = st.sampled_from(["a", "b", "id", "$x"])
_scalars: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.sampled_from([0.5, 1.0, -0.0, 1e300]),
    st.text(alphabet='ab"\\\n\u2028é\x00😀', max_size=3),
)
_values: st.SearchStrategy[Any] = st.recursive(
    _scalars,
    lambda v: st.lists(v, max_size=3) | st.dictionaries(_names, v, max_size=3),
    max_leaves=8,
)
_types = st.sampled_from(
    ["object", "array", "string", "integer", "number", "boolean", "null"]
)


def _schemas(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    keywords: dict[str, st.SearchStrategy[Any]] = {
        "type": _types | st.lists(_types, min_size=1, max_size=3, unique=True),
        "properties": st.dictionaries(_names, inner, max_size=3),
        "patternProperties": st.dictionaries(
            st.sampled_from(["^a", "b$"]), inner, max_size=1
        ),
        "additionalProperties": inner,
        "propertyNames": inner,
        "required": st.lists(_names, max_size=2, unique=True),
        "minProperties": st.integers(0, 2),
        "items": inner,
        "prefixItems": st.lists(inner, min_size=1, max_size=2),
        "maxItems": st.integers(0, 2),
        "uniqueItems": st.booleans(),
        "contains": inner,
        "enum": st.lists(_values, min_size=1, max_size=3),
        "const": _values,
        "minimum": st.integers(-1, 1),
        "multipleOf": st.sampled_from([2, 0.5]),
        "minLength": st.integers(0, 2),
        "anyOf": st.lists(inner, min_size=1, max_size=2),
        "oneOf": st.lists(inner, min_size=1, max_size=2),
        "allOf": st.lists(inner, min_size=1, max_size=2),
        "not": inner,
        "if": inner,
        "then": inner,
        "else": inner,
        "unevaluatedProperties": st.booleans(),
        "unevaluatedItems": st.booleans(),
        "$ref": st.just("#/$defs/one"),
    }
    picked = st.lists(st.sampled_from(list(keywords)), max_size=4, unique=True)
    return picked.flatmap(
        lambda names: st.fixed_dictionaries({name: keywords[name] for name in names})
    )


_schema_parts: st.SearchStrategy[Any] = st.recursive(
    st.booleans() | st.just({}), _schemas, max_leaves=6
)


def _without_refs(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {n: _without_refs(v) for n, v in schema.items() if n != "$ref"}
    return [_without_refs(v) for v in schema] if isinstance(schema, list) else schema


@pytest.mark.parametrize("kind", [Draft202012Validator, Draft7Validator])
@given(
    _schema_parts.filter(lambda s: isinstance(s, dict)),
    _schema_parts,
    _values,
    st.lists(st.integers(0, 200), max_size=4).map(tuple),
    st.sampled_from([None, 1]),
)
def test_it_agrees_with_jsonschema_however_the_text_is_cut(
    kind: Any,
    schema: Any,
    one: Any,
    value: Any,
    cuts: tuple[int, ...],
    indent: int | None,
) -> None:
    whole = {
        **schema,
        "$schema": kind.META_SCHEMA["$schema"],
        "$defs": {"one": _without_refs(one)},
    }
    text = json.dumps(value, indent=indent, ensure_ascii=indent is None)
    try:
        found = check(whole, text, cuts)
    except SchemaError:
        return  # what is no schema in this dialect
    assert (found is None) == kind(whole).is_valid(value)
    assert found == check(whole, text)


@given(_values, st.lists(st.integers(0, 200), max_size=4).map(tuple))
def test_any_json_is_read_however_it_is_cut(value: Any, cuts: tuple[int, ...]) -> None:
    text = json.dumps(value)
    assert check("json", text, cuts) is None


@given(st.text(alphabet='{}[],:"\\a1-.e tnulrfs', max_size=12))
def test_the_reader_takes_what_python_takes(text: str) -> None:
    def one_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) < len(pairs):
            raise ValueError
        return dict(pairs)

    try:
        json.loads(text, object_pairs_hook=one_each)
    except ValueError:
        assert check("json", text) is not None
    else:
        assert check("json", text) is None


def test_a_token_costs_the_same_at_the_end_of_a_long_answer() -> None:
    looked = 0

    class Counting(AnswerSchema):
        def misfit(self, schema: Any, value: Any, above: Any) -> Misfit | None:
            nonlocal looked
            looked += 1 + (len(value) if isinstance(value, list | dict) else 0)
            return super().misfit(schema, value, above)

    found = FormatCheck(Counting(PEOPLE))
    found.feed('{"people": [')
    for number in range(100):
        found.feed('{"id": 1, "name": "Ann"}, ')
        assert looked <= 10 * (number + 1)


def pieces(recording: Recording) -> Iterator[str]:
    """What a recorded server said, token by token."""
    said = "".join(text for _, text in recording.response["chunks"])
    for line in filter(None, said.split("\n")):
        event = line.removeprefix("data: ").strip()
        if not event.startswith("{"):
            continue
        data = json.loads(event)
        message = data.get("message") or data["choices"][0]["delta"]
        yield message.get("content") or ""


@pytest.mark.parametrize(
    "name", ["chat-schema", "llamacpp-chat-schema", "ollama-v1-chat-schema"]
)
def test_what_real_servers_write_by_a_schema_fits_it(name: str) -> None:
    recording = Recording.load(name)
    body = recording.request["body"]
    schema = body.get("format") or body["response_format"]["json_schema"]["schema"]
    found = FormatCheck(AnswerSchema(schema))
    for piece in pieces(recording):
        found.feed(piece)
        assert found.misfit is None
    assert found.end() is None
