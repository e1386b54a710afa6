"""Texts that are hard to draw, each in its own way: what a model may write when it
goes wrong, and what somebody may have it write."""

from __future__ import annotations

SIZE = 24_000
"""Characters of each."""


def _filled(head: str, line: str, tail: str = "") -> str:
    """``line`` again and again, each with its number in place of ``#``."""
    lines = [head]
    size = number = 0
    while size < SIZE:
        lines.append(line.replace("#", str(number)))
        size += len(lines[-1]) or 1
        number += 1
    return "".join(lines) + tail


def _nested(opening: str, core: str, closing: str) -> str:
    """``core`` within as many of the marks as there is room for."""
    depth = SIZE // (len(opening) + len(closing))
    return opening * depth + core + closing * depth


ODD: dict[str, str] = {
    # One line
    "a word without an end": "z" * SIZE,
    "spaces": " " * SIZE + "x",
    "tabs": "\t" * SIZE + "x",
    "stars": "*" * SIZE,
    "stars and words": _filled("", "*a **b "),
    "underscores": _filled("", "_a__b"),
    "backticks": "`" * SIZE,
    "backticks, longer and longer": "".join("`" * n + " " for n in range(1, 219)),
    "brackets": "[" * SIZE,
    "brackets in pairs": _nested("[", "a", "]"),
    "brackets in many pairs": _filled("", "[" * 20 + "a" + "]" * 20),
    "brackets that are escaped": r"\[" * (SIZE // 2),
    "parentheses that are escaped": r"\(" * (SIZE // 2),
    "links in links": _filled("", "[a [b](c) "),
    "images in images": _filled("", "![a " * 50 + "](b)" * 50),
    "links that do not close": _filled("", "[a]("),
    "images that do not close": _filled("", "![a]("),
    "references to nothing": _filled("", "[a#][b#] "),
    "one label again and again": "[a] " * (SIZE // 4) + "\n\n[a]: https://a.b\n",
    "notes of one number": "[^1]" * (SIZE // 4),
    "an address of a link without an end": "[a](https://a.b/" + "c" * SIZE + ")",
    "addresses": _filled("", "https://example.org/# "),
    "an address without an end": "https://example.org/" + "a(" * (SIZE // 2),
    "dots of www": _filled("", "www."),
    "mail addresses": _filled("", "a.b@c.d@"),
    "tags": _filled("", "<b><i>"),
    "tags that do not close": _filled("", "<a href='"),
    "small letters in small letters": _nested("<sub>", "a", "</sub>"),
    "entities": _filled("", "&amp;&#35;&nope;"),
    "backslashes": "\\" * SIZE,
    "tildes": "~" * SIZE,
    "struck words": "~~a" * (SIZE // 3),
    "dollars": "$" * SIZE,
    "dollars in pairs": "$$ " * (SIZE // 3),
    "prices": _filled("", "$# and "),
    "one formula": "$" + "x_1 + " * (SIZE // 6) + "y$",
    "formulas": _filled("", "$x_#^2$ "),
    "line ends": "\n" * SIZE + "x",
    "carriage returns": "\r" * SIZE,
    "characters without width": "\u200b" * SIZE,
    "directions": "\u202ea\u202c" * (SIZE // 3),
    "emoji of families": "👨‍👩‍👧‍👦" * (SIZE // 7),
    "accents on one letter": "a" + "\u0301" * SIZE,
    "Chinese": "漢字" * (SIZE // 2),
    "Arabic and Latin": _filled("", "שלום abc مرحبا # "),
    "Tamil": "நிகழ்வுகள்" * (SIZE // 10),
    # Containers
    "quotes in quotes": ">" * SIZE + " x",
    "lists in lists": "- " * (SIZE // 2) + "x",
    "numbers in numbers": "1. " * (SIZE // 3) + "x",
    "quotes and lists": "> - " * (SIZE // 4) + "x",
    "a list that goes in": "\n".join(" " * (2 * n) + "- a" for n in range(150)),
    "short items": _filled("", "- \n"),
    "tabs in lists": _filled("", "-\t#\n\t-\tb\n"),
    "an item with code": _filled("- a\n\n", "      code #\n"),
    "tasks": _filled("", "- [ ] #\n"),
    # Leaves
    "headings": _filled("", "# #\n"),
    "one heading": "# " + "*a " * (SIZE // 3),
    "underlined headings": _filled("", "a\n---\n"),
    "rules": _filled("", "***\n"),
    "short paragraphs": _filled("", "a #\n\n"),
    "folds": _filled("", "<details><summary>#</summary>\n\na\n\n</details>\n\n"),
    "fences": _filled("", "```\n"),
    "a fence of one line": "```python\n" + "x = 1; " * (SIZE // 7),
    "a fence that a lexer is slow in": _filled("```perl\n", "s{\n"),
    "a fence of quotes": _filled("```python\n", '"""\n'),
    "a diff": _filled("```diff\n", "-old words #\n+new words #\n"),
    "a diff of one line": (
        "```diff\n-" + "a word " * (SIZE // 14) + "\n+" + "a work " * (SIZE // 14)
    ),
    "a diff of moved words": (
        "```diff\n" + ("-" + "a b c " * 60 + "\n+" + "c a d " * 60 + "\n") * 33
    ),
    "JSON in a line": _filled("```json\n[", '{"key#": [1, "a"]}, '),
    "JavaScript in long lines": (
        "```js\n" + ("function a(b){return b.c?d[e]:f(g)};" * 25 + "\n") * 27
    ),
    "a diagram": _filled("```mermaid\nflowchart LR\n", "a# --> b#\n", "```\n"),
    "a sequence": _filled("```mermaid\nsequenceDiagram\n", "A->>B: #\n", "```\n"),
    "display math": _filled("$$\n", r"\frac{a_#}{b} + ", "\n$$\n"),
    "fractions in fractions": "$$\n" + _nested(r"\frac{", "1", "}{2}") + "\n$$\n",
    "brackets in formulas": ("$$\n" + _nested(r"\left(", "1", r"\right)") + "\n$$\n"),
    "aligned lines": _filled("\\begin{align}\n", "a_# &= b \\\\\n", "\\end{align}\n"),
    "a matrix": _filled("$$\n\\begin{matrix}\n", r"1 & 2 \\ ", "\\end{matrix}\n$$\n"),
    "a table": _filled("| a | b |\n|---|---|\n", "| one # | two |\n"),
    "a wide table": ("| a " * 300 + "|\n") + ("|---" * 300 + "|\n") + "| x " * 4_000,
    "a table of a thousand columns": (
        ("|" + "a|" * 1_000 + "\n") + ("|" + "-|" * 1_000 + "\n")
    )
    + ("|" + "x|" * 1_000 + "\n") * 10,
    "footnotes": _filled("", "a[^#]\n\n[^#]: note\n\n"),
    "definitions": _filled("", "[a#]: https://example.org/#\n"),
}
