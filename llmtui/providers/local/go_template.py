"""Chat templates in Go's language, as Ollama's manifests bring them, said in Jinja.

llmtui's engine speaks Jinja, so a template is converted, with what Ollama does
before it renders one (``template/template.go``): system messages are gathered,
messages of one role in a row are joined, and a template that knows no list of
messages is rendered turn by turn.

All text goes into the Jinja as string literals, so nothing in it can be a tag and no
rule about blanks applies.
"""

from __future__ import annotations

import re

from llmtui.providers.local.go_syntax import (
    Block,
    Field,
    Node,
    Output,
    Pipeline,
    fields,
    parse,
    walk,
)
from llmtui.providers.local.go_tokens import TemplateError
from llmtui.providers.local.jinja_writer import Writer


def capabilities(template: str) -> frozenset[str]:
    """What a template knows: ``tools``, ``insert``, ``thinking``.

    >>> sorted(capabilities("{{ if .Tools }}{{ end }}<think>{{ .Thinking }}</think>"))
    ['thinking', 'tools']
    """
    found = set()
    if re.search(r"\.Tools\b", template):
        found.add("tools")
    if re.search(r"\.Suffix\b", template):
        found.add("insert")
    if re.search(r"\.Think(ing|Level)?\b", template):
        found.add("thinking")
    return frozenset(found)


def knows_answers(template: str) -> bool:
    """Whether it can tell a model what its tools answered."""
    marks = ('eq .Role "tool"', "tool_response", "TOOL_RESULTS")
    return "ToolCalls" in template and any(mark in template for mark in marks)


def to_jinja(template: str) -> str:
    """The template in Jinja, "" if it cannot be said there.

    >>> to_jinja("{{ template `x` }}")
    ''
    """
    try:
        nodes = parse(template)
        names = {
            name
            for found in walk(nodes)
            if isinstance(found, Field)
            for name in found.names
        }
        if "Messages" in names:
            return _PRELUDE + Writer(_ROOT).nodes(nodes)
        if "Response" not in names:
            nodes = (*nodes, Output(Pipeline(Field(".", ("Response",)))))
        return _PRELUDE + _turn_by_turn(nodes)
    except TemplateError:
        return ""


def _one_line(jinja: str) -> str:
    """Without the blanks that make it readable."""
    return " ".join(jinja.split()).replace("} {", "}{")


_PRELUDE = _one_line(
    """
    {%- set go = namespace(system='', messages=[]) -%}
    {%- set go_tools = tools if tools else [] -%}
    {%- set go_think = enable_thinking is not defined or enable_thinking -%}
    {%- set go_level = reasoning_effort if reasoning_effort is defined else '' -%}
    {%- for message in messages -%}
      {%- set text = message['content'] if message['content'] else '' -%}
      {%- if message['role'] == 'system' -%}
        {%- set go.system = go.system + ('\\n\\n' if go.system else '') + text -%}
      {%- endif -%}
      {%- set last = go.messages[-1] if go.messages else none -%}
      {%- if last and last['role'] == message['role'] and last['role'] != 'tool' -%}
        {%- set text = last['content'] + '\\n\\n' + text -%}
        {%- set go.messages = go.messages[:-1] -%}
      {%- endif -%}
      {%- set thought = message['reasoning_content'] -%}
      {%- set calls = message['tool_calls'] -%}
      {%- set name = message['name'] -%}
      {%- set go.messages = go.messages + [{
        'role': message['role'], 'content': text,
        'thinking': thought if thought else '', 'tool_calls': calls if calls else [],
        'tool_name': name if name else '', 'images': []}] -%}
    {%- endfor -%}
    {%- macro go_text(value) -%}
      {%- if value is string -%}{{- value -}}
      {%- elif value is boolean -%}{{- 'true' if value else 'false' -}}
      {%- elif value is mapping or value is iterable -%}{{- value | tojson -}}
      {%- elif value -%}{{- value -}}
      {%- elif value == 0 -%}{{- '0' -}}
      {%- endif -%}
    {%- endmacro -%}
    """
)
"""What Ollama does before it renders, and how Go prints a value."""

_ROOT = {
    "System": "go.system",
    "Messages": "go.messages",
    "Tools": "go_tools",
    "Think": "go_think",
    "ThinkLevel": "go_level",
    "IsThinkSet": "true",
}
_TURN = {**_ROOT, "System": "system", "Prompt": "prompt", "Response": "response"}
"""What a template that is rendered turn by turn is given."""


def _turn_by_turn(nodes: tuple[Node, ...]) -> str:
    """A template for one turn, rendered for each; of the last all up to the answer."""
    whole = Writer(_TURN).nodes(nodes)
    begun = Writer(_TURN).nodes(_up_to_response(nodes)[0])
    return (
        "{%- macro go_turn(system, prompt, response) -%}" + whole + "{%- endmacro -%}"
        "{%- macro go_last(system, prompt, response) -%}"
        + begun
        + "{%- endmacro -%}"
        + _TURNS
    )


_TURNS = _one_line(
    """
    {%- set now = namespace(system='', prompt='', response='') -%}
    {%- for message in go.messages -%}
      {%- set text = message['content'] -%}
      {%- if message['role'] == 'system' and (now.prompt or now.response)
          or message['role'] == 'user' and now.response -%}
        {{- go_turn(now.system, now.prompt, now.response) -}}
        {%- set now.system = '' -%}
        {%- set now.prompt = '' -%}
        {%- set now.response = '' -%}
      {%- endif -%}
      {%- if message['role'] == 'system' -%}{%- set now.system = text -%}
      {%- elif message['role'] == 'user' -%}{%- set now.prompt = text -%}
      {%- elif message['role'] == 'assistant' -%}{%- set now.response = text -%}
      {%- endif -%}
    {%- endfor -%}
    {{- go_last(now.system, now.prompt, now.response) -}}
    """
)
"""How Ollama renders a template that knows no list of messages."""


def _up_to_response(nodes: tuple[Node, ...]) -> tuple[tuple[Node, ...], bool]:
    """The nodes up to the answer, and whether there is one in them."""
    kept: list[Node] = []
    for node in nodes:
        if isinstance(node, Block):
            body, cut = _up_to_response(node.body)
            otherwise, cut_there = ((), cut) if cut else _up_to_response(node.otherwise)
            node = Block(node.kind, node.pipeline, body, otherwise)
            cut = cut or cut_there
        else:
            cut = isinstance(node, Output) and "Response" in fields(node.pipeline)
        kept.append(node)
        if cut:
            return tuple(kept), True
    return tuple(kept), False
