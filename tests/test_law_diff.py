"""The work list of statements whose official text changed between two releases."""

import json
import shutil
import sys
from pathlib import Path

import pytest

from bot.channels import cli
from bot.sources.download import sha256_of
from bot.sources.official import OfficialLaw
from bot.types import Authority
from tests.law_server import part, section
from tests.official_law import LAW as SHARED

STATEMENT = """
## {pinpoint}
en: Geese may be kept for a while.
es: Los gansos se pueden tener un rato.
ask-en: May I keep a goose?
ask-es: ¿Puedo tener un ganso?
"""
HEAD = """---
id: {unit}
title: {{en: "Geese", es: "Gansos"}}
url: https://uscode.house.gov/view.xhtml?req=1
as_of: P.L. 119-100
checked_on: 2026-11-24
topics: [removal]
---
"""


def write_digest(corpus: Path) -> None:
    units = {
        "usc/8/1231": ["a", "a"],
        "usc/8/1232": ["a"],
        "usc/8/1233": ["a"],
        "usc/18/911": ["a"],
        "cfr/8/208.1": ["a", "whole"],
        "case/goose-v-gander": ["1"],
    }
    for unit, pinpoints in units.items():
        file = corpus / f"{unit}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        body = "".join(STATEMENT.format(pinpoint=pinpoint) for pinpoint in pinpoints)
        file.write_text(HEAD.format(unit=unit) + body, encoding="utf-8")
    (corpus / "sources.toml").write_text('[topics]\nremoval = "deportation"\n')


def write_release(home: Path, name: str, day: str, sections: dict[str, str], rule: str) -> None:
    folder = home / name
    files = {
        f"usc/title-08/{number}.xml": section(8, number, text).replace(
            "<section ", '<section xmlns="http://xml.house.gov/schemas/uslm/1.0" ', 1
        )
        for number, text in sections.items()
    }
    files["cfr/title-08/part-208.xml"] = part("208", rule).replace("<DIV5", '<DIV5 TITLE="8"')
    listed = []
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        listed.append(
            {"path": path, "url": "https://x", "sha256": sha256_of(file), "bytes": 1, "release": ""}
        )
    (folder / "manifest.json").write_text(
        json.dumps({"release": name, "fetched_on": day, "files": listed})
    )
    (home / "current").write_text(f"{name}\n")


OLD = {
    "1231": "A keeper holds the geese for ninety days after the last of them came.",
    "1232": "Geese are birds.",
    "1233": "Ganders too.",
}
NEW = {
    "1231": "A keeper holds the geese for sixty days after the last of them came.",
    "1232": "Geese   are\nbirds.",
}


@pytest.fixture
def home(tmp_path, monkeypatch):
    write_digest(tmp_path / "corpus")
    monkeypatch.setenv("HABEAS_CORPUS_DIR", str(tmp_path / "corpus"))
    monkeypatch.setenv("HABEAS_DATA_DIR", str(tmp_path / "data"))
    home = tmp_path / "data" / "law"
    write_release(home, "119-100@2026-01-02", "2026-01-03", OLD, "Keep them warm.")
    write_release(home, "119-101@2026-11-20", "2026-11-24", NEW, "Keep them warm.")
    return home


