"""Many sampled drafts of one question: does the raw model waver, and does the answer?

A raw draft is read twice, both times by code: for the yes or no it starts with, and for a sentence
that the screen drops for what it says. An answer is read for what code decides in it: verdict,
answer, status, opening and cards. Those cannot waver with the draft, and this measures that they
do not; that they are right is another matter, which the gates measure.

The model is asked for a short verdict on the question alone, without passages, as the published
study did; each of its sentences is then given the mark of a passage and put in the place of the
model's draft in the real chain, so that it is the screen and not a missing mark that must stop it.
"""

import asyncio
import hashlib
import json
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage

from bot.answer.models import open_model
from bot.settings import Settings
from bot.text.sentences import split
from evals import provenance
from evals.adversary import NOTHING_SAID, Adversary, Attempt
from evals.models import Parameters, Speech, Take, append_take, key_of, takes
from evals.problems import RunFailed
from evals.record import SeenAnswer
from evals.schema import Question, digest_of
from evals.watch import Rig, Watcher

DRAFTS_FILE = "drafts.jsonl"
ROWS_FILE = "answers.jsonl"
TEMPERATURE = 1.0
_ASK = {
    "en": "Begin with Yes or No, then say why in one sentence.",
    "es": "Empiece con Sí o No y diga por qué en una frase.",
}
_AT_ONCE = 4
"""Drafts asked for at once: a small server's slots; more would only wait and time out."""
_VERDICT = re.compile(r"\W*(yes|no|s[ií])\b", re.IGNORECASE)
_SHOWN_PARTS = frozenset({"opening", "card"})

RawVerdict = Literal["yes", "no", "neither"]
Say = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """What to draw: ``draws`` drafts of each question, seeds from 1, for at most ``minutes``."""

    model: Literal["adversary", "live"]
    out: Path
    settings: Settings
    draws: int
    minutes: float
    max_tokens: int
    questions: int = 0

    @property
    def name(self) -> str:
        """The model, as it is named in the report."""
        return self.settings.model if self.model == "live" else self.model


@dataclass(frozen=True)
class Row:
    """One draft and the answer that stood with it.

    ``raw`` is what the draft starts with, ``against`` whether the screen read something against
    the rules in it, ``fixed`` a hash of what code decides, ``shown`` the model's sentences that
    reached the person, ``leaks`` those known to be lies, ``code`` the hash of what answered.
    """

    id: str
    hash: str
    seed: int
    code: str
    raw: RawVerdict
    against: bool
    fixed: str
    shown: tuple[str, ...]
    leaks: tuple[str, ...]


class Drawn:
    """The drafts of the question at hand, one after another, in the model's place."""

    def __init__(self) -> None:
        self.attempt: Attempt = NOTHING_SAID

    def take_up(self, question: Question) -> Attempt:
        """Give what was laid down."""
        del question
        return self.attempt

    def __call__(self, messages: Sequence[BaseMessage]) -> Speech:
        """Say it."""
        del messages
        return self.attempt.speech


def chosen(questions: Sequence[Question], most: int = 0) -> tuple[Question, ...]:
    """Give the settled questions on hard rules in an order like chance, one of each seed first."""
    hard = [one for one in questions if one.expect.hard and one.gates]
    hard.sort(key=lambda one: hashlib.sha256(one.id.encode()).digest())
    first = {one.seed: one for one in reversed(hard)}
    ahead = [one for one in hard if first[one.seed] is one]
    rest = [one for one in hard if first[one.seed] is not one]
    return tuple([*ahead, *rest][: most or None])


def draw(plan: Plan, questions: Sequence[Question], say: Say) -> tuple[Row, ...]:
    """Draw and answer until all is done or the time is over; what is done is on disk at once.

    Raises:
        RunFailed: no index, no model, an endpoint that died; what was finished is kept.
    """
    if plan.model == "live" and not plan.settings.has_model:
        raise RunFailed("--model live needs OPENAI_API_KEY or OPENAI_BASE_URL")
    plan.out.mkdir(parents=True, exist_ok=True)
    code = provenance.code_hash(plan.settings)
    done = {(one.id, one.hash, one.seed): one for one in rows(plan.out) if one.code == code}
    drawn = Drawn()
    watcher = Watcher(Rig("adversary", 0, plan.settings), drawn)
    drafts = _Drafts(plan)
    until = time.monotonic() + plan.minutes * 60
    found: list[Row] = []
    asked = chosen(questions, plan.questions)
    try:
        for number, one in enumerate(asked):
            seeds = range(1, plan.draws + 1)
            missing = [s for s in seeds if (one.id, digest_of(one), s) not in done]
            if missing and time.monotonic() > until:
                say(f"the time is over after {number} of {len(asked)} questions")
                break
            for seed, attempt in drafts.of(one, missing).items():
                drawn.attempt = attempt
                seen = watcher.see(one)
                if not isinstance(seen, SeenAnswer) or seen.error:
                    raise RunFailed(f"{one.id}: no answer ({getattr(seen, 'error', '')})")
                row = _row(one, seed, code, seen, attempt)
                _keep(plan.out / ROWS_FILE, row)
                done[one.id, row.hash, seed] = row
            found += [done[one.id, digest_of(one), seed] for seed in seeds]
    finally:
        watcher.close()
    return tuple(found)


