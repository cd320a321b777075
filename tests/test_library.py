"""What is installed is found by path; what is damaged is named; nobody pays for parsing twice."""

import sqlite3
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.errors import CorpusError, UnknownAuthority
from bot.settings import Settings
from bot.sources import library as library_module
from bot.sources.library import CACHE, Library, installed, installed_passages, open_library
from bot.sources.plain_law import read_constitution
from bot.types import Authority
from tests.official_law import geese, install, title, write


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path)


@pytest.fixture
def library(settings: Settings) -> Iterator[Library]:
    install(settings.data_dir)
    opened = open_library(settings)
    assert opened is not None
    yield opened
    opened.close()


def test_without_official_text_there_is_no_library(settings: Settings) -> None:
    assert installed(settings) is None
    assert open_library(settings) is None
    assert installed_passages(settings) == ()
    assert not (settings.data_dir / "law").exists()


def test_words_at_a_pinpoint_with_what_leads_to_them(library: Library) -> None:
    found = library.lookup(Authority("usc/8/9001/a/2"))
    assert found is not None
    assert found.words == "(2) pay a fee;"
    assert found.lead == ("§ 9001. Keeping of geese", "(a) In general A keeper shall—")
    assert (found.heading, found.status) == ("Keeping of geese", "in_force")
    assert (found.release, found.fetched_on) == ("P.L. 119-77", date(2026, 11, 20))
    assert "granuleid:USC-prelim-title8-section9001" in found.url


WORDS = {
    "usc/8/9001/a": "(a) In general\nA keeper shall—\n(1) feed each goose;\n(2) pay a fee;\nbefore January 1.",
    "usc/8/9003": "[§§ 9002 to 9004. Repealed. Pub. L. 99–2]",
    "cfr/8/901.2/a/1/i": "(i) With corn, under section 240(b)(1)(A) of the Act;",
    "const/art/1/9/2": "(2) The writ of geese.",
    "const/amend/14/2": "Section 2. Numbers.",
    "treaty/cat/3/1": "1. No State.",
}


@pytest.mark.parametrize("path", WORDS)
def test_every_kind_of_law_is_found(library: Library, path: str) -> None:
    found = library.lookup(Authority(path))
    assert found is not None
    assert found.words == WORDS[path]


def test_a_file_with_no_day_of_its_own_has_that_of_the_manifest(library: Library) -> None:
    found = library.lookup(Authority("cfr/8/901.2"))
    assert found is not None
    assert found.release == "2026-11-19"


@pytest.mark.parametrize("path", ["usc/8/9001/z", "usc/8/900", "usc/8/9001/a/1/x", "guide/geese/1"])
def test_what_is_not_there_is_not_invented(library: Library, path: str) -> None:
    assert library.lookup(Authority(path)) is None


def test_remarks_around_a_treaty_are_no_law(library: Library) -> None:
    section = library.section(Authority("treaty/cat/3"))
    assert section is not None
    assert "remark" not in section.texts[""]
    assert "Source" not in section.texts[""]


def test_a_section_comes_back_as_it_was_parsed(library: Library) -> None:
    section = library.section(Authority("usc/8/9001/a"))
    assert section is not None
    assert [one.authority.pinpoint for one in section.provisions] == [
        "", "a", "a/1", "a/2", "b", "c", "c~2",
    ]  # fmt: skip
    assert section.notes[0].heading == "Effective Date"
    assert section.above[1] == "CHAPTER 90—GEESE"
    article = library.section(Authority("const/art/1"))
    assert article is not None
    assert len(article.provisions) == 1


def test_nearest_of_an_unknown_path(library: Library) -> None:
    near = library.nearest(Authority("usc/8/9001/a/9/B"))
    assert [one.path for one in near] == ["usc/8/9001/a", "usc/8/9001/a/1", "usc/8/9001/a/2"]
    assert library.nearest(Authority("usc/8/1")) == ()


