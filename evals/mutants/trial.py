"""Set the tests on mutants: collected once, then one forked process for each mutant.

A process runs the tests that reach the mutant, the quickest first, and ends at the first failure.
"""

import gc
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType
from typing import Literal

import pytest

from bot.guard import decide, read
from bot.guard.screen import Screen
from bot.settings import PROJECT_DIR
from bot.types import Turn
from evals.mutants.places import Mutant, Name
from evals.mutants.plant import function_of, module_of, plant
from evals.problems import RunFailed

Outcome = Literal["killed", "timeout", "survived"]
Report = Callable[[Name, Outcome], None]
"""Told each outcome as it comes."""

_OPTIONS = (
    "-q", "-p", "no:cacheprovider", "-m", "not slow and not browser", "--assert=plain", "--tb=no",
)  # fmt: skip
_LEAST_SECONDS = 10.0
_TIMES_LONGER = 8.0
_SURVIVED, _KILLED, _BROKEN = 0, 1, 90
"""How a trial ends: every test passes; one fails; the trial itself failed."""


@dataclass(frozen=True)
class _Baseline:
    """How long each test takes unchanged, and which tests reach each function."""

    seconds: Mapping[str, float]
    reach: Mapping[str, frozenset[str]]

    def tests(self, mutant: Mutant) -> list[str]:
        """Give the tests that may kill a mutant, the quickest first."""
        reached = self.reach.get(mutant.name.function, frozenset())
        if mutant.constant:
            reached = frozenset[str]().union(*self.reach.values())
        return sorted(reached, key=lambda test: (self.seconds[test], test))


@dataclass
class _Body:
    """A pytest plugin that does ``act`` with the collected tests instead of running them."""

    act: Callable[[pytest.Session], None]
    failed: RunFailed | None = None
    done: bool = False

    def pytest_configure(self) -> None:
        from hypothesis import settings  # noqa: PLC0415 - pytest must be the first to import it

        # The same examples every time, and none remembered.
        settings.register_profile("mutants", derandomize=True, database=None)
        settings.load_profile("mutants")

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        try:
            self.act(session)
        except RunFailed as failed:
            self.failed = failed
        self.done = True
        return True


def try_all(found: Sequence[Mutant], tests: Sequence[str], processes: int, report: Report) -> None:
    """Try mutants of one file, ``processes`` at a time.

    Raises:
        RunFailed: the tests cannot be collected, or one fails without any mutant.
    """

    def act(session: pytest.Session) -> None:
        _warm()
        known = _baseline(found, session)
        _trials(found, known, session, processes, report)

    body = _Body(act)
    os.chdir(PROJECT_DIR)
    with _silent(1):
        code = pytest.main([*_OPTIONS, *tests], plugins=[body])
    if body.failed:
        raise body.failed
    if not body.done:
        raise RunFailed(f"the tests cannot be collected (pytest ended with {int(code)})")


def _warm() -> None:
    """Load weights and word lists once, and not in every process."""
    reading = read([Turn("user", "I was born in Springfield. Can they deport me?")])
    Screen(reading, decide(reading)).reason("Ask a lawyer today.")


def _baseline(found: Sequence[Mutant], session: pytest.Session) -> _Baseline:
    """Run the tests unchanged and note what each of them calls."""
    module = module_of(found[0].name.file)
    names = {one.name.function for one in found if not one.constant}
    watch = _Watch({function_of(module, name).__code__: name for name in names})
    readable, writable = os.pipe()

    def run() -> int:
        failed = _run(session, session.items, watch.watching)
        with os.fdopen(writable, "w", encoding="utf-8") as out:
            json.dump([failed, watch.seconds, watch.reach], out)
        return _SURVIVED

    pid = _fork(run)
    os.close(writable)
    with os.fdopen(readable, encoding="utf-8") as told:
        text = told.read()
    if os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) != _SURVIVED:
        raise RunFailed("the tests without a mutant did not end")
    failed, seconds, reach = json.loads(text)
    if failed:
        raise RunFailed(f"{failed} fails without a mutant")
    return _Baseline(seconds, {name: frozenset(by) for name, by in reach.items()})


