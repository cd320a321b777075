"""One line of what was measured."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One measured number, its unit, and the number we want it to stay under."""

    what: str
    value: float
    unit: str
    want: float
