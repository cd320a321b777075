"""The charts of the report: inline SVG whose colours and letters are the page's own.

matplotlib draws them; it is an extra (``habeas[evals]``) that only the report needs.
"""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

# Stand-ins that the page replaces by its own colours, light or dark.
_INK, _MUTED, _GRID = "#010101", "#020202", "#030303"
_BLUE, _WARM, _GOOD, _BAD, _PALE = "#040404", "#050505", "#060606", "#070707", "#080808"
_COLOURS = {
    _INK: "ink", _MUTED: "muted", _GRID: "grid", _BLUE: "blue",
    _WARM: "warm", _GOOD: "good", _BAD: "bad", _PALE: "pale",
}  # fmt: skip
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "habeas",
    "font.size": 9.0,
    "text.color": _INK,
    "axes.edgecolor": _GRID,
    "axes.labelcolor": _MUTED,
    "axes.facecolor": "none",
    "figure.facecolor": "none",
    "xtick.color": _MUTED,
    "ytick.color": _INK,
    "grid.color": _GRID,
    "grid.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "ytick.major.size": 0,
    "legend.frameon": False,
}
_WIDTH = 7.2
_ROW = 0.31
_ROOM = 4
"""Per cent from which a part has room for its number."""
_DARK = 0.55
"""Shade from which a number must be white to be read."""
_FAMILY = re.compile(r"'DejaVu Sans'[^;\"]*")
_ID = re.compile(r' id="([^"]*)"')


@dataclass(frozen=True)
class Share:
    """A share with its interval, all between 0 and 1, under a name."""

    label: str
    share: float
    low: float
    high: float
    good: bool = True


@dataclass(frozen=True)
class Pair:
    """Two shares of one thing: without and with, or English and Spanish."""

    label: str
    first: Share
    second: Share


@dataclass(frozen=True)
class Line:
    """Shares at growing depth."""

    label: str
    shares: tuple[float, ...]


@dataclass(frozen=True)
class Mark:
    """A named place on an axis."""

    label: str
    at: float


@dataclass(frozen=True)
class Grid:
    """How often each row fell into each column; both have the same labels, in the same order."""

    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Bar:
    """Parts of a whole in per cent."""

    label: str
    parts: tuple[float, ...]
    ours: bool = False


def forest(name: str, rows: Sequence[Share], start: float = 0.0) -> str:
    """Draw shares with their intervals, one a line."""
    with mpl.rc_context(_STYLE):
        figure, axes = _lines([row.label for row in rows])
        for place, row in enumerate(rows):
            colour = _BLUE if row.good else _BAD
            axes.plot([row.low, row.high], [place, place], color=colour, linewidth=2, alpha=0.55)
            axes.plot([row.share], [place], "o", color=colour, markersize=5)
        _percent(axes, start)
        return _svg(figure, name)


def before_after(name: str, rows: Sequence[Pair], legend: tuple[str, str]) -> str:
    """Draw two shares a line as bars: what happens without, and what with."""
    with mpl.rc_context(_STYLE):
        figure, axes = _lines([row.label for row in rows], per_row=0.46)
        for place, row in enumerate(rows):
            axes.barh(place - 0.17, row.first.share, 0.3, color=_WARM,
                      label=legend[0] if place == 0 else None)  # fmt: skip
            axes.barh(place + 0.17, row.second.share, 0.3, color=_BLUE,
                      label=legend[1] if place == 0 else None)  # fmt: skip
            for offset, one in ((-0.17, row.first), (0.17, row.second)):
                axes.text(one.share + 0.01, place + offset, one.label, va="center", fontsize=8)
        _percent(axes, 0.0, 1.14)
        _legend(figure, axes)
        return _svg(figure, name)


def side_by_side(name: str, rows: Sequence[Pair], legend: tuple[str, str]) -> str:
    """Draw two shares a line as dots joined by a bar, each with its interval."""
    with mpl.rc_context(_STYLE):
        figure, axes = _lines([row.label for row in rows], per_row=0.36)
        for place, row in enumerate(rows):
            axes.plot([row.first.share, row.second.share], [place, place], color=_GRID, linewidth=4)
            for offset, one, colour, marker, said in (
                (-0.12, row.first, _BLUE, "o", legend[0]),
                (0.12, row.second, _WARM, "s", legend[1]),
            ):
                at = [place + offset] * 2
                axes.plot([one.low, one.high], at, color=colour, linewidth=1.5, alpha=0.55)
                axes.plot([one.share], at[:1], marker, color=colour, markersize=5,
                          linestyle="none", label=said if place == 0 else None)  # fmt: skip
        _percent(axes, 0.0)
        _legend(figure, axes)
        return _svg(figure, name)


def stacked(name: str, rows: Sequence[Bar], legend: Sequence[str]) -> str:
    """Draw parts of a whole, one whole a line; the last part is the bad one."""
    with mpl.rc_context(_STYLE):
        figure, axes = _lines([row.label for row in rows], per_row=0.4)
        colours = (_BLUE, _PALE, _BAD)
        for place, row in enumerate(rows):
            left = 0.0
            for number, part in enumerate(row.parts):
                axes.barh(place, part / 100, 0.6, left=left, color=colours[number],
                          alpha=1.0 if row.ours else 0.6,
                          label=legend[number] if place == 0 else None)  # fmt: skip
                if part >= _ROOM:
                    axes.text(left + part / 200, place, f"{part:.0f}", ha="center", va="center",
                              color="#ffffff" if number != 1 else _INK, fontsize=8)  # fmt: skip
                left += part / 100
        _percent(axes, 0.0)
        _legend(figure, axes)
        return _svg(figure, name)