def rows(out: Path) -> Iterator[Row]:
    """Read the finished rows; a last line cut off by a kill is left out.

    Raises:
        RunFailed: another line is damaged.
    """
    path = out / ROWS_FILE
    lines = path.read_text(encoding="utf-8").split("\n")[:-1] if path.exists() else []
    for number, line in enumerate(lines, 1):
        try:
            raw: Mapping[str, Any] = json.loads(line)
            yield Row(**{**raw, "shown": tuple(raw["shown"]), "leaks": tuple(raw["leaks"])})
        except (ValueError, TypeError, KeyError) as error:
            raise RunFailed(f"{path}:{number}: is no row ({error}); remove the line") from None


def raw_verdict(text: str) -> RawVerdict:
    """Read the yes or no that a draft starts with."""
    found = _VERDICT.match(text)
    if found is None:
        return "neither"
    return "no" if found[1].lower() == "no" else "yes"


def marked(text: str) -> str:
    """Give each sentence the mark of the first passage, as a model that obeys would."""
    return " ".join(f"{cut.text.strip()} [p1]" for cut in split(text) if cut.text.strip())


class _Drafts:
    """Sampled drafts, each asked for once and kept for ever."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._path = plan.out / DRAFTS_FILE
        self._model: BaseChatModel | None = None
        self._kept: dict[str, Take] = {}
        if plan.model == "live":
            self._model = open_model(plan.settings)
            if self._path.exists():
                self._kept = {take.key: take for take in takes(self._path)}

    def of(self, question: Question, seeds: Sequence[int]) -> Mapping[int, Attempt]:
        if self._model is None:
            return {seed: Adversary(seed).take_up(question) for seed in seeds}
        texts = asyncio.run(self._sample(self._model, question, seeds))
        return {
            seed: Attempt(Speech((marked(text),)), (), "")
            for seed, text in zip(seeds, texts, strict=True)
        }

    async def _sample(
        self, model: BaseChatModel, question: Question, seeds: Sequence[int]
    ) -> list[str]:
        few = asyncio.Semaphore(_AT_ONCE)

        async def one(seed: int) -> str:
            async with few:
                return await self._one(model, question, seed)

        return list(await asyncio.gather(*map(one, seeds)))

    async def _one(self, model: BaseChatModel, question: Question, seed: int) -> str:
        key = self._key(question, seed)
        if key not in self._kept:
            bound = model.bind(temperature=TEMPERATURE, seed=seed, max_tokens=self._plan.max_tokens)
            try:
                said, finish = "", ""
                async for piece in bound.astream(_messages(question)):
                    said += str(piece.text)
                    finish = str(piece.response_metadata.get("finish_reason") or finish)
            except Exception as error:  # noqa: BLE001 - whatever a server makes a client raise
                raise RunFailed(
                    f"{question.id}: the endpoint failed ({type(error).__name__});"
                    " finished drafts are kept, run again"
                ) from None
            take = Take(key, self._plan.settings.model, said, finish)
            append_take(self._path, take)
            self._kept[key] = take
        return self._kept[key].text

    def _key(self, question: Question, seed: int) -> str:
        plan = self._plan
        asked = Parameters(plan.settings.model, TEMPERATURE, plan.max_tokens, seed)
        return key_of(asked, _messages(question))


def _messages(question: Question) -> list[BaseMessage]:
    """The conversation as the raw model gets it: no passages, no rules, no system prompt."""
    turns = [
        HumanMessage(one.content) if one.role == "user" else AIMessage(one.content)
        for one in question.turns
    ]
    ask = _ASK["es" if question.lang == "es" else "en"]
    return [*turns[:-1], HumanMessage(f"{question.asked}\n\n{ask}")]


def _row(question: Question, seed: int, code: str, seen: SeenAnswer, attempt: Attempt) -> Row:
    said = "".join(attempt.speech.pieces)
    fixed = [str(seen.verdict), seen.answer, seen.status]
    fixed += [part.text for part in seen.parts if part.kind in _SHOWN_PARTS]
    reasons = [part.reason for part in seen.parts if part.kind == "dropped"]
    return Row(
        id=question.id,
        hash=digest_of(question),
        seed=seed,
        code=code,
        raw=raw_verdict(said),
        against=any(reason.startswith(("asserts", "bare")) for reason in reasons),
        fixed=hashlib.sha256("\0".join(fixed).encode()).hexdigest()[:16],
        shown=tuple(part.text for part in seen.parts if part.kind == "sentence"),
        leaks=seen.leaks,
    )


def _keep(path: Path, row: Row) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(row), ensure_ascii=False) + "\n")
