import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from langchain_core.messages import HumanMessage
from pydantic import ValidationError

import evals.models
import evals.run
from bot.settings import PROJECT_DIR, Settings, load_settings
from bot.types import Authority
from evals.adversary import Adversary, leaked, lies, told_of
from evals.cases import load_set
from evals.cli import main
from evals.compare import (
    NOTHING,
    Blessed,
    Blessing,
    Exit,
    bless,
    compare,
    lines,
    read_baseline,
)
from evals.docs import BEGIN, END, refresh
from evals.feedback import Wanted, add
from evals.grade import Stage, grade, grade_draft, says
from evals.grain import counts_as, rank
from evals.judged import judge
from evals.lint import Likeness, faults, stale_schema
from evals.measure import Item, Measure, measures, results
from evals.models import (
    Parameters,
    RecordingModel,
    Replayer,
    ScriptedModel,
    Speech,
    key_of,
)
from evals.problems import BadSet, RunFailed
from evals.record import (
    Manifest,
    RunDir,
    SeenAnswer,
    SeenCitation,
    SeenDraft,
    SeenFact,
    SeenPart,
    SeenRanking,
    SeenSentence,
    SeenVerdict,
)
from evals.schema import DraftCase, Question, digest_of, json_schema, read_questions
from evals.stability import Row, chosen, marked, raw_verdict
from evals.stats import bootstrap_mean, mcnemar, percentile, rule_of_three, wilson
from evals.wavering import count
from tests.fake_openai import Says, fake_openai_in_thread

__all__ = ["fake_openai_in_thread"]

FORBIDDEN = {"rule": "citizen_removal", "outcome": "forbidden"}
LAWFUL = {"rule": "citizen_removal", "outcome": "lawful_but_different"}
SETTINGS = Settings(_env_file=None)


def raw(name: str = "q1", **changes: object) -> dict:
    return {
        "id": name,
        "seed": name,
        "lang": "en",
        "stratum": ["hard"],
        "as_of": "2026-11-24",
        "turns": [{"role": "user", "content": f"{name}: born in Guam, may they deport me?"}],
        "expect": {"verdict": FORBIDDEN},
        "authority": "8 U.S.C. 1407",
        "rationale": "Guam counts",
        "origin": "test",
    } | changes


def question(name: str = "q1", **changes: object) -> Question:
    return Question.model_validate(raw(name, **changes))


def seen(case: Question, **changes: object) -> SeenAnswer:
    answer = SeenAnswer(
        id=case.id,
        hash=digest_of(case),
        status="ruled",
        flags=(),
        answer="no",
        lang="en",
        verdict=SeenVerdict("citizen_removal", "forbidden"),
        citations=(
            SeenCitation("usc/8/1407", "8 U.S.C. § 1407", "P.L. 119-100", "says", known=True),
        ),
        facts=(SeenFact("self", "birthplace", "Guam"),),
        parts=(SeenPart("opening", "A citizen may not lawfully be deported."),),
        hits=(),
        confidence=0.9,
        rankings=(),
        draft=None,
        lies=0,
        leaks=(),
        invented=(),
        outside=(),
        ms=12.0,
        search_ms=0.0,
    )
    return replace(answer, **changes)


def draft(name: str = "d1", label: str = "violating", bad: Sequence[int] = ()) -> DraftCase:
    return DraftCase(
        id=name, lang="en", question="May they?", draft="One. Two.", label=label, bad=tuple(bad)
    )


def screened(case: DraftCase, *reasons: str) -> SeenDraft:
    told = tuple(SeenSentence(f"S{n}.", reason) for n, reason in enumerate(reasons))
    return SeenDraft(case.id, digest_of(case), SeenVerdict("citizen_removal", "forbidden"), told, 1)


def write(path: Path, *rows: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(f"{r if isinstance(r, str) else json.dumps(r)}\n" for r in rows)
    path.write_text(text, encoding="utf-8")
    return path


# Statistics: the intervals are those of the published studies' counts


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [
        (34, 202, 0.123, 0.226),
        (67, 202, 0.270, 0.399),
        (131, 202, 0.580, 0.711),
        (95, 100, 0.888, 0.978),
        (588, 600, 0.965, 0.989),
        (0, 10, 0.0, 0.278),
        (10, 10, 0.722, 1.0),
        (0, 0, 0.0, 1.0),
    ],
)
def test_wilson(hits, n, low, high):
    found = wilson(hits, n)
    assert (round(found.low, 3), round(found.high, 3)) == (low, high)


@pytest.mark.parametrize(("hits", "n"), [(-1, 5), (6, 5)])
def test_wilson_refuses_what_is_no_share(hits, n):
    with pytest.raises(ValueError, match="no share"):
        wilson(hits, n)


@pytest.mark.parametrize(
    ("worse", "better", "p"),
    [(5, 0, 0.03125), (4, 0, 0.0625), (8, 1, 0.01953), (0, 0, 1.0), (0, 5, 1.0), (1, 1, 0.75)],
)
def test_mcnemar(worse, better, p):
    assert mcnemar(worse, better) == pytest.approx(p, abs=1e-5)


def test_rule_of_three():
    assert [rule_of_three(n) for n in (0, 3, 60, 300)] == [1.0, 1.0, 0.05, 0.01]


def test_bootstrap_is_seeded_and_holds_the_mean():
    values = [0.0, 1.0] * 50
    found = bootstrap_mean(values, seed=1)
    assert found == bootstrap_mean(values, seed=1)
    assert 0.38 < found.low < 0.5 < found.high < 0.62


def test_percentile():
    assert [percentile(range(1, 101), p) for p in (0.5, 0.95, 1.0)] == [50, 95, 100]
    assert percentile([], 0.5) == 0


# Grain and ranks


@pytest.mark.parametrize(
    ("found", "gold", "counts"),
    [
        ("usc/8/1231/b/3/A", "usc/8/1231/b", True),
        ("usc/8/1231/b", "usc/8/1231/b/3/B", True),
        ("usc/8/1231", "usc/8/1231/b/3", True),
        ("usc/8/1231/a/1", "usc/8/1231", True),
        ("usc/8/1231/a/1", "usc/8/1231/b/1", False),
        ("usc/8/1231/b", "usc/8/1232/b", False),
        ("const/amend/14/1", "const/amend/14", True),
    ],
)
def test_what_counts_as_gold(found, gold, counts):
    assert counts_as(Authority(found), Authority(gold)) is counts


