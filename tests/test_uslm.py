"""USLM files: invented ones for each trap, and all of the official ones there and back."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from bot.errors import CorpusError
from bot.sources.law import LawSection
from bot.sources.uslm import read_uslm
from bot.types import Authority
from tests.official_law import HEAD, LAW, geese, needs_law, squeezed, title, write

APART = {"notes", "note", "sourceCredit", "toc"}


@pytest.fixture
def section(tmp_path: Path) -> LawSection:
    (found,) = read_uslm(write(tmp_path / "9001.xml", HEAD + geese()))
    return found


def test_a_provision_for_every_path_in_order(section: LawSection) -> None:
    paths = [one.authority.pinpoint for one in section.provisions]
    assert paths == ["", "a", "a/1", "a/2", "b", "c", "c~2"]
    assert section.provisions[1].children == (
        Authority("usc/8/9001/a/1"),
        Authority("usc/8/9001/a/2"),
    )


def test_heading_chapeau_and_continuation_are_told_apart(section: LawSection) -> None:
    assert (section.heading, section.provisions[0].num) == ("Keeping of geese", "§ 9001.")
    keeper = section.by_path["usc/8/9001/a"]
    assert (keeper.num, keeper.heading) == ("(a)", "In general")
    assert (keeper.chapeau, keeper.continuation) == ("A keeper shall—", "before January 1.")


def test_words_are_verbatim_and_in_order(section: LawSection) -> None:
    assert section.words(Authority("usc/8/9001/a")) == (
        "(a) In general\nA keeper shall—\n(1) feed each goose;\n(2) pay a fee;\nbefore January 1."
    )
    assert section.words(Authority("usc/8/9001/c~2")) == (
        "(c) New words.\nAnd more.\ngoose\t2 fees"
    )


def test_what_is_not_law_stands_apart(section: LawSection) -> None:
    assert section.footnotes == ("1 So in original.",)
    assert section.credit == "(Pub. L. 119–1, Jan. 1, 2025.)"
    assert [(one.topic, one.heading) for one in section.notes] == [
        ("effectiveDate", "Effective Date"),
        ("miscellaneous", "A Law Quoted"),
    ]
    assert section.notes[0].text == "In force 90 days on."
    assert "Quoted words" in section.notes[1].text
    assert "original" not in section.texts[""]


def test_status_of_a_part(section: LawSection) -> None:
    assert section.by_path["usc/8/9001/b"].status == "repealed"
    assert section.status == section.by_path["usc/8/9001/c"].status == "in_force"


def test_a_whole_title_names_release_and_chapter(tmp_path: Path) -> None:
    found = {one.authority.path: one for one in read_uslm(write(tmp_path / "t.xml", title()))}
    assert list(found) == [
        "usc/8/9001", "usc/8/9002", "usc/8/9004", "usc/8/9003", "usc/8/9007", "usc/8/9009",
        "usc/8/9010a-1",
    ]  # fmt: skip
    assert found["usc/8/9001"].above == ("TITLE 8—GEESE AND STRANGERS", "CHAPTER 90—GEESE")
    assert {one.release for one in found.values()} == {"P.L. 119-77"}
    assert found["usc/8/9003"].status == "repealed"
    assert found["usc/8/9009"].status == "transferred"
    assert found["usc/8/9010a-1"].texts[""] == "Ducks Ducks are free."


def test_a_level_without_identifier_is_named_by_its_number(tmp_path: Path) -> None:
    text = geese().replace(' identifier="/us/usc/t8/s9001/a/2"', "")
    (found,) = read_uslm(write(tmp_path / "9001.xml", text))
    assert found.words(Authority("usc/8/9001/a/2")) == "(2) pay a fee;"


BROKEN = {
    "cut in half": (geese()[: len(geese()) // 2], "is not well-formed"),
    "not XML": ("These are no geese.", "is not well-formed"),
    "empty": ("", "is not well-formed"),
    "a web page": ("<!DOCTYPE html><html><body>404</body></html>", "is a web page"),
    "a web page in XHTML": ("<html><body><p>404</p></body></html>", "is a web page"),
    "an archive": ("PK\x03\x04", "is a zip archive"),
    "another XML": ("<feed><section/></feed>", "holds no section of the US Code"),
    "an entity bomb": (
        '<!DOCTYPE a [<!ENTITY a "goose"><!ENTITY b "&a;&a;&a;&a;">]>\n' + geese(),
        "declares entities",
    ),
}


@pytest.mark.parametrize("trap", BROKEN)
def test_a_broken_file_is_named_with_what_to_do(tmp_path: Path, trap: str) -> None:
    text, says = BROKEN[trap]
    path = write(tmp_path / "9001.xml", text)
    with pytest.raises(CorpusError, match=says) as caught:
        list(read_uslm(path))
    assert str(path) in str(caught.value)
    assert "fetch it again: habeas corpus fetch" in str(caught.value) or "unpack" in str(
        caught.value
    )


def test_an_entity_bomb_behind_a_long_comment_does_not_grow(tmp_path: Path) -> None:
    grown = ["goose", *(f"&e{n};" for n in range(11))]
    bomb = "".join(f'<!ENTITY e{n} "{one * 10}">' for n, one in enumerate(grown))
    text = f"<!--{'x' * 5000}--><!DOCTYPE section [{bomb}]>\n" + geese().replace(
        "feed each goose;", "feed &e11;"
    )
    try:
        (found,) = read_uslm(write(tmp_path / "9001.xml", text))
    except CorpusError:
        return
    assert len(found.texts[""]) < 1000


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"none\.xml: cannot be read"):
        list(read_uslm(tmp_path / "none.xml"))


# The official files, there and back


def law_words(element: etree._Element) -> Iterator[str]:
    """Words of the law below an element, read without any of the code that is tested."""
    yield element.text or ""
    for child in element:
        name = etree.QName(child).localname if isinstance(child.tag, str) else ""
        if name and name not in APART and child.get("class") != "footnoteRef":
            yield from law_words(child)
        yield child.tail or ""


def identifiers(element: etree._Element) -> Iterator[str]:
    for child in element:
        name = etree.QName(child).localname if isinstance(child.tag, str) else ""
        if name and name not in APART:
            if child.get("identifier"):
                yield child.get("identifier") or ""
            yield from identifiers(child)


def files(title_dir: str) -> list[Path]:
    return sorted((LAW / "usc" / title_dir).glob("*.xml")) if LAW.is_dir() else []


@needs_law
@pytest.mark.parametrize("title_dir", ["title-08", "title-18", "title-22", "title-28", "title-50"])
def test_no_word_is_lost_and_none_invented(title_dir: str) -> None:
    for path in files(title_dir):
        section, *_ = read_uslm(path)
        element = etree.parse(str(path)).getroot()
        assert squeezed(section.words(section.authority)) == squeezed("".join(law_words(element)))
        said = [one for one in element if etree.QName(one).localname == "sourceCredit"]
        assert squeezed(section.credit) == squeezed("".join(said[0].itertext()))
        notes = [one for one in element if etree.QName(one).localname == "notes"]
        source = "".join("".join(map(str, one.itertext())) for one in notes)
        assert squeezed("".join(one.heading + one.text for one in section.notes)) == squeezed(
            source
        ), path


@needs_law
def test_every_identifier_of_title_8_is_reached_and_none_added() -> None:
    reached = 0
    for path in files("title-08"):
        section, *_ = read_uslm(path)
        element = etree.parse(str(path)).getroot()
        wanted = [one.replace("–", "-").split("/", 5)[5] for one in identifiers(element)]
        # A second part of the same name, and what is below it, is marked ~2.
        found = [one.authority.pinpoint.replace("~2", "") for one in section.provisions[1:]]
        assert found == wanted, path
        reached += len(wanted)
    assert reached > 6900


@needs_law
def test_title_8_is_parsed_in_under_five_seconds() -> None:
    start = time.process_time()
    for path in files("title-08"):
        list(read_uslm(path))
    assert time.process_time() - start < 5


@needs_law
def test_the_torture_note_has_a_path_of_its_own() -> None:
    _, note = read_uslm(LAW / "usc/title-08/1231.xml")
    assert note.authority == Authority("note/farra-2242")
    assert [one.authority.pinpoint for one in note.provisions] == [
        "", "a", "b", "c", "d", "e", "f", "f/1", "f/2",
    ]  # fmt: skip
    whole = note.words(note.authority)
    assert whole.count("“") == whole.count("”") == 0
    assert note.words(Authority("note/farra-2242/a")).startswith("(a) Policy")
