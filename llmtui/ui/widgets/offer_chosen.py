"""What a widget posts when the user has clicked on a row of the empty page."""

from __future__ import annotations

from textual.message import Message


class OfferChosen(Message):
    """``at`` is the number of the row, from 0."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self.at = at