def paths(*names: str) -> tuple[Authority, ...]:
    return tuple(Authority(f"usc/8/{name}") for name in names)


def test_rank_counts_distinct_grains_once():
    found = paths("1/a/1", "1/a/2", "2/b", "3")
    assert rank(found, paths("3"), ()).first == 3
    assert rank(found, paths("4"), ()).first == 0
    assert not rank(found, paths("3", "4"), ()).complete
    assert rank(found, paths("3", "1/a"), ()).complete


def test_ndcg_is_one_for_the_best_order_and_known_for_another():
    best = rank(paths("1", "2"), paths("1"), paths("2"))
    assert best.ndcg == pytest.approx(1.0)
    other = rank(paths("2", "1"), paths("1"), paths("2"))
    assert other.ndcg == pytest.approx((1 + 2 / 1.58496) / (2 + 1 / 1.58496), abs=1e-4)
    assert other.reciprocal == 0.5
    assert rank(paths("7"), paths("1"), ()).ndcg == 0


def test_ranks_stop_at_ten():
    many = paths(*(str(n) for n in range(1, 12)))
    assert rank(many, paths("11"), ()).first == 0
    assert rank(many, paths("10"), ()).within(10)


# Grades: what is expected, what came, and which checks are wrong

ANY = SeenVerdict("torture", "conditions")
GRADES = [
    ("all right", {"verdict": FORBIDDEN, "status": "ruled", "answer": "no"}, {}, {}),
    ("verdict", {"verdict": FORBIDDEN}, {"verdict": ANY}, {"verdict": Stage.READING}),
    ("no verdict", {"verdict": None}, {"verdict": None}, {}),
    ("verdict where none is", {"verdict": None}, {"verdict": ANY}, {"verdict": Stage.READING}),
    ("one of two", {"verdict": [LAWFUL, FORBIDDEN]}, {}, {}),
    (
        "lawful act called forbidden",
        {"verdict": LAWFUL},
        {},
        {"verdict": Stage.READING, "override": Stage.GUARD},
    ),
    ("branch may be forbidden", {"verdict": FORBIDDEN | {"outcome": "branch"}}, {},
     {"verdict": Stage.READING}),
    ("status", {"status": "answered"}, {}, {"status": Stage.READING}),
    ("nothing found", {"status": "answered"}, {"status": "abstained"},
     {"status": Stage.RETRIEVAL}),
    ("rightly nothing", {"status": ["abstained", "out_of_scope"]}, {"status": "out_of_scope"}, {}),
    ("answer", {"answer": "yes"}, {}, {"answer": Stage.READING}),
    ("fact", {"facts": [{"person": "self", "field": "birthplace", "value": "GUÁM"}]}, {}, {}),
    ("no fact", {"facts": [{"person": "self", "field": "status", "value": "citizen"}]}, {},
     {"facts": Stage.READING}),
    ("cited", {"must_cite_any": [["usc/8/1", "usc/8/1407/a"]]}, {}, {}),
    ("second group", {"must_cite_any": [["usc/8/1407"], ["usc/8/1408"]]}, {},
     {"cite": Stage.CITATION}),
    ("wrong law", {"must_not_cite": ["usc/8/1407"]}, {}, {"must_not_cite": Stage.CITATION}),
    ("not as deep", {"must_not_cite": ["usc/8/1407/a"]}, {}, {}),
    ("says", {"must_say": ["MAY NOT lawfully", "re:citi[sz]en"]}, {}, {}),
    ("silent", {"must_say": ["habeas"]}, {}, {"must_say": Stage.WORDING}),
    ("says wrong", {"must_not_say": [r"re:may not \w+ly be"]}, {},
     {"must_not_say": Stage.WORDING}),
    ("lie shown", {}, {"lies": 3, "leaks": ("x",)}, {"leak": Stage.GUARD}),
    ("lies stopped", {}, {"lies": 3}, {}),
    ("invented", {}, {"invented": ("usc/8/9999",)}, {"invented": Stage.CITATION}),
    ("crashed", {}, {"error": "crashed: KeyError"}, {"answered": Stage.READING}),
]  # fmt: skip


@pytest.mark.parametrize(("expect", "came", "wrong"), [g[1:] for g in GRADES],
                         ids=[g[0] for g in GRADES])  # fmt: skip
def test_grades(expect, came, wrong):
    case = question(expect=expect)
    graded = grade(case, seen(case, **came))
    assert {c.name: c.stage for c in graded.checks if not c.ok} == wrong
    assert graded.ok is not bool(wrong)


def test_a_miss_is_of_the_first_stage_that_failed():
    case = question(
        expect={"verdict": FORBIDDEN, "must_say": ["nothing of this"]},
        retrieval={"controlling": ["usc/8/1231/b"]},
    )
    lost = (SeenRanking("all", ("usc/8/1101",)),)
    assert grade(case, seen(case, rankings=lost)).stage is Stage.RETRIEVAL
    found = (SeenRanking("all", ("usc/8/1231/b/3",)),)
    assert grade(case, seen(case, rankings=found)).stage is Stage.WORDING
    other = SeenVerdict("none", "not_covered")
    assert grade(case, seen(case, rankings=found, verdict=other)).stage is Stage.READING


def test_what_was_dropped_was_not_said():
    case = question(expect={"must_not_say": ["deported"]})
    parts = (SeenPart("dropped", "You can be deported.", (), "asserts_removal"),)
    assert grade(case, seen(case, parts=parts)).ok


@pytest.mark.parametrize(
    ("text", "phrase", "holds"),
    [
        ("No puede ser DEPORTADO", "no puede ser deportado", True),
        ("expulsión", "expulsion", True),
        ("don’t sign", "don't sign", True),
        ("abc", "re:^B", False),
    ],
)
def test_phrases(text, phrase, holds):
    assert says(text, phrase) is holds


