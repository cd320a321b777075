"""What the digest covers, what it must and does not, and how sure one can be: corpus/README.md."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.errors import CorpusError
from bot.sources.digest import Digest, load_digest, passage_id
from bot.sources.rereading import ErrorRate, Reread, area_of, error_rate, read_sheet
from bot.text.readability import grade_level
from bot.types import Authority, Section

COVERAGE_FILE = "coverage.toml"
PAGE = "README.md"

_SHEET = re.compile(r"blind-(?:(?P<lot>\d+)-)?(?P<day>\d{4}-\d\d-\d\d)")

_TITLES: Mapping[str, str] = {
    "const": "Constitution",
    "usc/5": "5 U.S.C., records and agency action",
    "usc/6": "6 U.S.C., children who are alone",
    "usc/8": "8 U.S.C., immigration and nationality",
    "usc/18": "18 U.S.C., crimes, extradition, prisoner transfer",
    "usc/22": "22 U.S.C., passports and protection abroad",
    "usc/28": "28 U.S.C., courts",
    "usc/42": "42 U.S.C., quarantine, civil rights",
    "usc/50": "50 U.S.C., Alien Enemies Act",
    "cfr/8": "8 CFR, immigration rules",
    "cfr/22": "22 CFR, passports and nationality abroad",
    "cfr/28": "28 CFR, Justice Department",
    "treaty": "Treaties",
    "note": "Notes to the Code",
    "eo": "Executive orders",
    "directive": "Directives",
    "case": "Cases",
    "guide": "Guides",
    "report": "Reports",
}

_HEAD = """\
# What the digest covers

Written by `habeas corpus coverage`; do not edit. The rules for writers are in
[docs/corpus.md](../docs/corpus.md).
"""

_HOW = """\
## How to read this

- **Files**: one section, article, case, guide or report each. **Statements**: one thing one
  provision says, with its pinpoint. **Questions**: as people ask them, English and Spanish
  together; they are searched along with the statement.
- **Text**: share of statements whose writer read the source itself. **Knowledge**: the rest.
  They rest on other pages, named in the file's `note`, and are shown as not checked.
- **Contested**: courts or government disagree; the statement says who says what, since when.
- **Oldest check**: the earliest day on which a file of the area was read against its source. The
  date of the law itself is `as_of` in each file, and is shown with every answer.
- **What has no file**: from the list in [coverage.toml](coverage.toml). It is no promise that
  what has a file is told whole: several sections are told in outline.
- **Grade**: Flesch-Kincaid, English text, syllables estimated. It measures short words and
  sentences, not whether a text is clear. There is no such measure here for the Spanish.
- **Error rate**: of the digest as it was when the lot was drawn. A statement counts as wrong when
  it says what the source does not, or when it leaves out an exception, a number or who decides
  so that a person who acts on it alone could be misled, or when its pinpoint or its Spanish is
  wrong. Each finding has its reason in the sheet. The interval is Wilson's, at 95 %.
