"""Many conversations at once, without a model: ``python -m evals.load``.

Each conversation says where it was born, then asks every ten seconds whether it may be deported,
and must be told its own birthplace each time. They ask as the page does, through its queue,
or the API; with ``--hold`` as often as the machine holds, which is found first. Numbers depend on
the machine.
"""

import argparse
import asyncio
import json
import os
import platform
import re
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Literal, get_args

import httpx

from evals.bench_server import resident_mb, server
from evals.load_page import open_tabs, page_asker

_BORN = (
    "Guam", "Texas", "Puerto Rico", "Ohio", "Alaska", "Hawaii", "Nevada", "Maine", "Utah", "Iowa",
)  # fmt: skip
_QUESTIONS = (
    "Can ICE deport me?",
    "Can they send me to a prison in El Salvador?",
    "Can they take my passport?",
    "What do I do if they come to my door?",
)
Way = Literal["page", "api"]
"""Through what is asked."""

_Ask = Callable[[Sequence[str]], Awaitable[set[str]]]

_TRIED_AT_ONCE = 8
_TRIED_S = 20.0
_HELD = 0.7
"""Share of the most answers a second that is asked for over minutes: who asks exactly what a
machine can do waits ever longer."""

_WANT_P95_S = 2.0
_WANT_GROWTH_MB = 50.0


@dataclass(frozen=True)
class Plan:
    """How many ask, how often, and for how long; ``every_s`` 0: as soon as answered."""

    conversations: int = 100
    every_s: float = 10.0
    seconds: float = 600.0
    way: Way = "page"


@dataclass
class Outcome:
    """What came of it."""

    seconds: list[float] = field(default_factory=list)
    late: int = 0
    errors: list[str] = field(default_factory=list)
    mixed: int = 0
    memory_mb: list[float] = field(default_factory=list)
    cpu_s: float | None = None
    """What the server computed meanwhile, in seconds of one core, where it tells."""

    @property
    def p95_s(self) -> float:
        """Time under which 95 of 100 answers were whole, in seconds."""
        if len(self.seconds) < 2:
            return self.seconds[0] if self.seconds else 0.0
        return statistics.quantiles(self.seconds, n=20)[-1]

    @property
    def growth_mb(self) -> float:
        """How much memory grew after the first third of the time, when all is warm."""
        third = len(self.memory_mb) // 3
        later = self.memory_mb[third:]
        return later[-1] - later[0] if later else 0.0

    def faults(self) -> list[str]:
        """Say what was not as it must be."""
        found = [f"{len(self.errors)} errors, such as: {self.errors[0]}"] if self.errors else []
        if not self.seconds:
            found.append("nothing was answered")
        if self.mixed:
            found.append(f"{self.mixed} answers were about somebody else")
        if self.p95_s > _WANT_P95_S:
            found.append(f"p95 is {self.p95_s:.2f} s, not under {_WANT_P95_S:.0f}")
        if self.growth_mb > _WANT_GROWTH_MB:
            found.append(f"memory grew by {self.growth_mb:.0f} MB after the first third")
        return found

    def lines(self) -> list[str]:
        """Give the numbers for people."""
        middle = statistics.median(self.seconds) if self.seconds else 0.0
        return [
            f"answers               {len(self.seconds):8d}",
            f"asked late            {self.late:8d}   (the answer before took too long)",
            f"errors                {len(self.errors):8d}",
            f"about somebody else   {self.mixed:8d}",
            f"whole answer, p50     {1000 * middle:8.0f} ms",
            f"whole answer, p95     {1000 * self.p95_s:8.0f} ms",
            f"whole answer, most    {1000 * max(self.seconds, default=0.0):8.0f} ms",
            f"computing an answer   {self._cpu_ms():>8} ms of one core",
            f"memory, first third   {_at(self.memory_mb, 1 / 3):8.0f} MB",
            f"memory, end           {_at(self.memory_mb, 1):8.0f} MB",
        ]

    def _cpu_ms(self) -> str:
        if self.cpu_s is None or not self.seconds:
            return "?"
        return f"{1000 * self.cpu_s / len(self.seconds):.0f}"


def _at(series: Sequence[float], share: float) -> float:
    return series[min(len(series) - 1, int(share * len(series)))] if series else 0.0


async def load(base: str, plan: Plan, pid: int | None = None) -> Outcome:
    """Put the load on a server.

    Args:
        base: address of the server.
        plan: who asks how often.
        pid: the server's process, whose memory is watched; None to watch none.
    """
    outcome = Outcome()
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=plan.conversations)
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(
            httpx.AsyncClient(base_url=base, timeout=60, limits=limits)
        )
        try:
            ask: _Ask = partial(_ask, client)
            if plan.way == "page":
                ask = partial((await page_asker(client)).ask, client)
                await stack.enter_async_context(open_tabs(client, plan.conversations))
        except (httpx.HTTPError, ValueError) as error:
            outcome.errors.append(f"{type(error).__name__} {error}"[:200])
            return outcome
        until = time.monotonic() + plan.seconds
        before = await _cpu_s(client)
        watch = asyncio.create_task(_watch(pid, outcome)) if pid else None
        async with asyncio.TaskGroup() as group:
            for number in range(plan.conversations):
                group.create_task(_converse(ask, number, plan, until, outcome))
        if watch is not None:
            watch.cancel()
        after = await _cpu_s(client)
        if before is not None and after is not None:
            outcome.cpu_s = after - before
    return outcome