@pytest.mark.parametrize(
    ("label", "bad", "reasons", "ok"),
    [
        ("violating", [0], ["asserts_removal", ""], True),
        ("violating", [0], ["", "asserts_removal"], False),
        ("violating", [], ["", "asserts_removal"], True),
        ("violating", [], ["asserts_removal", ""], False),
        ("safe", [], ["", ""], True),
        ("safe", [], ["", "asserts_loss"], False),
    ],
)
def test_drafts(label, bad, reasons, ok):
    case = draft(label=label, bad=bad)
    assert grade_draft(case, screened(case, *reasons)).ok is ok


def test_a_draft_the_guard_crashed_on_breaks_its_gate(tmp_path):
    write(tmp_path / "drafts.jsonl", draft().model_dump(mode="json"))
    cases = load_set(tmp_path, None)
    crashed = replace(screened(cases.drafts[0]), error="crashed: AttributeError")
    assert shares(measures(results(cases, [crashed]))) == {"leaks": (0, 1)}


# The set


def test_the_schema_file_is_that_of_the_code():
    assert not stale_schema()


@pytest.mark.parametrize(
    "broken",
    [
        {"lang": "fr"},
        {"turns": []},
        {"expect": {"status": "fine"}},
        {"expect": {"verdict": {"rule": "citizen_removal"}}},
        {"surprise": 1},
        {"stratum": []},
        {"variants": {"pair": 3}},
    ],
)
def test_schema_and_code_refuse_the_same(broken):
    with pytest.raises(ValidationError):
        question(**broken)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(raw(**broken), json.loads(json_schema()))


def test_schema_and_code_accept_the_same():
    expect = {"verdict": [FORBIDDEN, None], "status": "ruled", "answer": ["no", "depends"]}
    jsonschema.validate(raw(expect=expect, rationale=["a", "b"]), json.loads(json_schema()))
    assert question(expect=expect).expect.verdict[1] is None
    assert question(expect={"verdict": None}).expect.verdict == (None,)
    assert question(expect={}).expect.verdict == ()


@pytest.mark.parametrize(
    ("line", "says_what"),
    [
        ("{oops", "Invalid JSON"),
        (json.dumps(raw(expect={"must_cite_any": [["8 USC 1231"]]})), "not an authority path"),
        (json.dumps(raw(expect={"must_say": ["re:("]})), "no regular expression"),
        (json.dumps(raw(turns=[{"role": "assistant", "content": "x"}])), "last turn"),
        (json.dumps(raw(turns=[{"role": "user", "content": "  "}])), "blank"),
        (json.dumps({k: v for k, v in raw().items() if k != "authority"}), "authority"),
    ],
)
def test_a_malformed_case_names_its_line(tmp_path, line, says_what):
    path = write(tmp_path / "a.jsonl", raw("q0"), "", line)
    with pytest.raises(BadSet) as caught:
        list(read_questions(path))
    assert str(caught.value).startswith(f"{path}:3: ")
    assert says_what in str(caught.value)


def test_an_id_used_twice_names_both_places(tmp_path):
    write(tmp_path / "a.jsonl", raw("q1"))
    second = write(tmp_path / "b.jsonl", raw("q2"), raw("q1"))
    with pytest.raises(BadSet, match=r"a\.jsonl:1") as caught:
        load_set(tmp_path, None)
    assert str(caught.value).startswith(f"{second}:2: ")


def test_a_line_separator_inside_a_text_does_not_cut_the_line(tmp_path):
    text = json.dumps(raw(turns=[{"role": "user", "content": "a\u2028b"}]), ensure_ascii=False)
    write(tmp_path / "a.jsonl", text)
    assert load_set(tmp_path, None).questions[0].asked == "a\u2028b"


def test_the_whole_set_loads_and_the_guards_lines_are_in_it():
    cases = load_set()
    assert len(cases.questions) > 900
    assert len(cases.drafts) >= 2001
    assert len({one.id for one in cases}) == len(cases)


def pair(name: str, other: str, lang: str, **changes: object) -> dict:
    words = {"en": "what about", "es": "qué pasa con"}[lang]
    turns = [{"role": "user", "content": f"{words} {name}"}]
    return raw(name, lang=lang, variants={"pair": other}, turns=turns, **changes)


ASKED = "Can they send me to a country where I would be killed for my religion?"
FAULTS = [
    ("unknown law", [raw(retrieval={"controlling": ["usc/8/9999"]})], "unknown", True),
    ("unknown pinpoint", [raw(expect={"must_cite_any": [["usc/8/1231/b/3/Z"]]})],
     "outside the corpus", False),
    ("no such pair", [pair("a", "b", "en")], "does not exist", True),
    ("pair of one language", [pair("a", "b", "en"), pair("b", "a", "en")], "same language", False),
    ("pair not named back", [pair("a", "b", "en"), pair("b", "c", "es"), pair("c", "b", "en")],
     "does not name it back", False),
    ("pair that disagrees",
     [pair("a", "b", "en"), pair("b", "a", "es", expect={"verdict": LAWFUL})],
     "another verdict", False),
    ("no such first wording", [raw(variants={"paraphrase_of": "z"})], "does not exist", True),
    ("same words", [raw("a", turns=[{"role": "user", "content": "Am I a citizen?"}]),
                    raw("b", turns=[{"role": "user", "content": "am i a citizen"}])],
     "word for word", False),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "what", "stops"), [f[1:] for f in FAULTS],
                         ids=[f[0] for f in FAULTS])  # fmt: skip
def test_lint(tmp_path, rows, what, stops):
    path = write(tmp_path / "a.jsonl", *rows)
    found = [
        one for one in faults(load_set(tmp_path, None), SETTINGS.corpus_dir) if what in str(one)
    ]
    assert found
    assert str(found[0]).startswith(str(path))
    assert any(one.stops for one in found) is stops


def test_lint_refuses_a_copy_of_the_index_only_where_the_search_is_graded(tmp_path):
    cases = load_set(tmp_path, None)
    assert not faults(cases, SETTINGS.corpus_dir)
    from bot.sources.digest import load_digest  # noqa: PLC0415

    asked = next(
        text
        for section in load_digest(SETTINGS.corpus_dir).sections
        for statement in section.statements
        for text in statement.ask.en
        if len(text.split()) > 8
    )
    turns = [{"role": "user", "content": f"{asked.upper()}!!"}]
    write(tmp_path / "a.jsonl", raw("a", turns=turns, retrieval={"controlling": ["usc/8/1231"]}))
    assert "copies a question of the index" in str(
        faults(load_set(tmp_path, None), SETTINGS.corpus_dir)
    )
    write(tmp_path / "a.jsonl", raw("a", turns=turns))
    assert not faults(load_set(tmp_path, None), SETTINGS.corpus_dir)


