"""Moving in the log, and what is unfolded in it."""

from __future__ import annotations

from llmtui.ui.controls.board import Action, Board


class Reading:
    """Passes the keys that move on to the log, wherever the focus is."""

    def __init__(self, board: Board) -> None:
        self._board = board

    def actions(self) -> dict[str, Action]:
        board = self._board
        return {
            "message-previous": lambda _: board.log_view.previous_message(),
            "message-next": lambda _: board.log_view.next_message(),
            "last-prompt": lambda _: board.log_view.last_prompt(),
            "page-up": lambda _: board.log_view.action_page_up(),
            "page-down": lambda _: board.log_view.action_page_down(),
            "log-home": lambda _: board.log_view.action_scroll_home(),
            "log-end": lambda _: board.log_view.action_scroll_end(),
            "thinking": lambda _: self._thinking(),
        }

    def _thinking(self) -> None:
        """Open or fold the thinking: of the message in focus, else of all."""
        log, state = self._board.log_view, self._board.start.state
        log.toggle_thinking(log.focused_id)
        state.thinking_open = log.thinking_open
        state.save()
