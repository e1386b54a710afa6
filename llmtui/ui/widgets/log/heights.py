"""How high things are, one under the other: a Fenwick tree."""

from __future__ import annotations

from collections.abc import Iterable


class Heights:
    """Rows of a stack of things; every question costs the logarithm of their number.

    >>> heights = Heights([3, 0, 2])
    >>> heights.total, heights.above(2), heights.find(3), heights.find(0)
    (5, 3, (2, 0), (0, 0))
    """

    __slots__ = ("_rows", "_tree", "total")

    def __init__(self, rows: Iterable[int] = ()) -> None:
        self._rows: list[int] = list(rows)
        self.total = sum(self._rows)
        """All rows together."""
        tree = [0, *self._rows]
        for at in range(1, len(tree)):
            parent = at + (at & -at)
            if parent < len(tree):
                tree[parent] += tree[at]
        self._tree = tree

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, index: int) -> int:
        return self._rows[index]

    def append(self, rows: int) -> None:
        at = len(self._tree)
        value, below = rows, at - 1
        stop = at - (at & -at)
        while below > stop:
            value += self._tree[below]
            below -= below & -below
        self._tree.append(value)
        self._rows.append(rows)
        self.total += rows

    def set(self, index: int, rows: int) -> int:
        """Change one height; returns by how much."""
        change = rows - self._rows[index]
        if change:
            self._rows[index] = rows
            self.total += change
            at = index + 1
            while at < len(self._tree):
                self._tree[at] += change
                at += at & -at
        return change

    def truncate(self, length: int) -> None:
        """Forget all but the first ``length`` things."""
        self.total = self.above(length)
        del self._tree[length + 1 :]
        del self._rows[length:]

    def above(self, index: int) -> int:
        """The rows above a thing."""
        value = 0
        while index:
            value += self._tree[index]
            index -= index & -index
        return value

    def find(self, y: int) -> tuple[int, int]:
        """The thing that has row ``y``, and which of its rows that is.

        Below the last row this is ``(len(self), rows below)``; things without
        rows are never found.
        """
        at, step = 0, 1 << len(self._rows).bit_length()
        while step:
            if at + step < len(self._tree) and self._tree[at + step] <= y:
                at += step
                y -= self._tree[at]
            step >>= 1
        return at, y
