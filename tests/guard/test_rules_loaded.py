"""The rules as they are read from the file each time: no kept copy stands in for the reading."""

import io
import re
from pathlib import Path

import pytest

from bot.errors import RuleError
from bot.guard.rules import check_authorities, load_rules, rule_set
from bot.types import RuleId
from tests import oracle

RULES = (Path(__file__).parents[2] / "bot/guard/rules.toml").read_text(encoding="utf-8")


def without_rows(rule: str) -> str:
    return re.sub(rf'\[\[rows\]\]\nrule = "{rule}"\n(?:.+\n)+', "", RULES)


def without_rule(text: str, rule: str) -> str:
    return re.sub(rf"\[rules\.{rule}\]\n(?:.+\n)+", "", text)


def test_rules_just_read_agree_with_the_second_table_on_every_state():
    rules = load_rules(RULES)
    assert len(rules.findings) == 127 * 21 * 3
    for state, findings in rules.findings.items():
        other = oracle.ruling(oracle.State(state.statuses, state.action, state.danger))
        assert (findings[0].rule, findings[0].outcome) == (other.rule, other.outcome), state
        assert len(findings) == 1 or "none" not in {one.rule for one in findings}


def test_what_a_rule_rests_on_is_read_with_it():
    rules = load_rules(RULES)
    assert rules.as_of == "2026-11-24"
    assert set(rules.rules) == set(RuleId.__args__)
    for name, rule in rules.rules.items():
        assert rule.id == name
        assert rule.kind in {"hard", "policy"}
        assert isinstance(rule.contested, bool)
        assert all(one.path for one in rule.authorities)
    assert rules.rules["citizen_removal"].kind == "hard"
    assert rules.rules["citizen_removal"].authorities
    assert all(row.why for row in rules.rows)


def test_the_rules_that_ship_are_read_as_utf_8_whatever_the_system_takes(monkeypatch):
    shipped = rule_set.__wrapped__
    monkeypatch.setattr(io, "text_encoding", lambda encoding, _=2: encoding or "utf-16")
    assert shipped() == rule_set()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('outside = "protected"', 'outsid = "protected"', r"unknown key \['outsid'\] in a row of torture; mend the row and start again"),
        ('rule = "torture"', 'rule = "tortura"', "unknown rule 'tortura'; mend the row and start again"),
        ('kind = "policy"', 'kind = "soft"', "rule third_country: kind is hard or policy, not 'soft'; mend the row and start again"),
        ("[rules.none]", "[rules.nothing]", "unknown rule 'nothing'; mend the row and start again"),
        ('outcome = "not_covered"\ntouches = "anyone"', 'outcome = "not_covered"\ntouches = "aliens"', r"no row reaches State\(.*\)"),
        ('outcome = "forbidden"\nwithin = "born"', 'outcome = "conditions"\nwithin = "protected"', r"loss_of_citizenship says both conditions and branch of State\(.*\)"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(old, new, says):
    with pytest.raises(RuleError) as caught:
        load_rules(RULES.replace(old, new, 1))
    assert re.fullmatch(rf"rules\.toml: {says}", str(caught.value))


@pytest.mark.parametrize(
    "text",
    [
        without_rows("persecution"),
        without_rule(RULES, "persecution"),
        without_rule(without_rows("persecution"), "persecution"),
    ],
    ids=["no row", "no rule", "neither"],
)
def test_a_rule_left_out_is_named(text):
    with pytest.raises(RuleError) as caught:
        load_rules(text)
    assert str(caught.value) == "rules.toml: no rule, or no row, for ['persecution']; add it"


def test_an_authority_nobody_can_read_is_named_with_its_rule():
    rules = load_rules(RULES)
    known = frozenset(a.path for rule in rules.rules.values() for a in rule.authorities)
    check_authorities(rules, known)
    with pytest.raises(RuleError) as caught:
        check_authorities(rules, known - {"usc/28/2241/c"})
    assert str(caught.value) == (
        "rule challenge rests on usc/28/2241/c, which is not in the corpus;"
        " add the statement or mend rules.toml"
    )
