"""The blanks between the parts of a formula, as TeX sets them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from llmtui.math.nodes import Atom, Node, Row, Scripts, Space, kind_of

_NO_OPERAND = {"", "bin", "rel", "open", "punct", "large", "func", "middle"}
"""Behind these a plus or minus is a sign and no operation."""


def spaced(items: Iterable[Node], *, tight: bool = False) -> Iterator[tuple[int, Node]]:
    """Each item with the blanks before it; ``tight`` is how scripts are set."""
    parts = list(flattened(items))
    before = ""
    asked = 0
    for at, node in enumerate(parts):
        kind: str = kind_of(node)
        if isinstance(node, Space):
            asked += node.cells
            continue
        if kind == "bin":
            after = kind_of(parts[at + 1]) if at + 1 < len(parts) else "close"
            if before in _NO_OPERAND or after in ("rel", "close", "punct"):
                kind = "sign"
        gap = 0 if tight else _gap(before, kind)
        yield max(gap, min(asked, 1) if tight else asked) if before else asked, node
        before, asked = kind, 0


def flattened(items: Iterable[Node]) -> Iterator[Node]:
    """The items, those of rows within rows too: braces in TeX are not seen."""
    stack = [iter(items)]
    while stack:
        for node in stack[-1]:
            if isinstance(node, Row):
                stack.append(iter(node.items))
                break
            yield node
        else:
            stack.pop()


def _gap(before: str, kind: str) -> int:
    if not before or before == "sign":
        return 0
    if "rel" in (before, kind):
        return int(before != kind and kind not in ("punct", "close"))
    if before == "open" or kind in ("close", "punct"):
        return 0
    if "bin" in (before, kind) or before == "punct":
        return 1
    if "middle" in (before, kind):
        return 1
    if kind == "func":
        return 1
    if before in ("func", "large"):
        return int(kind != "open")
    if kind == "large":
        return 1
    return int("inner" in (before, kind) and kind != "open" and before != "close")


def is_sum(items: Iterable[Node]) -> bool:
    """Whether it needs brackets as a part of something else: it has operations,
    relations or names of functions in it, outside of brackets."""
    depth = 0
    for node in flattened(items):
        kind = kind_of(node)
        depth += (kind == "open") - (kind == "close" and _text(node) not in "!?")
        if not depth and kind in ("bin", "rel", "func", "punct", "large"):
            return True
    return False


def _text(node: Node) -> str:
    while isinstance(node, Scripts):
        node = node.base
    return node.text if isinstance(node, Atom) else ""
