"""A drafter that spends no more than it may, and does not pay twice for one draft.

What is kept is in memory only and under keys nobody can turn back into words. The one thing written
down is how much was spent today, where there is a limit for a day.
"""

import fcntl
import json
import logging
import secrets
from collections import OrderedDict
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from hashlib import blake2b
from pathlib import Path
from typing import TypeVar

from bot.answer.material import Drafter, Material
from bot.errors import BudgetSpent
from bot.settings import Settings
from bot.types import Passage

# No tokenizer at hand knows every model. Text of three bytes is hardly ever more than one token.
_BYTES_PER_TOKEN = 3
_PROMPT_TOKENS = 800
_MOST_CONVERSATIONS = 10_000
_PICKED_TOKENS = 40
_MILLION = 1_000_000

_log = logging.getLogger(__name__)

_T = TypeVar("_T")


def _today() -> date:
    return datetime.now(UTC).date()


@dataclass(frozen=True)
class Cost:
    """Tokens, estimated, and what they cost in US dollars."""

    tokens: int = 0
    usd: float = 0.0

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.tokens + other.tokens, self.usd + other.usd)

    def within(self, limit: "Cost") -> bool:
        """Whether it is no more than a limit; a limit of 0 is none."""
        return not (
            (limit.tokens and self.tokens > limit.tokens) or (limit.usd and self.usd > limit.usd)
        )


@dataclass(frozen=True)
class Limits:
    """What may be spent, 0 for any amount; prices are US dollars a million tokens."""

    conversation: Cost = Cost()
    day: Cost = Cost()
    price_in: float = 0.0
    price_out: float = 0.0
    most_out: int = 0
    """Longest draft, in tokens."""

    def cost(self, tokens_in: int, tokens_out: int) -> Cost:
        """Give what a call costs."""
        usd = (tokens_in * self.price_in + tokens_out * self.price_out) / _MILLION
        return Cost(tokens_in + tokens_out, usd)


def limits_of(settings: Settings) -> Limits:
    """Give the limits that are set."""
    return Limits(
        Cost(settings.model_conversation_tokens, settings.model_conversation_usd),
        Cost(settings.model_day_tokens, settings.model_day_usd),
        settings.model_price_in,
        settings.model_price_out,
        settings.model_max_tokens,
    )


def day_of(settings: Settings) -> "Day":
    """Give what was spent today, kept where there is a limit for a day."""
    limited = settings.model_day_tokens or settings.model_day_usd
    return Day(settings.data_dir / "model-spent.json" if limited else None)


class Day:
    """What was spent today, UTC; in a file, so that a restart does not forget it."""

    def __init__(self, file: Path | None, today: Callable[[], date] = _today) -> None:
        self._file = file
        self._today = today
        self._kept = (today(), Cost())

    def add(self, cost: Cost, limit: Cost = Cost()) -> bool:
        """Add a cost, which may be negative; do not, and say so, where it is over the limit."""
        try:
            return self._add(cost, limit)
        except OSError as error:
            # Counting in memory is worth more than no answer.
            _log.warning("what the model costs is not written down (%s)", type(error).__name__)
            self._file = None
            return self._add(cost, limit)

    def _add(self, cost: Cost, limit: Cost) -> bool:
        with self._open() as spent:
            total = spent + cost
            if cost.tokens > 0 and not total.within(limit):
                return False
            self._keep(total)
        return True

    @contextmanager
    def _open(self) -> Iterator[Cost]:
        if self._file is None:
            yield self._of_today(*self._kept)
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        # Several processes may share the directory: one at a time reads and writes.
        with self._file.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield self._of_today(*self._read(self._file))

    def _read(self, file: Path) -> tuple[date, Cost]:
        try:
            kept = json.loads(file.read_text(encoding="utf-8"))
            return date.fromisoformat(kept["day"]), Cost(int(kept["tokens"]), float(kept["usd"]))
        except (OSError, ValueError, KeyError, TypeError):
            # Better to start the count anew than to answer nobody.
            return self._kept

    def _of_today(self, day: date, spent: Cost) -> Cost:
        return spent if day == self._today() else Cost()

    def _keep(self, spent: Cost) -> None:
        self._kept = (self._today(), spent)
        if self._file is not None:
            day = self._today().isoformat()
            kept = json.dumps({"day": day, "tokens": spent.tokens, "usd": round(spent.usd, 6)})
            new = self._file.with_suffix(".new")
            new.write_text(kept, encoding="utf-8")
            new.replace(self._file)


