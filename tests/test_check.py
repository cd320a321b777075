"""The checker against small official texts made for it: each row breaks one thing."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.errors import CorpusError
from bot.sources.check import check, inspect
from bot.sources.official import OfficialLaw
from bot.sources.paragraphs import segments
from bot.text.numbers import Duration, durations, numbers
from bot.types import Authority

USLM = """<?xml version="1.0" encoding="UTF-8"?>
<section xmlns="http://xml.house.gov/schemas/uslm/1.0" identifier="/us/usc/t8/s9001">
<num value="9001">§ 9001.</num><heading>Made-up removal</heading>
<subsection identifier="/us/usc/t8/s9001/a"><num value="a">(a)</num>
<chapeau>The Secretary shall hold a stranger who owes a fee for the keeping of geese,</chapeau>
<paragraph identifier="/us/usc/t8/s9001/a/1"><num value="1">(1)</num>
<content>within ninety days of the arrival of the last of the geese; and</content></paragraph>
</subsection>
<subsection identifier="/us/usc/t8/s9001/b"><num value="b">(b)</num>
<content>Old.</content></subsection>
<subsection identifier="/us/usc/t8/s9001/b"><num value="b">(b)</num><content>New: 21 days.</content>
</subsection>
<notes><note><p>Editorial: 45 days was struck out.</p></note></notes>
</section>
"""
ECFR = """<?xml version="1.0" encoding="UTF-8"?>
<!-- 8 CFR part 901; text as amended to June 27, 2025 -->
<DIV5 N="901" TYPE="PART"><HEAD>PART 901</HEAD>
<DIV8 N="901.2" TYPE="SECTION"><HEAD>§ 901.2 Geese.</HEAD>
<P>(a) <I>Keeping</I>—(1) <I>General.</I> A keeper pays under section 240(b)(1)(A) of the Act.</P>
<P>(i) First.</P><P>(ii) Second.</P><P>(2) Other.</P><P>(b) Done in 30 days.</P></DIV8>
</DIV5>
"""
PROVENANCE = """| folder | what | current to | source |
|---|---|---|---|
| usc/title-08 | all | Pub. L. 119-100 | mirror |
| cfr/title-08 | all | 2025-06-27, some running text 2025-01-24 | copies |
"""
CONSTITUTION = """# Constitution

## Article I

Section 9. (1) First clause.

(2) Second clause.

## Article VI

(1) Debts.

(2) Supreme law.

## Amendment XIV

Section 1. All persons.

Sec. 2. Numbers.
"""
TREATIES = "## Convention against Torture, Article 3\n\n1. No state.\n\n2. For the purpose.\n"


@pytest.fixture
def law(tmp_path: Path) -> Path:
    files = {
        "usc/title-08/9001.xml": USLM,
        "cfr/title-08/part-901.xml": ECFR,
        "PROVENANCE.md": PROVENANCE,
        "constitution/us.md": CONSTITUTION,
        "treaties/t.md": TREATIES,
    }
    for name, text in files.items():
        path = tmp_path / "law" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return tmp_path / "law"


def statement(pinpoint: str, en: str = "It says so.", es: str = "Así dice.", more: str = "") -> str:
    asks = "ask-en: Why?\nask-es: ¿Por qué?\n"
    return f"\n## {pinpoint}\nen: {en}\nes: {es}\n{asks}{more}"


def file(name: str, body: str, as_of: str = "P.L. 119-100", more: str = "") -> str:
    return (
        f'---\nid: {name}\ntitle: {{en: "T", es: "T"}}\nurl: https://example.org\n'
        f"as_of: {as_of}\nchecked_on: 2026-11-24\ntopics: [removal]\n{more}---\n{body}"
    )


class Corpus:
    """A digest in a folder, with one good guide to refer to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self.sources('[topics]\nremoval = "r"\n')
        self.write("guide/geese", statement("1"), as_of="2026-11-24")

    def sources(self, text: str) -> None:
        (self.folder / "sources.toml").write_text(text, "utf-8")

    def write(self, name: str, body: str, as_of: str = "P.L. 119-100", more: str = "") -> None:
        path = self.folder / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file(name, body, as_of, more), "utf-8")


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    return Corpus(tmp_path / "corpus")