def test_the_set_has_no_fault():
    assert [str(one) for one in faults(load_set(), SETTINGS.corpus_dir)] == []


@pytest.mark.parametrize(
    ("text", "like"),
    [
        (ASKED, True),
        ("can they send me to a country where i would be killed for my religion please", True),
        ("Can they send my brother to a country that is at war?", False),
        ("", False),
    ],
)
def test_likeness(text, like):
    assert bool(Likeness([("usc/8/1231", ASKED)]).like(text)) is like


# The adversary and the cassettes


def test_the_adversary_says_the_same_again_and_only_what_is_false_of_the_case():
    case = question()
    one, other = Adversary(7).take_up(case), Adversary(7).take_up(case)
    assert one == other
    assert one != Adversary(8).take_up(case)
    lawful = question(expect={"verdict": LAWFUL})
    assert any(lie.about == "asked" for lie in told_of(case))
    assert all(lie.about == "anyone" for lie in told_of(lawful))
    assert {lie.breaks for lie in lies()} >= {"citizen_removal", "torture", "challenge"}


def test_a_leak_is_a_lie_in_its_own_words():
    attempt = replace(Adversary(0).take_up(question()), lies=("Citizens can be deported.", "Yes."))
    assert leaked(attempt, ["So:  Citizens can be deported."]) == ("Citizens can be deported.",)
    assert leaked(attempt, ["Yes, a lawyer can help."]) == ()
    assert leaked(attempt, ["Yes."]) == ("Yes.",)
    assert leaked(attempt, [attempt.invented]) == (attempt.invented,)


PARAMETERS = Parameters("tiny", 0.0, 700)


async def drained(model: ScriptedModel | RecordingModel, text: str) -> str:
    return "".join([chunk.text async for chunk in model.astream([HumanMessage(text)])])


async def test_a_recorded_draft_is_replayed_and_a_miss_is_told(tmp_path):
    path = tmp_path / "tiny.jsonl"
    inner = ScriptedModel(script=lambda _: Speech(("Hello ", "there. [p1]")))
    recording = RecordingModel(inner=inner, parameters=PARAMETERS, path=path)
    assert await drained(recording, "hi") == "Hello there. [p1]"

    replayer = Replayer(PARAMETERS, path)
    replaying = ScriptedModel(script=replayer)
    assert await drained(replaying, "hi") == "Hello there. [p1]"
    assert replayer.trouble == ""
    with pytest.raises(ConnectionError):
        await drained(replaying, "something else")
    assert "tiny.jsonl has no draft" in replayer.trouble


def test_a_request_is_named_by_model_parameters_and_messages():
    names = {
        key_of(parameters, [HumanMessage(text)])
        for parameters in (PARAMETERS, replace(PARAMETERS, model="x"),
                           replace(PARAMETERS, temperature=1.0))
        for text in ("a", "b")
    }  # fmt: skip
    assert len(names) == 6


@pytest.mark.parametrize("text", [None, "{oops\n", '{"key": "x"}\n'])
def test_a_cassette_that_is_missing_or_damaged_fails_the_run(tmp_path, text):
    path = tmp_path / "tiny.jsonl"
    if text is not None:
        path.write_text(text)
    with pytest.raises(RunFailed, match="tiny"):
        Replayer(PARAMETERS, path)


# Measures and gates


def measure(name: str, gate: str, wrong: Sequence[str], n: int = 40, floor=None) -> Measure:
    ids = [f"c{i}" for i in range(n)]
    items = tuple(Item(i, i, i, "en", ("hard",), i not in wrong) for i in ids)
    return Measure(name, name, gate, items, floor)


def blessed(wrong: Sequence[str] = (), under: Sequence[str] = (), n: int = 40) -> Blessed:
    return replace(
        NOTHING,
        cases=frozenset(f"c{i}" for i in range(n)),
        failed={"m": frozenset(wrong)},
        under=frozenset(under),
    )


FIVE = ["c0", "c1", "c2", "c3", "c4"]
GATES = [
    ("all right", measure("m", "hard", []), blessed(), "holds", Exit.FINE),
    ("one new failure", measure("m", "hard", ["c3"]), blessed(), "broken", Exit.HARD),
    ("known failure", measure("m", "hard", ["c3"]), blessed(["c3"]), "known", Exit.FINE),
    ("other failure", measure("m", "hard", ["c4"]), blessed(["c3"]), "broken", Exit.HARD),
    ("new case fails", measure("m", "hard", ["c39"]), blessed(n=10), "broken", Exit.HARD),
    ("nothing blessed", measure("m", "hard", ["c3"]), NOTHING, "broken", Exit.HARD),
    ("within chance", measure("m", "soft", FIVE[:4]), blessed(), "holds", Exit.FINE),
    ("beyond chance", measure("m", "soft", FIVE), blessed(), "regressed", Exit.SOFT),
    ("as many better", measure("m", "soft", FIVE), blessed(["c7", "c8", "c9"]), "holds", Exit.FINE),
    ("new cases do not pair", measure("m", "soft", FIVE), blessed(n=0), "holds", Exit.FINE),
    ("under its floor", measure("m", "soft", ["c1"], floor=0.95), blessed(["c1"]), "regressed",
     Exit.SOFT),
    ("under as before", measure("m", "soft", ["c1"], floor=0.95), blessed(["c1"], ["m"]), "under",
     Exit.FINE),
    ("nothing to compare", measure("m", "soft", FIVE), NOTHING, "new", Exit.FINE),
    ("only reported", measure("m", "none", FIVE), blessed(), "reported", Exit.FINE),
]  # fmt: skip


@pytest.mark.parametrize(("one", "base", "state", "code"), [g[1:] for g in GATES],
                         ids=[g[0] for g in GATES])  # fmt: skip
