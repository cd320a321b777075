"""A command that works long lets whoever asks come first."""

import os

_NICE = 10


def step_back() -> None:
    """Let others come before this process; twice is as once."""
    now = os.nice(0)
    if now < _NICE:
        os.nice(_NICE - now)
