"""Run the set: two workers, seeded order, every finished case on disk at once, resumable."""

import random
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from platform import python_version

from bot.errors import HabeasError
from bot.settings import Settings
from evals import provenance
from evals.cases import CaseSet
from evals.lint import digest_at
from evals.problems import RunFailed
from evals.record import Manifest, Mode, RunDir, Seen, SeenAnswer
from evals.schema import DraftCase, Question, digest_of
from evals.watch import Rig, Watcher

Case = Question | DraftCase
Say = Callable[[str], None]
_BATCH = 8
_AHEAD = 2
"""Batches that wait for each worker: enough to keep it busy, few enough to stop soon."""
_STOP_AFTER = 3
"""Answers in a row without the model after which the endpoint is taken for dead."""


@dataclass(frozen=True)
class Plan:
    """What to run and how.

    ``only`` picks cases whose id or stratum it names; empty for all. ``resume`` goes on with
    what the directory holds.
    """

    mode: Mode
    out: Path
    settings: Settings
    seed: int = 0
    jobs: int = 2
    resume: bool = False
    record: bool = False
    only: frozenset[str] = frozenset()

    @property
    def rig(self) -> Rig:
        """What a worker needs."""
        return Rig(self.mode, self.seed, self.settings, self.record)

    def picks(self, case: Case) -> bool:
        """Whether a case belongs to this run."""
        if self.mode != "none" and isinstance(case, DraftCase):
            # The screen is the same whoever writes; labelled drafts are put to it once.
            return False
        names = {case.id, *(case.stratum if isinstance(case, Question) else ("drafts",))}
        return not self.only or bool(self.only & names)


@dataclass(frozen=True)
class Batch:
    """What one batch gave; ``unanswered`` are cases whose model failed, ``trouble`` why."""

    seen: tuple[Seen, ...]
    unanswered: tuple[str, ...]
    trouble: str = ""


def run(plan: Plan, cases: CaseSet, say: Say) -> None:
    """Run what is not finished yet; results are in the directory, whatever happens.

    Raises:
        RunFailed: the run could not be started or finished; what was finished is kept.
    """
    wanted = [case for case in cases if plan.picks(case)]
    if not wanted:
        raise RunFailed(f"no case is called {', '.join(sorted(plan.only))}")
    manifest = manifest_of(plan, cases, len(wanted))
    directory = RunDir(plan.out)
    todo = _todo(plan, directory, manifest, wanted)
    say(f"{plan.mode}: {len(wanted)} cases, {len(wanted) - len(todo)} finished before")
    # Hard cases lie together in the files; mixed, both workers finish at the same time.
    random.Random(plan.seed).shuffle(todo)  # noqa: S311 - reproducible on purpose
    done = len(wanted) - len(todo)
    failed: list[str] = []
    in_a_row = 0
    for batch in _batches(plan, todo):
        directory.keep(batch.seen)
        before, done = done, done + len(batch.seen)
        if before * 10 // len(wanted) < done * 10 // len(wanted):
            say(f"{done} of {len(wanted)}")
        if batch.trouble:
            raise RunFailed(f"{batch.trouble}; {done} cases are kept, go on with --resume")
        failed += batch.unanswered
        in_a_row = in_a_row + len(batch.unanswered) if not batch.seen else 0
        if in_a_row >= _STOP_AFTER:
            break
    if failed:
        raise RunFailed(
            f"the model gave no answer to {len(failed)} cases, the first {failed[0]}; "
            f"{done} are kept, go on with --resume"
        )


def manifest_of(plan: Plan, cases: CaseSet, wanted: int) -> Manifest:
    """Describe a run before it starts.

    Raises:
        RunFailed: the digest cannot be read.
    """
    return Manifest(
        mode=plan.mode,
        model=plan.settings.model if plan.mode in ("recorded", "live") else plan.mode,
        seed=plan.seed,
        code=provenance.code_hash(plan.settings),
        corpus=digest_at(plan.settings.corpus_dir).hash[:16],
        cases=cases.hash,
        commit=provenance.commit(),
        started=datetime.now(UTC).replace(microsecond=0),
        machine=provenance.machine(),
        python=python_version(),
        wanted=wanted,
        partial=bool(plan.only),
    )


def _todo(plan: Plan, directory: RunDir, manifest: Manifest, wanted: Sequence[Case]) -> list[Case]:
    if not plan.resume:
        directory.start(manifest)
        return list(wanted)
    before = directory.manifest()
    if not before.same_work(manifest):
        raise RunFailed(
            f"{plan.out} holds a run of other code, law, questions or options;"
            " run again without --resume"
        )
    directory.mend()
    finished = {one.id: one.hash for one in directory.finished()}
    return [case for case in wanted if finished.get(case.id) != digest_of(case)]


def _batches(plan: Plan, todo: Sequence[Case]) -> Iterator[Batch]:
    cut = [tuple(todo[at : at + _BATCH]) for at in range(0, len(todo), _BATCH)]
    if plan.jobs == 1 or len(cut) <= 1:
        try:
            for one in cut:
                yield work(plan.rig, one)
        finally:
            _let_go()
        return
    # Spawned, not forked: threads of the index and of numpy do not survive a fork.
    pool = ProcessPoolExecutor(plan.jobs, get_context("spawn"), initializer=_ignore_interrupt)
    try:
        waiting = iter(cut)
        running = {pool.submit(work, plan.rig, one) for one in islice(waiting, plan.jobs * _AHEAD)}
        while running:
            finished, running = wait(running, return_when="FIRST_COMPLETED")
            for future in finished:
                yield _result(future)
            running |= {pool.submit(work, plan.rig, one) for one in islice(waiting, len(finished))}
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _result(future: Future[Batch]) -> Batch:
    try:
        return future.result()
    except BrokenProcessPool:
        return Batch((), (), "a worker was killed, perhaps for want of memory")
    except Exception as error:  # noqa: BLE001 - whatever a worker died of, finished work is kept
        return Batch((), (), f"a worker failed ({type(error).__name__}: {error})")


_opened: dict[Rig, Watcher] = {}


def work(rig: Rig, cases: Sequence[Case]) -> Batch:
    """Put some cases to this process's engine, which stays open for the next ones."""
    seen: list[Seen] = []
    unanswered: list[str] = []
    try:
        for case in cases:
            one = _watcher(rig).see(case)
            if _watcher(rig).trouble:
                return Batch(tuple(seen), (), f"{case.id}: {_watcher(rig).trouble}")
            if _unanswered(rig.mode, one) and not _watcher(rig).cut:
                unanswered.append(case.id)
            else:
                seen.append(one)
    except (RunFailed, HabeasError) as error:
        return Batch(tuple(seen), (), str(error))
    return Batch(tuple(seen), tuple(unanswered))


def _watcher(rig: Rig) -> Watcher:
    if rig not in _opened:
        _opened[rig] = Watcher(rig)
    return _opened[rig]


def _let_go() -> None:
    for watcher in _opened.values():
        watcher.close()
    _opened.clear()


def _unanswered(mode: Mode, seen: Seen) -> bool:
    """Whether a real model failed: that says nothing about the answer, only about the run."""
    real = mode in ("live", "recorded")
    return real and isinstance(seen, SeenAnswer) and "degraded" in seen.flags


def _ignore_interrupt() -> None:
    # The parent stops its workers; their own tracebacks would only bury its message.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
