"""Which rows of a layout are on the screen."""

from __future__ import annotations

from llmtui.ui.widgets.log.layout import Layout, Spot


class Window:
    """``height`` rows of a layout, from row ``y`` on.

    The place belongs to a spot of the text, not to a row number: when heights
    above become exact, or the width changes, the same text stays at the top.
    At the end it follows the end.
    """

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.height = 0
        self.y = 0
        self.top = Spot(0)
        """What the first row shows."""
        self.following = True
        """Whether the last row is in sight, and stays there when more comes."""

    @property
    def last(self) -> int:
        """The greatest ``y``, where the end is in sight."""
        return max(0, self.layout.rows - self.height)

    @property
    def last_entry(self) -> int:
        """The entry in the last row that is shown."""
        return self.layout.spot_at(self.y + self.height - 1).entry

    def fit(self) -> None:
        """Lay out what is in sight, and find its rows as heights are now."""
        layout, height = self.layout, self.height
        if height <= 0:
            return
        y = 0
        if not self.following:
            layout.settle(self.top, height)
            y = layout.row_of(self.top)
        if self.following or y > self.last:
            layout.settle_above(layout.end, height)
            y = self.last
        self._stand_at(y)

    def read_on(self) -> None:
        """Have more read of what was looked at; what one sees stays where it is.

        Where one is in what was not read yet, one stays as far above its end.
        """
        layout, top = self.layout, self.top
        behind = Spot(top.entry + 1)
        rows = layout.row_of(behind) - layout.row_of(top)
        unread = not self.following and layout.is_unread(top)
        layout.read_on()
        if unread and not layout.is_unread(top):
            layout.settle_above(behind, rows)
            self.top = layout.spot_at(layout.row_of(behind) - rows)
        self.fit()

    def scrolled(self, y: int) -> None:
        """Somebody has moved to row ``y``: show what was there by the guesses."""
        spot = self.layout.spot_at(y)
        self.layout.settle(spot, self.height)
        self._stand_at(self.layout.row_of(spot))

    def move(self, rows: int) -> None:
        """Move by rows (up is negative), exactly, whatever heights were guessed."""
        if rows < 0:
            self.ready_above(-rows)
        self.scrolled(max(0, min(self.last, self.y + rows)))

    def ready_above(self, rows: int) -> None:
        """Lay out rows above the first, so that moving up moves exactly."""
        self.layout.settle_above(self.top, rows)
        self._stand_at(self.layout.row_of(self.top))

    def to_end(self) -> None:
        """Show the end, and follow it."""
        self.following = True
        self.fit()

    def to_spot(self, spot: Spot) -> None:
        """Bring a spot to the first row, or as near as the end allows."""
        self.top, self.following = spot, False
        self.fit()

    def show_entry(self, index: int) -> None:
        """Move no further than needed to see an entry, its beginning at least."""
        layout = self.layout
        layout.settle(Spot(index), self.height)
        self.y = layout.row_of(self.top)
        first = layout.row_of(Spot(index))
        rows = layout.entries[index].heights.total
        if first < self.y or rows > self.height:
            self.to_spot(Spot(index))
        elif first + rows > self.y + self.height:
            self.move(first + rows - self.y - self.height)

    def show_spot(self, spot: Spot) -> None:
        """Bring a row into the upper third, unless it is in sight already."""
        layout = self.layout
        layout.settle(spot, self.height)
        self.y = layout.row_of(self.top)
        row = layout.row_of(spot)
        if not self.y <= row < self.y + self.height:
            layout.settle_above(spot, self.height // 3)
            self.to_spot(layout.spot_at(layout.row_of(spot) - self.height // 3))

    def _stand_at(self, y: int) -> None:
        self.y = max(0, min(y, self.last))
        self.top = self.layout.spot_at(self.y)
        self.following = self.y >= self.last
