"""Templates in Go's language say in Jinja what Ollama would have made of them."""

from __future__ import annotations

import json
import re
from typing import Any

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmtui.providers.local.go_syntax import parse
from llmtui.providers.local.go_template import capabilities, knows_answers, to_jinja
from llmtui.providers.local.go_tokens import TemplateError

Message = dict[str, Any]

SYSTEM: Message = {"role": "system", "content": "Be kind."}
HI: Message = {"role": "user", "content": "Hi"}
HELLO: Message = {"role": "assistant", "content": "Hello."}
BYE: Message = {"role": "user", "content": "Bye"}


def render(template: str, messages: list[Message], **more: Any) -> str:
    """As llama.cpp renders: blanks beside blocks go, loops can be left."""
    jinja = to_jinja(template)
    assert jinja, "not converted"
    environment = jinja2.Environment(
        extensions=["jinja2.ext.loopcontrols"],
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
    )
    environment.filters["tojson"] = lambda value: json.dumps(value, ensure_ascii=False)
    environment.globals["strftime_now"] = lambda form: f"<{form}>"
    return environment.from_string(jinja).render(messages=messages, **more)


def test_a_list_of_messages() -> None:
    template = (
        "{{- range .Messages }}<|im_start|>{{ .Role }}\n{{ .Content }}<|im_end|>\n"
        "{{ end }}<|im_start|>assistant\n"
    )
    assert render(template, [SYSTEM, HI]) == (
        "<|im_start|>system\nBe kind.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n"
        "<|im_start|>assistant\n"
    )


def test_turn_by_turn() -> None:
    """A template without a list of messages; the last answer is left open."""
    template = (
        "{{ if .System }}S:{{ .System }} {{ end }}U:{{ .Prompt }} A:{{ .Response }};"
    )
    assert render(template, [SYSTEM, HI, HELLO, BYE]) == (
        "S:Be kind. U:Hi A:Hello.;U:Bye A:"
    )
    assert render(template, [HI, HELLO]) == "U:Hi A:Hello."
    assert render(template, [HI, SYSTEM, BYE]) == "U:Hi A:;S:Be kind. U:Bye A:"


def test_a_template_that_ends_at_the_prompt() -> None:
    assert render("[INST] {{ .Prompt }} [/INST]", [HI, HELLO, BYE]) == (
        "[INST] Hi [/INST]Hello.[INST] Bye [/INST]"
    )


def test_what_ollama_does_before_it_renders() -> None:
    """System messages are gathered, and neighbours of one role are joined."""
    template = "{{ .System }}|{{ range .Messages }}{{ .Role }}:{{ .Content }};{{ end }}"
    messages = [SYSTEM, HI, BYE, {"role": "system", "content": "Be brief."}]
    assert render(template, messages) == (
        "Be kind.\n\nBe brief.|system:Be kind.;user:Hi\n\nBye;system:Be brief.;"
    )


def test_blanks_beside_actions() -> None:
    template = "a \n {{- range .Messages -}} \n b {{- /* why */ -}} c {{ end -}} \n d"
    assert render(template, [HI]) == "ab" + "c d"
    assert render("{{ .System }}\n\n {{- .System }} {{/* x */}} y", []) == "  y"


TOOL = {
    "type": "function",
    "function": {
        "name": "look",
        "description": "Look at a place.",
        "parameters": {
            "type": "object",
            "properties": {"place": {"type": "string", "description": "Where"}},
        },
    },
}

WITH_TOOLS = """\
{{- if .Tools }}# Tools{{ range .Tools }}
{{ . }}{{ end }}
{{ end }}
{{- range $i, $_ := .Messages }}
{{- $last := eq (len (slice $.Messages $i)) 1 }}
{{- if eq .Role "user" "system" }}{{ $i }}>{{ .Content }}
{{ else if eq .Role "assistant" }}{{ if .Content }}{{ .Content }}
{{- else if .ToolCalls }}<tool_call>
{{- range .ToolCalls }}
{{- with .Function }}{"name": "{{ .Name }}", "arguments": {{ .Arguments }}}{{ end }}
{{- end }}</tool_call>{{ end }}{{ if not $last }}
{{ end }}
{{- else if eq .Role "tool" }}<tool_response>{{ .Content }}</tool_response>
{{ end }}
{{- if and (ne .Role "assistant") $last }}<assistant>{{ if $.Think }}<think>{{ end }}
{{- end }}
{{- end }}"""


