"""Source code in colours."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from llmtui.markdown.code import language_of
from llmtui.ui.widgets.log.render.palette import Palette
from llmtui.ui.widgets.log.render.wrap import Runs

if TYPE_CHECKING:
    from pygments.lexer import Lexer
    from pygments.token import _TokenType

_LONGEST = 1_000
"""A longer line is not worth its colours: some lexers read it again and again."""


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


@lru_cache(64)
def _lexer(language: str) -> Lexer | None:
    """The lexer of a language by one of its names, None if there is none."""
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


def highlight(text: str, info: str, palette: Palette) -> Runs:
    """Code as runs; plain where the language is unknown or the lines are too long."""
    plain = [(text, palette["code"])]
    language = language_of(info).lower()
    if not language or not text or max(map(len, text.split("\n"))) > _LONGEST:
        return plain
    lexer = _lexer(language)
    if lexer is None:
        return plain
    runs: Runs = []
    last = ""
    for kind, value in lexer.get_tokens(text):
        name = _name(kind)
        if name == last or (runs and value.isspace()):
            runs[-1] = (runs[-1][0] + value, runs[-1][1])
        else:
            runs.append((value, palette[name]))
            last = name
    return runs if sum(len(value) for value, _ in runs) == len(text) else plain
