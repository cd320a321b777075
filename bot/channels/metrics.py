"""Counts of what is answered, for Prometheus: no words, no person, no address."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal, NamedTuple

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.process_collector import ProcessCollector
from starlette.responses import Response

from bot.channels.admission import Admission
from bot.engine import Engine
from bot.types import Done, Event, Note, Reply, Sentence

Heard = Literal["page", "api", "openai", "slack"]
"""Where answers are counted."""

Health = Literal["not asked yet", "answers", "failing"]
"""How a part did when it was last needed."""

# When a count was first made is when somebody asked.
disable_created_metrics()  # type: ignore[no-untyped-call]

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 30, 60)


@dataclass(frozen=True)
class Tally:
    """How often something was."""

    name: str
    count: int


@dataclass(frozen=True)
class Times:
    """Answers of a channel, and the seconds under which half and 95 of 100 of them came."""

    channel: str
    count: int
    half_s: float
    most_s: float


class Metrics:
    """The counts of one process, from its start."""

    def __init__(self, admission: Admission | None = None) -> None:
        registry = CollectorRegistry()
        self._registry = registry
        ProcessCollector(registry=registry)
        self._answers = Counter(
            "habeas_answers",
            "Whole answers, by the channel, the reply's status, and the rule and outcome met",
            ("channel", "status", "rule", "outcome"),
            registry=registry,
        )
        self._notes = Counter(
            "habeas_notes", "Notes told beside answers", ("code",), registry=registry
        )
        self._dropped = Counter(
            "habeas_dropped_sentences",
            "A model's sentences left out by the guard, by reason",
            ("reason",),
            registry=registry,
        )
        self._seconds = Histogram(
            "habeas_answer_seconds",
            "Time from question to whole answer",
            ("channel",),
            buckets=_SECONDS,
            registry=registry,
        )
        self._responses = Counter(
            "habeas_http_responses",
            "Responses, by part of the server and HTTP status",
            ("area", "code"),
            registry=registry,
        )
        if admission is not None:
            running = Gauge("habeas_questions_running", "Questions in work", registry=registry)
            running.set_function(lambda: admission.running)
            waiting = Gauge("habeas_questions_waiting", "Questions in line", registry=registry)
            waiting.set_function(lambda: admission.waiting)
        self.model: Health = "not asked yet"

    def heard(self, engine: Engine, channel: Heard) -> Engine:
        """Give an engine whose answers on a channel are counted."""
        return engine.watched(partial(self._see, channel))

    def responded(self, area: str, status: int) -> None:
        """Count a response."""
        self._responses.labels(area, status).inc()

    def response(self) -> Response:
        """Give all counts as Prometheus reads them."""
        return Response(generate_latest(self._registry), media_type=CONTENT_TYPE_LATEST)

    def answers_by(self, label: Literal["rule", "status"]) -> tuple[Tally, ...]:
        """Count answers by the rule they went by or by what became of them, most first."""
        return _tallies(self._answers, label)

    def dropped(self) -> tuple[Tally, ...]:
        """Count a model's sentences that were left out, by reason."""
        return _tallies(self._dropped, "reason")

    def times(self) -> tuple[Times, ...]:
        """Say how long answers took; times are the bounds of the histogram's steps."""
        steps: dict[str, list[_Step]] = defaultdict(list)
        for metric in self._seconds.collect():
            for one in metric.samples:
                if one.name.endswith("_bucket"):
                    step = _Step(float(one.labels["le"]), int(one.value))
                    steps[one.labels["channel"]].append(step)
        return tuple(
            Times(channel, known[-1].under, _bound(known, 0.5), _bound(known, 0.95))
            for channel, known in sorted(steps.items())
            if known[-1].under
        )

    def _see(self, channel: Heard, event: Event) -> None:
        match event:
            case Note(code=code):
                self._notes.labels(code).inc()
                if code == "model_down":
                    self.model = "failing"
            case Sentence():
                self.model = "answers"
            case Done(reply=reply):
                self._done(channel, reply)
            case _:
                pass

    def _done(self, channel: Heard, reply: Reply) -> None:
        ruled = reply.verdict
        rule, outcome = (ruled.rule, str(ruled.outcome)) if ruled else ("", "")
        self._answers.labels(channel, reply.status, rule, outcome).inc()
        self._seconds.labels(channel).observe(reply.ms / 1000)
        for one in reply.dropped:
            self._dropped.labels(one.reason).inc()


class _Step(NamedTuple):
    """One step of a histogram: how many took no longer."""

    bound_s: float
    under: int


def _bound(steps: Sequence[_Step], share: float) -> float:
    want = share * steps[-1].under
    return next(one.bound_s for one in steps if one.under >= want)


def _tallies(counter: Counter, label: str) -> tuple[Tally, ...]:
    counts: dict[str, int] = defaultdict(int)
    for metric in counter.collect():
        for one in metric.samples:
            counts[one.labels[label]] += int(one.value)
    return tuple(
        Tally(name, count) for name, count in sorted(counts.items(), key=lambda one: -one[1])
    )
