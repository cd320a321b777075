"""Counts of what is answered, for Prometheus: no words, no person, no address."""

from functools import partial
from typing import Literal

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