@dataclass(frozen=True)
class Row:
    """One file of the digest; ``says`` must be in its only problem, or there is none."""

    trap: str
    body: str
    says: str = ""
    name: str = "usc/8/9001"
    as_of: str = "P.L. 119-100"
    more: str = ""


ROWS = (
    Row("all is well", statement("a/1", "Within 90 days.", "En 90 días.")),
    Row("number in words here", statement("a/1", "In ninety days.", "En noventa días.")),
    Row("pinpoint missing", statement("a/2"), "a/2 does not exist in the official usc/8/9001"),
    Row("letter case counts", statement("A"), "A does not exist"),
    Row("second of two with one identifier", statement("b~2", "In 21 days.", "En 21 días.")),
    Row("third of two", statement("b~3"), "b~3 does not exist"),
    Row("rule with run-in heading", statement("a/1/ii"), name="cfr/8/901.2", as_of="2025-06-27"),
    Row("a reference is no paragraph", statement("b/1/A"), "b/1/A does not exist",
        name="cfr/8/901.2", as_of="2025-06-27"),
    Row("older date the folder names", statement("a"), name="cfr/8/901.2", as_of="2025-01-24"),
    Row("date of another text", statement("a"), "as_of is 2025-03-01", name="cfr/8/901.2",
        as_of="2025-03-01"),
    Row("release of another text", statement("a"), "as_of is P.L. 119-99", as_of="P.L. 119-99"),
    Row("clause", statement("2"), name="const/art/1/9", as_of="1788"),
    Row("clause that is not", statement("3"), "3 does not exist", name="const/art/1/9",
        as_of="1788"),
    Row("amendment", statement("2"), name="const/amend/14", as_of="1868"),
    Row("article of clauses only", statement("whole"), name="const/art/6/2", as_of="1788"),
    Row("treaty", statement("2"), name="treaty/cat/3", as_of="1984"),
    Row("eight words of the text",
        statement("a", "They hold a stranger who OWES a fee, for the keeping."),
        "'hold a stranger who owes a fee for the keeping'"),
    Row("seven words of the text", statement("a", "It is who owes a fee for the keeping.")),
    Row("words of the notes are not the law's",
        statement("a", "Editorial: 45 days was struck out.", "Se quitó: 45 días.")),
    Row("number not in the text", statement("a", "Within 60 days.", "En 60 días."),
        "60 (day) does not occur in usc/8/9001"),
    Row("number word not in the text", statement("a", "For six months.", "Por seis meses."),
        "6 (month) does not occur"),
    Row("age not in the text", statement("a", "Under the age of 17.", "Menor de 17 años."),
        "17 (year) does not occur"),
    Row("small numbers are speech", statement("a", "It takes two days.", "Toma dos días.")),
    Row("a number that counts nothing", statement("a", "Form 589 is used.", "Formulario 589.")),
    Row("number of the section it points to",
        statement("a", "Within 30 days.", "En 30 días.", "see: cfr/8/901.2\n"),
        "see names cfr/8/901.2, but"),
    Row("languages differ", statement("a/1", "In 90 days.", "En 60 días."),
        "90 (day) is not said in es"),
    Row("from knowledge nothing is compared with the text",
        statement("z", "Within 77 days.", "En 77 días.", "confidence: knowledge\n")),
    Row("but copied words are", statement(
        "a", "to hold a stranger who owes a fee for the keeping", more="confidence: knowledge\n"),
        "words as in the official text"),
    Row("reserved has no pinpoints", statement("z"), more="status: reserved\n"),
    Row("see to a file that is not", statement("a", more="see: usc/8/1158/b\n"),
        "usc/8/1158 is not in the digest"),
    Row("see to a statement that is not", statement("a", more="see: guide/geese/2\n"),
        "guide/geese/2, which does not exist"),
    Row("see to a statement", statement("a", more="see: guide/geese/1\n")),
    Row("see to a pinpoint only the text has", statement("a", more="see: usc/8/9001/a/1\n")),
    Row("see to a pinpoint nobody has", statement("a", more="see: usc/8/9001/q\n"),
        "usc/8/9001/q, which does not exist"),
)  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.trap)
def test_one_thing_at_a_time(corpus: Corpus, law: Path, row: Row) -> None:
    corpus.write(row.name, row.body, row.as_of, row.more)
    problems = check(corpus.folder, law)
    messages = [problem.message for problem in problems]
    if row.says:
        assert any(row.says in message for message in messages), messages
        assert all(problem.path == corpus.folder / f"{row.name}.md" for problem in problems)
    else:
        assert messages == []


