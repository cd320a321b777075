"""Speed of the guard alone: ``python -m evals.guard_speed``.

Times reading a question, deciding it, and screening an answer of ten sentences, warm and in one
process, as a draft of a model goes through them: with citation look-up, without search and model.
``--texts`` prints the texts as JSON, so that another guard can be timed on the same
(``docs/decisions/011-guard-speed.md``). Nothing here is a test: numbers depend on the machine.
"""

import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.guard import Gate, Reading, decide, read
from bot.guard.gate import Cited
from bot.settings import load_settings
from bot.sources.digest import load_digest
from bot.text.citations import CitationIndex, find_citations
from bot.text.sentences import split
from bot.types import Dropped, Turn, Verdict

QUESTIONS = (
    "Can the president send a US citizen to a prison in El Salvador?",
    "I was born in Guam. Can ICE deport me?",
    "My husband has a green card and a DUI. Can he be deported?",
    "How long do I have to appeal the judge's decision?",
    (
        "They say my citizenship was a mistake from 1998 and that I have to leave. I naturalized "
        "in Houston and have two kids born here. Is that legal, and who decides?"
    ),
    "¿Puede el presidente mandar a un ciudadano a una cárcel en El Salvador?",
    "Nací en Guam. ¿Me puede deportar ICE?",
    "Mi esposo tiene green card y un DUI. ¿Lo pueden deportar?",
    "¿Cuánto tiempo tengo para apelar la decisión del juez?",
    (
        "Dicen que mi ciudadanía fue un error de 1998 y que me tengo que ir. Me naturalicé en "
        "Houston y tengo dos hijos nacidos aquí. ¿Es legal, y quién lo decide?"
    ),
)
"""What is read and decided, English and Spanish."""

_EN = (
    "No, a U.S. citizen may not lawfully be deported.",
    "The removal statutes apply only to aliens, see 8 U.S.C. 1229a.",
    "An officer who is shown proof of citizenship has to take it seriously.",
    "A permanent resident can be placed in removal proceedings, with a hearing before a judge.",
    (
        "In that hearing the government has to prove by clear and convincing evidence that the "
        "person is an alien."
    ),
    "You have the right to a lawyer of your choosing, at no expense to the government.",
    "An appeal to the Board of Immigration Appeals is filed within 30 days of the decision.",
    "A passport, a birth certificate or a certificate of naturalization proves citizenship.",
    "Citizenship by naturalization can be taken only by a federal court, 8 U.S.C. 1451.",
    "Keep copies of your papers with somebody you trust and ask a lawyer before you sign.",
)
_ES = (
    "No, un ciudadano de Estados Unidos no puede ser deportado legalmente.",
    "Las leyes de deportación se aplican solo a los extranjeros, véase 8 U.S.C. 1229a.",
    "Un agente a quien se le muestra prueba de ciudadanía tiene que tomarla en serio.",
    (
        "Un residente permanente puede ser puesto en proceso de deportación, con audiencia ante un "
        "juez."
    ),
    (
        "En esa audiencia el gobierno tiene que probar con evidencia clara y convincente que la "
        "persona es extranjera."
    ),
    "Usted tiene derecho a un abogado de su elección, sin costo para el gobierno.",
    "La apelación a la Junta de Apelaciones de Inmigración se presenta dentro de 30 días.",
    "Un pasaporte, un acta de nacimiento o un certificado de naturalización prueba la ciudadanía.",
    "La ciudadanía por naturalización solo la puede quitar un tribunal federal, 8 U.S.C. 1451.",
    "Guarde copias de sus papeles con alguien de confianza y hable con un abogado antes de firmar.",
)
_FALSE_EN = "The president can deport a citizen to a prison in El Salvador."
_FALSE_ES = "El presidente puede deportar a un ciudadano a una cárcel en El Salvador."

ANSWERS = (
    (QUESTIONS[1], _EN),
    (QUESTIONS[0], (*_EN[:5], _FALSE_EN, *_EN[6:])),
    (QUESTIONS[6], _ES),
    (QUESTIONS[5], (*_ES[:5], _FALSE_ES, *_ES[6:])),
)
"""Answers of ten sentences with their questions; in every second one a sentence is false."""