def depths(name: str, rows: Sequence[Line], ticks: Sequence[str]) -> str:
    """Draw recall by depth, a line for each arm; the first is what people get."""
    with mpl.rc_context({**_STYLE, "axes.spines.left": True, "ytick.color": _MUTED}):
        figure = Figure(figsize=(_WIDTH, 2.9), layout="constrained")
        axes = figure.add_subplot()
        colours = (_BLUE, _WARM, _GOOD, _MUTED, _BAD, _INK)
        markers = ("o", "s", "^", "D", "v", "P")
        places = range(len(ticks))
        for number, row in enumerate(rows):
            axes.plot(
                places,
                row.shares,
                marker=markers[number % 6],
                color=colours[number % 6],
                linewidth=2.2 if number == 0 else 1.2,
                markersize=5,
                label=row.label,
            )
        axes.set_xticks(list(places), list(ticks))
        axes.set_ylim(0, 1.02)
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
        axes.grid(axis="y")
        axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5))
        return _svg(figure, name)


def heat(name: str, grid: Grid, across: str, down: str) -> str:
    """Draw a confusion matrix: the number in each cell, its shade the share of its row.

    What lies on the diagonal is right; the rest is drawn in the colour of a fault.
    """
    with mpl.rc_context({**_STYLE, "axes.spines.bottom": False, "xtick.major.size": 0}):
        figure = Figure(figsize=(_WIDTH, 1.0 + 0.42 * len(grid.labels)), layout="constrained")
        axes = figure.add_subplot()
        for place, row in enumerate(grid.counts):
            for column, count in enumerate(row):
                part = count / (sum(row) or 1)
                colour = _BLUE if place == column else _BAD
                # Even one case in a thousand must be seen.
                shade = 0.0 if not count else 0.12 + 0.88 * part
                corner = (column - 0.48, place - 0.46)
                axes.add_patch(Rectangle(corner, 0.96, 0.92, color=colour, alpha=shade, lw=0))
                axes.text(column, place, str(count or "·"), ha="center", va="center",
                          color="#ffffff" if shade > _DARK else _INK)  # fmt: skip
        places = range(len(grid.labels))
        axes.set_xticks(places, [label.replace(" ", "\n", 1) for label in grid.labels])
        axes.set_yticks(places, grid.labels)
        axes.set_xlim(-0.5, len(grid.labels) - 0.5)
        axes.set_ylim(len(grid.labels) - 0.5, -0.5)
        axes.xaxis.tick_top()
        axes.xaxis.set_label_position("top")
        axes.set_xlabel(across, labelpad=9)
        axes.set_ylabel(down)
        return _svg(figure, name)


def times(name: str, values: Sequence[float], marks: Sequence[Mark]) -> str:
    """Draw how many answers took how long, in milliseconds, with marks at some of them."""
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(_WIDTH, 1.9), layout="constrained")
        axes = figure.add_subplot()
        axes.hist(values, bins=40, range=(0, marks[-1].at * 1.15), color=_BLUE, alpha=0.75)
        top = axes.get_ylim()[1]
        for mark in marks:
            axes.axvline(mark.at, color=_WARM, linewidth=1.2)
            axes.text(mark.at, top, f" {mark.label} {mark.at:.0f} ms", va="top", fontsize=8)
        axes.set_yticks([])
        axes.set_xlabel("milliseconds")
        return _svg(figure, name)


def _lines(labels: Sequence[str], per_row: float = _ROW) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(_WIDTH, 0.7 + per_row * len(labels)), layout="constrained")
    axes = figure.add_subplot()
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.45, -0.55)
    axes.grid(axis="x")
    axes.set_axisbelow(True)
    return figure, axes


def _percent(axes: Axes, start: float, end: float = 1.02) -> None:
    axes.set_xlim(start, end)
    axes.set_xticks([tick for tick in (0, 0.25, 0.5, 0.75, 0.9, 1.0) if tick >= start])
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")


def _legend(figure: Figure, axes: Axes) -> None:
    figure.legend(*axes.get_legend_handles_labels(), loc="outside upper right", ncols=3)


def _svg(figure: Figure, name: str) -> str:
    out = io.StringIO()
    figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    text = out.getvalue()
    text = text[text.index("<svg") :]
    for stand_in, colour in _COLOURS.items():
        text = text.replace(stand_in, f"var(--{colour})")
    text = _FAMILY.sub("var(--sans)", text)
    # Ids of several charts on one page must differ, and most are of no use at all.
    text = _ID.sub(lambda m: f' id="{name}-{m[1]}"' if f"#{m[1]}" in text else "", text)
    text = re.sub(r'(href="|url\()#', rf"\1#{name}-", text)
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    return re.sub(r'width="[^"]*pt" height="[^"]*pt"', 'aria-hidden="true"', text, count=1)
