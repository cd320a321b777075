"""Coverage of the digest: counted from the files, and the lot of the re-reading is reproducible."""

from collections import Counter
from pathlib import Path

import pytest

from bot.channels import cli
from bot.errors import BadInput, CorpusError
from bot.settings import PROJECT_DIR
from bot.sources.coverage import (
    areas,
    coverage_page,
    guide_grade,
    missing,
    read_wanted,
)
from bot.sources.digest import Digest, load_digest
from bot.sources.rereading import REST, area_of, draw, error_rate, read_sheet, sheet
from bot.text.readability import grade_level, syllables
from bot.types import Authority
from evals import reread
from evals.stats import wilson

HEAD = """\
---
id: {id}
title: {{en: "T", es: "T"}}
url: https://uscode.house.gov/
as_of: {as_of}
checked_on: {checked}
topics: [removal]
{more}---
"""
STATEMENT = """
## {pin}
en: {en}
es: Una frase {pin} {n}.
ask-en: Why? · When?
ask-es: ¿Por qué?
{more}"""
WANTED = """
[goals]
files = 3
statements = 30
cases = 1
guide_grade = 8
error_rate = 0.02

[[topic]]
title = "Code"
needs = ["usc/8/1231/b/3", "usc/8/1231/c", "usc/8/1158"]

[[topic]]
title = "Guides"
needs = ["guide/door"]
"""


def put(corpus: Path, place: str, statements: list[str], checked="2026-11-24", more="") -> None:
    path = corpus / f"{place}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    as_of = "P.L. 119-100" if place.startswith("usc/") else "2025-01-01"
    head = HEAD.format(id=place, as_of=as_of, checked=checked, more=more)
    path.write_text(head + "".join(statements), "utf-8")


def one(n: int, pin: str = "", en: str = "", more: str = "") -> str:
    return STATEMENT.format(pin=pin or f"{n}", en=en or f"It says number {n}.", n=n, more=more)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    root = tmp_path / "corpus"
    root.mkdir()
    (root / "sources.toml").write_text('[topics]\nremoval = "r"\n', "utf-8")
    (root / "coverage.toml").write_text(WANTED, "utf-8")
    put(
        root,
        "usc/8/1231",
        [one(n, f"a/{n}") for n in range(1, 17)]
        + [one(17, "b/3/A", more="confidence: knowledge\ncontested: yes\n")],
        checked="2026-11-20",
    )
    put(root, "usc/18/4001", [one(n, f"a/{n}") for n in range(1, 9)])
    put(root, "guide/door", [one(1, en="A cat sat."), one(2, en="It ran.")])
    put(root, "const/amend/5", [one(1, "whole")])
    return root


@pytest.fixture
def digest(corpus: Path) -> Digest:
    return load_digest(corpus)


@pytest.fixture
def sheets(tmp_path: Path) -> Path:
    place = tmp_path / "reading"
    place.mkdir()
    return place


def filled(digest: Digest, wrong: int, size: int = 20) -> str:
    lines = sheet(digest, draw(digest, size=size), 1).splitlines()
    for number in range(3, len(lines)):
        finding = "number" if number - 3 < wrong else "right"
        lines[number] = lines[number].rstrip("\t") + f"\t{finding}\tbecause"
    return "\n".join(lines) + "\n"


# Counting


def test_areas_are_counted_from_the_files(digest):
    found = {area.name: area for area in areas(digest)}
    code = found["usc/8"]
    assert (code.files, code.statements, code.questions) == (1, 17, 51)
    assert (code.knowledge, code.contested, str(code.oldest)) == (1, 1, "2026-11-20")
    assert list(found) == ["const", "usc/8", "usc/18", "guide"]


@pytest.mark.parametrize(
    ("path", "area"),
    [
        ("usc/8/1231", "usc/8"),
        ("cfr/22/51.2", "cfr/22"),
        ("const/art/1/9", "const"),
        ("treaty/cat/3", "treaty"),
        ("case/a-v-b", "case"),
    ],
)
def test_area_of(path, area):
    assert area_of(Authority(path)) == area


def test_missing_names_what_has_no_statement(digest, corpus):
    code, guides = read_wanted(corpus).topics
    assert missing(digest, code) == ("usc/8/1231/c", "usc/8/1158")
    assert missing(digest, guides) == ()