def test_number_may_be_in_a_section_the_statement_points_to(corpus: Corpus, law: Path) -> None:
    corpus.write("cfr/8/901.2", statement("b"), "2025-06-27")
    corpus.write(
        "usc/8/9001", statement("a", "Within 30 days.", "En 30 días.", "see: cfr/8/901.2/b\n")
    )
    assert check(corpus.folder, law) == ()


def test_defined_term_counts_as_one_word(corpus: Corpus, law: Path) -> None:
    corpus.write("usc/8/9001", statement("a", "a stranger who owes a fee for the keeping"))
    assert check(corpus.folder, law) != ()
    corpus.sources('[topics]\nremoval = "r"\n[allowed_runs]\nlist = ["a fee for the keeping"]\n')
    assert check(corpus.folder, law) == ()


def test_all_problems_of_all_files_are_told_in_order(corpus: Corpus, law: Path) -> None:
    corpus.write("usc/8/9001", statement("q", es="") + statement("r"))
    corpus.write("case/a-v-b", statement("whole"), "1967-05-29")
    found = [(one.path.name, one.line) for one in check(corpus.folder, law)]
    assert found == [("a-v-b.md", 1), ("9001.md", 10), ("9001.md", 12), ("9001.md", 16)]


def test_without_official_text_only_the_form_is_checked(corpus: Corpus, law: Path) -> None:
    corpus.write("usc/8/9001", statement("q"))
    assert check(corpus.folder) == ()
    assert len(check(corpus.folder, law)) == 1


def test_what_is_not_at_hand_is_counted(corpus: Corpus, law: Path) -> None:
    corpus.write("usc/8/7777", statement("q") + statement("whole"))
    report = inspect(corpus.folder, law)
    assert report.problems == ()
    # The guide has no official text either.
    assert (report.files, report.statements, report.compared, report.not_at_hand) == (2, 3, 0, 3)


def test_broken_official_file_is_named(corpus: Corpus, law: Path) -> None:
    (law / "usc/title-08/9001.xml").write_text("<section", "utf-8")
    corpus.write("usc/8/9001", statement("a"))
    with pytest.raises(CorpusError, match=r"9001\.xml: is not well-formed"):
        check(corpus.folder, law)


def test_official_words_stand_under_their_pinpoint(law: Path) -> None:
    found = OfficialLaw(law)
    section = found.section(Authority("usc/8/9001/a/1"))
    assert section is not None
    assert section.texts["a/1"] == "within ninety days of the arrival of the last of the geese; and"
    assert section.texts["b~2"] == "New: 21 days."
    assert "45" not in section.texts[""]
    assert "45 days" in section.notes_text
    assert found.exists(Authority("usc/8/9001/b")) is True
    assert found.exists(Authority("usc/8/9001/c")) is False
    assert found.exists(Authority("usc/8/9002")) is None


@dataclass(frozen=True)
class Nest:
    """Paragraphs of a rule, and the pinpoints they make."""

    trap: str
    paragraphs: tuple[str, ...]
    pinpoints: tuple[str, ...]


