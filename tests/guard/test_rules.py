"""The rules: every state against an independent table, and what must hold of all of them."""

import re
from pathlib import Path

import pytest

from bot.errors import RuleError
from bot.guard.openings import check_openings, load_openings, openings
from bot.guard.rulebook import rulebook
from bot.guard.rules import (
    STRENGTH,
    State,
    all_states,
    check_authorities,
    load_rules,
    rule_set,
)
from bot.sources.digest import load_digest
from bot.text.citations import CitationIndex, find_citations
from bot.types import (
    ANYONE,
    CITIZENS,
    PROTECTED,
    REMOVAL_LIKE,
    Action,
    Danger,
    Outcome,
    Status,
)
from tests import oracle

ROOT = Path(__file__).parents[2]
RULES = (ROOT / "bot/guard/rules.toml").read_text(encoding="utf-8")
OPENINGS = (ROOT / "bot/guard/openings.toml").read_text(encoding="utf-8")
LOOK_ALIKES = frozenset(Action) - REMOVAL_LIKE - {
    Action.STRIP_CITIZENSHIP, Action.DENATURALIZE, Action.DETAIN, Action.DENY_REVIEW, Action.OTHER,
}  # fmt: skip


def leading(state: State) -> tuple[str, Outcome]:
    found = rule_set().evaluate(state)[0]
    return found.rule, found.outcome


def test_every_state_agrees_with_the_table_written_without_seeing_this_code():
    states = list(all_states())
    assert len(states) == 127 * 21 * 3
    for state in states:
        other = oracle.ruling(oracle.State(state.statuses, state.action, state.danger))
        assert leading(state) == (other.rule, other.outcome), state


def test_whoever_may_be_protected_is_never_told_that_removal_is_lawful():
    for state in all_states():
        if state.statuses & PROTECTED and state.action in REMOVAL_LIKE:
            rule, outcome = leading(state)
            assert outcome in {Outcome.FORBIDDEN, Outcome.BRANCH}
            assert rule in {"citizen_removal", "citizen_foreign_prison"}


def test_knowing_more_never_weakens_forbidden():
    by_act: dict[tuple[Action, Danger], list[State]] = {}
    for state in all_states():
        by_act.setdefault((state.action, state.danger), []).append(state)
    for states in by_act.values():
        forbidden = [s.statuses for s in states if leading(s)[1] is Outcome.FORBIDDEN]
        for state in states:
            if any(state.statuses < wider for wider in forbidden):
                assert leading(state)[1] is Outcome.FORBIDDEN, state


def test_lawful_look_alikes_are_never_forbidden():
    for state in all_states():
        if state.action in LOOK_ALIKES:
            assert leading(state)[1] is not Outcome.FORBIDDEN


def test_findings_come_strongest_first_and_never_twice():
    for state in all_states():
        findings = rule_set().evaluate(state)
        strengths = [STRENGTH[f.outcome] for f in findings]
        assert strengths == sorted(strengths)
        assert len({f.rule for f in findings}) == len(findings)


def test_the_order_of_rows_of_different_strength_does_not_matter():
    data = RULES.split("[[rows]]")
    shuffled = data[0] + "[[rows]]" + "[[rows]]".join(
        sorted(data[1:-1], key=lambda row: row[::-1])
    ) + "[[rows]]" + data[-1]  # fmt: skip
    other = load_rules(shuffled)
    for state in all_states():
        assert other.evaluate(state)[0].outcome is rule_set().evaluate(state)[0].outcome


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('outcome = "branch"\ntouches', 'outcome = "maybe"\ntouches', "maybe"),
        ('touches = "anyone"\nactions = "any"', 'touches = "nobody"\nactions = "any"', "nobody"),
        ('rule = "torture"', 'rule = "tortura"', "tortura"),
        ('outcome = "not_covered"\ntouches = "anyone"', 'outcome = "not_covered"\ntouches = "aliens"', "no row reaches"),
        ('kind = "policy"', 'kind = "soft"', "soft"),
        ('outside = "protected"', 'outsid = "protected"', "outsid"),
        ('as_of = "2026-11-24"', "as_of = ", None),
        ("[rules.none]", "[rules.nothing]", None),
        ('outcome = "forbidden"\nwithin = "born"', 'outcome = "conditions"\nwithin = "protected"', "says both"),
    ],
)  # fmt: skip
def test_rules_that_cannot_hold_are_refused(old, new, says):
    broken = RULES.replace(old, new, 1)
    assert broken != RULES
    with pytest.raises(RuleError, match=says or r"rules\.toml"):
        load_rules(broken)


