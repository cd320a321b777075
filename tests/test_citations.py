"""Citations as people and models write them, each row with the trap it covers."""

import time
from dataclasses import dataclass
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.text.citations import CitationIndex, FoundCitation, find_citations, label
from bot.types import Authority, Bilingual, Section, Statement


def section(path: str, *pins: str, ina: str = "", citation: str = "", title: str = "") -> Section:
    statements = tuple(
        Statement(Authority(f"{path}/{pin}"), Bilingual(f"en {pin}", f"es {pin}")) for pin in pins
    )
    return Section(
        id=Authority(path),
        title=Bilingual(title or path, f"{title or path} (es)"),
        url="https://example.org",
        as_of="P.L. 119-100",
        checked_on=date(2026, 11, 24),
        statements=statements,
        ina=ina,
        citation=citation,
    )


SECTIONS = (
    section("usc/8/1231", "b/3/A", "b/3/B", "a/1/A", "a/2", "a/3", ina="241"),
    section("usc/8/1357", "g", ina="287"),
    section("usc/8/1182", "a/6/C/ii", ina="212"),
    section("usc/8/1401", "a", ina="301"),
    section("usc/8/1408", ina="308"),
    section("usc/8/1409", ina="309"),
    section("usc/8/1440-1", "a"),
    section("usc/18/4001", "a"),
    section("usc/22/212"),
    section("cfr/8/208.16", "c/2"),
    section("cfr/8/208.17"),
    section("cfr/8/208.18"),
    section("cfr/22/95.2"),
    section("const/amend/5"),
    section("const/amend/14", "1"),
    section("const/art/1/9", "2"),
    section("const/art/6/2"),
    section("treaty/cat/3", "1"),
    section("treaty/refugee-convention/33", "1"),
    section("treaty/vccr/36"),
    section(
        "note/farra-2242", "b", citation="Foreign Affairs Reform Act, s. 2242, Pub. L. 105-277"
    ),
    section("eo/14160"),
    section("directive/ice-16001.2", "1"),
    section("guide/ice-at-the-door", "1", title="ICE at the door"),
    section("case/afroyim-v-rusk", citation="387 U.S. 253 (1967)", title="Afroyim v. Rusk: no"),
    section("case/trop-v-dulles", citation="356 U.S. 86 (1958)"),
    section("case/padilla-v-kentucky", citation="559 U.S. 356 (2010)"),
    section("case/perez-v-brownell", citation="356 U.S. 44 (1958)"),
    section(
        "case/immigration-and-naturalization-service-v-st-cyr",
        citation="533 U.S. 289 (2001)",
        title="INS v. St. Cyr: old pleas",
    ),
    section("case/united-states-v-wong-kim-ark", citation="169 U.S. 649 (1898)"),
    section(
        "case/valentine-v-united-states-ex-rel-neidecker",
        citation="299 U.S. 5 (1936)",
    ),
    section("case/department-of-homeland-security-v-d-v-d", citation="606 U.S. ___ (2025)"),
)
INDEX = CitationIndex.of(SECTIONS)
AFROYIM = "case/afroyim-v-rusk"
ST_CYR = "case/immigration-and-naturalization-service-v-st-cyr"
NEIDECKER = "case/valentine-v-united-states-ex-rel-neidecker"


@dataclass(frozen=True)
class Row:
    """``known`` and ``unknown``: the paths to be found, in order within each."""

    trap: str
    text: str
    known: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


