"""What twenty drafts of each question showed, as a page: ``docs/stability.md``."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.settings import PROJECT_DIR
from evals.judged import Judged
from evals.stability import TEMPERATURE, Plan, Row
from evals.stats import wilson

PAGE = PROJECT_DIR / "docs" / "stability.md"
_STRAW_MAN = "smollm"


@dataclass(frozen=True)
class Wavering:
    """Counts over questions, each with all its drafts.

    ``both`` questions whose drafts began with yes and with no, ``wavered`` those where some
    drafts went against the rules and some did not, ``moved`` those where anything code decides
    differed; ``leaked`` and ``shown`` count answers.
    """

    questions: int
    answers: int
    both: int
    told: int
    wavered: int
    against: int
    moved: int
    shown: int
    leaked: int


def count(rows: Sequence[Row]) -> Wavering:
    """Count them."""
    by_question: dict[str, list[Row]] = defaultdict(list)
    for one in rows:
        by_question[one.id].append(one)
    every = list(by_question.values())
    begins = [{one.raw for one in drawn} - {"neither"} for drawn in every]
    return Wavering(
        questions=len(every),
        answers=len(rows),
        both=sum(len(found) == 2 for found in begins),
        told=sum(bool(found) for found in begins),
        wavered=sum(len({one.against for one in drawn}) == 2 for drawn in every),
        against=sum(one.against for one in rows),
        moved=sum(len({one.fixed for one in drawn}) > 1 for drawn in every),
        shown=sum(bool(one.shown) for one in rows),
        leaked=sum(bool(one.leaks) for one in rows),
    )


def page(plan: Plan, rows: Sequence[Row], code: str, on: date, run: Judged | None) -> str:
    """Give the section of one model, and unanimity over wordings where a run is at hand."""
    return "\n".join((*_model(plan, rows, code, on), *_wordings(run)))


def _model(plan: Plan, rows: Sequence[Row], code: str, on: date) -> Iterator[str]:
    found = count(rows)
    yield f"## `{plan.name}`, {on.isoformat()}"
    yield ""
    if _STRAW_MAN in plan.name.lower():
        yield (
            "A straw man: a model of 135 million parameters, the worst real one there is. Its"
            " wavering says nothing of other models."
        )
        yield ""
    how = (
        f"temperature {TEMPERATURE:g}, seeds 1 to {plan.draws}, at most {plan.max_tokens} tokens"
        if plan.model == "live"
        else f"a stub that lies on purpose, seeds 1 to {plan.draws}"
    )
    yield (
        f"{found.questions} questions on hard rules, {found.answers} drafts: {how};"
        f" code `{code[:8]}`. Where that is not all of them it is what the time allowed,"
        " in an order like chance (by hash of the id, one wording of each problem first)."
    )
    yield ""
    yield "| of the questions | count | share | 95 % interval |"
    yield "|---|---:|---:|---|"
    if plan.model == "live":
        yield _row("raw drafts gave both verdicts, yes and no", found.both, found.questions)
        yield _row("raw drafts gave a verdict at all", found.told, found.questions)
    yield _row(
        "raw drafts said something against the rules at times, and at times not",
        found.wavered,
        found.questions,
    )
    yield _row(
        "anything that code decides in the answer differed between drafts",
        found.moved,
        found.questions,
    )
    yield ""
    yield "| of the drafts and their answers | count | share | 95 % interval |"
    yield "|---|---:|---:|---|"
    yield _row(
        "draft with a sentence against the rules, as the screen reads it",
        found.against,
        found.answers,
    )
    yield _row("some sentence of the model was shown", found.shown, found.answers)
    if plan.model == "adversary":
        yield _row("a lie of the adversary was shown", found.leaked, found.answers)
    yield ""


def _row(what: str, k: int, n: int) -> str:
    if not n:
        return f"| {what} | 0/0 | | |"
    limits = wilson(k, n)
    return f"| {what} | {k}/{n} | {k / n:.1%} | {limits.low:.1%} to {limits.high:.1%} |"


def _wordings(run: Judged | None) -> Iterator[str]:
    if run is None:
        return
    yield "Other words and the other language, without a model (each hard question of the set):"
    yield ""
    yield "| one verdict for all | count | share | 95 % interval |"
    yield "|---|---:|---:|---|"
    for name, what in (
        ("paraphrases", "wordings of one question"),
        ("languages", "English and Spanish of one question"),
    ):
        gate = run.gate(name)
        if gate is not None:
            yield _row(what, gate.measure.hits, gate.measure.n)
    yield ""


def put(sections: Mapping[str, str], path: Path = PAGE) -> None:
    """Write sections between their markers; a section of another model stays as it is."""
    text = path.read_text(encoding="utf-8")
    for name, body in sections.items():
        begin, end = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
        if begin not in text:
            text = f"{text.rstrip()}\n\n{begin}\n{end}\n"
        start, stop = text.index(begin) + len(begin), text.index(end)
        text = f"{text[:start]}\n{body.strip()}\n{text[stop:]}"
    path.write_text(text, encoding="utf-8")
