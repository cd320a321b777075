"""Verdict: who leads among several, what is said of each, and the yes or no it comes to."""

from dataclasses import replace

import pytest

from bot.guard import answer_kind, decide, opening, read
from bot.guard.openings import openings
from bot.guard.reading import Case
from bot.guard.rules import State
from bot.guard.verdict import certainly_alien
from bot.types import ALIENS, ANYONE, Action, Danger, Outcome, Status, Turn

BORN = frozenset({Status.CITIZEN_BY_BIRTH})
RESIDENT = frozenset({Status.PERMANENT_RESIDENT})


def told(*said, lang=None):
    reading = read([Turn("user", one) for one in said], lang)
    return reading, decide(reading)


def case(person, statuses, *actions, danger=Danger.NONE_STATED):
    return Case(person, tuple(State(statuses, action, danger) for action in actions))


def put(*cases):
    """Put cases to the rules that no words have to be found for."""
    actions = tuple(dict.fromkeys(state.action for one in cases for state in one.states))
    reading = replace(told("Can they deport me?")[0], cases=cases, actions=actions)
    return reading, decide(reading)


def test_off_topic_has_no_verdict_and_no_opening():
    for question in ("How do I cook pasta?", "Is it healthy to cook pasta?"):
        reading, verdict = told(question)
        assert verdict is None
        assert opening(reading, verdict) == ""
        assert answer_kind(reading, verdict) == "info"
    assert reading.yes_no


@pytest.mark.parametrize(
    ("question", "answer", "trap"),
    [
        ("Can a US citizen be deported?", "no", "forbidden"),
        ("Can a US citizen be extradited to Mexico?", "yes", "a lawful look-alike"),
        ("I have a green card. Can they deport me?", "yes", "an alien, for a reason in the law"),
        ("I have a green card. Can ICE detain me?", "depends", "detention alone is not removal"),
        ("I was naturalized. Can they denaturalize me?", "yes", "by a court"),
        ("Me naturalicé. ¿Me pueden desnaturalizar?", "yes", "by a court"),
        ("I was born in Ohio. Can they denaturalize me?", "no", "nothing to take back"),
        ("Can they denaturalize me?", "depends", "it is not said how"),
        ("Can they deport me?", "depends", "it is not said who"),
        ("I fear torture in Egypt. I have no papers. Can they extradite me?", "depends", "conditions of another rule"),
        ("Can I be quarantined?", "depends", "lawful, on conditions of its own"),
        ("I am a US citizen. What does a passport cost?", "info", "no rule decides it"),
        ("Why can no US citizen be deported?", "info", "no yes-or-no question"),
    ],
)  # fmt: skip
def test_a_question_has_its_plain_answer(question, answer, trap):
    assert answer_kind(*told(question)) == answer, trap


@pytest.mark.parametrize(
    "question",
    [
        "I was born in Mexico to American parents. Can they denaturalize me?",
        "I was born abroad but my father is a US citizen. Can they denaturalize me?",
        "I have a certificate of citizenship. Can they denaturalize me?",
        "I have a consular report of birth abroad. Can they denaturalize me?",
        "I derived citizenship through my mother when she naturalized. Can they denaturalize me?",
        "Nací en México de padres estadounidenses. ¿Me pueden desnaturalizar?",
        "Tengo certificado de ciudadanía. ¿Me pueden desnaturalizar?",
    ],
)
def test_a_citizen_through_a_parent_is_not_told_a_plain_yes_on_denaturalization(question):
    """Whoever was one at birth, 8 U.S.C. 1401, 1409, was never naturalized; others, 1451(d)."""
    reading, verdict = told(question)
    assert (verdict.rule, verdict.outcome) == ("loss_of_citizenship", Outcome.CONDITIONS)
    assert answer_kind(reading, verdict) == "depends"
    never = {
        "en": "A person born abroad who was a citizen at birth has no naturalization to take back.",
        "es": "Quien nació en el extranjero y fue ciudadano desde que nació no tiene naturalización"
        " que anular.",
    }
    assert never[reading.lang] in opening(reading, verdict)


def test_the_verdict_carries_the_rule_s_standing_and_the_facts():
    reading, verdict = told("I was born in Ohio. Can they deport me?")
    assert (verdict.rule, verdict.outcome) == ("citizen_removal", Outcome.FORBIDDEN)
    assert (verdict.kind, verdict.contested) == ("hard", False)
    assert verdict.facts == reading.facts != ()
    assert verdict.authorities
    assert verdict.as_of == "2026-11-24"
    assert verdict.also == ("challenge",)


