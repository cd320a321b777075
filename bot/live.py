"""What answers are made from can be replaced while some are being made."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass
class _Held(Generic[T]):
    value: T
    users: int = 0
    replaced: bool = False


class Live(Generic[T]):
    """Holds the one value in use. What was replaced is let go of when its last user is done.

    Args:
        value: what is in use first.
        let_go: closes a value; called once for each, from the thread of its last user.
    """

    def __init__(self, value: T, let_go: Callable[[T], None]) -> None:
        self._held = _Held(value)
        self._let_go = let_go
        self._lock = threading.Lock()

    @property
    def now(self) -> T:
        """The value in use; for a look, not for work that a replacement must not disturb."""
        return self._held.value

    @contextmanager
    def lease(self) -> Iterator[T]:
        """Use the value that is in use now until this ends, whatever replaces it meanwhile."""
        with self._lock:
            held = self._held
            held.users += 1
        try:
            yield held.value
        finally:
            with self._lock:
                held.users -= 1
                over = held.replaced and not held.users
            if over:
                self._let_go(held.value)

    def replace(self, value: T) -> None:
        """Let whatever begins from now on use another value."""
        with self._lock:
            before, self._held = self._held, _Held(value)
            before.replaced = True
            over = not before.users
        if over:
            self._let_go(before.value)

    def close(self) -> None:
        """Let go of the value in use, used or not; more than once does what ``let_go`` does."""
        self._let_go(self._held.value)
