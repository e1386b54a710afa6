"""Source code in colours."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from llmtui.markdown.code import language_of
from llmtui.ui.widgets.log.render.lexer_stacks import TooSlow
from llmtui.ui.widgets.log.render.lexing import (
    START,
    has_long_lines,
    lex,
    lexer_of,
)
from llmtui.ui.widgets.log.render.palette import Palette
from llmtui.ui.widgets.log.render.wrap import Runs

if TYPE_CHECKING:
    from pygments.token import _TokenType

    from llmtui.ui.widgets.log.render.lexer_states import LexerStates


@cache
def _styles() -> dict[_TokenType, str]:
    """Kinds of tokens by name; what is missing has the style of its parent."""
    from pygments.token import Token

    return {
        Token: "code",
        Token.Comment: "code-comment",
        Token.Comment.Preproc: "code-keyword",
        Token.Generic.Deleted: "code-deleted",
        Token.Generic.Inserted: "code-inserted",
        Token.Generic.Heading: "code-name",
        Token.Generic.Subheading: "code-comment",
        Token.Generic.Prompt: "code-comment",
        Token.Generic.Output: "code",
        Token.Keyword: "code-keyword",
        Token.Keyword.Constant: "code-number",
        Token.Keyword.Type: "code-type",
        Token.Literal: "code-string",
        Token.Literal.Number: "code-number",
        Token.Name.Attribute: "code-type",
        Token.Name.BuiltinModel: "code-type",
        Token.Name.Class: "code-name",
        Token.Name.Constant: "code-number",
        Token.Name.Decorator: "code-type",
        Token.Name.Exception: "code-type",
        Token.Name.Function: "code-name",
        Token.Name.Tag: "code-keyword",
        Token.Operator: "code-operator",
        Token.Operator.Word: "code-keyword",
        Token.Punctuation: "code-operator",
    }


@cache
def _name(kind: _TokenType) -> str:
    styles = _styles()
    at: _TokenType | None = kind
    while at is not None:
        if name := styles.get(at):
            return name
        at = at.parent
    return "code"


def highlight(
    text: str, info: str, palette: Palette, states: LexerStates | None, piece: int
) -> Runs:
    """Code as runs; plain where the language is unknown or takes too long.

    ``states`` knows where the lexer is before a piece; None where there is but one.
    """
    plain = [(text, palette["code"])]
    language = language_of(info).lower()
    if not language or not text or has_long_lines(text):
        return plain
    lexer = lexer_of(language)
    if lexer is None or (states is not None and states.slow):
        return plain
    state = START if states is None else states.before(piece)
    try:
        tokens = lex(lexer, f"{text}\n", state)
    except TooSlow:
        if states is not None:
            states.slow = True
        return plain
    runs: Runs = []
    last = ""
    for kind, value in tokens:
        name = _name(kind)
        if name == last or (runs and value.isspace()):
            runs[-1] = (runs[-1][0] + value, runs[-1][1])
        else:
            runs.append((value, palette[name]))
            last = name
    if "".join([value for value, _ in runs]) != f"{text}\n":
        return plain
    end, style = runs[-1]
    runs[-1] = end.removesuffix("\n"), style
    return runs