def test_the_rule_on_third_countries_is_policy_and_contested():
    _, verdict = told("I am from Honduras and undocumented. Can they send me to South Sudan?")
    assert (verdict.rule, verdict.kind, verdict.contested) == ("third_country", "policy", True)


@pytest.mark.parametrize(
    ("cases", "rule", "outcome", "also"),
    [
        ([case("self", BORN, Action.REMOVE, Action.OTHER)], "citizen_removal", Outcome.FORBIDDEN, ("challenge",)),
        ([case("self", BORN, Action.DETAIN, Action.REMOVE)], "citizen_removal", Outcome.FORBIDDEN, ("challenge",)),
        ([case("self", BORN, Action.REMOVE, Action.DETAIN)], "citizen_removal", Outcome.FORBIDDEN, ("challenge",)),
        ([case("self", BORN, Action.REMOVE), case("wife", BORN, Action.DETAIN)], "citizen_removal", Outcome.BRANCH, ("challenge",)),
        ([case("self", RESIDENT, Action.REMOVE), case("wife", BORN, Action.REMOVE)], "citizen_removal", Outcome.BRANCH, ("challenge",)),
        ([case("self", BORN, Action.REMOVE), case("wife", BORN, Action.REMOVE)], "citizen_removal", Outcome.FORBIDDEN, ("challenge",)),
        ([case("self", BORN, Action.FOREIGN_PRISON, Action.STRIP_CITIZENSHIP)], "citizen_foreign_prison", Outcome.FORBIDDEN, ("citizen_removal", "loss_of_citizenship")),
        ([case("self", RESIDENT, Action.OTHER)], "none", Outcome.NOT_COVERED, ()),
        ([Case("self", ())], "none", Outcome.NOT_COVERED, ()),
        ([], "none", Outcome.NOT_COVERED, ()),
    ],
    ids=[
        "no rule beside one", "the stronger act last", "the stronger act first", "two acts, two people",
        "two people", "two alike", "on a tie the first rule", "nothing decides", "no act", "no case",
    ],
)  # fmt: skip
def test_the_strongest_leads_and_the_rest_go_to_also(cases, rule, outcome, also):
    _, verdict = put(*cases)
    assert (verdict.rule, verdict.outcome, verdict.also) == (rule, outcome, also)


def test_nothing_decided_gives_no_plain_answer():
    assert answer_kind(*put(case("self", RESIDENT, Action.OTHER))) == "info"


