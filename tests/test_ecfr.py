"""eCFR files: invented ones for each trap, and all of the official ones there and back."""

import time
from pathlib import Path

import pytest
from lxml import etree

from bot.errors import CorpusError
from bot.sources.ecfr import read_ecfr
from bot.sources.law import LawSection
from bot.sources.official_passages import official_passages
from bot.text.labels import label
from bot.types import Authority
from tests.official_law import HEAD, LAW, needs_law, part, squeezed, write


@pytest.fixture
def found(tmp_path: Path) -> list[LawSection]:
    return list(read_ecfr(write(tmp_path / "part-901.xml", part())))


def test_flat_paragraphs_become_a_tree(found: list[LawSection]) -> None:
    section = found[0]
    assert [one.authority.pinpoint for one in section.provisions] == [
        "", "a", "a/1", "a/1/i", "a/1/ii", "a/2", "b", "c", "d",
    ]  # fmt: skip
    general = section.by_path["cfr/8/901.2/a/1"]
    assert (general.num, general.heading) == ("(1)", "General.")
    assert general.chapeau == "A keeper feeds each goose."
    assert section.words(Authority("cfr/8/901.2/a/1/ii")) == (
        "(ii) With grass.\nMore words on grass."
    )
    assert "240(b)(1)(A) of the Act" in section.words(Authority("cfr/8/901.2/a/1/i"))


def test_section_part_and_subpart_are_named(found: list[LawSection]) -> None:
    section = found[0]
    assert (section.provisions[0].num, section.heading) == ("§ 901.2", "Duties of keepers.")
    assert section.above == ("PART 901—GEESE", "Subpart A—Keepers")
    assert section.release == "2025-06-27"
    assert section.url == "https://www.ecfr.gov/current/title-8/section-901.2"


def test_a_designator_in_a_table_opens_no_paragraph(found: list[LawSection]) -> None:
    assert found[0].words(Authority("cfr/8/901.2/d")) == (
        "(d) Fees:\nBird\tFee\n(a) goose\t$2\nSee Geese v. Ducks."
    )


def test_credit_and_notes_stand_apart(found: list[LawSection]) -> None:
    assert found[0].credit == "[62 FR 1, Jan. 1, 1997]"
    assert [(one.topic, one.text) for one in found[0].notes] == [
        ("ednote", "Editorial Note:Of the editors.")
    ]


def test_reserved_paragraphs_and_sections_say_so(found: list[LawSection]) -> None:
    by_path = found[0].by_path
    reserved = [path for path, one in by_path.items() if one.status == "reserved"]
    assert reserved == ["cfr/8/901.2/a/2", "cfr/8/901.2/b", "cfr/8/901.2/c"]
    numbers = [one.authority.path for one in found if one.status == "reserved"]
    assert numbers == ["cfr/8/901.3", "cfr/8/901.4", "cfr/8/901.5"]


def test_a_whole_title_as_the_publisher_serves_it(tmp_path: Path) -> None:
    inner = part().split("-->", 1)[1].replace(' TITLE="8"', "")
    text = f'{HEAD}<DIV1 N="8" TYPE="TITLE"><DIV3 N="I" TYPE="CHAPTER">{inner}</DIV3></DIV1>'
    whole = list(read_ecfr(write(tmp_path / "title-8.xml", text)))
    assert whole[0].authority == Authority("cfr/8/901.2")
    assert whole[0].release == ""


def test_words_on_a_change_to_come_are_not_the_rule(tmp_path: Path) -> None:
    text = part().replace(
        "<P>(a) <I>Keep", "<P>Link to an amendment published at 1 FR 2.</P><P>(a) <I>Keep"
    )
    section, *_ = read_ecfr(write(tmp_path / "part-901.xml", text))
    assert section.provisions[0].text == ""
    assert section.notes[0].text.startswith("Link to an amendment")


def test_a_list_of_contents_opens_no_paragraphs(tmp_path: Path) -> None:
    rows = "<P>Table 1 to § 901.2—Section Contents</P><P>(a) Keeping</P><P>(b) Other</P><P>The rules are:</P>"
    text = part().replace("<P>(a) <I>Keep", f"{rows}<P>(a) <I>Keep")
    section, *_ = read_ecfr(write(tmp_path / "part-901.xml", text))
    assert section.provisions[0].chapeau.endswith("(b) Other\nThe rules are:")
    assert "cfr/8/901.2/a~2" not in section.by_path


def test_a_part_that_is_reserved_has_no_sections(tmp_path: Path) -> None:
    text = f'{HEAD}<DIV5 N="3" TYPE="PART"><HEAD>PART 3 [RESERVED]</HEAD></DIV5>'
    assert list(read_ecfr(write(tmp_path / "part-3.xml", text))) == []


APPENDICES = """<DIV9 N="Appendix A to Part 901" TYPE="APPENDIX"><HEAD>Appendix A to Part 901—Forms of Ponds</HEAD>
<HD1>I. Small ponds</HD1><P>(a) A small pond has <I>one</I> goose.</P><P>(1) It is fed at noon.</P>
<TABLE><TR><TH>Pond</TH><TH>Geese</TH></TR><TR><TD>small</TD><TD>1</TD></TR></TABLE><CITA>[63 FR 2, Jan. 2, 1998]</CITA></DIV9>
<DIV9 N="Appendix to Subpart A of Part 901" TYPE="APPENDIX"><HEAD>Appendix to Subpart A of Part 901 [Reserved]</HEAD></DIV9>
<DIV9 N="Appendix II to § 901.2" TYPE="APPENDIX"><HEAD>Appendix II</HEAD><FP>Ducks too.</FP></DIV9>
<DIV9 N="Exhibit: A map" TYPE="APPENDIX"><HEAD>A map</HEAD><P>Here.</P></DIV9>
<DIV9 N="Exhibit: A map" TYPE="APPENDIX"><HEAD>A map</HEAD><P>There.</P></DIV9>"""


