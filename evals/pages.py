"""The page of each case, packed into the report and opened with one click."""

import base64
import gzip
import json
from collections.abc import Sequence
from typing import Any

from evals.judged import Judged
from evals.measure import Answered, Screened


def packed(runs: Sequence[Judged]) -> str:
    """Pack all cases of all runs: JSON, compressed, in base 64."""
    whole: dict[str, list[dict[str, Any]]] = {}
    for judged in runs:
        for answered in judged.results.answered:
            whole.setdefault(answered.question.id, []).append(_page_of(judged, answered))
        for screened in judged.results.screened:
            whole.setdefault(screened.case.id, []).append(_draft_page(judged, screened))
    data = json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.b64encode(gzip.compress(data, 9, mtime=0)).decode()


def _page_of(judged: Judged, one: Answered) -> dict[str, Any]:
    question, seen = one.question, one.seen
    return {
        **_shared(judged, one, question.lang),
        "turns": [[turn.role, turn.content] for turn in question.turns],
        "wanted": json.loads(question.expect.model_dump_json(exclude_defaults=True)),
        "gold": list(question.retrieval.controlling),
        "authority": question.authority,
        "rationale": list(question.rationale),
        "origin": question.origin,
        "verdict": str(seen.verdict) if seen.verdict else "no verdict",
        "status": seen.status,
        "answer": seen.answer,
        "facts": [f"{f.person}: {f.field} = {f.value}" for f in seen.facts],
        "parts": [[part.kind, part.text, list(part.cites), part.reason] for part in seen.parts],
        "hits": [[hit.authority, list(hit.arms), hit.text] for hit in seen.hits],
        "confidence": round(seen.confidence, 3),
        "draft": seen.draft,
        "ms": round(seen.ms),
    }


def _draft_page(judged: Judged, one: Screened) -> dict[str, Any]:
    case, seen = one.case, one.seen
    return {
        **_shared(judged, one, case.lang),
        "turns": [*([t.role, t.content] for t in case.history), ["user", case.question]],
        "label": case.label,
        "form": case.form,
        "rationale": [case.why],
        "verdict": str(seen.verdict) if seen.verdict else "no verdict",
        "draft": case.draft,
        "parts": [
            ["sentence" if s.kept else "dropped", s.text, [], s.reason] for s in seen.sentences
        ],
        "ms": round(seen.ms, 1),
    }


def _shared(judged: Judged, one: Answered | Screened, lang: str) -> dict[str, Any]:
    mode = judged.manifest.mode
    return {
        "model": judged.manifest.model,
        "lang": lang,
        "stage": one.grade.stage,
        "checks": [
            [c.name, c.stage, c.ok, c.detail] for c in one.grade.checks if c.name != "answered"
        ],
        "again": f"python -m evals run --model {mode} --jobs 1 --only {one.grade.id}"
        f" --out build/evals/one",
    }
