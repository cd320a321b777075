"""What people take for removal and is not, and what must not hide behind it."""

import pytest

from bot.guard.reading import read
from bot.guard.verdict import decide, opening
from bot.types import Turn


def ruled(question):
    reading = read((Turn("user", question),))
    verdict = decide(reading)
    return reading, verdict


@pytest.mark.parametrize(
    ("question", "action", "trap"),
    [
        ("A judge in Boise wants to send my daughter, born here, to her dad in Norway under the Hague Convention. Can he?", "return_of_child", "a child who is a citizen"),
        ("My ex filed under the Hague Convention. Our son is a US citizen. Could a judge order him returned to Italy?", "return_of_child", "the act stands in another sentence"),
        ("Un juez ordenó que mi hija ciudadana vuelva con su papá por el Convenio de La Haya. ¿No es lo mismo que desterrarla?", "return_of_child", "compared with exile"),
        ("I'm a US citizen, arrested in Ohio. Can they send me to Texas?", "move_inside_country", "another state"),
        ("¿Pueden mandar a mi hermano ciudadano a una cárcel en otro estado?", "move_inside_country", "a prison in another state"),
        ("My wife got orders to Korea and she is a citizen. Can they send an American overseas like that?", "military_order", "sent abroad"),
        ("Soy marine, ciudadano, y me ordenan irme a Okinawa. ¿Me pueden obligar?", "military_order", "in Spanish"),
        ("I'm an American and the CDC put me in quarantine at Dulles. Is that legal?", "quarantine", "held on arrival"),
        ("Soy ciudadana y me tienen en cuarentena. ¿Cuánto pueden?", "quarantine", "no yes-or-no question"),
        ("I'm a citizen on the no-fly list, stuck in Tunis. Is it the same as banning me?", "flight_ban", "compared with a ban"),
        ("Estoy en la lista de no volar y soy ciudadano. ¿Qué hago?", "flight_ban", "in Spanish"),
    ],
)  # fmt: skip
def test_it_is_lawful_but_different_and_has_its_own_words(question, action, trap):
    reading, verdict = ruled(question)
    assert (verdict.rule, verdict.outcome) == ("citizen_removal", "lawful_but_different"), trap
    assert action in reading.actions, trap


@pytest.mark.parametrize(
    ("question", "outcome", "trap"),
    [
        ("I'm a US citizen on the no-fly list, can they deport me?", "forbidden", "asked outright in the same sentence"),
        ("I'm a US citizen. They put me on the no-fly list. Can they keep me out of the country?", "forbidden", "entry is asked in a sentence of its own"),
        ("I was born in Texas. They moved me to a jail in another state. Can they deport me to Honduras?", "forbidden", "moved first, removal asked after"),
        ("My husband was deployed to Iraq. Can they send him back to Mexico?", "branch", "service told, removal asked"),
        ("¿Hay forma legal de expulsar a alguien de Samoa Americana que vive en Alaska?", "forbidden", "Samoa is a country, American Samoa is not"),
        ("My brother was in quarantine in Guam; can they deport him now?", "branch", "told, then asked"),
    ],
)  # fmt: skip
def test_removal_does_not_hide_behind_a_look_alike(question, outcome, trap):
    _, verdict = ruled(question)
    assert (verdict.rule, verdict.outcome) == ("citizen_removal", outcome), trap


@pytest.mark.parametrize(
    "question",
    [
        "Where do I get a Hague apostille for my naturalization certificate?",
        "Does the Hague adoption process make my daughter a US citizen?",
    ],
)
def test_papers_of_the_hague_are_no_return_of_a_child(question):
    reading, _ = ruled(question)
    assert "return_of_child" not in reading.actions


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("A judge wants to return my American child to Chile under the Hague Convention. Can he?", "grave risk of harm"),
        ("¿Me pueden mandar a la cárcel de otro estado? Soy ciudadano.", "dentro de los 30 días"),
        ("The Navy gave me orders to Rota and I am a citizen. Must I go?", "military legal office"),
        ("I'm a citizen in quarantine. Can they keep me?", "as long as is reasonably needed"),
        ("How do I get off the no-fly list? I'm a citizen", "DHS TRIP"),
    ],
)  # fmt: skip
def test_each_opens_with_what_matters_there_and_with_the_rule(question, says):
    reading, verdict = ruled(question)
    text = opening(reading, verdict)
    assert says in text
    assert "may not lawfully be deported" in text or "ley no permite deportar" in text
