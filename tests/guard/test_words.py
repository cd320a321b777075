"""The word tables: what the loader refuses, that code and tables name each other, and the short cut."""

import ast
import json
import re
from pathlib import Path

import pytest

from bot.errors import RuleError
from bot.guard.pattern import Pattern
from bot.guard.people import mentions
from bot.guard.words import load_words, words

ROOT = Path(__file__).parents[2]
GUARD = ROOT / "bot/guard"
TABLES = sorted(path.stem for path in (GUARD / "words").glob("*.toml") if path.stem != "places")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("A = []", "at least one"),
        ("A = 'x'", "must be a list"),
        ("A = [1]", "no text"),
        ("A = ['{nobody}']", "does not exist"),
        ("A = ['{places.nowhere}']", "does not exist"),
        ("a = ['{b}']\nb = ['{a}']\nA = ['{a}']", "into itself"),
        ("A = ['(x']", "does not compile"),
        ("A = ['x|y']", "alternatives of their own"),
        ("[[rows]]\nany = ['x']", "without a name"),
        ("A = ", "words/t.toml"),
    ],
)
def test_a_broken_table_is_refused_by_file_and_name(text, reason):
    with pytest.raises(RuleError, match=reason) as caught:
        load_words("t", text)
    assert "words/t.toml" in str(caught.value)


def test_parts_stand_one_after_the_other_and_lists_are_any_of_these():
    text = r"""
        who = ['you', 'he']
        A = [['\b{who} ', ['may', 'ca[nm]'], ' go'], '\bwe\b']
    """
    pattern = load_words("t", text).A
    assert [bool(pattern.search(t)) for t in ("he may go", "you can go", "we", "he go", "west")] == [
        True, True, True, False, False,
    ]  # fmt: skip


def test_an_unknown_pattern_is_an_error():
    with pytest.raises(AttributeError, match="NOBODY"):
        _ = words("loss").NOBODY


def test_code_and_tables_name_each_other():
    named: dict[str, set[str]] = {table: set() for table in TABLES}
    for path in GUARD.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        tables = {
            node.targets[0].id: node.value.args[0].value
            for node in tree.body
            if isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Call)
            and getattr(node.value.func, "id", "") == "words"
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") in tables:
                named[tables[node.value.id]].add(node.attr)
    for table, used in named.items():
        assert {name for name in vars(words(table)) if name.isupper()} == used - {"rows"}, table


def test_looking_first_finds_what_re_alone_finds():
    lines = (ROOT / "tests/data/questions_dev.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [t["content"].lower() for line in lines for t in json.loads(line)["turns"]]
    checked = 0
    for table in TABLES:
        found = vars(words(table)).values()
        for pattern in (one for one in found if isinstance(one, Pattern)):
            plain = re.compile(pattern.source)
            for text in texts[::7]:
                expected = [m.span() for m in plain.finditer(text)]
                assert [m.span() for m in pattern.finditer(text)] == expected
                checked += bool(expected)
    assert checked > 100


@pytest.mark.parametrize(
    ("source", "needed"),
    [
        (r"\b(?:deport|deportation)\b", ("deport",)),
        (r"(?:no )?citizens?", ("citizen",)),
        (r"(?:expel|to) them", (" them",)),
        (r"(?i)citizen", ()),
        (r"(?!citizen)\w+", ()),
        (r"(?:citizen)*", ()),
    ],
)
def test_what_every_match_holds(source, needed):
    assert Pattern(source).needed == needed


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("my ex is from honduras", "partner"),  # a noun that only counts before some words
        ("her ex was told to leave", "partner"),
        ("mi ex tiene papeles", "partner"),
        ("my ex", "partner"),
        ("my ex-wife left", "partner"),
    ],
)
def test_a_noun_is_known_by_itself_where_it_was_found_before_others(text, person):
    assert [one.person for one in mentions(text) if one.kind == "relation"] == [person]