"""


@dataclass(frozen=True)
class Goals:
    """What the digest must reach; ``error_rate`` is a share, ``guide_grade`` a school year."""

    files: float
    statements: float
    cases: float
    guide_grade: float
    error_rate: float


@dataclass(frozen=True)
class Topic:
    """One part of the list of what must be covered, as authority paths."""

    title: str
    needs: tuple[str, ...]


@dataclass(frozen=True)
class Wanted:
    """What ``coverage.toml`` lays down."""

    goals: Goals
    topics: tuple[Topic, ...]


@dataclass(frozen=True)
class Area:
    """Counts of one area; ``questions`` are those of both languages together."""

    title: str
    name: str
    files: int
    statements: int
    questions: int
    knowledge: int
    contested: int
    oldest: date


def coverage_page(corpus_dir: Path, sheets_dir: Path) -> str:
    """Write ``corpus/README.md``.

    Args:
        corpus_dir: the digest.
        sheets_dir: where the sheets of blind re-readings are: ``blind-DATE.tsv``, and
            ``blind-2-DATE.tsv`` for a second lot of that day.

    Raises:
        CorpusError: the digest or ``coverage.toml`` is wrong.
        BadInput: a sheet is not filled as it must be.
    """
    digest = load_digest(corpus_dir)
    wanted = read_wanted(corpus_dir)
    sheets = sorted(sheets_dir.glob("blind-*.tsv"), key=_sheet_order)
    parts = (
        [_HEAD],
        _table(areas(digest), wanted.goals),
        _missing(digest, wanted.topics),
        _grades(digest, wanted.goals),
        _rereading(digest, sheets, wanted.goals),
        [_HOW],
    )
    return "\n".join("\n".join(part) for part in parts)


def read_wanted(corpus_dir: Path) -> Wanted:
    """Read ``coverage.toml``.

    Raises:
        CorpusError: it is missing or malformed.
    """
    path = corpus_dir / COVERAGE_FILE
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        goals = Goals(**{name: float(goal) for name, goal in data["goals"].items()})
        topics = tuple(Topic(one["title"], tuple(one["needs"])) for one in data["topic"])
    except OSError:
        raise CorpusError("is missing; it lists what must be covered", path=path) from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CorpusError(
            f"cannot be read ({error}); it needs [goals] and [[topic]] with title and needs",
            path=path,
        ) from None
    for topic in topics:
        for path_needed in topic.needs:
            Authority(path_needed)
    return Wanted(goals, topics)


def areas(digest: Digest) -> tuple[Area, ...]:
    """Count the digest by area, in the order of the law's rank."""
    by_area: dict[str, list[Section]] = {}
    for section in digest.sections:
        by_area.setdefault(area_of(section.id), []).append(section)
    order = list(_TITLES)
    names = sorted(by_area, key=lambda name: (_rank(order, name), name))
    return tuple(_count(name, by_area[name]) for name in names)


def missing(digest: Digest, topic: Topic) -> tuple[str, ...]:
    """Name what a topic needs and the digest has no statement for."""
    return tuple(path for path in topic.needs if path not in digest.known)


def _rank(order: list[str], name: str) -> int:
    return order.index(name) if name in order else len(order)


def _count(name: str, sections: list[Section]) -> Area:
    statements = [one for section in sections for one in section.statements]
    return Area(
        title=_TITLES.get(name, name),
        name=name,
        files=len(sections),
        statements=len(statements),
        questions=sum(len(one.ask.en) + len(one.ask.es) for one in statements),
        knowledge=sum(one.confidence == "knowledge" for one in statements),
        contested=sum(one.contested for one in statements),
        oldest=min(section.checked_on for section in sections),
    )


def _share(count: int, total: int) -> str:
    return f"{count / total:.0%}" if total else "–"


def _row(area: Area, name: str) -> str:
    return (
        f"| {area.title} | {name} | {area.files} | {area.statements:,} | {area.questions:,} "
        f"| {_share(area.statements - area.knowledge, area.statements)} "
        f"| {_share(area.knowledge, area.statements)} | {area.contested} | {area.oldest} |"
    )


def _table(rows: tuple[Area, ...], goals: Goals) -> Iterator[str]:
    whole = Area(
        title="**All**",
        name="",
        files=sum(row.files for row in rows),
        statements=sum(row.statements for row in rows),
        questions=sum(row.questions for row in rows),
        knowledge=sum(row.knowledge for row in rows),
        contested=sum(row.contested for row in rows),
        oldest=min(row.oldest for row in rows),
    )
    cases = sum(row.files for row in rows if row.name == "case")
    yield (
        "| area | folder | files | statements | questions | text | knowledge | contested"
        " | oldest check |"
    )
    yield "|---|---|--:|--:|--:|--:|--:|--:|---|"
    for row in rows:
        yield _row(row, f"`{row.name}`")
    yield _row(whole, "")
    yield ""
    yield (
        f"Goals: {goals.files:.0f} files ({_met(whole.files, goals.files)}),"
        f" {goals.statements:,.0f} statements ({_met(whole.statements, goals.statements)}),"
        f" {goals.cases:.0f} cases ({_met(cases, goals.cases)})."
    )
    yield ""


def _met(reached: int, goal: float) -> str:
    return "met" if reached >= goal else "not met"


def _missing(digest: Digest, topics: tuple[Topic, ...]) -> Iterator[str]:
    total = sum(len(topic.needs) for topic in topics)
    gaps = {topic.title: missing(digest, topic) for topic in topics}
    count = sum(map(len, gaps.values()))
    yield "## What has no file"
    yield ""
    yield f"Of {total} provisions, cases and guides that must be covered, {count} are not."
    yield ""
    yield "| part | needed | missing | which |"
    yield "|---|--:|--:|---|"
    for topic in topics:
        gap = gaps[topic.title]
        which = ", ".join(f"`{path}`" for path in gap) or "–"
        yield f"| {topic.title} | {len(topic.needs)} | {len(gap)} | {which} |"
    yield ""