def test_page(corpus, sheets, digest):
    page = coverage_page(corpus, sheets)
    assert (
        "| 8 U.S.C., immigration and nationality | `usc/8` | 1 | 17 | 51 | 94% | 6% | 1 |" in page
    )
    assert "| **All** |  | 4 | 28 | 84 | 96% | 4% | 1 | 2026-11-20 |" in page
    assert "3 files (met), 30 statements (not met), 1 cases (not met)" in page
    assert "Of 4 provisions, cases and guides that must be covered, 2 are not." in page
    assert "| Code | 3 | 2 | `usc/8/1231/c`, `usc/8/1158` |" in page
    assert "None was made yet." in page
    (sheets / "blind-2026-11-24.tsv").write_text(filled(digest, 4), "utf-8")
    page = coverage_page(corpus, sheets)
    assert "**4 of 20 were wrong: 20.0%, 95 % interval 8.1% to 41.6%.**" in page
    assert "under 2%, was not met" in page
    assert "Of those 4, 4 still stand" in page


def test_page_takes_the_newest_sheet_and_says_what_was_mended(corpus, sheets, digest):
    (sheets / "blind-2026-11-24.tsv").write_text(filled(digest, 4), "utf-8")
    (sheets / "blind-2027-01-01.tsv").write_text(filled(digest, 1), "utf-8")
    put(corpus, "const/amend/5", [one(1, "whole", en="Now it is right.")])
    for name in ("usc/8/1231", "usc/18/4001", "guide/door"):
        text = (corpus / f"{name}.md").read_text("utf-8")
        (corpus / f"{name}.md").write_text(text.replace("en: It", "en: Now it"), "utf-8")
    page = coverage_page(corpus, sheets)
    assert "1 of 20 were wrong" in page
    assert "Of those 1, 0 still stand" in page


def test_a_second_lot_of_the_same_day_leads_and_the_first_stands_beside_it(corpus, sheets, digest):
    (sheets / "blind-2026-11-24.tsv").write_text(filled(digest, 4), "utf-8")
    (sheets / "blind-2-2026-11-24.tsv").write_text(filled(digest, 1), "utf-8")
    page = coverage_page(corpus, sheets)
    assert "**1 of 20 were wrong" in page
    first = "[blind-2026-11-24](../docs/reading/blind-2026-11-24.tsv)"
    assert f"| {first} | 20 | 4 | 20.0% | 8.1% to 41.6% | 4 |" in page


def test_a_hard_guide_is_marked(corpus, sheets):
    hard = "Notwithstanding administrative determinations, naturalization eligibility continues."
    put(corpus, "guide/door", [one(1, en=hard)])
    assert "too hard" in coverage_page(corpus, sheets)


@pytest.mark.parametrize(
    "text",
    [
        "[goals",
        "[goals]\nfiles = 1\n",
        WANTED.replace("files = 3", 'files = "many"'),
        WANTED.replace("usc/8/1158", "8 USC 1158"),
    ],
    ids=["toml", "goals", "number", "path"],
)
def test_a_wrong_list_is_refused(corpus, text):
    (corpus / "coverage.toml").write_text(text, "utf-8")
    with pytest.raises(CorpusError):
        read_wanted(corpus)


# The lot


def test_the_lot_is_the_same_for_the_same_digest_and_each_area_has_its_share(digest):
    drawn = draw(digest, seed=1, size=14)
    assert drawn == draw(digest, seed=1, size=14)
    assert drawn != draw(digest, seed=2, size=14)
    assert len({row.passage for row in drawn}) == 14
    assert Counter(row.area for row in drawn) == {"usc/8": 8, "usc/18": 4, "guide": 1, REST: 1}


def test_areas_too_small_for_one_draw_are_pooled(digest):
    areas_drawn = {row.area for row in draw(digest, size=27)}
    assert REST in areas_drawn
    assert "const" not in areas_drawn


@pytest.mark.parametrize("size", [0, 29])
def test_no_more_can_be_drawn_than_there_is(digest, size):
    with pytest.raises(BadInput):
        draw(digest, size=size)


def test_sheet_names_the_digest_it_was_drawn_from(digest):
    text = sheet(digest, draw(digest, size=3), 7)
    assert text.startswith(f"# corpus {digest.hash}\n# seed 7, 3 of 28 statements\n")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("usc/8/1@a\tusc/8\twrong\tx", "'wrong' is none of"),
        ("usc/8/1@a\tusc/8\tright\t ", "give passage"),
        ("usc/8/1@a\tusc/8\tright", "give passage"),
        ("usc/8/1@a\tusc/8\tright\tx\nusc/8/1@a\tusc/8\tright\tx", "stands there twice"),
        ("", "holds no statement"),
    ],
    ids=["finding", "no-reason", "short", "twice", "empty"],
)
def test_a_sheet_not_filled_is_refused(tmp_path, line, said):
    path = tmp_path / "blind.tsv"
    path.write_text(f"passage\tarea\tverdict\treason\n{line}\n", "utf-8")
    with pytest.raises(BadInput, match=said):
        read_sheet(path)


