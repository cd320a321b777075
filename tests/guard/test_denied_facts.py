"""What a person says they are not, or have not, is no fact about them; unknown stays unknown."""

import pytest

from bot.guard.reading import read
from bot.guard.verdict import decide
from bot.types import Turn

ASKS = {"en": " Can they deport me?", "es": " ¿Me pueden deportar?"}


def read_one(question):
    reading = read((Turn("user", question),))
    return reading, decide(reading)


@pytest.mark.parametrize(
    ("said", "lang", "trap"),
    [
        ("No, I do not have a passport.", "en", "a leading no"),
        ("I never had a US passport.", "en", "never"),
        ("I haven't been naturalized yet.", "en", "words between"),
        ("I dont have citizenship.", "en", "no apostrophe"),
        ("I'm not a US national.", "en", "the rarer status"),
        ("I don't have a certificate of naturalization.", "en", "a document"),
        ("I never said I was a citizen.", "en", "denied to have said it"),
        ("I'm not undocumented.", "en", "denied to be an alien"),
        ("I don't have a visa.", "en", "a paper of aliens"),
        ("I don't have US citizenship anymore.", "en", "what it was before is not said"),
        ("No tengo pasaporte americano.", "es", "in Spanish"),
        ("Nunca me naturalicé.", "es", "nunca"),
        ("No soy indocumentado.", "es", "denied to be an alien"),
        ("Nunca dije que era ciudadano.", "es", "denied to have said it"),
    ],
)  # fmt: skip
def test_a_denied_fact_leaves_both_answers(said, lang, trap):
    _, verdict = read_one(said + ASKS[lang])
    assert (verdict.rule, verdict.outcome) == ("citizen_removal", "branch"), trap


@pytest.mark.parametrize(
    ("said", "lang", "trap"),
    [
        ("No, I'm a US citizen.", "en", "a no that answers something else"),
        ("I am not only a citizen, I'm a veteran.", "en", "not only"),
        ("I don't have my papers here but I was born in Ohio.", "en", "papers denied, birth told"),
        ("Aren't I a citizen? I was born in Reno.", "en", "a question that affirms"),
        ("I have no green card, I was born in Chicago.", "en", "a citizen needs none"),
        ("No, soy ciudadano de Estados Unidos.", "es", "a no that answers something else"),
        ("No tengo visa porque nací en Texas.", "es", "a citizen needs none"),
    ],
)  # fmt: skip
def test_what_is_not_denied_still_counts(said, lang, trap):
    _, verdict = read_one(said + ASKS[lang])
    assert (verdict.rule, verdict.outcome) == ("citizen_removal", "forbidden"), trap


@pytest.mark.parametrize(
    ("said", "danger", "trap"),
    [
        ("I'm not afraid to go back. I have no papers.", "none_stated", "denied"),
        ("No tengo miedo de volver a Guatemala. Sin papeles.", "none_stated", "denied, in Spanish"),
        ("I don't fear prison there, I fear torture.", "torture", "one denied, one stated"),
        ("They promised he won't be tortured though the police there tortured him twice.", "torture", "a promise is no denial of what happened"),
        ("No quiero que me torturen.", "torture", "a wish against it is the fear"),
    ],
)  # fmt: skip
def test_a_fear_taken_back_is_none(said, danger, trap):
    reading, _ = read_one(said + " Can they deport me?")
    assert reading.danger == danger, trap