@dataclass
class _Watch:
    """Notes the time of each test and the functions it calls."""

    codes: Mapping[CodeType, str]
    seconds: dict[str, float] = field(default_factory=dict)
    reach: dict[str, list[str]] = field(default_factory=dict)

    @contextmanager
    def watching(self, test: str) -> Iterator[None]:
        called: set[str] = set()

        def note(frame: FrameType, event: str, _: object) -> None:
            if event == "call" and frame.f_code in self.codes:
                called.add(self.codes[frame.f_code])

        started = time.perf_counter()
        sys.setprofile(note)
        try:
            yield
        finally:
            sys.setprofile(None)
            self.seconds[test] = time.perf_counter() - started
            for one in called:
                self.reach.setdefault(one, []).append(test)


def _run(
    session: pytest.Session,
    items: Sequence[pytest.Item],
    around: Callable[[str], AbstractContextManager[None]] = lambda _: nullcontext(),
) -> str | None:
    """Run tests until one fails; give its name."""
    for item, following in zip(items, [*items[1:], None], strict=True):
        with around(item.nodeid):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.testsfailed:
            return item.nodeid
    return None


def _trials(
    found: Iterable[Mutant],
    known: _Baseline,
    session: pytest.Session,
    processes: int,
    report: Report,
) -> None:
    items = {item.nodeid: item for item in session.items}
    running: dict[int, tuple[Name, float]] = {}
    for mutant in found:
        tests = known.tests(mutant)
        if not tests:
            report(mutant.name, "survived")
            continue
        while len(running) >= processes:
            _wait(running, report)
        longest = _TIMES_LONGER * sum(known.seconds[one] for one in tests)
        pid = _fork(_trial(mutant, session, [items[one] for one in tests]))
        running[pid] = (mutant.name, time.monotonic() + max(_LEAST_SECONDS, longest))
    while running:
        _wait(running, report)


def _wait(running: dict[int, tuple[Name, float]], report: Report) -> None:
    """Take the trials that ended off the list; end those that take too long."""
    time.sleep(0.005)
    for pid, (name, until) in list(running.items()):
        done, status = os.waitpid(pid, os.WNOHANG)
        late = not done and time.monotonic() > until
        if late:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        if done or late:
            del running[pid]
            report(name, "timeout" if late else _outcome(name, status))


def _outcome(name: Name, status: int) -> Outcome:
    code = os.waitstatus_to_exitcode(status)
    if code not in {_SURVIVED, _KILLED}:
        raise RunFailed(f"the trial of {name} ended with {code}")
    return "survived" if code == _SURVIVED else "killed"


def _trial(
    mutant: Mutant, session: pytest.Session, items: Sequence[pytest.Item]
) -> Callable[[], int]:
    def run() -> int:
        try:
            plant(mutant)
        except RunFailed:
            return _BROKEN
        except Exception:  # noqa: BLE001 - the process would not start with it
            return _KILLED
        return _KILLED if _run(session, items) else _SURVIVED

    return run


def _fork(run: Callable[[], int]) -> int:
    """Run in a child of its own, silently; give its process id."""
    sys.stdout.flush()
    sys.stderr.flush()
    gc.freeze()
    pid = os.fork()
    if pid:
        return pid
    code = _BROKEN
    try:
        with _silent(1, 2):
            code = run()
    finally:
        os._exit(code)


@contextmanager
def _silent(*descriptors: int) -> Iterator[None]:
    """Send what is printed nowhere, also what is written past Python."""
    kept = [os.dup(one) for one in descriptors]
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        for one in descriptors:
            os.dup2(nowhere.fileno(), one)
        try:
            yield
        finally:
            for one, old in zip(descriptors, kept, strict=True):
                os.dup2(old, one)
                os.close(old)