def test_a_sheet_with_another_head_or_none_is_refused(tmp_path):
    path = tmp_path / "blind.tsv"
    path.write_text("id\tverdict\n", "utf-8")
    with pytest.raises(BadInput, match="head"):
        read_sheet(path)
    with pytest.raises(BadInput, match="cannot be read"):
        read_sheet(tmp_path / "none.tsv")


@pytest.mark.parametrize("wrong", [0, 3, 20])
def test_the_interval_is_that_of_the_evaluations(tmp_path, digest, wrong):
    path = tmp_path / "blind.tsv"
    path.write_text(filled(digest, wrong), "utf-8")
    rate = error_rate(read_sheet(path))
    textbook = wilson(wrong, 20)
    assert (rate.read, rate.wrong) == (20, wrong)
    assert (rate.low, rate.high) == pytest.approx((textbook.low, textbook.high))


def test_the_command_draws_and_scores(corpus, tmp_path, digest, monkeypatch, capsys):
    monkeypatch.setenv("HABEAS_CORPUS_DIR", str(corpus))
    assert reread.main(["draw", "--size", "5", "--seed", "3"]) == 0
    assert capsys.readouterr().out == sheet(digest, draw(digest, 3, 5), 3)
    path = tmp_path / "blind.tsv"
    path.write_text(filled(digest, 1), "utf-8")
    assert reread.main(["score", str(path)]) == 0
    assert capsys.readouterr().out.startswith("1 of 20 wrong: 5.0%")
    assert reread.main(["score", str(tmp_path / "none.tsv")]) == 2
    assert "cannot be read" in capsys.readouterr().err


# The command


def test_coverage_writes_the_page_and_check_says_whether_it_is_current(corpus, monkeypatch, capsys):
    monkeypatch.setenv("HABEAS_CORPUS_DIR", str(corpus))

    def run(*arguments: str) -> int:
        monkeypatch.setattr("sys.argv", ["habeas", "corpus", "coverage", *arguments])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        return int(stopped.value.code or 0)

    assert run("--check") == 2
    assert "is not current" in capsys.readouterr().err
    assert run() == 0
    assert run("--check") == 0
    put(corpus, "case/a-v-b", [one(1, "whole")], more='citation: "1 U.S. 1"\n')
    assert run("--check") == 2


# Reading level


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("the", 1), ("named", 1), ("arrested", 3), ("people", 2), ("judges", 2), ("rules", 1),
        ("citizen", 3), ("naturalization", 6), ("48", 1), ("police", 2), ("notices", 3),
    ],
)  # fmt: skip
def test_syllables(word, count):
    assert syllables(word) == count


@pytest.mark.parametrize(
    ("text", "words", "sentences", "spoken"),
    [
        ("The cat sat on the mat.", 6, 1, 6),
        ("Stop! Who asks? The judge.", 5, 3, 5),
        ("See 8 U.S.C. 1231(b)(3) in D.C. v. Smith.", 8, 1, 8),
        ("A US-born child.", 3, 1, 4),
    ],
    ids=["plain", "ends", "citation", "hyphen"],
)
def test_grade_is_the_published_formula(text, words, sentences, spoken):
    expected = 0.39 * words / sentences + 11.8 * spoken / words - 15.59
    assert grade_level(text) == pytest.approx(expected)


def test_nothing_has_no_grade():
    assert grade_level(" … ") == 0.0


# The digest itself


def test_every_guide_reads_at_the_grade_it_must():
    goal = read_wanted(PROJECT_DIR / "corpus").goals.guide_grade
    hard = {
        section.id.path: round(guide_grade(section), 2)
        for section in load_digest(PROJECT_DIR / "corpus").sections
        if section.id.kind == "guide" and guide_grade(section) > goal
    }
    assert not hard


def test_the_published_re_reading_is_whole():
    for path in (PROJECT_DIR / "docs" / "reading").glob("blind-*.tsv"):
        assert error_rate(read_sheet(path)).read == 100