def test_the_files_are_parsed_once_for_a_release(
    library: Library, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def parse(*_args: object) -> None:
        raise AssertionError("parsed again")

    monkeypatch.setattr(library_module, "read_law_file", parse)
    again = open_library(settings)
    assert again is not None
    assert again.count() == library.count() > 20
    again.close()


def test_another_release_takes_over(library: Library, settings: Settings) -> None:
    folder = install(settings.data_dir, "r2", fetched_on="2026-11-24")
    write(folder / "usc/title-08/usc08.xml", title().replace("pay a fee", "pay two fees"))
    newer = open_library(settings)
    assert newer is not None
    found = newer.lookup(Authority("usc/8/9001/a/2"))
    assert found is not None
    assert (found.words, found.fetched_on) == ("(2) pay two fees;", date(2026, 11, 24))
    newer.close()
    # Who opened the one before reads on in it.
    assert library.lookup(Authority("usc/8/9001/a/2")) is not None


def test_without_a_manifest_a_changed_file_is_seen(settings: Settings) -> None:
    folder = install(settings.data_dir, fetched_on=None)
    first = open_library(settings)
    assert first is not None
    first.close()
    write(folder / "usc/title-08/9001.xml", geese())
    write(folder / "usc/title-08/usc08.xml", title().replace("pay a fee", "pay ten fees"))
    second = open_library(settings)
    assert second is not None
    found = second.lookup(Authority("usc/8/9001/a/2"))
    second.close()
    assert found is not None
    assert found.fetched_on is None


@pytest.mark.parametrize("damage", ["empty", "cut", "not a database"])
def test_a_damaged_cache_is_made_anew(settings: Settings, damage: str) -> None:
    folder = install(settings.data_dir)
    first = open_library(settings)
    assert first is not None
    first.close()
    cache = folder / CACHE
    whole = cache.read_bytes()
    cache.write_bytes({"empty": b"", "cut": whole[:200], "not a database": b"geese" * 99}[damage])
    second = open_library(settings)
    assert second is not None
    assert second.lookup(Authority("usc/8/9001")) is not None
    second.close()


def test_many_may_open_at_once(settings: Settings) -> None:
    install(settings.data_dir)
    counts: list[int] = []

    def opens() -> None:
        found = open_library(settings)
        assert found is not None
        counts.append(found.count())
        found.close()

    threads = [threading.Thread(target=opens) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(counts) == 6
    assert len(set(counts)) == 1


def test_many_may_look_up_at_once(library: Library) -> None:
    found: list[str] = []

    def looks() -> None:
        for _ in range(50):
            one = library.lookup(Authority("usc/8/9001/a"))
            assert one is not None
            found.append(one.words)

    threads = [threading.Thread(target=looks) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [WORDS["usc/8/9001/a"]] * 300


def _pointer_to_nothing(folder: Path) -> None:
    write(folder.parent / "current", "r9\n")


def _pointer_out_of_the_house(folder: Path) -> None:
    write(folder.parent / "current", "../law/r1\n")


def _manifest_cut(folder: Path) -> None:
    write(folder / "manifest.json", '{"release": "r1", "files": [')


def _manifest_of_something_else(folder: Path) -> None:
    write(folder / "manifest.json", "[]")


def _file_cut(folder: Path) -> None:
    write(folder / "usc/title-08/usc08.xml", title()[:900])


def _nothing_in_it(folder: Path) -> None:
    for path in [*folder.rglob("*.xml"), *folder.rglob("*.md")]:
        path.unlink()


def _page_for_the_constitution(folder: Path) -> None:
    write(folder / "constitution/us.md", "404\n")


DAMAGE = {
    _pointer_to_nothing: "current: names 'r9', which is no release folder",
    _pointer_out_of_the_house: "no release folder",
    _manifest_cut: r"manifest\.json: is damaged",
    _manifest_of_something_else: r"manifest\.json: is damaged",
    _file_cut: r"usc08\.xml: is not well-formed",
    _nothing_in_it: "r1: holds no law",
    _page_for_the_constitution: r"us\.md: has no heading",
}


@pytest.mark.parametrize("damage", DAMAGE, ids=lambda one: one.__name__)
def test_damage_is_named_with_what_to_do(settings: Settings, damage) -> None:
    damage(install(settings.data_dir))
    with pytest.raises(CorpusError, match=DAMAGE[damage]) as caught:
        open_library(settings)
    assert "fetch it again" in str(caught.value)
    # A file that cannot be read leaves no half of a cache.
    assert not (settings.data_dir / "law/r1" / CACHE).exists()


def test_a_folder_that_cannot_be_written_is_named(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(settings.data_dir)

    def full(*_args: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(library_module, "_build", full)
    with pytest.raises(CorpusError, match=r"disk is full.*make room"):
        open_library(settings)


# Passages for an index


def test_passages_are_the_law_in_force_and_only_its_words(settings: Settings) -> None:
    install(settings.data_dir)
    found = installed_passages(settings)
    assert {one.layer for one in found} == {"official"}
    assert len({one.id for one in found}) == len(found)
    by_path = {one.authority.path: one for one in found}
    assert "usc/8/9003" not in by_path
    assert "cfr/8/901.4" not in by_path
    whole = by_path["usc/8/9001"]
    assert whole.text.en == whole.text.es
    assert whole.title.en == "Keeping of geese"
    assert (whole.as_of, whole.official) == ("P.L. 119-77", None)


def test_a_long_section_is_cut_at_its_parts(settings: Settings) -> None:
    folder = install(settings.data_dir)
    long = " ".join(["Every keeper keeps every goose."] * 40)
    text = title().replace("feed each goose;", long).replace("Old words.", "Old words. " * 30)
    write(folder / "usc/title-08/usc08.xml", text)
    found = [
        one for one in installed_passages(settings) if one.authority.path.startswith("usc/8/9001")
    ]
    # What is short shares a passage at the path it is part of; what is long stands alone.
    assert [one.authority.pinpoint for one in found] == ["a", "a/1", "a", "", "c", ""]
    assert "Keeping of geese: In general" in {one.title.en for one in found}
    assert all(len(one.text.en) <= 1800 for one in found)


def test_no_word_in_force_is_left_out_of_the_passages(settings: Settings) -> None:
    folder = install(settings.data_dir)
    long = " ".join(f"Keeper {n} keeps every goose." for n in range(200))
    write(folder / "usc/title-08/usc08.xml", title().replace("feed each goose;", long))
    said = " ".join(one.text.en for one in installed_passages(settings))
    assert all(f"Keeper {n} keeps every goose." in said for n in range(200))
    assert "before January 1." in said
    assert "New words." in said


# The Constitution


def test_signatures_are_no_part_of_the_last_article(tmp_path: Path) -> None:
    text = "## Article VII\n\nNine States.\n\nDONE in Convention by many\n\nA. Goose\n"
    (article,) = read_constitution(write(tmp_path / "c.md", text))
    assert article.texts[""] == "Article VII Nine States."


def test_a_path_that_is_none_is_refused() -> None:
    with pytest.raises(UnknownAuthority):
        Authority("usc 8 1231")