def with_appendices(folder: Path) -> Path:
    whole = part()
    cut = whole.rindex("</DIV5>")
    return write(folder / "part-901.xml", whole[:cut] + APPENDICES + whole[cut:])


def test_appendices_are_units_of_their_own_and_no_word_of_them_is_lost(tmp_path: Path) -> None:
    path = with_appendices(tmp_path)
    units = {one.authority.path: one for one in read_ecfr(path) if "ppendix" in one.authority.path}
    assert list(units) == [
        "cfr/8/901-appendix-A", "cfr/8/901-A-appendix", "cfr/8/901.2-appendix-II",
        "cfr/8/901-appendix-Exhibit-A-map", "cfr/8/901-appendix-Exhibit-A-map~2",
    ]  # fmt: skip
    first = units["cfr/8/901-appendix-A"]
    assert first.provisions[0].heading == "Appendix A to Part 901—Forms of Ponds"
    assert first.above == ("PART 901—GEESE",)
    assert first.credit == "[63 FR 2, Jan. 2, 1998]"
    assert first.release == "2025-06-27"
    assert first.url == (
        "https://www.ecfr.gov/current/title-8/part-901/appendix-Appendix%20A%20to%20Part%20901"
    )
    assert first.words(first.authority).split("\n")[1:] == [
        "I. Small ponds", "(a) A small pond has one goose.", "(1) It is fed at noon.",
        "Pond\tGeese", "small\t1",
    ]  # fmt: skip
    assert units["cfr/8/901-A-appendix"].status == "reserved"
    source = "".join(map(str, etree.parse(str(path)).getroot().itertext()))
    read = [f"{one.words(one.authority)}{one.notes_text}" for one in read_ecfr(path)]
    for one in etree.parse(str(path)).getroot().iter("DIV9"):
        words = squeezed("".join(map(str, one.itertext())))
        assert words in squeezed(source)
        assert any(words == squeezed(text) for text in read)
    # The sections are what they are without.
    plain = list(read_ecfr(write(tmp_path / "plain" / "part-901.xml", part())))
    assert [one for one in read_ecfr(path) if "ppendix" not in one.authority.path] == plain


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("cfr/8/901-appendix-A", "8 CFR part 901, app. A"),
        ("cfr/8/901-A-appendix", "8 CFR part 901, subpart A, app."),
        ("cfr/8/901.2-appendix-II", "8 CFR § 901.2, app. II"),
        ("cfr/8/901-appendix-Exhibit-A-map~2", "8 CFR part 901, app. Exhibit-A-map"),
    ],
)
def test_an_appendix_is_cited_as_one(path: str, says: str) -> None:
    assert label(Authority(path), None, "en") == says


def test_an_appendix_is_indexed_in_passages(tmp_path: Path) -> None:
    found = list(official_passages(read_ecfr(with_appendices(tmp_path))))
    (one,) = [one for one in found if one.authority.path == "cfr/8/901-appendix-A"]
    assert "It is fed at noon." in one.text.en


BROKEN = {
    "cut in half": (part()[: len(part()) // 2], "is not well-formed"),
    "a web page": ("<!doctype html><html><body>403</body></html>", "is a web page"),
    "another XML": ("<feed/>", "holds no part of the CFR"),
    "no title": (part().replace(' TITLE="8"', ""), "says of which title it is"),
    "an entity bomb": ('<!DOCTYPE a [<!ENTITY a "goose">]>' + part()[len(HEAD) :], "entities"),
}


@pytest.mark.parametrize("trap", BROKEN)
def test_a_broken_file_is_named_with_what_to_do(tmp_path: Path, trap: str) -> None:
    text, says = BROKEN[trap]
    path = write(tmp_path / "part-901.xml", text)
    with pytest.raises(CorpusError, match=says) as caught:
        list(read_ecfr(path))
    assert str(path) in str(caught.value)
    assert "fetch it again" in str(caught.value)


# The official files, there and back


@needs_law
@pytest.mark.parametrize("title", ["title-08", "title-22", "title-28"])
def test_no_word_is_lost_and_none_invented(title: str) -> None:
    start = time.process_time()
    for path in sorted((LAW / "cfr" / title).glob("*.xml")):
        sections = {one.authority.path.rsplit("/", 1)[1]: one for one in read_ecfr(path)}
        elements = list(etree.parse(str(path)).getroot().iter("DIV8"))
        assert elements
        for element in elements:
            number = (element.get("N") or "").replace("–", "-").strip("§ ").split("-")[0]
            section = sections[number]
            assert section.by_path.keys() == {one.authority.path for one in section.provisions}
            apart = [section.credit, *(one.text for one in section.notes), *section.footnotes]
            said = squeezed(section.words(section.authority) + "".join(apart))
            source = squeezed("".join(map(str, element.itertext())))
            # Notes stand among the paragraphs in the source, and apart here.
            assert said == source or sorted(said) == sorted(source), (path, number)
            if not section.notes:
                assert said == source, (path, number)
    assert time.process_time() - start < 30
