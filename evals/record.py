"""What a run saw: plain data, a line of JSON for each case, graded apart from the run.

Grading is a function of a case and what was seen, so that a grader can change without a new run.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from bot.types import Arm
from evals.problems import RunFailed

Mode = Literal["none", "adversary", "recorded", "live"]
"""Which model writes; ``none``: no model, the law's own statements."""

ARMS: tuple[Arm | None, ...] = (None, "citation", "lexical", "dense", "questions", "rule")
"""Rankings graded apart; None is all arms together, as people are served."""

SEEN_FILE = "seen.jsonl"
RUN_FILE = "run.json"


@dataclass(frozen=True)
class SeenVerdict:
    """What the rules said."""

    rule: str
    outcome: str
    also: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.rule}/{self.outcome}"


@dataclass(frozen=True)
class SeenCitation:
    """One citation that was shown; ``known`` when it resolves in the corpus."""

    id: str
    label: str
    as_of: str
    says: str
    known: bool


@dataclass(frozen=True)
class SeenFact:
    """A fact taken from the person's words."""

    person: str
    field: str
    value: str


@dataclass(frozen=True)
class SeenPart:
    """One piece of the answer in the order it was shown; ``reason`` says why one was not."""

    kind: Literal["opening", "card", "law", "sentence", "note", "dropped"]
    text: str
    cites: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class SeenHit:
    """A passage the search gave to the answer."""

    authority: str
    score: float
    arms: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class SeenRanking:
    """Authorities as one arm alone, or all together, ranked them."""

    arm: str
    authorities: tuple[str, ...]


@dataclass(frozen=True)
class SeenAnswer:
    """One question and everything its answer was made of.

    ``leaks`` are sentences that the adversary is known to lie in and that were shown;
    ``invented`` are citations in a model's shown sentences that resolve to nothing, ``outside``
    law that the corpus's own statements name and the corpus does not hold. ``ms`` is the time of
    the whole answer, ``search_ms`` that of one fused search.
    """

    id: str
    hash: str
    status: str
    flags: tuple[str, ...]
    answer: str
    lang: str
    verdict: SeenVerdict | None
    citations: tuple[SeenCitation, ...]
    facts: tuple[SeenFact, ...]
    parts: tuple[SeenPart, ...]
    hits: tuple[SeenHit, ...]
    confidence: float
    rankings: tuple[SeenRanking, ...]
    draft: str | None
    lies: int
    leaks: tuple[str, ...]
    invented: tuple[str, ...]
    outside: tuple[str, ...]
    ms: float
    search_ms: float
    error: str = ""
    kind: Literal["answer"] = "answer"

    @property
    def text(self) -> str:
        """All that was shown, a paragraph a piece."""
        return "\n\n".join(part.text for part in self.parts if part.kind != "dropped")


@dataclass(frozen=True)
class SeenSentence:
    """A sentence of a draft and its fate; ``reason`` is empty when it was kept."""

    text: str
    reason: str

    @property
    def kept(self) -> bool:
        """Whether it was shown."""
        return not self.reason


@dataclass(frozen=True)
class SeenDraft:
    """A labelled draft after the guard."""

    id: str
    hash: str
    verdict: SeenVerdict | None
    sentences: tuple[SeenSentence, ...]
    ms: float
    error: str = ""
    kind: Literal["draft"] = "draft"


Seen = SeenAnswer | SeenDraft
_SEEN: TypeAdapter[Seen] = TypeAdapter(Annotated[Seen, Field(discriminator="kind")])


@dataclass(frozen=True)
class Manifest:
    """What a run was: enough to run it again and to see that two runs may be compared.

    ``code``, ``corpus``, ``cases`` are hashes: of ``bot/`` and the prompts, of the digest, of the
    question set. ``wanted`` counts the cases of the run, ``partial`` says that it was not all.
    """

    mode: Mode
    model: str
    seed: int
    code: str
    corpus: str
    cases: str
    commit: str
    started: datetime
    machine: str
    python: str
    wanted: int
    partial: bool
    schema: Literal[1] = 1

    def same_work(self, other: "Manifest") -> bool:
        """Whether results of one may stand beside those of the other in one run."""
        return all(
            getattr(self, name) == getattr(other, name)
            for name in ("mode", "model", "seed", "code", "corpus", "cases", "partial", "wanted")
        )


_MANIFEST: TypeAdapter[Manifest] = TypeAdapter(Manifest)


@dataclass(frozen=True)
class RunDir:
    """A directory that holds one run: its manifest, and a line for each finished case."""

    path: Path

    def start(self, manifest: Manifest) -> None:
        """Begin anew: what an earlier run left here is gone.

        Raises:
            RunFailed: nothing can be written here.
        """
        text = _MANIFEST.dump_json(manifest, indent=1).decode()
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            (self.path / SEEN_FILE).write_text("", encoding="utf-8")
            (self.path / RUN_FILE).write_text(text + "\n", encoding="utf-8")
        except OSError as error:
            raise RunFailed(
                f"{self.path} cannot hold a run ({error}); name another --out"
            ) from None

    def manifest(self) -> Manifest:
        """Read the manifest.

        Raises:
            RunFailed: there is no run here.
        """
        try:
            return _MANIFEST.validate_json((self.path / RUN_FILE).read_bytes())
        except (OSError, ValidationError) as error:
            raise RunFailed(
                f"there is no run in {self.path} ({type(error).__name__}); make one with"
                " `python -m evals run`"
            ) from None

    def keep(self, seen: Iterable[Seen]) -> None:
        """Add finished cases; each is on disk when this returns."""
        with (self.path / SEEN_FILE).open("a", encoding="utf-8") as file:
            for one in seen:
                file.write(_SEEN.dump_json(one).decode() + "\n")

    def finished(self) -> Iterator[Seen]:
        """Give the finished cases; a last line cut off by a kill is left out."""
        try:
            lines = (self.path / SEEN_FILE).read_text(encoding="utf-8").split("\n")
        except OSError:
            return
        whole = lines[:-1]
        for number, line in enumerate(whole, 1):
            try:
                yield _SEEN.validate_json(line)
            except ValidationError as error:
                raise RunFailed(
                    f"{self.path / SEEN_FILE}:{number}: is damaged ({error.error_count()} faults);"
                    " run again without --resume"
                ) from None

    def mend(self) -> None:
        """Cut off an unfinished last line, so that the next one starts at its own."""
        path = self.path / SEEN_FILE
        data = path.read_bytes() if path.exists() else b""
        if data and not data.endswith(b"\n"):
            path.write_bytes(data[: data.rfind(b"\n") + 1])