def test_a_rule_on_an_unknown_authority_is_refused():
    with pytest.raises(RuleError, match="not in the corpus"):
        check_authorities(rule_set(), frozenset({"usc/8/1101/a/3"}))


def test_every_authority_of_the_rules_is_in_the_digest():
    check_authorities(rule_set(), load_digest(ROOT / "corpus").known)


def test_every_finding_has_its_texts():
    check_openings(rule_set(), openings())


def test_a_missing_text_or_language_is_refused():
    with pytest.raises(RuleError, match=r"openings\.toml"):
        load_openings(
            OPENINGS.replace(
                'es = """La ley no permite desnat', 'xx = """La ley no permite desnat', 1
            )
        )
    partial = load_openings(OPENINGS.replace("[block.none.not_covered]", "[block.none.branch]", 1))
    with pytest.raises(RuleError, match="no text for"):
        check_openings(rule_set(), partial)
    partial = load_openings(OPENINGS.replace('"none.not_covered"', '"none.branch"', 1))
    with pytest.raises(RuleError, match="no line for a person"):
        check_openings(rule_set(), partial)


RULE_WORDS = {
    "en": re.compile(r"may (?:not )?lawfully|No one may lawfully|Extradition is not|is not deportation|are not deportation|Leaving by|Another country decides|Serving a sentence|can give up|can be refused or canceled|No one is beyond|Anyone held|can be removed only|may be sent to a country|can be refused entry|No fixed rule"),
    "es": re.compile(r"ley no permite|La extradición no es|no es deportación|no son deportación|Salir por|Otro país decide|Cumplir una condena|puede renunciar|se puede negar o cancelar|Nadie está fuera|Toda persona detenida|solo se le puede|se le puede negar|Ninguna regla"),
}  # fmt: skip


@pytest.mark.parametrize("key", sorted(openings().blocks))
def test_an_opening_starts_with_the_rule_and_says_it_in_both_languages(key):
    block = openings().blocks[key]
    for lang in ("en", "es"):
        first = block.text[lang][:170]
        assert RULE_WORDS[lang].search(first), first
    assert len(block.text.es) < 1.6 * len(block.text.en)


@pytest.mark.parametrize("key", [k for k in sorted(openings().blocks) if not k.startswith("none")])
def test_the_law_line_of_an_opening_is_in_the_digest(key):
    index = CitationIndex.of(load_digest(ROOT / "corpus").sections)
    law = openings().blocks[key].law
    found = find_citations(law, index)
    assert found
    assert [one.text for one in found if not one.known] == []


def test_no_opening_says_what_it_must_never_say():
    """The texts themselves go through the screen's own test of a bare assertion."""
    bad = re.compile(
        r"(?<!not )(?<!if )\b(?:citizens?|nationals?) (?:or nationals? )?(?:can|may|could) (?:lawfully )?be (?:deported|removed|sent)"
    )
    for block in openings().blocks.values():
        assert not bad.search(block.text.en), block.key


def test_reading_level_is_grade_eight_on_the_whole():
    """Flesch-Kincaid over the English openings, law lines left out."""
    for key, block in openings().blocks.items():
        assert _grade(block.text.en) <= 9.8, (key, _grade(block.text.en))
    every = " ".join(block.text.en for block in openings().blocks.values())
    assert _grade(every) <= 8.0


def _grade(text: str) -> float:
    text = text.replace("U.S.", "US").replace("D.C.", "DC").replace("§", "")
    sentences = [s for s in re.split(r"[.:;?!]\s|\n", text) if s.strip()]
    words = re.findall(r"[A-Za-z']+", text)
    syllables = sum(
        max(1, len(re.findall(r"[aeiouy]+", re.sub(r"e$", "", w.lower())))) for w in words
    )
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59


def test_the_rule_book_in_docs_is_current():
    assert (ROOT / "docs/rules.md").read_text(encoding="utf-8") == rulebook()


def test_a_row_on_two_dangers_names_both_in_the_rule_book(monkeypatch):
    two = load_rules(
        RULES.replace('dangers = ["torture"]', 'dangers = ["none_stated", "torture"]', 1)
    )
    monkeypatch.setattr("bot.guard.rulebook.rule_set", lambda: two)
    assert " | none stated, torture | " in rulebook()


def test_statuses_are_split_without_rest():
    assert (
        PROTECTED | {Status.FORMER_CITIZEN, Status.PERMANENT_RESIDENT, Status.OTHER_ALIEN} == ANYONE
    )
    assert CITIZENS < PROTECTED