ROWS = (
    Row("the lawyer's form", "8 U.S.C. § 1231(b)(3)(A).", ("usc/8/1231/b/3/A",)),
    Row("no dots, no sign", "see 8 USC 1231", ("usc/8/1231",)),
    Row("letter case is mended", "8 usc 1231(B)(3)(a)", ("usc/8/1231/b/3/A",)),
    Row("blank before the pinpoint", "8 U.S.C. 1231 (b)(3)", ("usc/8/1231/b/3",)),
    Row("a year is no pinpoint", "8 U.S.C. § 1231 (2000)", ("usc/8/1231",)),
    Row("a word in brackets is none", "8 U.S.C. 1231 (the removal law)", ("usc/8/1231",)),
    Row("U.S. Code", "8 U.S. Code § 1401(a)", ("usc/8/1401/a",)),
    Row("the agency is no citation", "8 USCIS officers came"),
    Row("title first", "title 8, section 1231", ("usc/8/1231",)),
    Row("title last", "section 1231(b)(3) of title 8", ("usc/8/1231/b/3",)),
    Row("Spanish, title last", "la sección 1231 del título 8", ("usc/8/1231",)),
    Row("Spanish, title first", "título 8, sección 1401(a)", ("usc/8/1401/a",)),
    Row("title last, rules", "section 208.16 of title 8", ("cfr/8/208.16",)),
    Row("INA with sign", "INA § 241(b)(3)", ("usc/8/1231/b/3",)),
    Row("INA bare", "INA 241", ("usc/8/1231",)),
    Row("INA last", "section 212(a)(6)(C)(ii) of the INA", ("usc/8/1182/a/6/C/ii",)),
    Row(
        "INA in Spanish",
        "sección 241(b) de la Ley de Inmigración y Nacionalidad",
        ("usc/8/1231/b",),
    ),
    Row("INA number nobody knows", "INA 999", (), ("usc/8/ina-999",)),
    Row("bare section of title 8", "section 1231(b)(3) says", ("usc/8/1231/b/3",)),
    Row("bare section: INA before title 22", "section 212(a)", ("usc/8/1182/a",)),
    Row("bare section of one other title", "§ 4001(a)", ("usc/18/4001/a",)),
    Row("bare section: a program by INA number", "section 287(g)", ("usc/8/1357/g",)),
    Row("bare section nobody knows", "section 7777(z)", (), ("usc/8/7777/z",)),
    Row("section of a form is no law", "fill in section 4 of the form"),
    Row("an invented act", "section 602 of the Citizen Removal Act",
        (), ("note/citizen-removal-act-602",)),
    Row("rules", "8 CFR 208.16(c)(2)", ("cfr/8/208.16/c/2",)),
    Row("rules, dots and sign", "8 C.F.R. § 208.16.", ("cfr/8/208.16",)),
    Row("a part of the rules", "22 CFR part 95", ("cfr/22/95",)),
    Row("a part nobody knows", "22 CFR part 77", (), ("cfr/22/77",)),
    Row("invented section", "8 U.S.C. § 9999(z) and 8 CFR 999.9",
        (), ("usc/8/9999/z", "cfr/8/999.9")),
    Row("list", "8 U.S.C. §§ 1401, 1408 and 1409", ("usc/8/1401", "usc/8/1408", "usc/8/1409")),
    Row("list with an unknown one", "8 U.S.C. §§ 1401 and 9999", ("usc/8/1401",), ("usc/8/9999",)),
    Row("Spanish list", "8 U.S.C. §§ 1401 y 1408", ("usc/8/1401", "usc/8/1408")),
    Row("range gives what lies between", "8 U.S.C. §§ 1401-1409",
        ("usc/8/1401", "usc/8/1408", "usc/8/1409")),
    Row("short range", "8 U.S.C. §§ 1401–09", ("usc/8/1401", "usc/8/1408", "usc/8/1409")),
    Row("range of rules in words", "8 CFR 208.16 to 208.18",
        ("cfr/8/208.16", "cfr/8/208.17", "cfr/8/208.18")),
    Row("a dash inside the number", "8 U.S.C. 1440-1(a)", ("usc/8/1440-1/a",)),
    Row("pinpoints in a row", "8 U.S.C. 1231(b)(3)(A) and (B)",
        ("usc/8/1231/b/3/A", "usc/8/1231/b/3/B")),
    Row("range of pinpoints", "8 U.S.C. 1231(a)(1)-(3)",
        ("usc/8/1231/a/1", "usc/8/1231/a/2", "usc/8/1231/a/3")),
    Row("days are no section", "Under 8 U.S.C. 1231, 90 days", ("usc/8/1231",)),
    Row("a year is no section", "8 U.S.C. 1231, 1996", ("usc/8/1231",)),
    Row("three laws in a row", "8 U.S.C. 1231, 8 CFR 208.16, 387 U.S. 253",
        ("usc/8/1231", "cfr/8/208.16", AFROYIM)),
    Row("amendment, lawyer's form", "U.S. Const. amend. XIV, § 1", ("const/amend/14/1",)),
    Row("amendment in words", "the Fourteenth Amendment", ("const/amend/14",)),
    Row("amendment in digits", "the 14th amendment", ("const/amend/14",)),
    Row("Spanish amendment", "la Decimocuarta Enmienda", ("const/amend/14",)),
    Row("Spanish amendment, number after", "la Enmienda 14", ("const/amend/14",)),
    Row("Spanish amendment, two words", "la Décima Cuarta Enmienda", ("const/amend/14",)),
    Row("two amendments", "the Fifth and Fourteenth Amendments",
        ("const/amend/5", "const/amend/14")),
    Row("two amendments in Roman", "U.S. Const. amends. V, XIV",
        ("const/amend/5", "const/amend/14")),
    Row("section before", "section 1 of the Fourteenth Amendment", ("const/amend/14/1",)),
    Row("an amendment to something else", "a second amendment to the complaint"),
    Row("an amendment not in the corpus", "the Second Amendment", (), ("const/amend/2",)),
    Row("clause", "art. I, § 9, cl. 2", ("const/art/1/9/2",)),
    Row("clause in words", "Article I, Section 9, Clause 2", ("const/art/1/9/2",)),
    Row("clause in Spanish", "Artículo I, Sección 9, cláusula 2", ("const/art/1/9/2",)),
    Row("article of a lease", "Article 5 of the lease"),
    Row("torture convention, short", "CAT art. 3", ("treaty/cat/3",)),
    Row("torture convention, no article", "the Convention Against Torture", ("treaty/cat/3",)),
    Row("torture convention, Spanish", "la Convención contra la Tortura", ("treaty/cat/3",)),
    Row("article before", "article 3(1) of the Convention Against Torture", ("treaty/cat/3/1",)),
    Row("a pet", "my cat art. and the cat scan"),
    Row("refugee convention", "Refugee Convention art. 33(1)",
        ("treaty/refugee-convention/33/1",)),
    Row("consular convention", "Vienna Convention on Consular Relations, art. 36",
        ("treaty/vccr/36",)),
    Row("invented treaty", "article 9 of the Deportation Treaty", (),
        ("treaty/deportation-treaty/9",)),
    Row("order", "Executive Order 14160 and EO 99999", ("eo/14160",), ("eo/99999",)),
    Row("order in Spanish", "la Orden Ejecutiva 14160", ("eo/14160",)),
    Row("directive", "ICE Directive 16001.2", ("directive/ice-16001.2",)),
    Row("named note", "FARRA § 2242(b)", ("note/farra-2242/b",)),
    Row("public law of the note", "Pub. L. 105-277", ("note/farra-2242",)),
    Row("invented public law", "Pub. L. 199-9 and 90 Fed. Reg. 8339", (),
        ("note/pub-l-199-9", "note/90-fed-reg-8339")),
    Row("path", "[usc/8/1231/b/3/A] and usc/8/9999.", ("usc/8/1231/b/3/A",), ("usc/8/9999",)),
    Row("case in full with page", "In Afroyim v. Rusk, 387 U.S. 253, 262 (1967), the",
        (f"{AFROYIM}/262",)),
    Row("case by its names", "See Trop v. Dulles.", ("case/trop-v-dulles",)),
    Row("case in lower case", "what is afroyim v rusk", (AFROYIM,)),
    Row("case by its short name", "What does Afroyim say?", (AFROYIM,)),
    Row("case by its report", "387 U.S. 253", (AFROYIM,)),
    Row("short report with page", "387 U.S. at 262", (f"{AFROYIM}/262",)),
    Row("agency by its initials", "INS v. St. Cyr", (ST_CYR,)),
    Row("without ex rel.", "Valentine v. Neidecker, 299 U.S. 5", (NEIDECKER,)),
    Row("parties changed sides", "D.V.D. v. DHS",
        ("case/department-of-homeland-security-v-d-v-d",)),
    Row("name in three words", "wong kim ark", ("case/united-states-v-wong-kim-ark",)),
    Row("a person with a case's name", "My cousin Perez was deported in 1967"),
    Row("but called a case", "the Perez case", ("case/perez-v-brownell",)),
    Row("against, in Spanish, is no case", "violencia contra Mujeres"),
    Row("invented case", "Smith v. Jones, 999 U.S. 999 (2031) held", (), ("case/smith-v-jones",)),
    Row("invented case, known report", "Smith v. Jones, 387 U.S. 253", (), ("case/smith-v-jones",)),
    Row("known case, wrong report", "Afroyim v. Rusk, 999 U.S. 999", (), (AFROYIM,)),
    Row("known case, page far off", "387 U.S. 253, 900", (), (f"{AFROYIM}/900",)),
    Row("invented report", "999 U.S. 123", (), ("case/999-us-123",)),
    Row("invented board decision", "Matter of Lopez, 99 I&N Dec. 1", (), ("case/matter-of-lopez",)),
    Row("two cases in one sentence", "Afroyim v. Rusk and Trop v. Dulles",
        (AFROYIM, "case/trop-v-dulles")),
    Row("nothing legal", "I was born in Texas on 5/5/1990 and live at 12 Main St. Apt. 8"),
)  # fmt: skip


