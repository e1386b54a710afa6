"""Moving in the log, and what is unfolded in it."""

from __future__ import annotations

from llmtui.ui.controls.context import Action, ChatContext


class LogNavigation:
    """Passes the keys that move on to the log, wherever the focus is."""

    def __init__(self, context: ChatContext) -> None:
        self._context = context

    def actions(self) -> dict[str, Action]:
        context = self._context
        return {
            "message-previous": lambda _: context.log_view.previous_message(),
            "message-next": lambda _: context.log_view.next_message(),
            "last-prompt": lambda _: context.log_view.last_prompt(),
            "page-up": lambda _: context.log_view.action_page_up(),
            "page-down": lambda _: context.log_view.action_page_down(),
            "log-home": lambda _: context.log_view.action_scroll_home(),
            "log-end": lambda _: context.log_view.action_scroll_end(),
            "thinking": lambda _: self._thinking(),
        }

    def _thinking(self) -> None:
        """Open or fold the thinking: of the message in focus, else of all."""
        log, state = self._context.log_view, self._context.start.state
        log.toggle_thinking(log.focused_id)
        state.thinking_open = log.thinking_open
        state.save()
