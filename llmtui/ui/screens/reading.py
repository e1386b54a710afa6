"""Commands of the log: moving, versions, copying, saving."""

from __future__ import annotations

from llmtui.ui.screens.board import Action, Board


class Reading:
    """Acts on the message that has the focus, else on the last reply."""

    def __init__(self, board: Board) -> None:
        self._board = board

    def actions(self) -> dict[str, Action]:
        return {
            "message-previous": lambda _: self._move("previous"),
            "message-next": lambda _: self._move("next"),
            "last-prompt": lambda _: self._move("prompt"),
        }

    def _move(self, where: str) -> None:
        pass