def paths(found: tuple[FoundCitation, ...], *, known: bool) -> tuple[str, ...]:
    return tuple(one.authority.path for one in found if one.known is known)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.trap)
def test_finds(row: Row) -> None:
    found = find_citations(row.text, INDEX)
    assert paths(found, known=True) == row.known
    assert paths(found, known=False) == row.unknown


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.trap)
def test_span_is_where_the_words_stand(row: Row) -> None:
    text = f"¿Sí? 🙂 {row.text}"
    for one in find_citations(text, INDEX):
        assert text[slice(*one.span)] == one.text


def test_pinpoint_that_the_official_text_lacks_is_not_known() -> None:
    index = CitationIndex.of(SECTIONS, official=lambda one: not one.path.endswith("/z"))
    (lacking,) = find_citations("8 U.S.C. 1231(z)", index)
    (there,) = find_citations("8 U.S.C. 1231(c)", index)
    assert (lacking.known, there.known) == (False, True)


def test_official_text_not_at_hand_decides_nothing() -> None:
    index = CitationIndex.of(SECTIONS, official=lambda _: None)
    (one,) = find_citations("8 U.S.C. 1231(z)", index)
    assert one.known


LABELS = (
    ("usc/8/1231/b/3/A", "8 U.S.C. § 1231(b)(3)(A)", "8 U.S.C. § 1231(b)(3)(A)"),
    ("usc/8/1182/t~2", "8 U.S.C. § 1182(t)", "8 U.S.C. § 1182(t)"),
    ("cfr/8/208.16/c/2", "8 CFR § 208.16(c)(2)", "8 CFR § 208.16(c)(2)"),
    ("cfr/22/95", "22 CFR part 95", "22 CFR part 95"),
    ("const/amend/14/1", "U.S. Const. amend. XIV, § 1",
     "Constitución de EE. UU., enm. XIV, § 1"),
    ("const/art/1/9/2", "U.S. Const. art. I, § 9, cl. 2",
     "Constitución de EE. UU., art. I, § 9, cl. 2"),
    ("const/art/6/2", "U.S. Const. art. VI, cl. 2", "Constitución de EE. UU., art. VI, cl. 2"),
    ("case/afroyim-v-rusk/262", "Afroyim v. Rusk, 387 U.S. 253, 262 (1967)",
     "Afroyim v. Rusk, 387 U.S. 253, 262 (1967)"),
    ("case/trop-v-dulles", "Trop v. Dulles, 356 U.S. 86 (1958)",
     "Trop v. Dulles, 356 U.S. 86 (1958)"),
    (ST_CYR, "INS v. St. Cyr, 533 U.S. 289 (2001)", "INS v. St. Cyr, 533 U.S. 289 (2001)"),
    ("treaty/cat/3/1", "Convention Against Torture, art. 3(1)",
     "Convención contra la Tortura, art. 3(1)"),
    ("note/farra-2242/b", "FARRA § 2242(b)", "FARRA § 2242(b)"),
    ("eo/14160", "Executive Order 14160", "Orden Ejecutiva 14160"),
    ("directive/ice-16001.2", "ICE Directive 16001.2", "Directiva ICE 16001.2"),
    ("guide/ice-at-the-door/1", "ICE at the door", "ICE at the door (es)"),
)  # fmt: skip