@pytest.mark.parametrize(
    ("cases", "key"),
    [
        ([case("self", BORN, Action.REFUSE_ENTRY)], "citizen_removal.forbidden.refuse_entry"),
        ([case("self", BORN, Action.DETAIN, Action.REFUSE_ENTRY)], "citizen_removal.forbidden.refuse_entry"),
        ([case("self", BORN, Action.REFUSE_ENTRY, Action.REMOVE)], "citizen_removal.forbidden.refuse_entry"),
        ([case("self", BORN, Action.REMOVE, Action.REFUSE_ENTRY)], "citizen_removal.forbidden"),
        ([case("self", BORN, Action.REFUSE_ENTRY), case("wife", RESIDENT, Action.REFUSE_ENTRY)], "citizen_removal.branch.refuse_entry"),
        ([case("self", RESIDENT, Action.DETAIN, Action.REMOVE)], "challenge.conditions"),
        ([case("self", RESIDENT, Action.DETAIN, Action.REFUSE_ENTRY)], "challenge.conditions.refuse_entry"),
        ([case("self", RESIDENT, Action.DENY_REVIEW, Action.REFUSE_ENTRY)], "challenge.conditions.refuse_entry"),
        ([case("self", RESIDENT, Action.DETAIN, Action.DENY_REVIEW)], "challenge.conditions.deny_review"),
        ([case("self", RESIDENT, Action.UNCLEAR, Action.DETAIN)], "challenge.conditions.detain"),
        ([case("self", BORN, Action.UNCLEAR, Action.REFUSE_ENTRY)], "citizen_removal.forbidden"),
        ([case("self", BORN, Action.STRIP_CITIZENSHIP, Action.DENATURALIZE)], "loss_of_citizenship.forbidden"),
        ([case("self", BORN, Action.DENATURALIZE, Action.STRIP_CITIZENSHIP)], "loss_of_citizenship.forbidden.denaturalize"),
        ([case("self", ANYONE, Action.EXTRADITE)], "citizen_removal.lawful_but_different.extradite"),
        ([Case("self", ())], "none.not_covered"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_the_opening_answers_the_act_the_leading_rule_is_on(cases, key):
    block = openings().blocks[key]
    law = f"Law: {block.law}." if block.law else block.text.en
    text = opening(*put(*cases))
    assert text.startswith(block.text.en)
    assert text.endswith(law)


def test_a_question_in_another_language_is_opened_in_english_and_spanish():
    reading, verdict = told("Czy rząd może wydalić obywatela z kraju bez wyroku sądu?")
    assert reading.lang == "en+es"
    block = openings().blocks["citizen_removal.branch"].text
    text = opening(reading, verdict)
    assert text.startswith(block.en)
    assert f"\n\n{block.es}\n\n" in text


def test_a_spanish_question_has_a_spanish_opening():
    reading, verdict = told("Nací en Texas. ¿Me pueden deportar?")
    assert opening(reading, verdict).startswith("La ley no permite deportar")


def test_two_people_with_different_answers_make_a_branch_that_names_both():
    reading, verdict = told("I was born in Ohio. My wife has a green card. Can they deport us?")
    assert (verdict.rule, verdict.outcome) == ("citizen_removal", Outcome.BRANCH)
    lines = [line for line in opening(reading, verdict).splitlines() if line.startswith("- ")]
    assert [line.split(":")[0] for line in lines] == ["- You", "- Your wife"]


def test_a_person_of_whom_nothing_is_asked_has_no_line():
    cases = (case("self", BORN, Action.REMOVE), case("wife", RESIDENT, Action.REMOVE))
    lines = opening(*put(*cases, Case("brother", ()))).splitlines()
    assert [one[:8] for one in lines if one.startswith("- ")] == ["- You: a", "- Your w"]


def test_two_people_with_one_answer_make_no_list():
    reading, verdict = told("I was born in Ohio. My wife was born in Texas. Can they deport us?")
    assert verdict.outcome is Outcome.FORBIDDEN
    assert len(reading.cases) == 2
    assert "\n- " not in opening(reading, verdict)


@pytest.mark.parametrize(
    ("statuses", "alien"),
    [(RESIDENT, True), (ALIENS, True), (BORN, False), (RESIDENT | BORN, False), (ANYONE, False)],
)
def test_only_a_person_who_cannot_be_a_citizen_is_certainly_an_alien(statuses, alien):
    assert certainly_alien(put(case("self", statuses, Action.REMOVE))[0]) is alien


def test_without_a_case_nobody_is_certainly_an_alien():
    assert not certainly_alien(put()[0])
    assert not certainly_alien(told("How do I cook pasta?")[0])


@pytest.mark.parametrize(
    ("said", "outcome", "trap"),
    [
        (("I don't have a green card, can they deport me?",), Outcome.BRANCH, "a citizen has none either"),
        (("No tengo tarjeta verde. ¿Me pueden deportar?",), Outcome.BRANCH, "the same in Spanish"),
        (("I am not a permanent resident. Can ICE deport me?",), Outcome.BRANCH, "said as a status"),
        (
            ("I have a green card. Can they deport me?", "No, I do not have a green card."),
            Outcome.BRANCH,
            "a correction adds, and the question stands",
        ),
        (("I have a green card. Can they deport me?",), Outcome.CONDITIONS, "said without a no"),
        (("I don't have a green card anymore. Can they deport me?",), Outcome.CONDITIONS, "had one"),
    ],
)  # fmt: skip
def test_no_green_card_says_nothing_of_citizenship(said, outcome, trap):
    verdict = decide(read([Turn("user", text) for text in said]))
    assert verdict is not None
    assert verdict.outcome is outcome, trap


def test_born_or_naturalized_nobody_is_told_a_plain_yes_on_denaturalization():
    statuses = frozenset({Status.CITIZEN_BY_BIRTH, Status.CITIZEN_NATURALIZED})
    reading, verdict = put(case("self", statuses, Action.DENATURALIZE))
    assert verdict.outcome is Outcome.BRANCH
    assert answer_kind(reading, verdict) == "depends"
