"""Rules once more on what was written down of an answer: no search, no model."""

from bot.answer.run import Parts
from bot.answer.support import flaw
from bot.audit import Judged, Told
from bot.errors import UnknownAuthority
from bot.guard import Gate, Reading, decide, opening, read
from bot.types import Authority, Dropped, Passage, Turn, Verdict


def judge(parts: Parts, told: Told) -> Judged:
    """Say what rules and screen make of it today."""
    reading = read([Turn("user", text) for text in told.turns], told.lang)
    verdict = decide(reading)
    return Judged(
        rule=verdict.rule if verdict else None,
        outcome=verdict.outcome if verdict else None,
        opening=opening(reading, verdict),
        kept=_kept(parts, told, reading, verdict) if told.draft else (),
    )


def _kept(parts: Parts, told: Told, reading: Reading, verdict: Verdict | None) -> tuple[str, ...]:
    lang = reading.lang
    if lang == "en+es":
        return ()
    given = {
        f"p{n}": found
        for n, name in enumerate(told.passages, 1)
        if (found := _passage(parts, name)) is not None
    }
    gate = Gate(reading, verdict, parts.named, given, told.mode)
    results = (*gate.feed(told.draft), *(gate.close() if told.finished else ()))
    kept: list[str] = []
    for result in results:
        if isinstance(result, Dropped):
            continue
        cited = [given[mark] for mark in result.passage_ids if mark in given]
        if not flaw(result.text, cited, lang) and len(cited) == len(result.passage_ids):
            kept.append(result.text)
    return tuple(kept)


def _passage(parts: Parts, name: str) -> Passage | None:
    """Find a passage as it was; None when the corpus no longer says just that."""
    try:
        under = parts.shelf.under(Authority(name.partition("@")[0]))
    except UnknownAuthority:
        return None
    return next((one for one in under if one.id == name), None)