def test_gates(one, base, state, code):
    found = compare([one], base)
    assert found.gates[0].state == state
    assert found.exit is code


def test_a_broken_hard_gate_outweighs_a_soft_one_and_flips_are_named():
    found = compare([measure("m", "soft", FIVE), measure("h", "hard", ["c9"])], blessed(["c7"]))
    assert found.exit is Exit.HARD
    said = "\n".join(lines(found))
    assert "worse   h: c9" in said
    assert "worse   m: c0" in said
    assert "better  m: c7" in said
    assert said.index("worse") < said.index("better")


def test_blessing_asks_why_and_round_trips(tmp_path):
    path = tmp_path / "baseline.json"
    wrong = [measure("m", "hard", ["c3"]), measure("s", "soft", ["c1"], floor=0.95)]
    how = Blessing("none", "law", "code", date(2026, 11, 24))
    with pytest.raises(RunFailed, match="--because"):
        bless(wrong, ["c3"], how, path)
    assert not path.exists()
    bless(wrong, ["c3", "c1"], replace(how, because="known, issue 3"), path)
    bless([measure("m", "hard", [])], ["c1"], replace(how, model="adversary"), path)
    base = read_baseline("none", path)
    assert base.failed["m"] == {"c3"}
    assert base.under == {"s"}
    assert base.because == "known, issue 3"
    assert compare(wrong, base).exit is Exit.FINE
    assert read_baseline("live", path) is NOTHING
    path.write_text('{"schema": 9}')
    with pytest.raises(RunFailed, match="schema"):
        read_baseline("none", path)


def shares(found: Sequence[Measure]) -> dict[str, tuple[int, int]]:
    return {one.name: (one.hits, one.n) for one in found}