@pytest.fixture
def run(capsys, monkeypatch):
    def call(*words: str):
        monkeypatch.setattr(sys, "argv", ["habeas", "corpus", "diff", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        shown = capsys.readouterr()
        return ended.value.code or 0, shown.out, shown.err

    return call


def test_it_lists_pinpoint_place_and_changed_words(run, home, tmp_path):
    code, out, err = run()
    assert (code, err) == (1, "")
    file = tmp_path / "corpus/usc/8/1231.md"
    assert out.splitlines()[:6] == [
        f"{file}:10: usc/8/1231/a: the text changed",
        "    - keeper holds the geese for ninety days after the last of",
        "    + keeper holds the geese for sixty days after the last of",
        f"{file}:16: usc/8/1231/a: the text changed",
        "    - keeper holds the geese for ninety days after the last of",
        "    + keeper holds the geese for sixty days after the last of",
    ]
    gone = tmp_path / "corpus/usc/8/1233.md"
    assert out.splitlines()[6:] == [
        f"{gone}:10: usc/8/1233/a: no longer in the text",
        "    - Ganders too.",
        (
            "3 statements to read again, 3 unchanged, 2 not at hand in both; "
            "119-100@2026-01-02 -> 119-101@2026-11-20"
        ),
    ]


def test_nothing_changed_is_exit_0(run, home):
    name = "119-100@2026-01-02"
    code, out, _ = run(name, name)
    assert code == 0
    assert out.startswith("0 statements to read again, 6 unchanged, 2 not at hand in both")


def test_releases_may_be_named_either_way_round(run, home):
    code, out, _ = run("119-101@2026-11-20", "119-100@2026-01-02")
    assert code == 1
    assert "+ keeper holds the geese for ninety days" in out
    assert "1233/a" not in out, "what the older of the two lacks cannot be compared"


def test_a_folder_may_stand_for_a_release(run, home, tmp_path):
    shutil.copytree(home / "119-101@2026-11-20", tmp_path / "copy")
    assert run(str(tmp_path / "copy"), "119-101@2026-11-20")[0] == 0


def test_a_long_change_is_shown_short(run, home):
    many = " ".join(f"word{number}" for number in range(400))
    other = " ".join(f"word{number}" if number % 40 else "goose" for number in range(400))
    write_release(home, "119-102@2026-11-21", "2026-11-25", NEW | {"1231": many}, "x")
    write_release(home, "119-103@2026-11-22", "2026-11-26", NEW | {"1231": other}, "x")
    _, out, _ = run()
    assert "and 6 more places" in out
    assert max(len(line.split()) for line in out.splitlines()) < 40


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("119-7",), "'119-7' is no installed release and no folder; installed are: 119-100@"),
        (("119-100@2026-01-02", "no"), "'no' is no installed release"),
    ],
)
def test_a_release_that_is_not_there_is_named(run, home, words, says):
    code, _, err = run(*words)
    assert code == 2
    assert says in err


def test_without_a_release_or_with_one_it_says_what_to_do(run, home):
    shutil.rmtree(home / "119-100@2026-01-02")
    assert "has no older release beside it" in run()[2]
    shutil.rmtree(home)
    code, _, err = run()
    assert code == 2
    assert "`habeas corpus fetch` brings it" in err


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.is_dir(), reason="needs the official texts beside the project")
def test_an_amended_section_of_the_real_law_is_found(run, monkeypatch, tmp_path):
    """One number changed in 8 U.S.C. 1231(a)(1)(A): every statement that rests on it, no other."""
    monkeypatch.setenv("HABEAS_DATA_DIR", str(tmp_path))
    amended = tmp_path / "amended"
    shutil.copytree(SHARED, amended)
    file = amended / "usc/title-08/1231.xml"
    text = file.read_text(encoding="utf-8")
    assert "within a period of 90 days" in text
    file.write_text(text.replace("within a period of 90 days", "within a period of 45 days", 1))
    pinpoint = OfficialLaw(amended).section(Authority("usc/8/1231")).texts["a/1/A"]
    assert "45 days" in pinpoint
    code, out, _ = run(str(SHARED), str(amended))
    assert code == 1
    places = [line for line in out.splitlines() if line.endswith("the text changed")]
    assert places
    for place in places:
        assert "usc/8/1231.md:" in place
        assert place.split(": ")[1] in {f"usc/8/1231{end}" for end in ("/a/1/A", "/a/1", "/a", "")}
    assert out.count("90 days") == out.count("45 days") == len(places)
    assert run(str(SHARED), str(SHARED))[0] == 0
