"""The digest's form: a good file is read as written; a defect says where and how to mend it."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from bot.errors import CorpusError
from bot.settings import PROJECT_DIR
from bot.sources.digest import load_digest, passages, read_corpus
from bot.types import Authority, Bilingual, Questions

HEAD = """\
---
id: usc/8/1231
title: {en: "Detention and removal", es: "Detención y expulsión"}
ina: 241
url: https://uscode.house.gov/view.xhtml?edition=prelim
as_of: P.L. 119-100
checked_on: 2026-11-24
topics: [removal, courts]
---
"""
BODY = """
## b/3/A
en: The government may not remove
  a noncitizen there.
es: El gobierno no puede expulsar allí.
ask-en: Can they send me there? · What if I am afraid?
ask-es: ¿Me pueden mandar allí?
see: usc/8/1158/b/1, cfr/8/208.16
note: why

## b/3/A
en: A second statement.
es: Una segunda frase.
ask-en: Why?
ask-es: ¿Por qué?
confidence: knowledge
contested: yes

## whole
en: The unit.
es: La unidad.
ask-en: What?
ask-es: ¿Qué?
"""


def write(corpus: Path, text: str | bytes, place: str = "usc/8/1231.md") -> Path:
    path = corpus / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    (tmp_path / "sources.toml").write_text('[topics]\nremoval = "r"\ncourts = "c"\n', "utf-8")
    return tmp_path


def test_a_file_is_read_as_written(corpus: Path) -> None:
    write(corpus, HEAD + BODY)
    (section,) = load_digest(corpus).sections
    first, second, whole = section.statements
    assert section.ina == "241"
    assert section.checked_on == date(2026, 11, 24)
    assert section.topics == ("removal", "courts")
    assert first.authority == Authority("usc/8/1231/b/3/A")
    assert first.text == Bilingual(
        "The government may not remove a noncitizen there.", "El gobierno no puede expulsar allí."
    )
    assert first.ask == Questions(
        ("Can they send me there?", "What if I am afraid?"), ("¿Me pueden mandar allí?",)
    )
    assert first.see == (Authority("usc/8/1158/b/1"), Authority("cfr/8/208.16"))
    assert (first.confidence, first.contested, first.line) == ("text", False, 11)
    assert (second.confidence, second.contested) == ("knowledge", True)
    assert whole.authority == section.id


def test_known_holds_what_lies_between_unit_and_pinpoint(corpus: Path) -> None:
    write(corpus, HEAD + BODY)
    assert load_digest(corpus).known == {
        "usc/8/1231",
        "usc/8/1231/b",
        "usc/8/1231/b/3",
        "usc/8/1231/b/3/A",
    }


def test_section_is_found_by_any_pinpoint_of_it(corpus: Path) -> None:
    write(corpus, HEAD + BODY)
    digest = load_digest(corpus)
    assert digest.section(Authority("usc/8/1231/z/9")) is digest.sections[0]
    assert digest.section(Authority("usc/8/1232")) is None


def test_hash_follows_content_and_place_not_line_ends(corpus: Path) -> None:
    path = write(corpus, HEAD + BODY)
    first = load_digest(corpus).hash
    path.write_bytes((HEAD + BODY).replace("\n", "\r\n").encode())
    assert load_digest(corpus).hash == first
    path.write_text(HEAD + BODY.replace("afraid", "scared"), "utf-8")
    assert load_digest(corpus).hash != first


def test_two_statements_on_one_pinpoint_are_two_passages(corpus: Path) -> None:
    write(corpus, HEAD + BODY)
    names = [passage.id for passage in passages(load_digest(corpus))]
    assert len(set(names)) == 3
    assert all(len(name.partition("@")[2]) == 8 for name in names)
    assert [name.partition("@")[0] for name in names[:2]] == ["usc/8/1231/b/3/A"] * 2


def test_passage_id_follows_the_words_only(corpus: Path) -> None:
    path = write(corpus, HEAD + BODY)
    before = [passage.id for passage in passages(load_digest(corpus))]
    path.write_text(HEAD + BODY.replace("Why?", "How come?"), "utf-8")
    assert [passage.id for passage in passages(load_digest(corpus))] == before
    path.write_text(HEAD + BODY.replace("Una segunda frase.", "Otra frase."), "utf-8")
    after = [passage.id for passage in passages(load_digest(corpus))]
    assert (after[0] == before[0], after[1] == before[1]) == (True, False)


@dataclass(frozen=True)
class Defect:
    """``old`` of a good file becomes ``new``; ``says`` must be in the message at ``line``."""

    trap: str
    old: str
    new: str
    line: int
    says: str


DEFECTS = (
    Defect("no head", "---\nid:", "id:", 1, "not between two lines ---"),
    Defect("head left open", "courts]\n---\n", "courts]\n", 1, "not between two lines ---"),
    Defect("colon in a value", "ina: 241", "ina: a: b", 4, "not valid YAML"),
    Defect("a list for a head", HEAD[4:-4], "- a\n", 2, "not a list of keys"),
    Defect("unknown key", "ina: 241", "ian: 241", 4, "unknown key 'ian'"),
    Defect("key twice", "ina: 241", "ina: 241\nina: 242", 5, "ina stands twice"),
    Defect("key missing", "as_of: P.L. 119-100\n", "", 1, "as_of is missing"),
    Defect("list for text", "ina: 241", "ina: [241]", 4, "ina is not text"),
    Defect("id is elsewhere", "id: usc/8/1231", "id: usc/8/1232", 2, "not the file's place"),
    Defect("id is a pinpoint", "id: usc/8/1231", "id: usc/8/1231/b", 2, "is a part of"),
    Defect("id malformed", "id: usc/8/1231", "id: 8 USC 1231", 2, "the id is malformed"),
    Defect("title in one language", ', es: "Detención y expulsión"', "", 3, "title has no es"),
    Defect("title is text", '{en: "Detention and removal", es: "Detención y expulsión"}',
           "Removal", 3, "not in both languages"),
    Defect("title in a third language", 'en: "Det', 'fr: "x", en: "Det', 3, "language 'fr'"),
    Defect("page not secure", "https://", "http://", 5, "not an https:// page"),
    Defect("release malformed", "P.L. 119-100", "119-100", 6, "not a release"),
    Defect("day that is none", "checked_on: 2026-11-24", "checked_on: 2026-13-45", 7,
           "not valid YAML"),
    Defect("day in words", "checked_on: 2026-11-24", "checked_on: today", 7, "not a day"),
    Defect("topics no list", "[removal, courts]", "removal", 8, "topics is not a list"),
    Defect("unknown topic", "[removal, courts]", "[removal, cats]", 8, "unknown topic 'cats'"),
    Defect("unknown status", "ina: 241", "status: dead", 4, "unknown status 'dead'"),
    Defect("no statement", BODY, "", 9, "no statement"),
    Defect("brackets in a pinpoint", "## b/3/A\nen: The", "## (b)(3)(A)\nen: The", 11,
           "no pinpoint"),
    Defect("heading too high", "## whole", "# whole", 28, "no heading of a statement"),
    Defect("language missing", "es: La unidad.\n", "", 28, "## whole has no es"),
    Defect("statement empty", "en: The unit.", "en:", 29, "## whole has no en"),
    Defect("questions missing", "ask-es: ¿Qué?\n", "", 28, "## whole has no ask-es"),
    Defect("question empty", "there? · What", "there? · · What", 15, "empty question"),
    Defect("unknown key in a statement", "note: why", "nota: why", 18, "unknown key 'nota'"),
    Defect("key twice in a statement", "note: why", "en: why", 18, "en stands twice"),
    Defect("line without key", "note: why", "because", 18, "belongs to nothing"),
    Defect("words before a heading", "\n## b/3/A\nen: The", "\nen: x\n## b/3/A\nen: The", 11,
           "belongs to nothing"),
    Defect("confidence unknown", "knowledge", "sure", 25, "unknown confidence 'sure'"),
    Defect("contested unknown", "contested: yes", "contested: maybe", 26, "'maybe'"),
    Defect("see in brackets", "usc/8/1158/b/1", "8 USC 1158(b)(1)", 17, "no authority path"),
    Defect("statement twice", "en: A second statement.\nes: Una segunda frase.",
           "en: The unit.\nes: La unidad.\nask-en: Q\nask-es: Q\n\n## b/3/A\n"
           "en: The unit.\nes: La unidad.", 26, "the statement of line 20 again"),
    Defect("invisible character", "en: The unit.", "en: The\u200b unit.", 29, "U+200B"),
    Defect("mirrored text", "en: The unit.", "en: The\u202e unit.", 29, "U+202E"),
)  # fmt: skip


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.trap)
def test_defect_is_named_with_its_line(corpus: Path, defect: Defect) -> None:
    text = HEAD + BODY
    assert text.count(defect.old) >= 1
    path = write(corpus, text.replace(defect.old, defect.new, 1))
    (reading,) = read_corpus(corpus)
    lines = [problem.line for problem in reading.problems if defect.says in problem.message]
    assert lines == [defect.line], reading.problems
    assert all(problem.mend for problem in reading.problems)
    with pytest.raises(CorpusError, match=r"1231\.md:\d+: .+; .+") as caught:
        load_digest(corpus)
    assert caught.value.path == path


def test_two_files_with_one_id(corpus: Path) -> None:
    write(corpus, HEAD + BODY)
    write(corpus, HEAD + BODY, "usc/8/9999.md")
    with pytest.raises(CorpusError, match="not the file's place"):
        load_digest(corpus)
    assert any("is also that of" in p.message for r in read_corpus(corpus) for p in r.problems)


def test_bytes_that_are_no_text(corpus: Path) -> None:
    write(corpus, b"---\nid: \xff\n")
    with pytest.raises(CorpusError, match="not UTF-8"):
        load_digest(corpus)


KINDS = (
    ("case/a-v-b", "as_of: 1967-05-29", "a case needs a citation"),
    ("case/a-v-b", 'citation: "387 U.S. 253"\nas_of: 1967-05-29', "a case needs a citation"),
    ("case/a-v-b", 'citation: "387 U.S. 253 (1967)"\nas_of: May 1967', "is not a day"),
    ("cfr/8/208.16", "as_of: June 27, 2025", "is not a day"),
    ("report/x-2025", "as_of: 2025-02-05", "needs a source"),
    ("report/x-2025", "source: News\nas_of: 2027-02-05", "later than checked_on"),
)


@pytest.mark.parametrize(("name", "lines", "says"), KINDS)
def test_what_only_some_kinds_need(corpus: Path, name: str, lines: str, says: str) -> None:
    head = HEAD.replace("usc/8/1231", name).replace("as_of: P.L. 119-100", lines)
    write(corpus, head + BODY.replace("b/3/A", "1"), f"{name}.md")
    with pytest.raises(CorpusError, match=says):
        load_digest(corpus)


def test_month_is_enough_for_rules_whose_day_nobody_names(corpus: Path) -> None:
    head = HEAD.replace("usc/8/1231", "cfr/28/200.1").replace("P.L. 119-100", "2025-01")
    write(corpus, head + BODY, "cfr/28/200.1.md")
    assert load_digest(corpus).sections[0].as_of == "2025-01"


def test_repealed_section_needs_no_statement(corpus: Path) -> None:
    write(corpus, HEAD.replace("ina: 241", "status: repealed"))
    assert load_digest(corpus).known == {"usc/8/1231"}


def test_nothing_to_read(corpus: Path) -> None:
    with pytest.raises(CorpusError, match="no digest file"):
        load_digest(corpus)


@pytest.mark.parametrize("text", ["topics = 3", "not toml", '[topics]\na = "b"\nallowed_runs = 1'])
def test_sources_file_that_cannot_be_read(corpus: Path, text: str) -> None:
    (corpus / "sources.toml").write_text(text, "utf-8")
    write(corpus, HEAD + BODY)
    if text.startswith("[topics]"):
        # Inside [topics] the word is one more topic.
        with pytest.raises(CorpusError, match="unknown topic"):
            load_digest(corpus)
    else:
        with pytest.raises(CorpusError, match=r"sources\.toml"):
            load_digest(corpus)


def test_sources_file_missing(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="is missing"):
        load_digest(tmp_path)


def test_the_digest_in_the_tree_is_whole() -> None:
    digest = load_digest(PROJECT_DIR / "corpus")
    found = passages(digest)
    assert len({passage.id for passage in found}) == len(found)
    assert {"usc/8/1101/a/3", "const/amend/14/1", "cfr/8/208.16/c/2"} <= digest.known