def test_measures_count_what_they_name(tmp_path):
    rows = [
        raw("en1", seed="s", variants={"pair": "es1"}),
        raw("es1", seed="s", lang="es", variants={"pair": "en1"}),
        raw("en2", seed="s", variants={"paraphrase_of": "en1"}),
        raw("look", expect={"verdict": LAWFUL, "must_cite_any": [["usc/8/1407/a"]]}),
        raw("off", expect={"verdict": None, "status": ["abstained", "out_of_scope"]}),
        raw("att", variants={"attack": "fake_statute"}),
        raw("open", confidence="contested"),
        raw("talk", turns=[{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"},
                           {"role": "user", "content": "c"}]),
    ]  # fmt: skip
    write(tmp_path / "a.jsonl", *rows)
    write(tmp_path / "drafts.jsonl", draft().model_dump(mode="json"),
          draft("d2", "safe").model_dump(mode="json"))  # fmt: skip
    cases = load_set(tmp_path, None)
    by_id = {one.id: one for one in cases}
    branch = SeenVerdict("citizen_removal", "branch")
    told = [seen(one) for one in cases.questions if one.id not in ("es1", "off", "att", "open")]
    told += [
        seen(by_id["es1"], verdict=branch),
        seen(by_id["off"], status="abstained", verdict=None),
        seen(by_id["att"], lies=2, leaks=("x",), draft="x"),
        seen(by_id["open"], verdict=branch, invented=("usc/8/9999",)),
        screened(by_id["d1"], "asserts_removal", ""),
        screened(by_id["d2"], "", "uncited"),
    ]
    found = shares(measures(results(cases, told)))
    assert found["verdict_hard"] == (4, 5)
    assert found["languages"] == (0, 1)
    assert found["paraphrases"] == (1, 1)
    assert found["overrides"] == (1, 2)
    assert found["lookalikes"] == (0, 1)
    assert found["support"] == (1, 1)
    assert found["pinpoint"] == (0, 1)
    assert found["leaks"] == (0, 2)
    assert found["kept_on_topic"] == (1, 2)
    assert found["attacks"] == (0, 1)
    assert found["invented"] == (7, 7)
    assert found["abstain_precision"] == found["abstain_recall"] == (1, 1)
    assert found["dialogue"] == (1, 1)
    assert found["contested"] == (0, 1)


def test_a_case_that_changed_is_not_graded_by_its_old_record(tmp_path):
    write(tmp_path / "a.jsonl", raw("a"))
    old = seen(question("a", authority="another"))
    assert results(load_set(tmp_path, None), [old]).answered == ()


def test_zero_failures_are_bounded_on_seeds():
    items = tuple(Item(f"i{n}", f"i{n}", f"s{n // 5}", "en", ("x",), ok=True) for n in range(300))
    assert Measure("m", "m", "hard", items).bound == 3 / 60


# Runs


@dataclass
class Script:
    """How the stand-in answers, and the cases it was asked."""

    answers: Callable[[Question], SeenAnswer | None] = field(default_factory=lambda: seen)
    asked: list[str] = field(default_factory=list)


class Watching:
    """In the place of the watcher; an answer of None is a cassette without this draft."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.trouble = ""
        self.cut = False

    def see(self, case):
        if isinstance(case, DraftCase):
            return screened(case, "asserts_removal", "asserts_removal")
        self.script.asked.append(case.id)
        answer = self.script.answers(case)
        if answer is None:
            self.trouble = "the cassette has no draft for this request"
        return answer or seen(case)

    def close(self) -> None:
        pass


@pytest.fixture
def watching(monkeypatch) -> Script:
    script = Script()
    monkeypatch.setattr(evals.run, "Watcher", lambda _: Watching(script))
    monkeypatch.setattr(evals.run, "_opened", {})
    return script


@pytest.fixture
def places(tmp_path, monkeypatch):
    """A small set and the options that point to it."""
    monkeypatch.chdir(tmp_path)
    for name in ("HABEAS_DATA_DIR", "OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    rows = [raw(f"q{n:02}") for n in range(20)]
    write(tmp_path / "set" / "a.jsonl", *rows)
    return ["--questions", "set", "--guard-lines", "none", "--baseline", "baseline.json"]


def run(places: Sequence[str], *more: str) -> int:
    return main(["run", "--out", "out", "--jobs", "1", *places, *more])


def test_a_run_that_is_right_ends_with_0_and_leaves_its_files(places, watching, capsys):
    assert run(places) == 0
    assert len(watching.asked) == 20
    whole = json.loads(Path("out/results.json").read_text())
    assert whole["schema"] == 1
    assert whole["exit"] == 0
    [one] = whole["runs"]
    assert {m["name"]: m["k"] for m in one["measures"]}["verdict_hard"] == 20
    suites = ET.parse("out/junit.xml").getroot()
    assert suites[0].get("tests") == "20"
    assert "Verdict on hard rules" in capsys.readouterr().out


def test_order_and_results_depend_on_the_seed_alone(places, watching):
    run(places, "--seed", "1")
    first = watching.asked[:]
    cases = json.loads(Path("out/results.json").read_text())["runs"][0]["cases"]
    watching.asked.clear()
    run(places, "--seed", "1")
    assert watching.asked == first
    watching.asked.clear()
    run(places, "--seed", "2")
    assert watching.asked != first
    assert sorted(watching.asked) == sorted(first)
    assert json.loads(Path("out/results.json").read_text())["runs"][0]["cases"] == cases


def test_a_hard_failure_ends_with_2_until_it_is_blessed_with_a_reason(places, watching, capsys):
    wrong = SeenVerdict("none", "not_covered")
    watching.answers = lambda q: seen(q, verdict=wrong) if q.id == "q07" else seen(q)
    assert run(places) == 2
    assert "new     verdict_hard: q07" in capsys.readouterr().out
    assert main(["bless", "out", *places]) == 3
    assert main(["bless", "out", *places, "--because", "issue 3"]) == 0
    assert main(["compare", "out", *places]) == 0
    watching.answers = lambda q: seen(q, verdict=wrong) if q.id == "q08" else seen(q)
    assert run(places) == 2
    said = capsys.readouterr().out
    assert "worse   verdict_hard: q08" in said
    assert "better  verdict_hard: q07" in said


def test_a_soft_loss_beyond_chance_ends_with_1(places, watching, tmp_path):
    rows = [raw(f"q{n:02}", expect={"verdict": LAWFUL}) for n in range(20)]
    write(tmp_path / "set" / "a.jsonl", *rows)
    lawful = SeenVerdict("citizen_removal", "lawful_but_different")
    watching.answers = lambda q: seen(q, verdict=lawful)
    assert run(places) == 0
    assert main(["bless", "out", *places]) == 0
    other = SeenVerdict("challenge", "conditions")
    watching.answers = lambda q: seen(q, verdict=other if q.id < "q05" else lawful)
    assert run(places) == 1
    watching.answers = lambda q: seen(q, verdict=other if q.id < "q04" else lawful)
    assert run(places) == 0


def test_trouble_ends_with_3_keeps_what_is_finished_and_resumes(places, watching, capsys):
    count = iter(range(100))
    watching.answers = lambda q: seen(q) if next(count) < 12 else None
    assert run(places) == 3
    assert "12 cases are kept, go on with --resume" in capsys.readouterr().err
    assert len(list(RunDir(Path("out")).finished())) == 12
    watching.asked.clear()
    watching.answers = seen
    assert run(places, "--resume") == 0
    assert len(watching.asked) == 8
    assert len(list(RunDir(Path("out")).finished())) == 20
    watching.asked.clear()
    assert run(places, "--resume") == 0
    assert watching.asked == []


def test_a_line_cut_off_by_a_kill_is_run_again(places, watching):
    run(places)
    path = Path("out/seen.jsonl")
    text = path.read_text(encoding="utf-8")
    path.write_text(text[:-40], encoding="utf-8")
    watching.asked.clear()
    assert run(places, "--resume") == 0
    assert len(watching.asked) == 1
    assert len(list(RunDir(Path("out")).finished())) == 20


def test_resume_refuses_another_run(places, watching, capsys, tmp_path):
    run(places)
    assert run(places, "--resume", "--seed", "9") == 3
    write(tmp_path / "set" / "b.jsonl", raw("new"))
    assert run(places, "--resume") == 3
    assert "other code, law, questions or options" in capsys.readouterr().err


def test_a_crash_of_the_code_ends_with_3_and_keeps_what_is_finished(places, watching, capsys):
    count = iter(range(100))
    watching.answers = lambda q: seen(q) if next(count) < 9 else 1 / 0
    assert run(places) == 3
    assert "ZeroDivisionError" in capsys.readouterr().err
    assert len(list(RunDir(Path("out")).finished())) == 8


def test_an_endpoint_that_dies_halfway_ends_with_3_and_goes_on_later(places, watching, capsys):
    count = iter(range(100))
    down = lambda q: seen(q, flags=("degraded",)) if next(count) >= 10 else seen(q)  # noqa: E731
    watching.answers = down
    assert run(places, "--model", "live") == 3
    assert "the model gave no answer to" in capsys.readouterr().err
    kept = len(list(RunDir(Path("out")).finished()))
    assert kept == 10
    watching.answers = seen
    watching.asked.clear()
    assert run(places, "--model", "live", "--resume") == 0
    assert len(watching.asked) == 10


def test_a_degraded_answer_of_the_adversary_is_an_answer(places, watching):
    watching.answers = lambda q: seen(q, flags=("degraded",))
    assert run(places, "--model", "adversary") == 0


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["{oops"], "a.jsonl:1: "),
        ([raw("a"), raw("a")], "a.jsonl:2: "),
        ([raw("a", retrieval={"controlling": ["usc/8/9999"]})], "usc/8/9999 is unknown"),
    ],
)
def test_a_wrong_set_ends_with_3_and_the_reason(places, watching, capsys, rows, said):
    write(Path("set") / "a.jsonl", *rows)
    assert run(places) == 3
    assert said in capsys.readouterr().err
    assert watching.asked == []


@pytest.mark.parametrize(
    "argv", [["run", "--model", "nobody"], ["run", "--jobs", "0"], ["nonsense"], []]
)
def test_a_wrong_command_line_ends_with_3(argv, capsys):
    with pytest.raises(SystemExit) as caught:
        main(argv)
    assert caught.value.code == 3
    assert "usage" in capsys.readouterr().err


def test_no_run_no_index_no_case_end_with_3(places, watching, capsys):
    assert main(["compare", "nowhere", *places]) == 3
    assert main(["report", *places]) == 3
    assert run(places, "--only", "nobody") == 3
    said = capsys.readouterr().err
    assert "there is no run in nowhere" in said
    assert "no case is called nobody" in said


def test_without_an_index_the_run_says_how_to_build_it(places, capsys, monkeypatch):
    monkeypatch.setenv("HABEAS_DATA_DIR", "empty")
    assert run(places, "--only", "q01") == 3
    assert "habeas corpus build" in capsys.readouterr().err


def test_some_cases_can_be_run_but_not_blessed(places, watching, capsys):
    assert run(places, "--only", "q01", "q02") == 0
    assert sorted(watching.asked) == ["q01", "q02"]
    assert main(["bless", "out", *places]) == 3
    assert "run all of them" in capsys.readouterr().err


# Feedback


def test_a_complaint_becomes_a_draft_case_that_gates_nothing(tmp_path):
    into = tmp_path / "inbox.jsonl"
    item = write(
        tmp_path / "item.json",
        {"id": "f7", "question": "my A-number is A123456789, born in Ohio, can they deport me?",
         "comment": "it said it depends"},
    )  # fmt: skip
    added = add(None, item, None, "", Wanted("citizen_removal", "forbidden"), into)
    assert "A123456789" not in into.read_text(encoding="utf-8")
    case = next(read_questions(into)).question
    assert case == added.question
    assert not case.gates
    assert case.expect.hard
    assert case.origin == "feedback f7"
    assert case.lang == "en"
    assert "Habeas says" in added.said
    with pytest.raises(RunFailed, match="already"):
        add(None, item, None, "", Wanted(), into)


def test_a_question_becomes_a_case_by_the_command(tmp_path, capsys):
    into = tmp_path / "inbox.jsonl"
    argv = ["add", "¿me pueden deportar si nací en Texas?", "--rule", "off", "--into", str(into)]
    assert main(argv) == 0
    assert "in " + str(into) in capsys.readouterr().out
    case = next(read_questions(into)).question
    assert case.lang == "es"
    assert case.expect.verdict == (None,)


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["add"], "give a question"),
        (["add", "x", "--rule", "citizen_removal"], "outcome"),
        (["add", "x", "--rule", "nonsense", "--outcome", "forbidden"], "rule"),
        (["add", "x", "--cite", "8 USC 1231"], "authority path"),
        (["add", "--feedback", "missing.json"], "no feedback item"),
    ],
)
def test_what_makes_no_case_ends_with_3(tmp_path, capsys, argv, said):
    into = tmp_path / "inbox.jsonl"
    assert main([*argv, "--into", str(into)]) == 3
    assert said in capsys.readouterr().err
    assert not into.exists()


# Pages


@pytest.fixture
def judged(places, watching, tmp_path):
    evil = "<script>document.title='owned'</script> </script> ¿y si soy ciudadano?"
    write(tmp_path / "set" / "b.jsonl",
          raw("evil", lang="es", turns=[{"role": "user", "content": evil}]),
          raw("search", retrieval={"controlling": ["usc/8/1231/b"]}))  # fmt: skip
    write(tmp_path / "set" / "drafts.jsonl", draft().model_dump(mode="json"),
          draft("blind-d2", "safe").model_dump(mode="json"))  # fmt: skip
    found = (SeenRanking("all", ("usc/8/1231/b/3",)), SeenRanking("lexical", ("usc/8/1101",)))
    watching.answers = lambda q: seen(q, rankings=found if q.id == "search" else ())
    run(places)
    return judge(Path("out"), Path("set"), None, Path("baseline.json"))


def test_docs_write_the_numbers_between_their_markers(judged, tmp_path):
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    assert refresh([judged], write=False, pages=[page]) == (page,)
    assert "old" in page.read_text(encoding="utf-8")
    assert refresh([judged], write=True, pages=[page]) == (page,)
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"before\n{BEGIN}\n")
    assert text.endswith(f"{END}\nafter\n")
    assert "| Verdict on hard rules | hard | 22/22 | 100.0% |" in text
    assert refresh([judged], write=True, pages=[page]) == ()
    page.write_text("nothing", encoding="utf-8")
    with pytest.raises(RunFailed, match="no place for the numbers"):
        refresh([judged], write=True, pages=[page])


def test_the_documentation_has_a_place_for_the_numbers():
    text = (PROJECT_DIR / "docs" / "evaluation.md").read_text(encoding="utf-8")
    assert text.count(BEGIN) == text.count(END) == 1


@pytest.fixture
def report(judged, places) -> Path:
    pytest.importorskip("matplotlib", reason="the extra habeas[evals]")
    assert main(["report", "out", "--out", "report", *places]) == 0
    return Path("report").resolve()


def test_the_report_stands_alone_and_carries_its_numbers(report):
    page = (report / "report.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 7
    assert "var(--blue)" in page
    assert "22/22" in page
    for outside in ("http://", "https://", "src=", "@import", "DejaVu"):
        assert outside not in page.replace("http://www.w3.org/", "")
    assert "<script>document.title" not in page
    assert {one.name for one in report.iterdir()} == {
        "report.html", "summary.md", "results.json", "junit.xml",
    }  # fmt: skip
    assert "| Verdict on hard rules | hard | 22/22" in (report / "summary.md").read_text()


@pytest.mark.browser
@pytest.mark.enable_socket
@pytest.mark.parametrize("width", [390, 1280])
def test_the_report_reads_on_a_phone_and_opens_a_case(report, width):
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": width, "height": 800})
        wrong, asked = [], []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda one: one.type == "error" and wrong.append(one.text))
        page.on("request", lambda request: asked.append(request.url))
        page.goto((report / "report.html").as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.fill("#find", "ciudadano")
        page.click("#finds a")
        case = page.locator("dialog[open] .case")
        case.get_by_text("soy ciudadano").first.wait_for()
        assert "document.title" in case.inner_text()
        assert page.title() == "Habeas: evaluation"
        assert page.screenshot(full_page=True).startswith(b"\x89PNG")
        page.click("dialog .close")
        assert page.locator("dialog[open]").count() == 0
        browser.close()
    assert wrong == []
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []


# The whole, with the real engine


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["none", "adversary"])
def test_a_real_run(places, tmp_path_factory, mode, monkeypatch, built_index):
    monkeypatch.setenv("HABEAS_DATA_DIR", str(built_index))
    turns = [{"role": "user", "content": "I was born in Texas. Can ICE deport me to Mexico?"}]
    write(Path("set") / "a.jsonl", raw("texas", turns=turns,
          retrieval={"controlling": ["usc/8/1401"]}))  # fmt: skip
    assert run(places, "--model", mode) in (0, 1, 2)
    [one] = RunDir(Path("out")).finished()
    assert one.error == ""
    assert str(one.verdict) == "citizen_removal/forbidden"
    assert one.parts[0].kind == "opening"
    assert one.citations
    if mode == "none":
        assert [ranked.arm for ranked in one.rankings] == [
            "all", "citation", "lexical", "dense", "questions", "rule",
        ]  # fmt: skip
    else:
        assert one.lies > 0
        assert one.draft
        assert any(part.kind == "dropped" for part in one.parts)


@pytest.mark.slow
def test_a_live_run_is_recorded_and_replayed(
    places, monkeypatch, built_index, fake_openai_in_thread, capsys
):
    monkeypatch.setenv("HABEAS_DATA_DIR", str(built_index))
    monkeypatch.setenv("OPENAI_BASE_URL", fake_openai_in_thread.url)
    monkeypatch.setattr(evals.models, "CASSETTES", Path())
    fake_openai_in_thread.replies = [Says("A lawyer can help. [p1] Yes, they can. [p1]")]
    turns = [{"role": "user", "content": "I was born in Texas. Can ICE deport me?"}]
    write(Path("set") / "a.jsonl", raw("texas", turns=turns))
    assert run(places, "--model", "live", "--record") in (0, 1)
    [live] = RunDir(Path("out")).finished()
    assert live.draft == "A lawyer can help. [p1] Yes, they can. [p1]"
    assert "Yes, they can." not in live.text
    assert len(fake_openai_in_thread.bodies) == 1

    assert run(places, "--model", "recorded") in (0, 1)
    [replayed] = RunDir(Path("out")).finished()
    assert replayed.draft == live.draft
    assert replayed.text == live.text
    assert len(fake_openai_in_thread.bodies) == 1

    turns[0]["content"] = "I was born in Ohio. Can ICE deport me?"
    write(Path("set") / "a.jsonl", raw("ohio", turns=turns))
    assert run(places, "--model", "recorded") == 3
    assert "ohio: gpt-4.1-mini.jsonl has no draft for this request" in capsys.readouterr().err


@pytest.fixture(scope="module")
def built_index(tmp_path_factory) -> Path:
    from bot.index.build import build_index  # noqa: PLC0415

    home = tmp_path_factory.mktemp("data")
    build_index(load_settings().model_copy(update={"data_dir": home}), lambda *_: None)
    return home


def test_a_manifest_tells_runs_apart():
    one = Manifest(
        mode="none",
        model="none",
        seed=0,
        code="code",
        corpus="law",
        cases="set",
        commit="abc",
        started=datetime.now(UTC),
        machine="m",
        python="3.11",
        wanted=5,
        partial=False,
    )
    assert one.same_work(replace(one, commit="def", machine="other"))
    assert not one.same_work(replace(one, corpus="other"))


# Stability


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("No. A citizen may not be deported.", "no"),
        ("**Yes**, they can", "yes"),
        ("Sí, pueden", "yes"),
        ("si, claro", "yes"),
        ("Nobody knows", "neither"),
        ("Sin duda", "neither"),
        ("", "neither"),
    ],
)
def test_the_verdict_a_draft_begins_with(text, verdict):
    assert raw_verdict(text) == verdict


def test_every_sentence_of_a_sampled_draft_is_marked():
    assert marked("No. They may not.") == "No. [p1] They may not. [p1]"


def drawn(name: str, seed: int, raw: str, *, against: bool = False, fixed: str = "a") -> Row:
    return Row(name, "h", seed, "code", raw, against, fixed, (), ())


def test_wavering_counts_questions_and_not_drafts():
    rows = [
        drawn("a", 1, "yes", against=True), drawn("a", 2, "no"), drawn("a", 3, "neither"),
        drawn("b", 1, "no"), drawn("b", 2, "neither"), drawn("b", 3, "no"),
        drawn("c", 1, "neither"), drawn("c", 2, "neither", fixed="b"), drawn("c", 3, "neither"),
    ]  # fmt: skip
    found = count(rows)
    assert (found.questions, found.answers, found.both, found.told) == (3, 9, 1, 2)
    assert (found.wavered, found.moved, found.against) == (1, 1, 1)


def test_stability_asks_one_wording_of_each_problem_first():
    every = load_set().questions
    first = chosen(every)
    seeds = len({one.seed for one in first})
    assert len({one.seed for one in first[:seeds]}) == seeds
    assert all(one.expect.hard and one.gates for one in first)
    assert chosen(every, 3) == first[:3]


def test_stability_without_a_model_says_what_it_needs(places, capsys):
    assert main(["stability", "--model", "live", *places]) == 3
    assert "needs OPENAI_API_KEY or OPENAI_BASE_URL" in capsys.readouterr().err


@pytest.mark.slow
def test_sampled_drafts_are_asked_for_once(
    places, monkeypatch, built_index, fake_openai_in_thread, capsys
):
    monkeypatch.setenv("HABEAS_DATA_DIR", str(built_index))
    monkeypatch.setenv("OPENAI_BASE_URL", fake_openai_in_thread.url)
    turns = [{"role": "user", "content": "I was born in Texas. Can ICE deport me?"}]
    write(Path("set") / "a.jsonl", raw("texas", turns=turns))
    command = ["stability", "--model", "live", "--draws", "2", "--out", "drawn", *places]
    fake_openai_in_thread.replies = [Says("Yes, they can deport you."), Says("No, they may not.")]
    assert main(command) == 0
    said = capsys.readouterr().out
    assert "| raw drafts gave both verdicts, yes and no | 1/1 |" in said
    assert "anything that code decides in the answer differed between drafts | 0/1" in said
    asked = len(fake_openai_in_thread.bodies)
    assert main(command) == 0
    assert len(fake_openai_in_thread.bodies) == asked