class Thrifty:
    """Puts a drafter under limits, and keeps its whole drafts.

    Args:
        drafter: what asks the model.
        limits: what may be spent.
        day: what was spent today.
        made_with: what else decides a draft: prompts, model and endpoint.
        most_kept: drafts kept, 0 for none.
    """

    def __init__(
        self,
        drafter: Drafter,
        limits: Limits,
        day: Day,
        *,
        made_with: str,
        most_kept: int,
    ) -> None:
        self._drafter = drafter
        self._limits = limits
        self._day = day
        self._made_with = made_with
        self._most_kept = most_kept
        self._drafts: OrderedDict[bytes, str] = OrderedDict()
        self._picks: OrderedDict[bytes, tuple[Passage, ...]] = OrderedDict()
        self._spent: OrderedDict[bytes, Cost] = OrderedDict()
        self._secret = secrets.token_bytes(32)

    async def draft(self, material: Material) -> AsyncGenerator[str, None]:
        """Stream a draft: the one kept, or a new one.

        Raises:
            BudgetSpent: a new one would go over a limit; nothing was sent.
            ModelError: as the drafter's.
        """
        key = self._key("draft", material)
        if (kept := _recent(self._drafts, key)) is not None:
            yield kept
            return
        pieces: list[str] = []
        reserved = self._reserve(material)
        try:
            async with aclosing(self._drafter.draft(material)) as stream:
                async for piece in stream:
                    pieces.append(piece)
                    yield piece
            _put(self._drafts, key, "".join(pieces), self._most_kept)
        finally:
            self._settle(material, reserved, _tokens("".join(pieces)))

    async def pick(self, material: Material, most: int) -> tuple[Passage, ...]:
        """Choose passages, as the drafter does; raises as ``draft``."""
        key = self._key(f"pick {most}", material)
        if (kept := _recent(self._picks, key)) is not None:
            return kept
        reserved = self._reserve(material)
        try:
            picked = await self._drafter.pick(material, most)
        finally:
            self._settle(material, reserved, _PICKED_TOKENS)
        _put(self._picks, key, picked, self._most_kept)
        return picked

    def _reserve(self, material: Material) -> Cost:
        """Take what a call may cost at most out of what is left, before another can have it."""
        most = self._limits.cost(_size(material), self._limits.most_out)
        if not (self._before(material) + most).within(self._limits.conversation):
            raise BudgetSpent("this conversation has used what it may of the model")
        if not self._day.add(most, self._limits.day):
            raise BudgetSpent("what may be used of the model today is used up")
        return most

    def _settle(self, material: Material, reserved: Cost, out: int) -> None:
        cost = self._limits.cost(_size(material), out)
        self._day.add(Cost(cost.tokens - reserved.tokens, cost.usd - reserved.usd))
        key = self._key("turns", material.turns)
        _put(self._spent, key, self._before(material) + cost, _MOST_CONVERSATIONS)

    def _before(self, material: Material) -> Cost:
        """What the conversation cost up to its last turn: it is known by the turns it had then."""
        return self._spent.get(self._key("turns", material.turns[:-1])) or Cost()

    def _key(self, kind: str, what: object) -> bytes:
        if isinstance(what, Material):
            # The turns are for counting; the earlier ones a draft rests on stand in it already.
            what = replace(what, turns=())
        told = f"{kind}\0{self._made_with}\0{what!r}".encode("utf-8", "surrogatepass")
        return blake2b(told, key=self._secret).digest()


def _tokens(text: str) -> int:
    return -(-len(text.encode("utf-8", "replace")) // _BYTES_PER_TOKEN)


def _size(material: Material) -> int:
    """Tokens of what is sent, estimated from above."""
    texts = [material.question, *material.earlier, material.already_shown]
    for one in material.passages:
        passage = one.passage
        texts += [one.label, passage.title[material.lang], passage.text[material.lang]]
        texts.append(passage.official or "")
    return _PROMPT_TOKENS + sum(map(_tokens, texts))


def _recent(kept: OrderedDict[bytes, _T], key: bytes) -> _T | None:
    if key not in kept:
        return None
    kept.move_to_end(key)
    return kept[key]


def _put(kept: OrderedDict[bytes, _T], key: bytes, value: _T, most: int) -> None:
    kept[key] = value
    kept.move_to_end(key)
    while len(kept) > most:
        kept.popitem(last=False)