def test_tools_and_their_answers() -> None:
    call = {"function": {"name": "look", "arguments": {"place": "Rome"}}}
    messages = [
        HI,
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "content": "sunny"},
        {"role": "tool", "content": "warm"},
    ]
    assert render(WITH_TOOLS, messages, tools=[TOOL], enable_thinking=False) == (
        "# Tools\n"
        + json.dumps(TOOL)
        + '\n0>Hi\n<tool_call>{"name": "look", "arguments": {"place": "Rome"}}'
        "</tool_call>\n"
        "<tool_response>sunny</tool_response>\n<tool_response>warm</tool_response>\n"
        "<assistant>"
    )
    assert render(WITH_TOOLS, [HI]) == "0>Hi\n<assistant><think>"
    # llama.cpp gives arguments as text to templates that cannot take objects.
    text = [{"function": {"name": "look", "arguments": '{"place": 1}'}}]
    messages[1] = {"role": "assistant", "content": "", "tool_calls": text}
    assert '"arguments": {"place": 1}}' in render(WITH_TOOLS, messages)


def test_properties_of_tools() -> None:
    template = (
        "{{ range .Messages }}{{ end }}{{ range .Tools }}{{ .Function.Name }}("
        "{{ range $name, $property := .Function.Parameters.Properties }}"
        "{{ $name }}: {{ $property.Type }}{{ end }}){{ else }}none{{ end }}"
    )
    assert render(template, [], tools=[TOOL]) == "look(place: string)"
    assert render(template, []) == "none"


def test_variables_live_beyond_a_loop() -> None:
    template = (
        '{{ $seen := "no" }}{{ range .Messages }}{{ if eq .Role "user" }}'
        "{{ $seen = .Content }}{{ continue }}{{ end }}{{ break }}{{ end }}{{ $seen }}"
    )
    assert render(template, [HI, HELLO, BYE]) == "Hi"
    shadowed = "{{ $x := 1 }}{{ if true }}{{ $x := 2 }}{{ $x }}{{ end }}{{ $x }}"
    assert render("{{ range .Messages }}{{ end }}" + shadowed, []) == "21"


def test_with_and_functions() -> None:
    template = (
        "{{ with .System }}[{{ . }}]{{ else }}nothing{{ end }}"
        '{{ range .Messages }}{{ printf "%s=%v%%" .Role 3 }}'
        "{{ .Content | json }}{{ end }}"
        '{{ if or (gt (len .Messages) 1) (lt 2 1) }}many{{ end }}{{ currentDate "x" }}'
        "{{ (index .Messages 0).Content }}{{ and .System 0 }}{{ not true }}"
    )
    assert render(template, [SYSTEM, HI]) == (
        '[Be kind.]system=3%"Be kind."user=3%"Hi"many<%Y-%m-%d>Be kind.0false'
    )


@pytest.mark.parametrize(
    "template",
    [
        "{{ define `x` }}{{ end }}",
        "{{ .Prompt",
        "{{ end }}",
        "{{ if .System }}",
        "{{ unknown .Prompt }}",
        "{{ $nobody }}",
        "{{ .Messages | .Role }}",
        '{{ printf "%5d" 3 }}{{ .Prompt }}',
        "{{ range .Messages }}{{ toTypeScriptType . }}{{ end }}",
        "{{ " + "(" * 5000,
    ],
)
def test_what_is_not_understood_is_left(template: str) -> None:
    assert to_jinja(template) == ""


@given(st.text(alphabet='{}%#-"\\\n ab.$é', max_size=40))
def test_any_text_is_printed_as_it_is(text: str) -> None:
    """Whatever stands beside the actions: nothing of it becomes a tag of Jinja."""
    text = re.sub(r"\{(?=\{)", "{ ", text)
    rendered = render("{{ .Prompt }}" + text, [HI, HELLO, BYE])
    assert rendered == f"Hi{text}Hello.Bye{text}"


@given(st.text(alphabet='{}-"`$.|()ifend range/*\n', max_size=60))
def test_no_template_is_an_accident(template: str) -> None:
    try:
        parse(template)
    except TemplateError:
        assert to_jinja(template) == ""


def test_capabilities() -> None:
    assert capabilities(WITH_TOOLS) == {"tools", "thinking"}
    assert knows_answers(WITH_TOOLS)
    assert capabilities("<PRE>{{ .Prompt }}<SUF>{{ .Suffix }}<MID>") == {"insert"}
    assert not knows_answers("{{ .Prompt }}")