def _grades(digest: Digest, goals: Goals) -> Iterator[str]:
    yield "## Reading level of the guides"
    yield ""
    yield f"Goal: grade {goals.guide_grade:g} or easier."
    yield ""
    yield "| guide | grade | |"
    yield "|---|--:|---|"
    for section in digest.sections:
        if section.id.kind == "guide":
            grade = guide_grade(section)
            hard = "too hard" if grade > goals.guide_grade else ""
            yield f"| [{section.title.en}]({section.id}.md) | {grade:.1f} | {hard} |"
    yield ""


def guide_grade(section: Section) -> float:
    """Give the Flesch-Kincaid grade of a file's English statements taken together."""
    return grade_level(" ".join(statement.text.en for statement in section.statements))


def _sheet_order(path: Path) -> tuple[str, int]:
    found = _SHEET.match(path.name)
    return (found["day"], int(found["lot"] or 1)) if found else ("", 0)


def _rereading(digest: Digest, sheets: list[Path], goals: Goals) -> Iterator[str]:
    yield "## Blind re-reading"
    yield ""
    if not sheets:
        yield "None was made yet."
        yield ""
        return
    *earlier, path = sheets
    rows = read_sheet(path)
    rate = error_rate(rows)
    wrong = [row for row in rows if row.finding != "right"]
    kept = _still_there(digest, wrong)
    yield (
        f"{rate.read} statements were drawn by lot from all areas and read again against the"
        f" source by someone who had not written them"
        f" ([sheet and reasons](../docs/reading/{path.name}))."
    )
    yield (
        f"**{rate.wrong} of {rate.read} were wrong: {rate.share:.1%}, 95 % interval"
        f" {rate.low:.1%} to {rate.high:.1%}.** {_verdict(rate, goals)}"
    )
    yield (
        f"Of those {rate.wrong}, {kept} still stand in the digest in the same words under the"
        " same pinpoint; the others were mended, with statements of the same kind elsewhere."
    )
    yield ""
    yield from _earlier(digest, earlier)
    yield from _findings(rows)


def _earlier(digest: Digest, sheets: list[Path]) -> Iterator[str]:
    if not sheets:
        return
    yield "Earlier lots, each drawn from the digest as it was then, by another seed:"
    yield ""
    yield "| sheet | read | wrong | share | 95 % interval | still standing |"
    yield "|---|--:|--:|--:|---|--:|"
    for path in reversed(sheets):
        rows = read_sheet(path)
        rate = error_rate(rows)
        kept = _still_there(digest, [row for row in rows if row.finding != "right"])
        yield (
            f"| [{path.stem}](../docs/reading/{path.name}) | {rate.read} | {rate.wrong}"
            f" | {rate.share:.1%} | {rate.low:.1%} to {rate.high:.1%} | {kept} |"
        )
    yield ""


def _findings(rows: tuple[Reread, ...]) -> Iterator[str]:
    rate = error_rate(rows)
    yield "| finding | statements |"
    yield "|---|--:|"
    for finding, count in sorted(rate.findings.items(), key=lambda one: (-one[1], one[0])):
        yield f"| {finding} | {count} |"
    yield ""
    yield "| area | read | wrong |"
    yield "|---|--:|--:|"
    for area in sorted({row.draw.area for row in rows}):
        read = [row for row in rows if row.draw.area == area]
        bad = sum(row.finding != "right" for row in read)
        yield f"| `{area}` | {len(read)} | {bad} |"
    yield ""


def _still_there(digest: Digest, rows: list[Reread]) -> int:
    present = {passage_id(one) for section in digest.sections for one in section.statements}
    return sum(row.draw.passage in present for row in rows)


def _verdict(rate: ErrorRate, goals: Goals) -> str:
    if rate.share >= goals.error_rate:
        return f"The goal, under {goals.error_rate:.0%}, was not met."
    sure = "" if rate.high < goals.error_rate else ", though the interval reaches beyond it"
    return f"The goal, under {goals.error_rate:.0%}, was met{sure}."
