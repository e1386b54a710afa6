"""The inline parser: markdown-it's rules, each asked only where it can apply.

By itself markdown-it asks a dozen rules at every mark of a text, so that a text of
nothing but marks takes ten times as long as one of words. To be imported where it is
needed: markdown-it must not weigh on the start.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline import StateInline

Rule = Callable[[StateInline, bool], bool]

_BEGINS_WITH = {
    "newline": "\n",
    "backslashes": "\\",
    "formula": "\\$",
    "escape": "\\",
    "backticks": "`",
    "strikethrough": "~",
    "emphasis": "*_",
    "note": "[",
    "link": "[",
    "image": "!",
    "autolink": "<",
    "tag": "<",
    "entity": "&",
}
"""The marks at which a rule is asked; all other rules begin within words."""


class InlineParser(ParserInline):
    """Takes the rules of a parser that is set up, in the order they have there."""

    def __init__(self, parser: MarkdownIt) -> None:
        super().__init__()
        self.ruler, self.ruler2 = parser.inline.ruler, parser.inline.ruler2
        names = self.ruler.get_active_rules()
        rules = dict(zip(names, self.ruler.getRules(""), strict=True))
        self._in_words = [rules[name] for name in names if name not in _BEGINS_WITH]
        marks = filter(self.terminator_re.match, map(chr, range(128)))
        self._at: dict[str, Sequence[Rule]] = {
            mark: [rules[n] for n in names if mark in _BEGINS_WITH.get(n, "")]
            for mark in marks
        }

    def tokenize(self, state: StateInline) -> None:
        """Give the tokens of the part of the text that ``state`` stands for."""
        end, source = state.posMax, state.src
        may_nest = state.level < state.md.options["maxNesting"]
        while state.pos < end:
            mark = source[state.pos]
            rules = self._at.get(mark, self._in_words) if may_nest else ()
            for rule in rules:
                if rule(state, False):
                    break
            else:
                state.pending += mark
                state.pos += 1
        if state.pending:
            state.pushPending()

    def skipToken(self, state: StateInline) -> None:  # noqa: N802
        """Go behind one token, without a look at what it is."""
        at, kept = state.pos, state.cache
        if at in kept:
            state.pos = kept[at]
            return
        if state.level >= state.md.options["maxNesting"]:
            state.pos = state.posMax
        else:
            state.level += 1
            for rule in self._at.get(state.src[at], self._in_words):
                if rule(state, True):
                    break
            else:
                state.pos += 1
            state.level -= 1
        kept[at] = state.pos
