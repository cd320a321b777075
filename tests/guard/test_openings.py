"""How an opening is put together, on texts short enough to be compared whole."""

import io
from pathlib import Path

import pytest

from bot.errors import RuleError
from bot.guard.openings import (
    Block,
    Leading,
    PersonLine,
    check_openings,
    load_openings,
    openings,
)
from bot.guard.rules import rule_set
from bot.types import Action, Bilingual, Outcome

SHIPPED = (Path(__file__).parents[2] / "bot/guard/openings.toml").read_text(encoding="utf-8")
TEXTS = """
[block.citizen_removal.forbidden]
law = "Act § 1"
covers = ["challenge"]
en = " A citizen stays. "
es = " Un ciudadano se queda. "

[block.citizen_removal.forbidden.refuse_entry]
law = "Act § 2"
covers = []
en = "A citizen comes in."
es = "Un ciudadano entra."

[block.challenge.conditions.detain]
law = "Act § 3"
covers = []
en = "Go to court."
es = "Vaya al tribunal."

[block.none.not_covered]
law = ""
covers = []
en = "No rule."
es = "Ninguna regla."

[also]
challenge = {en = "Challenge it.", es = "Impúgnelo."}
torture = {en = "No torture.", es = "Sin tortura."}
persecution = {en = "No persecution.", es = "Sin persecución."}

[person]
"citizen_removal.forbidden" = {en = "stays.", es = "se queda."}
"challenge.conditions" = {en = "goes to court.", es = "va al tribunal."}

[word]
law = {en = "Law", es = "Ley"}
"""
SAID = load_openings(TEXTS)
CITIZEN = PersonLine("self", "citizen_removal", Outcome.FORBIDDEN)
WIFE = PersonLine("wife", "challenge", Outcome.CONDITIONS)


def forbidden(**more):
    return Leading("citizen_removal", Outcome.FORBIDDEN, **{"action": Action.REMOVE, **more})


@pytest.mark.parametrize(
    ("leading", "lang", "text"),
    [
        (forbidden(), "en", "A citizen stays.\n\nLaw: Act § 1."),
        (forbidden(), "es", "Un ciudadano se queda.\n\nLey: Act § 1."),
        (
            forbidden(),
            "en+es",
            "A citizen stays.\n\nLaw: Act § 1.\n\nUn ciudadano se queda.\n\nLey: Act § 1.",
        ),
        (forbidden(action=Action.REFUSE_ENTRY), "en", "A citizen comes in.\n\nLaw: Act § 2."),
        (Leading("challenge", Outcome.CONDITIONS, Action.DETAIN), "es", "Vaya al tribunal.\n\nLey: Act § 3."),
        (Leading("none", Outcome.NOT_COVERED, Action.OTHER), "en", "No rule."),
    ],
)  # fmt: skip
def test_an_opening_is_the_most_exact_block_and_its_law(leading, lang, text):
    assert SAID.compose(leading, lang) == text


@pytest.mark.parametrize(
    ("also", "text"),
    [
        (("torture",), "No torture."),
        (("challenge", "torture"), "No torture."),
        (("torture", "persecution"), "No torture. No persecution."),
        (("loss_of_citizenship", "persecution"), "No persecution."),
        (("challenge",), None),
        (("loss_of_citizenship",), None),
    ],
    ids=["one", "covered by the block", "two", "without a sentence", "all covered", "none left"],
)
def test_further_rules_get_a_sentence_unless_the_block_speaks_of_them(also, text):
    more = "" if text is None else f"{text}\n\n"
    assert SAID.compose(forbidden(also=also), "en") == f"A citizen stays.\n\n{more}Law: Act § 1."


def test_at_most_two_sentences_are_on_further_rules():
    leading = Leading("none", Outcome.NOT_COVERED, Action.OTHER, ("challenge", "torture", "persecution"))  # fmt: skip
    assert SAID.compose(leading, "en") == "No rule.\n\nChallenge it. No torture."


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "A citizen stays.\n\n- You: stays.\n- Your wife: goes to court.\n\nLaw: Act § 1."),
        ("es", "Un ciudadano se queda.\n\n- Usted: se queda.\n- Su esposa: va al tribunal.\n\nLey: Act § 1."),
    ],
)  # fmt: skip
def test_several_people_get_a_line_each(lang, text):
    assert SAID.compose(forbidden(people=(CITIZEN, WIFE)), lang) == text


def test_one_person_alone_gets_no_line():
    assert SAID.compose(forbidden(people=(CITIZEN,)), "en") == SAID.compose(forbidden(), "en")


def test_what_is_read_is_what_stands_in_the_file():
    said = load_openings(TEXTS)
    assert said == SAID
    assert said.blocks["citizen_removal.forbidden"] == Block(
        "citizen_removal.forbidden",
        Bilingual("A citizen stays.", "Un ciudadano se queda."),
        "Act § 1",
        frozenset({"challenge"}),
    )
    assert set(said.blocks) == {
        "citizen_removal.forbidden",
        "citizen_removal.forbidden.refuse_entry",
        "challenge.conditions.detain",
        "none.not_covered",
    }
    assert said.also["torture"] == Bilingual("No torture.", "Sin tortura.")
    assert said.person["challenge.conditions"].es == "va al tribunal."
    assert said.law_word == Bilingual("Law", "Ley")


def test_the_texts_that_ship_are_read_as_utf_8_whatever_the_system_takes(monkeypatch):
    shipped = openings.__wrapped__
    monkeypatch.setattr(io, "text_encoding", lambda encoding, _=2: encoding or "utf-16")
    assert shipped() == openings() == load_openings(SHIPPED)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('en = " A citizen stays. "\n', "", "KeyError('en')"),
        ('es = " Un ciudadano se queda. "\n', "", "KeyError('es')"),
        ('law = "Act § 1"\n', "", "KeyError('law')"),
        ('covers = ["challenge"]\n', "", "KeyError('covers')"),
        ("forbidden.refuse_entry", "forbidden.refuse", "ValueError(\"'refuse' is not a valid Action\")"),
        (', es = "Sin tortura."', "", "TypeError(\"Bilingual.__init__() missing 1 required positional argument: 'es'\")"),
    ],
)  # fmt: skip
def test_a_text_that_lacks_something_is_refused(old, new, says):
    with pytest.raises(RuleError) as caught:
        load_openings(TEXTS.replace(old, new, 1))
    assert str(caught.value) == f"openings.toml: {says}; mend the text and start again"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("[block.none.not_covered]", "[block.none.branch]", r"no text for none.not_covered (other)"),
        ('"none.not_covered" =', '"none.branch" =', "no line for a person under none.not_covered"),
        ("[block.challenge.conditions]", "[block.challenge.branch]", r"no text for challenge.conditions (remove)"),
    ],
)  # fmt: skip
def test_a_finding_without_text_is_refused(old, new, says):
    check_openings(rule_set(), openings())
    assert old in SHIPPED
    with pytest.raises(RuleError) as caught:
        check_openings(rule_set(), load_openings(SHIPPED.replace(old, new, 1)))
    assert str(caught.value) == f"openings.toml: {says}"


def test_whoever_is_protected_among_others_gets_a_text_for_both():
    """Several people with different answers make a branch of the rule that forbids."""
    findings = [found for every in rule_set().findings.values() for found in every]
    forbidding = {found.rule for found in findings if found.outcome is Outcome.FORBIDDEN}
    assert len(forbidding) == 4
    for rule in forbidding:
        assert f"{rule}.{Outcome.BRANCH}" in openings().blocks
