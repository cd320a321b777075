"""Makes Gradio forget what people wrote.

Gradio keeps the last inputs and outputs of ten thousand sessions in memory, so that a page can be
opened again by a link. This page holds its conversation in the browser and needs none of it.
"""

from gradio.blocks import Blocks
from gradio.state_holder import SessionState, StateHolder


class NoStates(StateHolder):
    """Gives each request a blank session and keeps none."""

    def __getitem__(self, session_id: str) -> SessionState:
        return SessionState(self.blocks)


def forget(mounted: Blocks) -> None:
    """Keep nothing of any session of a mounted page."""
    states = NoStates()  # type: ignore[no-untyped-call]
    states.set_blocks(mounted)
    mounted.app.state_holder = states