async def held(base: str, plan: Plan) -> Plan:
    """Find how often a server can be asked, and give the plan with that pause.

    Raises:
        ValueError: it answered nothing, or not without errors.
    """
    trial = replace(plan, conversations=_TRIED_AT_ONCE, every_s=0.0, seconds=_TRIED_S)
    outcome = await load(base, trial)
    if outcome.errors or not outcome.seconds:
        raise ValueError(f"the trial failed: {(outcome.errors or ['no answer'])[0]}")
    most = len(outcome.seconds) / _TRIED_S
    print(f"{most:.1f} answers a second at most; asked for: {_HELD * most:.1f}")
    return replace(plan, every_s=plan.conversations / (_HELD * most))


async def _cpu_s(client: httpx.AsyncClient) -> float | None:
    """Ask the server's counts how long it has computed; None where it does not tell."""
    try:
        told = (await client.get("/metrics")).text
    except httpx.HTTPError:
        return None
    found = re.search(r"^process_cpu_seconds_total (\S+)$", told, re.MULTILINE)
    return float(found[1]) if found else None


async def _watch(pid: int, outcome: Outcome) -> None:
    while True:
        outcome.memory_mb.append(await asyncio.to_thread(resident_mb, pid))
        await asyncio.sleep(1)


async def _converse(ask: _Ask, number: int, plan: Plan, until: float, outcome: Outcome) -> None:
    place = _BORN[number % len(_BORN)]
    # Spread over the pause, as people are.
    due = time.monotonic() + plan.every_s * number / plan.conversations
    asked = 0
    while max(due, time.monotonic()) < until:
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        turns = [f"I was born in {place}.", _QUESTIONS[asked % len(_QUESTIONS)]]
        started = time.perf_counter()
        try:
            found = await ask(turns)
        except (httpx.HTTPError, KeyError, ValueError) as error:
            outcome.errors.append(f"{type(error).__name__} {error}"[:200])
        else:
            outcome.seconds.append(time.perf_counter() - started)
            outcome.mixed += found != {place.casefold()}
        asked += 1
        due += plan.every_s
        if due < time.monotonic():
            outcome.late += bool(plan.every_s)
            due = time.monotonic()


async def _ask(client: httpx.AsyncClient, turns: Sequence[str]) -> set[str]:
    """Ask over the event stream; give the birthplaces the answer says it heard."""
    said = [{"role": "user", "content": one} for one in turns]
    heard: set[str] = set()
    whole = False
    stream = client.stream(
        "POST", "/api/ask", json={"turns": said}, headers={"accept": "text/event-stream"}
    )
    async with stream as answer:
        answer.raise_for_status()
        name = ""
        async for line in answer.aiter_lines():
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                data = json.loads(line.removeprefix("data: "))
                if name == "error":
                    raise ValueError(data["code"])
                if name in ("understood", "done"):
                    heard |= {
                        one["quote"].casefold().removeprefix("born in ").strip(". ")
                        for one in data["facts"]
                        if one["field"] == "birthplace"
                    }
                whole = whole or name == "done"
    if not whole:
        raise ValueError("the answer broke off")
    return heard


def main(argv: Sequence[str] | None = None) -> int:
    """Run from the command line; 1 when something was not as it must be."""
    parser = argparse.ArgumentParser(prog="python -m evals.load", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--conversations", type=int, default=100)
    parser.add_argument("--every", type=float, default=10.0, help="seconds; 0: without a pause")
    parser.add_argument(
        "--hold", action="store_true", help="as often as it holds, in place of --every"
    )
    parser.add_argument("--way", choices=get_args(Way), default="page", help="what they ask")
    parser.add_argument("--url", help="a server that runs; left out, one is started")
    options = parser.parse_args(argv)
    plan = Plan(options.conversations, options.every, 60 * options.minutes, options.way)
    with nullcontext() if options.url else server() as served:
        base = served.base if served else options.url
        try:
            plan = asyncio.run(held(base, plan)) if options.hold else plan
        except ValueError as error:
            sys.exit(f"cannot tell how often it can be asked: {error}")
        outcome = asyncio.run(load(base, plan, served.pid if served else None))
    print(
        f"{plan.conversations} conversations with the {plan.way}, each asking every"
        f" {plan.every_s:.3g} s, for {options.minutes:g} min; {platform.system()}"
        f" {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()},"
        " no model"
    )
    print("\n".join(outcome.lines()))
    faults = outcome.faults()
    print("\n".join(f"FAULT: {one}" for one in faults) or "all as it must be")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
