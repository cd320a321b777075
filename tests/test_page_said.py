from dataclasses import replace
from typing import get_args

import pytest

from bot.channels.page import texts
from bot.channels.page.follow import follow_ups
from bot.channels.page.said import chips, correction, understood_html
from bot.guard import decide, read
from bot.types import Done, DropReason, RuleId, Turn
from tests.serving import FACT, reply

BORN = replace(FACT, value="united_states", quote="born in Texas")


def test_what_was_said_is_shown_once_with_the_words_that_take_it_back():
    written = understood_html((BORN, replace(BORN, turn=1)), "en", 1)
    assert written.count('class="chip"') == 1
    assert 'data-do="correct" data-words="No, I was not born in Texas."' in written
    husband = replace(BORN, person="husband", quote="nació en Texas")
    assert 'mi esposo:&nbsp;<q dir="auto">nació en Texas' in understood_html((husband,), "es", 0)
    assert "No, mi esposo no nació en Texas." in understood_html((husband,), "es", 0)


def test_what_was_taken_back_is_struck_out_and_cannot_be_corrected_again():
    later = replace(BORN, value="abroad", quote="not born in Texas", turn=1)
    written = understood_html((BORN, later), "en", 1)
    gone, stands = written.split("<li>")[1:]
    assert "<s>" in gone
    assert "button" not in gone
    assert "<s>" not in stands
    assert 'data-do="edit"' in stands


def test_what_only_the_person_can_put_right_is_theirs_to_write():
    card = replace(FACT, field="status", value="permanent_resident", quote="green card")
    assert 'data-do="edit"' in understood_html((card,), "en", 0)
    assert 'data-do="amend"' in understood_html((card,), "en", 2)
    assert understood_html((replace(card, quote=" "),), "en", 0) == ""
    aunt_in_law = replace(FACT, person="in-law", field="status", value="citizen", quote="citizen")
    assert 'data-do="edit"' in understood_html((aunt_in_law,), "en", 0)


PEOPLE = ["self", *texts.KIN]
SAID = {
    "en": ("{who} was born in Texas. ", "{who} is a U.S. citizen. ", "Can they deport {whom}?"),
    "es": (
        "{who} nació en Texas. ",
        "{who} es de ciudadanía estadounidense. ",
        "¿Pueden deportar a {whom}?",
    ),
}
OWN = {
    "en": ("I was born in Texas. ", "I am a U.S. citizen. ", "Can they deport me?"),
    "es": ("Nací en Texas. ", "Soy ciudadano de Estados Unidos. ", "¿Me pueden deportar?"),
}


def rules(*said):
    turns = [Turn("user", said[0])]
    for one in said[1:]:
        turns += [Turn("assistant", "An answer."), Turn("user", one)]
    reading = read(tuple(turns), None)
    return reading.facts, decide(reading)


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("which", [0, 1], ids=["birth", "citizen"])
def test_the_guard_understands_every_correction(person, lang, which):
    lines = OWN[lang] if person == "self" else SAID[lang]
    who = texts.KIN[person][lang] if person != "self" else ""
    asked = (lines[which] + lines[2]).format(who=who, whom=who)
    facts, before = rules(asked)
    fact = next((one for one in facts if one.person == person and correction(one, lang)), None)
    assert fact is not None, facts
    after_facts, after = rules(asked, correction(fact, lang))
    assert before.outcome == "forbidden"
    assert after.outcome != "forbidden"
    assert [one.gone for one in chips(after_facts)][-1] is False
    assert any(one.gone for one in chips(after_facts))


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("person", PEOPLE)
def test_the_guard_understands_every_answer_to_what_is_missing(person, lang):
    whom = texts.KIN[person][lang] if person != "self" else ""
    asked = (OWN if person == "self" else SAID)[lang][2].format(whom=whom)
    _, verdict = rules(asked)
    assert verdict.outcome == "branch"
    flagged = Done(reply(flags=("needs_fact",), verdict=verdict, lang=lang))
    offered = follow_ups(flagged, asked, lang)
    assert len(offered) == 5
    outcomes = [rules(asked, one)[1].outcome for one in offered[:4]]
    assert outcomes == ["forbidden", "forbidden", "conditions", "conditions"]


def test_what_to_ask_next_goes_by_the_rule_and_never_repeats_the_question():
    done = Done(reply())
    asked = texts.FOLLOW_UPS["citizen_removal"][0].en
    assert follow_ups(done, asked, "en") == tuple(
        one.en for one in texts.FOLLOW_UPS["citizen_removal"][1:]
    )
    assert follow_ups(Done(reply(verdict=None)), "?", "es")[0] == texts.FOLLOW_UPS["none"][0].es
    assert follow_ups(Done(reply(status="out_of_scope")), "?", "en") == ()


def test_every_rule_has_questions_to_go_on_with():
    assert set(texts.FOLLOW_UPS) == set(get_args(RuleId))
    assert set(texts.WHY_LEFT_OUT) == set(get_args(DropReason))
