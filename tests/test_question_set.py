"""The set against the founding report and against the official text."""

import json
from collections import Counter
from pathlib import Path

import pytest

from bot.settings import Settings
from evals.cases import load_set
from evals.cli import main
from evals.founding import read_report, uncovered
from evals.lint import digest_at
from evals.official import against_law, figures
from evals.problems import RunFailed
from tests.official_law import LAW, install, needs_law

CORPUS = Settings(_env_file=None).corpus_dir


@pytest.fixture(scope="module")
def cases():
    return load_set()


@pytest.fixture
def listed(tmp_path):
    """The list of sentences with changes."""

    def changed(old: str, new: str) -> Path:
        text = Path("evals/founding.toml").read_text(encoding="utf-8")
        assert old in text
        path = tmp_path / "founding.toml"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return path

    return changed


def test_every_sentence_of_the_founding_report_is_asked_about_in_both_languages(cases):
    assert list(uncovered(cases, digest_at(CORPUS))) == []
    said = " ".join(one.says for one in read_report().sentence)
    for fact in ("Bukele", "fee", "generous", "legal right", "full stop", "Courts", "agreement",
                 "danger", "challenge", "torture", "2022", "2023", "40,000", "70", "visits",
                 "84,000"):  # fmt: skip
        assert fact in said


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('"hr.fp.generous.en"', '"hr.fp.gone.en"', "hr.fp.gone.en does not exist"),
        ('"hr.fp.generous.en"', '"hr.fp.generous.es"', "is not in en"),
        ('"hr.fp.generous.en"', '"hr.cr.gang-label.en"', "has another origin"),
        ('"hr.fp.generous.en"', '"hr.fp.heartbeat.en"', "hr.fp.generous.en: no sentence of"),
        ("cecot/8", "cecot/88", "the digest has no report/alternet-2025-02-cecot/88"),
        ("cecot/8", "cecot/7", "no sentence for report/alternet-2025-02-cecot/8"),
    ],
)
def test_a_sentence_without_its_case_is_told(cases, listed, old, new, complaint):
    found = list(uncovered(cases, digest_at(CORPUS), listed(old, new)))
    assert any(complaint in one for one in found), found


@pytest.mark.parametrize("new", ["en = []", "en = 7", "en = ["])
def test_a_broken_list_of_sentences_is_told(cases, listed, new):
    path = listed('en = ["hr.fp.generous.en"]', new)
    with pytest.raises(RunFailed, match=r"founding\.toml lists no sentences"):
        list(uncovered(cases, digest_at(CORPUS), path))


@pytest.mark.parametrize(
    ("phrase", "wanted"),
    [
        (r"re:\b(30|thirty)[ -]+(\w+ )?days?\b", [{30}]),
        (r"re:\b(48|48) +(\w+ )?horas?\b", [{48}]),
        (r"re:\b(1|uno?) +(\w+ )?a[nñ]os?\b", [{1}]),
        (r"re:1[.,]?500\b", [{1500}]),
        ("re:30 gramos", [{30}]),
        (r"re:\b(150|180) days", [{150, 180}]),
        ("180 days", [{180}]),
        ("within thirty days of January 13, 1941", [{13}, {30}, {1941}]),
        ("re:may not lawfully|la ley (?:no|tampoco) permite", []),
    ],
)
def test_numbers_of_a_phrase(phrase, wanted):
    assert [set(one) for one in figures(phrase)] == wanted


@pytest.mark.parametrize(
    ("stratum", "floor"),
    [("hard", 220), ("look_alike", 90), ("removal", 150), ("citizenship", 60),
     ("out_of_scope", 80), ("dialogue", 60)],
)  # fmt: skip
def test_the_set_holds_the_problems_the_design_asks_for(cases, stratum, floor):
    assert len({one.seed for one in cases.questions if stratum in one.stratum}) >= floor


def test_the_set_holds_the_attacks_pairs_and_wordings_the_design_asks_for(cases):
    attacks = {one.asked for one in cases.questions if one.variants.attack}
    assert len(attacks) >= 300
    families = Counter(one.variants.attack for one in cases.questions if one.variants.attack)
    assert min(families.values()) >= 15
    pairs = sum(one.variants.pair is not None for one in cases.questions) // 2
    assert pairs >= 200
    roots = Counter(one.variants.paraphrase_of for one in cases.questions)
    by_id = {one.id: one for one in cases.questions}
    few = [
        root
        for root, wordings in roots.items()
        if root and by_id[root].expect.hard and wordings < 5
    ]
    assert few == []


def one_case(folder: Path, **changes: object) -> None:
    expect = {"must_cite_any": [["usc/8/9001/a"]], "must_say": [r"re:\b(90|ninety) days"]}
    raw = {
        "id": "geese", "seed": "geese", "lang": "en", "stratum": ["geese"], "as_of": "2026-11-24",
        "turns": [{"role": "user", "content": "May I keep a goose?"}], "expect": expect,
        "authority": "8 U.S.C. 9001(a)(2)", "rationale": "invented", "origin": "test",
    }  # fmt: skip
    (folder / "geese.jsonl").write_text(json.dumps(raw | changes) + "\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({}, ""),
        ({"authority": "8 U.S.C. 9001(a)(7)"}, "usc/8/9001/a/7 is not in the official text"),
        ({"retrieval": {"controlling": ["usc/8/9001/z"]}}, "usc/8/9001/z is not in the official"),
        ({"expect": {"must_cite_any": [["usc/8/9001/a"]], "must_say": ["within 180 days"]}},
         "must say 180, which usc/8/9001 does not"),
        ({"authority": "8 U.S.C. 4444", "expect": {"must_say": ["180 days"]}}, ""),
    ],
    ids=["right", "pinpoint in the prose", "pinpoint of the gold", "number", "law not at hand"],
)  # fmt: skip
def test_the_official_text_has_the_last_word(tmp_path, changes, complaint):
    law, questions = install(tmp_path / "data"), tmp_path / "questions"
    questions.mkdir()
    one_case(questions, **changes)
    found = against_law(load_set(questions, None), CORPUS, law).faults
    assert [complaint in str(one) for one in found] == ([True] if complaint else [])


@pytest.mark.slow
def test_lint_reads_the_official_text_when_told_where(tmp_path, capsys):
    law, questions = install(tmp_path / "data"), tmp_path / "questions"
    questions.mkdir()
    one_case(questions, expect={"must_say": ["90 days"], "must_cite_any": [["usc/8/9001/q"]]})
    args = ["lint", "--questions", str(questions), "--guard-lines", "none", "--law"]
    assert main([*args, str(law)]) == 3
    assert (
        "geese.jsonl:1: geese: usc/8/9001/q is not in the official text" in capsys.readouterr().err
    )
    assert main([*args, str(tmp_path / "nothing")]) == 3
    assert "holds no official text; `habeas corpus fetch` installs it" in capsys.readouterr().err


@needs_law
@pytest.mark.slow
def test_the_whole_set_agrees_with_the_official_text(cases):
    found = against_law(cases, CORPUS, LAW)
    assert [str(one) for one in found.faults] == []
    assert found.provisions > 600
    assert found.figures > 90
