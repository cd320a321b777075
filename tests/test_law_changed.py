"""What changed between the release that serves and the one before, wherever the law is shown."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.answer.compose import Shelf
from bot.answer.official import quotes_from
from bot.channels.cli import app
from bot.channels.lines import law_line
from bot.channels.page.sources import sources_html
from bot.settings import Settings
from bot.sources.changed import excerpt
from bot.sources.digest import load_digest
from bot.sources.law_text import read_law
from bot.sources.library import open_library
from bot.text.labels import label
from bot.types import Authority
from tests.official_law import install
from tests.test_official_answers import CORPUS

RUN = CliRunner()


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name, text in CORPUS.items():
        path = tmp_path / "corpus" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    monkeypatch.setenv("HABEAS_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("HABEAS_CORPUS_DIR", str(tmp_path / "corpus"))
    return Settings(data_dir=tmp_path / "data", corpus_dir=tmp_path / "corpus")


def amend(folder: Path) -> None:
    """Make a later release of the small texts: a fee raised, a paragraph gone, one come."""
    file = folder / "usc/title-08/usc08.xml"
    text = file.read_text("utf-8")
    assert "pay a fee;" in text
    text = text.replace("pay a fee;", "pay two fees &amp; a &lt;fine&gt;;")
    text = text.replace("Ducks are free.", "Ducks are free. Drakes too.")
    file.write_text(text.replace("Online@119-77", "Online@119-80"), "utf-8")
    rule = folder / "cfr/title-08/part-901.xml"
    text = rule.read_text("utf-8").replace("<P>(ii) With grass.</P><P>More words on grass.</P>", "")
    rule.write_text(text.replace("<P>(b)-(c)", "<P>(3) With hay.</P><P>(b)-(c)"), "utf-8")


@pytest.fixture
def two(shell: Settings) -> Settings:
    install(shell.data_dir, "r1", fetched_on="2026-08-20")
    amend(install(shell.data_dir, "r2", fetched_on="2026-11-20") or shell.data_dir / "law" / "r2")
    return shell


@pytest.mark.parametrize(
    ("path", "lines"),
    [
        (
            "usc/8/9001/a/2",
            ["Changed since P.L. 119-77", "- (2) pay a fee;", "+ (2) pay two fees & a <fine>;"],
        ),
        ("usc/8/9001/c", ["The same words as in P.L. 119-77"]),
        ("cfr/8/901.2/a/3", ["Not yet in r1"]),
        ("cfr/8/901.2/a/1/ii", ["No longer in the official text; it was in 2026-11-19"]),
    ],
)
def test_authority_says_what_changed(two: Settings, path: str, lines: list[str]) -> None:
    shown = RUN.invoke(app, ["authority", path])
    assert shown.exit_code == 0, shown.output
    for line in lines:
        assert line in shown.output
    assert "before it     r1; what changed since: habeas corpus diff" in (
        RUN.invoke(app, ["corpus", "status"]).output
    )


def test_with_one_release_nothing_is_said_of_changes(shell: Settings) -> None:
    install(shell.data_dir)
    shown = RUN.invoke(app, ["authority", "usc/8/9001/a/2"]).output
    assert "since" not in shown
    assert "same words" not in shown
    library = open_library(shell)
    assert library.changed(Authority("usc/8/9001/a/2")) is None
    library.close()


def test_the_sources_panel_shows_old_and_new_words_as_text(two: Settings) -> None:
    library = open_library(two)
    digest = load_digest(two.corpus_dir)
    shelf = Shelf.of(digest, label, quotes_from(library))
    cited = [
        shelf.citation(shelf.under(Authority(path))[0], "en")
        for path in ("usc/8/9001/a/2", "usc/8/9001/c", "cfr/8/901.2/a/1")
    ]
    library.close()
    assert [one.quote_change.kind for one in cited] == ["changed", "same", "changed"]
    for lang, since, same in (
        ("en", "Changed since P.L. 119-77:", "The same words as in P.L. 119-77."),
        ("es", "Cambió desde P.L. 119-77:", "Las mismas palabras que en P.L. 119-77."),
    ):
        html = sources_html(cited, lang, digest.section)
        assert f'<p class="change">{since}</p>' in html
        assert "<del>(2) pay a fee;</del>" in html
        assert "<ins>(2) pay two fees &amp; a &lt;fine&gt;;</ins>" in html
        assert f'<p class="change">{same}</p>' in html


def test_the_api_gives_it_as_data(two: Settings) -> None:
    library = open_library(two)
    digest = load_digest(two.corpus_dir)
    line = law_line(read_law(digest, library, Authority("usc/8/9001/a/2")))
    gone = law_line(read_law(digest, library, Authority("cfr/8/901.2/a/1/ii")))
    library.close()
    assert line["change"] == {
        "kind": "changed",
        "since": "P.L. 119-77",
        "excerpt": ["- (2) pay a fee;", "+ (2) pay two fees & a <fine>;"],
    }
    assert gone["change"] == {"kind": "gone", "since": "2026-11-19", "excerpt": []}
    assert "official" not in gone


def test_a_title_that_was_not_fetched_then_is_no_change(two: Settings) -> None:
    old = two.data_dir / "law" / "r1"
    (old / "cfr/title-08/part-901.xml").unlink()
    manifest = (old / "manifest.json").read_text("utf-8").replace("119-77", "119-76")
    (old / "manifest.json").write_text(manifest, "utf-8")
    library = open_library(two)
    assert library.changed(Authority("cfr/8/901.2/a/3")) is None
    assert library.changed(Authority("usc/8/9001/a/2")).kind == "changed"
    library.close()


def test_a_damaged_older_release_takes_nothing_with_it(two: Settings, caplog) -> None:
    (two.data_dir / "law" / "r1" / "usc/title-08/usc08.xml").write_text("<uscDoc", "utf-8")
    library = open_library(two)
    assert library is not None
    assert library.changed(Authority("usc/8/9001/a/2")) is None
    assert library.lookup(Authority("usc/8/9001/a/2")) is not None
    assert "not compared" in caplog.text
    library.close()


def test_the_list_of_work_names_the_statement(two: Settings) -> None:
    ended = RUN.invoke(app, ["corpus", "diff"])
    assert ended.exit_code == 1
    assert "usc/8/9001/a/2: the text changed" in ended.output
    assert "+ pay two fees" in ended.output
    assert "r1 -> r2" in ended.output


@pytest.mark.parametrize(
    ("was", "now", "lines"),
    [
        ("a b c", "a b c", []),
        ("a b c", "a x c", ["- a b c", "+ a x c"]),
        ("", "new words", ["+ new words"]),
        ("old words", "", ["- old words"]),
        ("a b", "a b c", ["- a b", "+ a b c"]),
        ("x " * 20 + "y", "x " * 20 + "z", ["- x x x x x y", "+ x x x x x z"]),
        ("x " * 20, "x " * 21, ["- x x x x x", "+ x x x x x x"]),
    ],
)
def test_an_excerpt_is_the_change_and_a_few_words_around(was, now, lines) -> None:
    assert list(excerpt(was, now)) == lines


def test_a_long_text_is_compared_in_no_time() -> None:
    long = [f"word{n % 97}" for n in range(60_000)]
    other = [*long[:30_000], "goose", *long[30_000:]]
    found = list(excerpt(" ".join(long), " ".join(other)))
    assert len(found) == 2
    assert "goose" in found[1]
    rewritten = list(excerpt(" ".join(long), " ".join(reversed(long))))
    assert len(rewritten) == 2
    assert max(len(line.split()) for line in rewritten) < 40
