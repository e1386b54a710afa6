"""The colours of code: over the pieces of a long block, and within bounded time."""

from __future__ import annotations

import subprocess
import sys
from time import thread_time

import pytest
from rich.style import Style

from llmtui.markdown.blocks import Blocks
from llmtui.ui.glyphs import UNICODE
from llmtui.ui.widgets.log.render.blocks import render
from llmtui.ui.widgets.log.render.line import Frame, Line
from llmtui.ui.widgets.log.render.palette import Paint, Palette
from llmtui.ui.widgets.log.wholes import Wholes
from tests.support.log_host import LivingReply, LogHost, until

NAMED = Paint(Palette(lambda name: Style.from_meta({"name": name})), UNICODE)
FILL = "x = 1  # a line\n" * 63


def drawn(source: str) -> list[Line]:
    blocks = Blocks(source).all()
    wholes = Wholes(blocks)
    return [
        line
        for at, block in enumerate(blocks)
        for line in render(block, wholes.frame(at, Frame(80)), NAMED)
    ]


def styles(line: Line, word: str) -> str:
    """The style of the segment of a row that holds a word."""
    for text, style, _ in line.segments:
        if word in text and style:
            return str(style.meta["name"])
    raise AssertionError(f"no {word!r} in {line.drawn!r}")


def style_of(source: str, word: str) -> str:
    [line] = [line for line in drawn(source) if word in line.text]
    return styles(line, word)


LONG = {
    "python": ('def f():\n    """Says\n' + "    what\n" * 70, '    HERE\n    """\n'),
    "js": ("/* It says\n" + " * what\n" * 70, " * HERE\n */\n"),
    "c": ("/* It says\n" + " * what\n" * 70, " * HERE\n */\n"),
    "java": ("int x;\n/** It says\n" + " * what\n" * 70, " * HERE\n */\n"),
    "rust": ("/* It says\n" + " * what\n" * 140, " * HERE\n */\n"),
    "html": ("<p>\n<!-- It says\n" + "what\n" * 70, "HERE\n-->\n"),
    "ts": ("const x = `It says\n" + "what\n" * 70, "HERE`;\n"),
    "bash": ("x='It says\n" + "what\n" * 70, "HERE'\n"),
    "css": ("p { x: 1 }\n/* It says\n" + "what\n" * 70, "HERE */\n"),
    "sql": ("select 'It says\n" + "what\n" * 70, "HERE';\n"),
    "ruby": ("x = <<~END\n" + "  if what\n" * 200, "  HERE\nEND\n"),
    "sh": ("cat <<'END' >x\n" + "if what\n" * 200, "HERE\nEND\n"),
    "perl": ('my $x = <<"END";\n' + "if what\n" * 200, "HERE\nEND\n"),
    "terraform": ("x = <<END\n" + "what\n" * 200, "HERE\nEND\n"),
    "lua": ("x = 1\n--[[ It says\n" + "if what\n" * 200, "HERE\n]]\n"),
    "cpp": ('auto x = R"(\n' + "if what\n" * 200, 'HERE\n)";\n'),
    "csharp": ('var x = @"\n' + "if what\n" * 200, 'HERE\n";\n'),
    "coffeescript": ("###\n" + "if what\n" * 200, "HERE\n###\n"),
    "html+jinja": ("{# It says\n" + "what\n" * 200, "HERE\n#}\n"),
}


@pytest.mark.parametrize("language", LONG)
def test_what_spans_pieces_keeps_its_colour(language: str) -> None:
    begin, end = LONG[language]
    source = f"```{language}\n{begin}{end}return = 1\n```"
    assert style_of(source, "HERE") in ("code-comment", "code-string")
    assert style_of(source, "return") not in ("code-comment", "code-string")


def test_a_scalar_of_yaml_keeps_its_colour() -> None:
    text = "a:\n  - b: |\n" + "      k: v\n" * 200 + "      HERE: x\n    after: 1\n"
    source = f"```yaml\n{text}```"
    assert style_of(source, "HERE") == style_of("```yaml\na: |\n  HERE\n```", "HERE")
    assert style_of(source, "after") == style_of("```yaml\nafter: 1\n```", "after")


def test_code_in_code_stays_code() -> None:
    fill = "if (x) return\n" * 200
    source = f"````markdown\n```js\n{fill}x = null\n```\nword\n````"
    assert style_of(source, "null") == "code-number"


@pytest.mark.parametrize(
    "text", ["# cat <<END\nif HERE", "echo '<<END'\nif HERE", "cat <<END\nEND\nif HERE"]
)
def test_not_all_that_looks_like_a_here_document_is_one(text: str) -> None:
    assert style_of(f"```sh\n{text}\n```", "if") == "code-keyword"


def test_php_stays_php() -> None:
    source = "```php\n<?php\n" + "$x = 1;\n" * 70 + "return HERE;\n```"
    assert style_of(source, "return") == "code-keyword"


@pytest.mark.parametrize(
    "text",
    [
        "glob('src/*.js')\nreturn HERE",
        "// see /*\nreturn HERE",
        "/* one */ return HERE",
    ],
)
def test_not_all_that_looks_like_a_comment_is_one(text: str) -> None:
    assert style_of(f"```js\n{text}\n```", "return") == "code-keyword"


def test_a_comment_that_is_open_is_one_already() -> None:
    assert (
        style_of("```js\nx = 1\n/* a comment\nof HERE\n```", "HERE") == "code-comment"
    )


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("perl", "s{ some words of text in a line of code, with nothing else at all"),
        ("java", "foo bar baz qux " * 5),
        ("ruby", "\\" * 70),
        ("raku", "<" * 70),
        ("xml+evoque", "${" * 30),
    ],
)
def test_a_lexer_that_takes_too_long_is_left(language: str, line: str) -> None:
    source = f"```{language}\n" + f"{line}\n" * 300 + "```"
    drawn(f"```{language}\nx\n```")
    begun = thread_time()
    lines = drawn(source)
    assert thread_time() - begun < 0.5
    assert len(lines) >= 301


def test_a_lexer_that_makes_another_one_first_is_not_left() -> None:
    """In a new interpreter, where none has been made."""
    code = """
from llmtui.ui.widgets.log.render.lexing import lex, lexer_of
text = "<p>x</p>\\n<script>\\nlet x = 1;\\n</script>\\n<style>p { x: 1 }</style>\\n"
print(len(lex(lexer_of("html"), text)) > 10)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout == "True\n"


async def test_streamed_code_has_the_colours_of_the_whole() -> None:
    app = LogHost([])
    reply = LivingReply()
    begin, end = LONG["python"]
    async with app.run_test(size=(80, 24)) as pilot:
        app.log_view.appearance.code.lines = 0
        app.log_view.follow(reply)
        for piece, word in (
            (f"```python\n{begin}    fi", " fi"),
            (f"rst\n{end[:9]}", "HER"),
            (end[9:], "HERE"),
            ("return = 1\n```\n", "return = 1"),
        ):
            reply.text_pieces.append(piece)
            await until(pilot, lambda: word in app.page)  # noqa: B023
        layout = app.log_view.window.layout
        rows = [layout.line_at(y) for y in range(layout.rows)]
        lines = [found[1] for found in rows if found]
        [text] = [line for line in lines if "HERE" in line.text]
        [last] = [line for line in lines if "return" in line.text]
        palette = layout.painter.palette
        assert palette["code-string"] in [style for _, style, _ in text.segments]
        assert palette["code-keyword"] in [style for _, style, _ in last.segments]
