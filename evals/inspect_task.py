"""The question set as a task of inspect-ai, put to a running Habeas through ``/v1``.

    inspect eval evals/inspect_task.py -T stratum=cecot

needs ``pip install 'habeas[inspect]'``. The verdict, the kind of answer and the citations come
beside the text in the field ``habeas``, so the code of ``evals run`` grades them; what only a trace
shows (the search, the raw draft) is not graded here. No model grades.
"""

import os
from collections.abc import Mapping
from typing import Any

from inspect_ai import Task, task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import ModelOutput
from inspect_ai.scorer import Score, Scorer, Target, accuracy, scorer, stderr
from inspect_ai.solver import Generate, Solver, TaskState, solver
from openai import AsyncOpenAI

from evals.cases import load_set
from evals.grade import CheckName, grade
from evals.problems import RunFailed
from evals.record import SeenAnswer, SeenCitation, SeenFact, SeenPart, SeenVerdict
from evals.schema import Question, digest_of

URL = "http://127.0.0.1:7860/v1"
_GRADED: tuple[CheckName, ...] = (
    "status",
    "verdict",
    "answer",
    "facts",
    "override",
    "cite",
    "must_not_cite",
    "must_say",
    "must_not_say",
)


@task  # type: ignore[untyped-decorator,unused-ignore]
def habeas(stratum: str = "", lang: str = "", url: str = "") -> Task:
    """Give the settled questions, of one stratum and language where they are named.

    ``url`` is where ``/v1`` is; else ``OPENAI_BASE_URL``, else this machine.

    Raises:
        RunFailed: no settled question is of that stratum and language.
    """
    at = url or os.environ.get("OPENAI_BASE_URL") or URL
    picked = [
        one
        for one in load_set().questions
        if one.gates and (not stratum or stratum in one.stratum) and (not lang or lang == one.lang)
    ]
    if not picked:
        raise RunFailed(
            f"no settled question has the stratum {stratum or 'any'!r} and the language"
            f" {lang or 'any'!r}; `python -m evals lint --counts` lists the strata"
        )
    samples = [
        Sample(
            id=one.id,
            input=one.asked,
            target=one.authority,
            metadata={"case": one.model_dump(mode="json"), "stratum": list(one.stratum)},
        )
        for one in picked
    ]
    return Task(dataset=MemoryDataset(samples), solver=asked(at), scorer=graded())


@solver  # type: ignore[untyped-decorator,unused-ignore]
def asked(url: str) -> Solver:
    """Put the whole conversation to the endpoint."""
    key = os.environ.get("OPENAI_API_KEY") or "none"
    client = AsyncOpenAI(base_url=url, api_key=key)

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        del generate
        turns = state.metadata["case"]["turns"]
        reply = await client.chat.completions.create(model="habeas", messages=turns)
        text = reply.choices[0].message.content or ""
        state.output = ModelOutput.from_content("habeas", text)
        state.metadata["habeas"] = (reply.model_extra or {})["habeas"]
        return state

    return solve


@scorer(metrics=[accuracy(), stderr()])  # type: ignore[untyped-decorator,unused-ignore]
def graded() -> Scorer:
    """Right when every check that the endpoint allows is."""

    async def score(state: TaskState, target: Target) -> Score:
        del target
        case = Question.model_validate(state.metadata["case"])
        seen = _seen(case, state.output.completion, state.metadata["habeas"])
        wrong = [one for one in grade(case, seen).checks if one.name in _GRADED and not one.ok]
        said = "; ".join(f"{one.name}: {one.detail}" for one in wrong)
        return Score(value=0 if wrong else 1, answer=str(seen.verdict), explanation=said)

    return score


def _seen(case: Question, text: str, data: Mapping[str, Any]) -> SeenAnswer:
    verdict = data["verdict"]
    return SeenAnswer(
        id=case.id,
        hash=digest_of(case),
        status=data["status"],
        flags=tuple(data["flags"]),
        answer=data["answer"],
        lang=data["lang"],
        verdict=verdict and SeenVerdict(verdict["rule"], verdict["outcome"]),
        citations=tuple(
            SeenCitation(one["id"], one["label"], one["as_of"], one["says"], known=True)
            for one in data["citations"]
        ),
        facts=tuple(SeenFact(f["person"], f["field"], f["value"]) for f in data["facts"]),
        parts=(SeenPart("law", text),),
        hits=(),
        confidence=0.0,
        rankings=(),
        draft=None,
        lies=0,
        leaks=(),
        invented=(),
        outside=(),
        ms=float(data["ms"]),
        search_ms=0.0,
    )