@pytest.mark.parametrize(("path", "en", "es"), LABELS, ids=lambda value: value)
def test_labels(path: str, en: str, es: str) -> None:
    authority = Authority(path)
    held = INDEX.units.get(authority.unit.path)
    assert (label(authority, held, "en"), label(authority, held, "es")) == (en, es)


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize(
    "authority",
    [
        statement.authority
        for held in SECTIONS
        if held.id.kind not in ("guide", "directive")
        for statement in held.statements
    ],
    ids=str,
)
def test_a_label_is_read_back_as_what_it_names(authority: Authority, lang: str) -> None:
    held = INDEX.units[authority.unit.path]
    found = find_citations(label(authority, held, "es" if lang == "es" else "en"), INDEX)
    assert paths(found, known=True) == (authority.path,)


HOSTILE = (
    "(((",
    "8 U.S.C. § ",
    "8 U.S.C. 1231(a)",
    "8 U.S.C. 1401-",
    " v. ",
    "A B v. C ",
    "Section ",
    "Fifth and ",
    "1 U.S. ",
    "Matter of ",
    "usc/",
    "  ",
    "art. ",
)


@pytest.mark.slow
@pytest.mark.parametrize("piece", HOSTILE)
def test_a_megabyte_takes_seconds(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    start = time.process_time()
    find_citations(text, INDEX)
    # A pattern that backtracks would take hours; the machine that tests may be slow.
    assert time.process_time() - start < 60


@settings(max_examples=150, deadline=None)
@given(
    st.text(max_size=60),
    st.lists(
        st.sampled_from(
            ["8 U.S.C. § 1231(b)", " v. ", "Afroyim", "§§", "1401-", "(a)", "amend. ", "XIV", ", "]
        ),
        max_size=8,
    ),
)
def test_any_text_gives_spans_in_order_and_in_range(noise: str, parts: list[str]) -> None:
    text = noise.join(parts) + noise
    found = find_citations(text, INDEX)
    assert [one.span for one in found] == sorted(one.span for one in found)
    for one in found:
        assert 0 <= one.span[0] < one.span[1] <= len(text)
        assert text[slice(*one.span)] == one.text
