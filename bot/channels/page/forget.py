"""Makes Gradio forget what people wrote.

Gradio keeps the last inputs and outputs of ten thousand sessions in memory, so that a page can be
opened again by a link. This page holds its conversation in the browser and needs none of it.
"""

from fastapi import FastAPI
from gradio.routes import App
from gradio.state_holder import SessionState, StateHolder
from starlette.routing import Mount


class NoStates(StateHolder):
    """Gives each request a blank session and keeps none."""

    def __getitem__(self, session_id: str) -> SessionState:
        return SessionState(self.blocks)


def forget(app: FastAPI) -> None:
    """Keep nothing of any session of the pages mounted in an app."""
    for route in app.routes:
        if isinstance(route, Mount) and isinstance(route.app, App):
            states = NoStates()  # type: ignore[no-untyped-call]
            states.set_blocks(route.app.get_blocks())
            route.app.state_holder = states
