"""Official words as people get them: in answers, lines, the API, the page, Slack, the commands."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from bot.answer.cards import load_cards
from bot.answer.compose import Shelf
from bot.answer.official import MOST_QUOTED, oldest_text, quotes_from, shortened
from bot.answer.run import Parts
from bot.channels.admission import Admission
from bot.channels.api import api_app
from bot.channels.cli import app, main
from bot.channels.lines import citation_line, event_line
from bot.channels.page.sources import sources_html
from bot.channels.slack.blocks import read_citations, sources_view, write_citations
from bot.engine import Engine
from bot.opened import _open_library
from bot.settings import PROJECT_DIR, Settings
from bot.sources.digest import Digest, load_digest
from bot.sources.library import Library, open_library
from bot.text.citations import CitationIndex, find_citations, label
from bot.types import Authority, Citation, Done, Hit, LawStatement, Note, Reply, Turn
from tests.official_law import install

RUN = CliRunner()
GEESE = Authority("usc/8/9001/a/2")
TODAY = date(2026, 11, 24)

CORPUS = {
    "sources.toml": '[topics]\nremoval = "r"\n',
    "usc/8/9001.md": (
        '---\nid: usc/8/9001\ntitle: {en: "Geese", es: "Gansos"}\nurl: https://example.org/9001\n'
        "as_of: P.L. 119-70\nchecked_on: 2026-11-24\ntopics: [removal]\n---\n"
        "## a/2\nen: Whoever keeps geese pays.\nes: Quien tiene gansos paga.\n"
        "ask-en: Who pays?\nask-es: ¿Quién paga?\n"
        "## c\nen: Old rules stay.\nes: Quedan las reglas viejas.\nask-en: What stays?\nask-es: ¿Qué queda?\n"
    ),
    "cfr/8/901.2.md": (
        '---\nid: cfr/8/901.2\ntitle: {en: "Duties", es: "Deberes"}\nurl: https://example.org/901\n'
        "as_of: 2025-06-27\nchecked_on: 2026-11-24\ntopics: [removal]\n---\n"
        "## a/1\nen: Geese get food.\nes: Los gansos comen.\nask-en: What do they get?\nask-es: ¿Qué comen?\n"
    ),
}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    for name, text in CORPUS.items():
        path = tmp_path / "corpus" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return tmp_path / "corpus"


@pytest.fixture
def settings(tmp_path: Path, corpus: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", corpus_dir=corpus)


@pytest.fixture
def library(settings: Settings) -> Iterator[Library]:
    install(settings.data_dir)
    opened = open_library(settings)
    assert opened is not None
    yield opened
    opened.close()


class Found:
    """A search that finds everything on given paths."""

    def __init__(self, shelf: Shelf, *paths: str) -> None:
        self.hits = tuple(
            Hit(passage, 1.0, ("citation",))
            for path in paths
            for passage in shelf.under(Authority(path))
        )

    def search(self, query, lang, k, history, **_more):
        return self.hits

    def confidence(self, _hits):
        return 1.0


def make(
    digest: Digest, library: Library | None, *paths: str, today: date = TODAY, writer=None
) -> Engine:
    shelf = Shelf.of(digest, label, *([quotes_from(library)] if library else []))
    cited = CitationIndex.of(digest.sections)
    parts = Parts(
        shelf=shelf,
        cards=load_cards(PROJECT_DIR / "corpus"),
        citations=lambda text: find_citations(text, cited),
        searcher=Found(shelf, *paths),
        writer=writer,
        mode="standard",
        top_k=8,
        sure=0.4,
        today=lambda: today,
    )
    return Engine(parts, Settings(), None, "", library)


async def ask(engine: Engine, text: str = "Who pays for the geese?", lang="en") -> list:
    return [event async for event in engine.answer((Turn("user", text),), lang)]


def reply(events: list) -> Reply:
    return next(one.reply for one in events if isinstance(one, Done))


def notes(events: list) -> list[str]:
    return [one.text for one in events if isinstance(one, Note) and one.code == "outdated"]


# In an answer


async def test_official_words_stand_beside_ours(settings: Settings, library: Library) -> None:
    events = await ask(make(load_digest(settings.corpus_dir), library, "usc/8/9001/a/2"))
    said = next(one for one in events if isinstance(one, LawStatement))
    assert said.text == "Whoever keeps geese pays."
    assert said.citation.quote == "(2) pay a fee;"
    assert said.citation.quote_lead.splitlines()[-1].startswith("(a) In general")
    assert (said.citation.quote_as_of, said.citation.quote_fetched_on) == (
        "P.L. 119-77",
        "2026-11-20",
    )
    assert said.citation.as_of == "P.L. 119-70"
    assert reply(events).citations == (said.citation,)


async def test_nothing_changes_where_no_text_is_installed(settings: Settings) -> None:
    events = await ask(make(load_digest(settings.corpus_dir), None, "usc/8/9001/a/2"))
    (citation,) = reply(events).citations
    assert citation.quote is None
    assert citation_line(citation).keys() == {"id", "label", "url", "as_of", "quote", "says"}
    assert reply(events).flags == ()


async def test_a_path_the_text_does_not_have_is_not_quoted(
    settings: Settings, library: Library
) -> None:
    path = settings.corpus_dir / "usc/8/9001.md"
    path.write_text(path.read_text("utf-8").replace("## a/2", "## a/7"), "utf-8")
    events = await ask(make(load_digest(settings.corpus_dir), library, "usc/8/9001/a/7"))
    assert reply(events).citations[0].quote is None


async def test_a_model_is_given_the_official_words(settings: Settings, library: Library) -> None:
    class Writer:
        async def draft(self, material):
            self.given = material.passages
            yield "Whoever keeps geese pays [p1]."

    writer = Writer()
    digest = load_digest(settings.corpus_dir)
    await ask(make(digest, library, "usc/8/9001/a/2", writer=writer))
    assert writer.given[0].passage.official == "(2) pay a fee;"


def test_a_long_quotation_ends_with_a_line_and_says_that_it_goes_on() -> None:
    lines = "\n".join(f"({n}) Every keeper feeds every goose." for n in range(100))
    short = shortened(lines)
    assert short.endswith("goose. […]")
    assert lines.startswith(short.removesuffix(" […]"))
    assert len(short) <= MOST_QUOTED + 5
    assert shortened("One goose. " * 300).endswith("One goose. […]")
    assert shortened("goose" * 900 + " x").endswith(" […]")
    assert shortened("short") == "short"
    after_heading = shortened(f"(iv) Review of orders.\n{'goose, ' * 500}")
    assert MOST_QUOTED / 2 < len(after_heading) <= MOST_QUOTED + 5


# Age


def citation(path: str, as_of: str, quote_as_of: str = "", fetched: str = "") -> Citation:
    return Citation(
        Authority(path), "", "", as_of, None, "", quote_as_of=quote_as_of, quote_fetched_on=fetched
    )


AGES = (
    ("a day just within", citation("cfr/8/901.2", "2026-08-26"), ""),
    ("a day just over", citation("cfr/8/901.2", "2026-08-25"), "2026-08-25"),
    ("a month counts to its end", citation("cfr/8/901.2", "2026-08"), ""),
    ("a month long past", citation("cfr/22/51.1", "2025-01"), "2025-01"),
    ("newer official words", citation("cfr/8/901.2", "2025-06-27", "2026-11-19"), ""),
    ("older official words", citation("cfr/8/901.2", "2026-11-01", "2025-06-27"), "2025-06-27"),
    ("a release fetched of late", citation("usc/8/9001", "P.L. 119-70", "P.L. 119-77", "2026-11-20"), ""),
    ("a release fetched long ago", citation("usc/8/9001", "P.L. 119-70", "P.L. 119-77", "2026-01-20"), "P.L. 119-77"),
    ("a release read of late", citation("usc/8/9001", "P.L. 119-70"), ""),
    ("a case is as old as it is", citation("case/a-v-b", "1898-03-28"), ""),
    ("a treaty too", citation("treaty/cat/3", "1984-12-10"), ""),
    ("nothing known", citation("usc/8/1", "P.L. 119-70"), ""),
)  # fmt: skip


@pytest.mark.parametrize(("one", "old"), [row[1:] for row in AGES], ids=[row[0] for row in AGES])
def test_what_is_old(corpus: Path, one: Citation, old: str) -> None:
    assert oldest_text([one], load_digest(corpus).section, TODAY) == old


def test_the_oldest_of_several_is_named(corpus: Path) -> None:
    several = [citation("cfr/8/901.2", day) for day in ("2026-01-01", "2025-03-01", "2026-11-01")]
    assert oldest_text(several, load_digest(corpus).section, TODAY) == "2025-03-01"


@pytest.mark.parametrize("lang", ["en", "es"])
async def test_an_answer_on_old_text_says_so(settings: Settings, lang: str) -> None:
    events = await ask(make(load_digest(settings.corpus_dir), None, "cfr/8/901.2/a/1"), lang=lang)
    assert "outdated" in reply(events).flags
    (said,) = notes(events)
    assert "2025-06-27" in said
    assert ("90 days old" in said) == (lang == "en")
    assert said in reply(events).text


async def test_newer_official_words_take_the_warning_away(
    settings: Settings, library: Library
) -> None:
    digest = load_digest(settings.corpus_dir)
    events = await ask(make(digest, library, "cfr/8/901.2/a/1"))
    assert (reply(events).flags, notes(events)) == ((), [])
    later = await ask(make(digest, library, "cfr/8/901.2/a/1", today=date(2027, 3, 1)))
    assert reply(later).flags == ("outdated",)
    assert "2026-11-19" in notes(later)[0]


async def test_the_digest_grows_old_too(settings: Settings) -> None:
    engine = make(load_digest(settings.corpus_dir), None, "usc/8/9001", today=date(2027, 3, 1))
    events = await ask(engine)
    assert "outdated" in reply(events).flags
    assert "P.L. 119-70" in notes(events)[0]
    # The day somebody read a text is not that of the law.
    assert "2026-11-24" not in notes(events)[0]


# Lines and the API


async def test_lines_carry_quotation_release_and_day(settings: Settings, library: Library) -> None:
    events = await ask(make(load_digest(settings.corpus_dir), library, "usc/8/9001/a/2"))
    line = event_line(next(one for one in events if isinstance(one, Done))).data
    (cited,) = line["citations"]
    assert cited["quote"] == "(2) pay a fee;"
    assert (cited["quote_as_of"], cited["quote_fetched_on"]) == ("P.L. 119-77", "2026-11-20")


def client(engine: Engine) -> TestClient:
    outer = FastAPI()
    outer.mount("/api", api_app(engine, Admission()))
    return TestClient(outer)


def test_the_api_gives_official_words(settings: Settings, library: Library) -> None:
    with_text = client(make(load_digest(settings.corpus_dir), library))
    law = with_text.get("/api/authorities/usc/8/9001/a/2").json()
    assert [one["id"] for one in law["statements"]] == ["usc/8/9001/a/2"]
    assert law["official"]["words"] == "(2) pay a fee;"
    assert law["official"]["lead"][1] == "(a) In general A keeper shall—"
    only = with_text.get("/api/authorities/usc/8/9010a-1").json()
    assert (only["layer"], only["statements"]) == ("official", [])
    assert only["official"]["words"].endswith("Ducks are free.")


def test_the_api_without_text_is_as_it_was(settings: Settings) -> None:
    without = client(make(load_digest(settings.corpus_dir), None))
    assert "official" not in without.get("/api/authorities/usc/8/9001/a/2").json()
    assert without.get("/api/authorities/usc/8/9010a-1").status_code == 404


@pytest.mark.parametrize("text", [True, False], ids=["with text", "digest alone"])
def test_an_unknown_path_names_the_nearest(
    settings: Settings, library: Library, *, text: bool
) -> None:
    there = client(make(load_digest(settings.corpus_dir), library if text else None))
    answer = there.get("/api/authorities/usc/8/9001/a/9")
    assert answer.status_code == 404
    below = "1, 2" if text else "2"
    assert f"the nearest is usc/8/9001/a, which has {below}" in answer.text
    assert "habeas search WORDS" in there.get("/api/authorities/usc/9/1").text


# Page and Slack


QUOTED = Citation(
    GEESE, "8 U.S.C. § 9001(a)(2)", "https://example.org", "P.L. 119-70", "(2) pay <a> fee;",
    "Whoever keeps geese pays.", quote_as_of="P.L. 119-77", quote_fetched_on="2026-11-20",
)  # fmt: skip


@pytest.mark.parametrize(
    ("lang", "head"),
    [
        ("en", "Official words · P.L. 119-77, fetched 2026-11-20"),
        ("es", "Palabras oficiales (en inglés) · P.L. 119-77, descargado 2026-11-20"),
    ],
)
def test_page_and_slack_say_whose_words_of_which_release(lang, head) -> None:
    page = sources_html((QUOTED,), lang, lambda _: None)
    assert f'<p class="whose">{head}</p><blockquote lang="en"><mark>(2) pay &lt;a&gt; fee;' in page
    view = str(sources_view(read_citations(write_citations([QUOTED])), lang))
    assert head in view
    assert "(2) pay &lt;" in view


def test_sources_kept_by_slack_before_are_still_read() -> None:
    old = re.sub(r', "quote_(?:as_of|fetched_on)": "[^"]*"', "", write_citations([QUOTED]))
    assert "quote_as_of" not in old
    (found,) = read_citations(old)
    assert (found.quote, found.quote_as_of) == (QUOTED.quote, "")


# The commands


@pytest.fixture
def shell(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("HABEAS_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("HABEAS_CORPUS_DIR", str(settings.corpus_dir))
    return settings


@pytest.mark.parametrize("path", ["usc/8/9001/a/2", "8 U.S.C. 9001(a)(2)", " usc/8/9001/a/2 "])
def test_authority_shows_statement_words_release_day_and_link(shell: Settings, path: str) -> None:
    install(shell.data_dir)
    shown = RUN.invoke(app, ["authority", path])
    assert shown.exit_code == 0, shown.output
    for words in (
        "8 U.S.C. § 9001(a)(2)", "en: Whoever keeps geese pays.", "es: Quien tiene gansos paga.",
        "Text read: P.L. 119-70", "Official words (P.L. 119-77, fetched 2026-11-20)",
        "  (a) In general A keeper shall—", "  | (2) pay a fee;", "https://uscode.house.gov/",
    ):  # fmt: skip
        assert words in shown.output


def test_authority_without_text_says_how_to_get_it(shell: Settings) -> None:
    shown = RUN.invoke(app, ["authority", "usc/8/9001/c"])
    assert "Old rules stay." in shown.output
    assert "get it with: habeas corpus fetch" in shown.output


def test_authority_of_law_the_digest_does_not_speak_of(shell: Settings) -> None:
    install(shell.data_dir)
    assert "[repealed]" in RUN.invoke(app, ["authority", "usc/8/9001/b"]).output
    shown = RUN.invoke(app, ["authority", "usc/8/9003"])
    assert "[repealed]" in shown.output
    assert "en:" not in shown.output


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("usc/8/9001/a/9", "the nearest is usc/8/9001/a, which has 1, 2"),
        ("usc/8/4", "habeas search WORDS"),
        ("nothing", "write it like usc/8/1231/b/3/A"),
        ("", "write it like"),
        ("../../etc/passwd", "write it like"),
    ],
)
def test_authority_refuses_what_is_not_known(shell, monkeypatch, capsys, path, says) -> None:
    install(shell.data_dir)
    monkeypatch.setattr("sys.argv", ["habeas", "authority", path])
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 2
    assert says in capsys.readouterr().err


def test_status_says_what_is_installed_how_old_and_what_is_missing(shell: Settings) -> None:
    install(shell.data_dir)
    path = shell.corpus_dir / "usc/8/9999.md"
    path.write_text(CORPUS["usc/8/9001.md"].replace("9001", "9999"), "utf-8")
    shown = RUN.invoke(app, ["corpus", "status"]).output
    assert "digest         3 files, 5 statements" in shown
    assert re.search(
        r"official text  r1, fetched 2026-11-20 \(-?\d+ days? old\), \d+ provisions", shown
    )
    assert "7 sections, P.L. 119-77" in shown
    assert re.search(r"4 sections, 2026-11-19 \(-?\d+ days? old\)", shown)
    assert "1 that the digest speaks of" in shown
    assert "usc/8/9999" in shown
    assert "index          there is no index" in shown


def test_status_without_text(shell: Settings) -> None:
    shown = RUN.invoke(app, ["corpus", "status"]).output
    assert "official text  none installed; the digest speaks alone: habeas corpus fetch" in shown


def test_damaged_text_is_named_by_the_commands_and_does_not_stop_answers(
    shell: Settings, monkeypatch, capsys, caplog
) -> None:
    folder = install(shell.data_dir)
    (folder / "usc/title-08/usc08.xml").write_text("<uscDoc", "utf-8")
    monkeypatch.setattr("sys.argv", ["habeas", "corpus", "status"])
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 2
    assert "usc08.xml: is not well-formed" in capsys.readouterr().err
    assert _open_library(shell) is None
    assert "no official text" in caplog.text
