"""Makes Gradio forget what people wrote.

Gradio keeps the last inputs and outputs of ten thousand sessions in memory, so that a page can be
opened again by a link. This page holds its conversation in the browser and needs none of it.
"""

from typing import Any

from fastapi import FastAPI
from gradio.blocks import Blocks
from gradio.routes import App
from gradio.state_holder import SessionState, StateHolder
from starlette.routing import Mount


class BlankState(SessionState):
    """The page as it was laid out, whatever is written to it.

    Gradio's own describes every part of the page anew for each message: a fifth of an answer's
    cost.
    """

    def __init__(self, blocks: Blocks) -> None:
        self.blocks_config = blocks.default_config
        self.config_values = {}
        self.state_data = {}
        self._state_ttl = {}
        self.is_closed = False

    def __setitem__(self, key: int, value: Any) -> None:  # noqa: ANN401 - as Gradio has it
        """Forget it."""

    def _update_config(self, key: int) -> None:
        """Forget it."""

    def _update_value_in_config(self, key: int, value: Any) -> None:  # noqa: ANN401 - the same
        """Forget it."""


class NoStates(StateHolder):
    """Gives every request the same blank session and keeps none."""

    def set_blocks(self, blocks: Blocks) -> None:
        """Take the page whose sessions these are."""
        super().set_blocks(blocks)
        self._blank = BlankState(blocks)

    def __getitem__(self, session_id: str) -> SessionState:
        return self._blank


def forget(app: FastAPI) -> None:
    """Keep nothing of any session of the pages mounted in an app."""
    for route in app.routes:
        if isinstance(route, Mount) and isinstance(route.app, App):
            states = NoStates()  # type: ignore[no-untyped-call]
            states.set_blocks(route.app.get_blocks())
            route.app.state_holder = states
