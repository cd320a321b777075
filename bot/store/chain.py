"""The chain of audit rows: each checksum covers its row and the checksum before it. No database."""

import hashlib
import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from pydantic import TypeAdapter

from bot.audit import Channel, Entry, Rich

_RICH = TypeAdapter(Rich)


@dataclass(frozen=True)
class Mark:
    """A place in the chain: a row's number and checksum. Noted elsewhere, it is proof."""

    seq: int
    checksum: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.checksum}"


START = Mark(0, "0" * 64)
"""Where every chain begins."""


@dataclass(frozen=True)
class Text:
    """The words of one answer. The salt is deleted with them, so the digest left tells nothing."""

    salt: str
    body: str

    @property
    def digest(self) -> str:
        """What the chain covers in their place."""
        return _sha256(f"{self.salt}\n{self.body}")

    @property
    def rich(self) -> Rich:
        """The words, read.

        Raises:
            ValueError: they are not in the form this version writes.
        """
        return _RICH.validate_json(self.body)


@dataclass(frozen=True)
class Row:
    """One row as it is stored, so that one with any content can be checked.

    ``rule`` and ``outcome`` are None off topic; ``missed`` answers before it were not written down.
    """

    seq: int
    hour: str
    channel: str
    rule: str | None
    outcome: str | None
    dropped: str
    rules: str
    corpus: str
    prompts: str
    lexicon: str
    missed: int
    text_digest: str
    checksum: str = ""

    @property
    def mark(self) -> Mark:
        """Its place in the chain."""
        return Mark(self.seq, self.checksum)

    def sealed(self, before: Mark) -> "Row":
        """Give it with the checksum it has after ``before``."""
        covered = {**vars(self), "before": before.checksum}
        del covered["checksum"]
        plain = json.dumps(covered, sort_keys=True, separators=(",", ":"), default=str)
        return replace(self, checksum=_sha256(plain))


@dataclass(frozen=True)
class Pending:
    """An entry that is to be written down."""

    entry: Entry
    channel: Channel
    hour: str

    def row(self, before: Mark, text: Text | None, missed: int) -> Row:
        """Give the row that follows ``before``."""
        entry = self.entry
        row = Row(
            seq=before.seq + 1,
            hour=self.hour,
            channel=self.channel,
            rule=entry.rule,
            outcome=entry.outcome,
            dropped=",".join(entry.dropped),
            rules=entry.hashes.rules,
            corpus=entry.hashes.corpus,
            prompts=entry.hashes.prompts,
            lexicon=entry.hashes.lexicon,
            missed=missed,
            text_digest=text.digest if text else "",
        )
        return row.sealed(before)


@dataclass(frozen=True)
class Break:
    """The first row at which the chain does not hold, and why."""

    seq: int
    why: str


@dataclass(frozen=True)
class Report:
    """What a walk found: the rows that hold, what they say, and the first break."""

    rows: int
    texts: int
    missed: int
    end: Mark
    broken: Break | None


@dataclass
class Walk:
    """Walks the chain row by row; ``marks`` are places it must pass, as they were noted before."""

    marks: tuple[Mark, ...] = ()
    at: Mark = START
    broken: Break | None = None
    _counts: dict[str, int] = field(default_factory=lambda: {"rows": 0, "texts": 0, "missed": 0})

    def step(self, row: Row, text: Text | None) -> bool:
        """Take the next row there is; False when the chain breaks at it."""
        why = self._fault(row, text)
        if why:
            self.broken = Break(self.at.seq + 1, why)
            return False
        self.at = row.mark
        self._counts["rows"] += 1
        self._counts["texts"] += text is not None
        self._counts["missed"] += row.missed
        return True

    def finish(self, end: Mark | None) -> Report:
        """Say what was found once no more rows come.

        Args:
            end: where the chain says that it ends, read after its last row.
        """
        last = self.at.seq
        beyond = max((one.seq for one in self.marks), default=0)
        if self.broken is None and last < beyond:
            self.broken = Break(last + 1, f"rows {last + 1} to {beyond} at the end are missing")
        if self.broken is None and end is None and last:
            self.broken = Break(last + 1, "the end mark is gone: rows may be missing after this")
        if self.broken is None and end is not None and end.seq < last:
            self.broken = Break(end.seq + 1, f"row {end.seq + 1} stands after the end mark")
        return Report(**self._counts, end=self.at, broken=self.broken)

    def _fault(self, row: Row, text: Text | None) -> str:
        expected = self.at.seq + 1
        if row.seq != expected:
            return f"row {expected} is missing"
        if row.sealed(self.at).checksum != row.checksum:
            return f"row {expected} is not as it was written, or what stood before it is gone"
        if any(one.seq == expected and one != row.mark for one in self.marks):
            return f"row {expected} is another than was noted"
        if text is not None and text.digest != row.text_digest:
            return f"the text of row {expected} is not as it was written"
        return ""


def hour_of(seconds: float) -> str:
    """Name an hour: all that is kept of a time. Earlier ones sort first."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%HZ")


def body_of(rich: Rich) -> str:
    """Write words as they are stored."""
    return _RICH.dump_json(rich).decode()


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
