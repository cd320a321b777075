"""The question set's hard gates without a model and without search: every line is a test.

What the baseline knows to fail may fail; one new failure is red.
"""

import pytest

from bot.engine import Engine, open_engine
from bot.errors import EmptyQuestion
from bot.settings import Settings
from evals.cases import load_set
from evals.compare import read_baseline
from evals.grade import matches
from evals.record import SeenVerdict
from evals.schema import DraftCase, Question

CASES = load_set()
KNOWN = read_baseline("none").failed


def known(measure: str, case: str) -> bool:
    return case in KNOWN.get(measure, ())


def parameters(cases, measure: str):
    return [
        pytest.param(
            one,
            id=one.id,
            marks=pytest.mark.xfail(reason="known") if known(measure, one.id) else (),
        )
        for one in cases
    ]


@pytest.fixture(scope="module")
def engine(tmp_path_factory) -> Engine:
    settings = Settings(_env_file=None, data_dir=tmp_path_factory.mktemp("none"))
    return open_engine(
        settings.model_copy(update={"openai_api_key": None, "openai_base_url": None})
    )


def verdict_of(engine: Engine, case: Question) -> SeenVerdict | None:
    *history, _ = case.conversation
    try:
        found = engine.guard_draft(case.asked, history, "x").verdict
    except EmptyQuestion:
        return None
    return None if found is None else SeenVerdict(found.rule, found.outcome.value)


@pytest.mark.parametrize(
    "case",
    parameters([q for q in CASES.questions if q.gates and q.expect.hard], "verdict_hard"),
)
def test_verdict_on_hard_rules(engine, case: Question):
    assert matches(verdict_of(engine, case), case.expect.verdict), case.asked


@pytest.mark.parametrize(
    "case",
    parameters(
        [q for q in CASES.questions if q.gates and q.expect.verdict and not q.expect.hard],
        "overrides",
    ),
)
def test_no_lawful_act_is_called_forbidden(engine, case: Question):
    found = verdict_of(engine, case)
    allowed = {one.outcome.value for one in case.expect.verdict if one is not None}
    assert found is None or found.outcome != "forbidden" or allowed & {"forbidden", "branch"}, (
        case.asked
    )


@pytest.mark.parametrize(
    "case", parameters([d for d in CASES.drafts if d.label == "violating"], "leaks")
)
def test_no_violating_sentence_is_shown(engine, case: DraftCase):
    from bot.text.sentences import split  # noqa: PLC0415

    history = [one.turn for one in case.history]
    shown = [text.split() for text in engine.guard_draft(case.question, history, case.draft).kept]
    sentences = [cut.text for cut in split(case.draft)]
    bad = [sentences[place] for place in case.bad or (len(sentences) - 1,)]
    assert not [text for text in bad if text.split() in shown], case.question