NESTS = (
    Nest("letters, numbers, numerals",
         ("(a) A.", "(1) B.", "(i) C.", "(A) D.", "(ii) E.", "(b) F."),
         ("a", "a/1", "a/1/i", "a/1/i/A", "a/1/ii", "b")),
    Nest("two at once", ("(a)(1) A.", "(2) B."), ("a", "a/1", "a/2")),
    Nest("heading runs in", ("(a) Who—(1) Form. (i) Text.", "(ii) More."),
         ("a", "a/1", "a/1/i", "a/1/ii")),
    Nest("the letter i", ("(a) 0.", "(h) A.", "(1) B.", "(i) C.", "(1) D.", "(j) E."),
         ("a", "h", "h/1", "i", "i/1", "j")),
    Nest("the letter i at the end", ("(a) 0.", "(h) A.", "(1) B.", "(2) C.", "(i) D."),
         ("a", "h", "h/1", "h/2", "i")),
    Nest("the numeral i", ("(a) 0.", "(h) A.", "(1) B.", "(i) C.", "(ii) D.", "(i) E."),
         ("a", "h", "h/1", "h/1/i", "h/1/ii", "i")),
    Nest("the letter v", ("(a) 0.", "(u) A.", "(v) B.", "(w) C."), ("a", "u", "v", "w")),
    Nest("the numeral v", ("(a)(1)(i) A.", "(iv) B.", "(v) C.", "(b) D."),
         ("a", "a/1", "a/1/i", "a/1/iv", "a/1/v", "b")),
    Nest("reserved numbers", ("(a) A.", "(b)-(d) [Reserved]", "(e) B."), ("a", "b", "d", "e")),
    Nest("gap", ("(a) A.", "(1) B.", "(5) C.", "(d) D."), ("a", "a/1", "a/5", "d")),
    Nest("double letters", ("(a) 0.", "(z) A.", "(aa) B.", "(bb) C."), ("a", "z", "aa", "bb")),
    Nest("references in the text", ("(a) See section 203(b)(1)(A), paragraph (1).", "(b) B."),
         ("a", "b")),
    Nest("no designators", ("Plain text under section 1(a).",), ()),
    Nest("fifth level", ("(a)(1)(i)(A)(1) X.", "(2) Y.", "(B) Z."),
         ("a", "a/1", "a/1/i", "a/1/i/A", "a/1/i/A/1", "a/1/i/A/2", "a/1/i/B")),
)  # fmt: skip


@pytest.mark.parametrize("nest", NESTS, ids=lambda nest: nest.trap)
def test_flat_paragraphs_are_nested(nest: Nest) -> None:
    found = list(segments(nest.paragraphs))
    assert ["/".join(one.path) for one in found if one.opens] == list(nest.pinpoints)
    assert "".join(nest.paragraphs[one.paragraph][one.start : one.end] for one in found) == (
        "".join(nest.paragraphs)
    )


def test_words_after_a_part_belong_to_it() -> None:
    paragraphs = ("(a) One—(1) two.", "three", "(b) four.")
    assert [
        ("/".join(one.path), paragraphs[one.paragraph][one.start : one.end])
        for one in segments(paragraphs)
    ] == [("a", "(a) One—"), ("a/1", "(1) two."), ("a/1", "three"), ("b", "(b) four.")]


NUMBERS = (
    ("in 30 days", "en", {Duration(30, "day")}),
    ("a 30-day limit, 48 hours", "en", {Duration(30, "day"), Duration(48, "hour")}),
    ("forty-eight hours", "en", {Duration(48, "hour")}),
    ("one hundred eighty days", "en", {Duration(180, "day")}),
    ("ten business days", "en", {Duration(10, "day")}),
    ("before their 18th birthday", "en", {Duration(18, "birthday")}),
    ("at the age of 21,", "en", {Duration(21, "year")}),
    ("section 1231 and Form 589", "en", set()),
    ("1,000 days", "en", {Duration(1000, "day")}),
    ("treinta y un días y once meses", "es", {Duration(31, "day"), Duration(11, "month")}),
    ("once days", "en", set()),
    ("menor de 18 años", "es", {Duration(18, "year")}),
)


@pytest.mark.parametrize(("text", "lang", "found"), NUMBERS, ids=[one[0] for one in NUMBERS])
def test_durations(text: str, lang: str, found: set[Duration]) -> None:
    assert durations(text, "es" if lang == "es" else "en") == found


def test_numbers_are_read_in_digits_and_words() -> None:
    assert numbers("Ninety days, 16, twenty-one; 2,500 (14)") == {90, 16, 21, 2500, 14}
