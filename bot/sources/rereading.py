"""Blind re-reading of the digest: statements drawn by lot, read again, counted.

The file is tab-separated: comment lines with ``#``, then a head, then one statement a line.
"""

import csv
import hashlib
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from bot.errors import BadInput
from bot.sources.digest import Digest, passage_id
from bot.types import Authority

Finding = Literal[
    "right",
    "wrong law",
    "exception missing",
    "number",
    "who decides",
    "pinpoint",
    "Spanish",
]
"""What a reader finds of a statement; everything but ``right`` is an error."""

SEED = 20261124
SIZE = 100
REST = "rest"
"""Area of the lot in which all are pooled that are too small for one draw of their own."""

_FINDINGS: tuple[str, ...] = get_args(Finding)
_HEAD = ("passage", "area", "verdict", "reason")
_Z95 = 1.959963984540054


@dataclass(frozen=True)
class Draw:
    """One statement that fell to the lot, by its passage id, and the area it was drawn for."""

    passage: str
    area: str


@dataclass(frozen=True)
class Reread:
    """One statement read again; ``reason`` says in one line why."""

    draw: Draw
    finding: Finding
    reason: str


@dataclass(frozen=True)
class ErrorRate:
    """How many of the statements read were wrong, with Wilson's 95 % interval (shares, 0 to 1)."""

    read: int
    wrong: int
    low: float
    high: float
    findings: Mapping[str, int]

    @property
    def share(self) -> float:
        """Share of the statements read that were wrong."""
        return self.wrong / self.read


def area_of(unit: Authority) -> str:
    """Name the area of a file: its folder, with the title for US Code and CFR (``usc/8``)."""
    parts = unit.path.split("/")
    return "/".join(parts[:2]) if unit.kind in ("usc", "cfr") else parts[0]


def draw(digest: Digest, seed: int = SEED, size: int = SIZE) -> tuple[Draw, ...]:
    """Draw statements by lot, each area as often as its share of all statements.

    Areas that are too small for one draw are pooled. The lot is the SHA-256 of seed and passage
    id, so the same digest gives the same draw on any machine.

    Raises:
        BadInput: the digest has fewer statements than are to be drawn.
    """
    by_area: dict[str, list[str]] = {}
    for section in digest.sections:
        found = by_area.setdefault(area_of(section.id), [])
        found.extend(passage_id(statement) for statement in section.statements)
    total = sum(map(len, by_area.values()))
    if not 0 < size <= total:
        raise BadInput(f"{size} statements cannot be drawn from {total}")
    pooled: dict[str, list[str]] = {}
    for area, ids in by_area.items():
        pooled.setdefault(area if len(ids) * size >= total else REST, []).extend(ids)
    counts = _shares({area: len(ids) for area, ids in pooled.items()}, size)
    return tuple(
        Draw(one, area)
        for area in sorted(pooled)
        for one in sorted(sorted(pooled[area], key=lambda id_: _lot(seed, id_))[: counts[area]])
    )


def _lot(seed: int, passage: str) -> str:
    return hashlib.sha256(f"{seed}:{passage}".encode()).hexdigest()


def _shares(sizes: Mapping[str, int], wanted: int) -> Mapping[str, int]:
    """Divide by size, what is left over to the largest remainders."""
    total = sum(sizes.values())
    counts = {area: size * wanted // total for area, size in sizes.items()}
    left = wanted - sum(counts.values())
    by_remainder = sorted(sizes, key=lambda area: (-(sizes[area] * wanted % total), area))
    for area in by_remainder[:left]:
        counts[area] += 1
    return counts


def sheet(digest: Digest, drawn: tuple[Draw, ...], seed: int) -> str:
    """Write an empty reading sheet for a draw, with the hash of the digest it was drawn from."""
    total = sum(len(section.statements) for section in digest.sections)
    lines = [
        f"# corpus {digest.hash}",
        f"# seed {seed}, {len(drawn)} of {total} statements",
        "\t".join(_HEAD),
        *(f"{one.passage}\t{one.area}\t\t" for one in drawn),
    ]
    return "\n".join(lines) + "\n"


def read_sheet(path: Path) -> tuple[Reread, ...]:
    """Read a filled sheet.

    Raises:
        BadInput: it is missing, empty, or a line is not filled as it must be.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{path} cannot be read ({error.strerror})") from None
    rows = tuple(_rows(text, path.name))
    twice = [name for name, n in Counter(row.draw.passage for row in rows).items() if n > 1]
    if twice:
        raise BadInput(f"{path.name}: {twice[0]} stands there twice")
    if not rows:
        raise BadInput(f"{path.name} holds no statement; draw them first")
    return rows


def _rows(text: str, name: str) -> Iterator[Reread]:
    head = True
    for number, line in enumerate(text.splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        cells = next(csv.reader([line], delimiter="\t", quoting=csv.QUOTE_NONE))
        if head:
            if tuple(cells) != _HEAD:
                raise BadInput(f"{name}:{number}: the head must be {', '.join(_HEAD)}")
            head = False
            continue
        if len(cells) != len(_HEAD) or not cells[3].strip():
            raise BadInput(
                f"{name}:{number}: give passage, area, verdict and reason, tab-separated"
            )
        for finding in _FINDINGS:
            if cells[2] == finding:
                yield Reread(Draw(cells[0], cells[1]), finding, cells[3])  # type: ignore[arg-type]
                break
        else:
            raise BadInput(f"{name}:{number}: {cells[2]!r} is none of {', '.join(_FINDINGS)}")


def error_rate(rows: tuple[Reread, ...]) -> ErrorRate:
    """Count what was wrong, with Wilson's score interval at 95 %."""
    n = len(rows)
    findings: Counter[str] = Counter(row.finding for row in rows)
    wrong = n - findings["right"]
    share = wrong / n
    scale = 1 + _Z95**2 / n
    middle = (share + _Z95**2 / (2 * n)) / scale
    half = _Z95 / scale * math.sqrt(share * (1 - share) / n + _Z95**2 / (4 * n * n))
    low = 0.0 if wrong == 0 else max(0.0, middle - half)
    high = 1.0 if wrong == n else min(1.0, middle + half)
    return ErrorRate(n, wrong, low, high, dict(findings))