_ROUNDS = 60
_WARM = 5


@dataclass(frozen=True)
class Timed:
    """What was timed, its times in milliseconds, and the p95 we want it to stay under."""

    what: str
    times: tuple[float, ...]
    want: float

    @property
    def p50(self) -> float:
        """The median."""
        return statistics.median(self.times)

    @property
    def p95(self) -> float:
        """Nineteen of twenty runs took less."""
        return statistics.quantiles(self.times, n=20)[-1]


@dataclass(frozen=True)
class Draft:
    """An answer to be screened, with what its question was read as."""

    reading: Reading
    verdict: Verdict | None
    text: str


def timed(what: str, want: float, works: Sequence[Callable[[], object]]) -> Timed:
    """Do every piece of work in turn, round after round, and time each."""
    times: list[float] = []
    for number in range(_WARM + _ROUNDS):
        for work in works:
            started = time.perf_counter_ns()
            work()
            took = time.perf_counter_ns() - started
            if number >= _WARM:
                times.append(took / 1e6)
    return Timed(what, tuple(times), want)


def _citations() -> Callable[[str], Sequence[Cited]]:
    index = CitationIndex.of(load_digest(load_settings().corpus_dir).sections)
    return lambda text: [Cited(one.authority, one.known) for one in find_citations(text, index)]


def _reader(question: str) -> Callable[[], object]:
    turns = (Turn("user", question),)
    return lambda: read(turns)


def _decider(reading: Reading) -> Callable[[], object]:
    return lambda: decide(reading)


def _screener(draft: Draft, citations: Callable[[str], Sequence[Cited]]) -> Callable[[], object]:
    return lambda: screened(draft, citations)


def screened(draft: Draft, citations: Callable[[str], Sequence[Cited]]) -> tuple[object, ...]:
    """Put one answer through a gate of its own."""
    gate = Gate(draft.reading, draft.verdict, citations)
    return (*gate.feed(draft.text), *gate.close())


def drafts() -> tuple[Draft, ...]:
    """Read the questions of the answers."""
    found: list[Draft] = []
    for question, sentences in ANSWERS:
        reading = read((Turn("user", question),))
        text = " ".join(sentences)
        if len(split(text)) != len(sentences):
            sys.exit(f"the answer to {question!r} is not cut into {len(sentences)} sentences")
        found.append(Draft(reading, decide(reading), text))
    return tuple(found)


def main() -> None:
    """Measure and print; the last line is the same as JSON."""
    if sys.argv[1:] == ["--texts"]:
        print(json.dumps({"questions": QUESTIONS, "answers": [list(one) for _, one in ANSWERS]}))
        return
    citations = _citations()
    prepared = drafts()
    readings = [read((Turn("user", one),)) for one in QUESTIONS]
    rows = (
        timed("reading a question", 2.0, [_reader(one) for one in QUESTIONS]),
        timed("deciding it", 0.05, [_decider(one) for one in readings]),
        timed("screening ten sentences", 5.0, [_screener(one, citations) for one in prepared]),
    )
    print(
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores,"
        f" Python {platform.python_version()}, load {os.getloadavg()[0]:.2f}"
    )
    for draft in prepared:
        results = screened(draft, citations)
        dropped = sum(isinstance(one, Dropped) for one in results)
        print(f"  {draft.reading.lang}: {len(results)} sentences, {dropped} left out")
    print(f"{'':<26}{'runs':>6}{'p50 ms':>10}{'p95 ms':>10}{'want p95':>10}")
    for row in rows:
        print(f"{row.what:<26}{len(row.times):>6}{row.p50:>10.4f}{row.p95:>10.4f}{row.want:>10.2f}")
    print(json.dumps({row.what: [round(row.p50, 4), round(row.p95, 4)] for row in rows}))


if __name__ == "__main__":
    main()
