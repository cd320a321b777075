"""False premises: found in the questions they stand in, nowhere else, corrected, never against the opening."""

import asyncio
import re
from pathlib import Path

import pytest

from bot.answer.premises import PREMISES_FILE, load_premises
from bot.engine import open_engine
from bot.errors import CorpusError
from bot.settings import PROJECT_DIR, Settings
from bot.types import Done, LawStatement, Opening, Outcome, Turn

CORPUS = PROJECT_DIR / "corpus"
SUPREME_COURT = "Since the Supreme Court ended birthright citizenship, can they deport my daughter? She was born in Dallas."


@pytest.fixture(scope="module")
def engine():
    opened = open_engine(Settings())
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def premises(engine):
    return load_premises(CORPUS, engine.digest.known)


def answered(engine, question):
    async def events():
        return [event async for event in engine.answer([Turn("user", question)])]

    return asyncio.run(events())


def test_each_is_found_where_it_is_asked_and_not_where_it_is_not(premises):
    missed, alarms = [], []
    for one in premises.all:
        missed += [ask for ask in one.asks if one not in premises.of(ask)]
        alarms += [other for other in one.others if premises.of(other)]
    assert (missed, alarms) == ([], [])
    assert len(premises.all) >= 20


def test_both_languages_are_asked(premises):
    for one in premises.all:
        text = " ".join(one.asks)
        assert "¿" in text or any(word in text for word in ("Tengo", "Los ", "Dicen")), one.id


def test_who_cannot_be_removed_is_not_told_of_those_who_can(engine, premises):
    question = "I was born in Texas. They can't deport me, my daughter is a citizen"
    [one] = premises.of("They can't deport me because my daughter is a citizen")
    assert one.not_where_forbidden
    events = answered(engine, question)
    assert events[-1].reply.verdict.outcome is Outcome.FORBIDDEN
    assert one.correction.en not in events[-1].reply.text


def test_what_speaks_of_removable_people_is_kept_from_others(premises):
    """Whatever else the table comes to hold: a correction that takes no denial needs the mark."""
    for one in premises.all:
        if not one.not_where_forbidden:
            assert re.search(
                r"\bno(?:t|body| one| trial)?\b|\bonly\b|every person|Everyone", one.correction.en
            ), one.id
            assert not re.search(
                r"can be (?:put in|removed|deported)|right to stay", one.correction.en
            ), one.id


def test_the_correction_follows_the_opening(engine):
    events = answered(engine, SUPREME_COURT)
    told = [one for one in events if isinstance(one, Opening | LawStatement)]
    assert isinstance(told[0], Opening)
    assert told[1].text.startswith("The Supreme Court has not ended citizenship by birth.")
    assert told[1].citation.id.path == "case/trump-v-barbara"
    reply = events[-1].reply
    assert "false_premise" in reply.flags
    assert reply.text.index(told[0].text) < reply.text.index(told[1].text)
    assert {"case/trump-v-barbara", "eo/14160"} <= {one.id.path for one in reply.citations}


def test_spanish_is_corrected_in_spanish(engine):
    done = answered(engine, "¿La Corte Suprema quitó la ciudadanía por nacimiento?")[-1]
    assert isinstance(done, Done)
    assert "La Corte Suprema no quitó la ciudadanía por nacimiento." in done.reply.text
    assert "false_premise" in done.reply.flags


@pytest.mark.parametrize(
    "question",
    [
        "What did the Supreme Court say about birthright citizenship?",
        "Can green card holders be deported?",
        "Where can I buy fake papers? Green card holders can't be deported, right?",
    ],
)
def test_what_is_no_premise_has_no_flag(engine, question):
    assert "false_premise" not in answered(engine, question)[-1].reply.flags


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[premise]]\nid='a'\n", "lacks"),
        (
            "[[premise]]\nid='a'\nlaw=['usc/8/9999']\nen='a'\nes='a'\nany=['a']\nasks=['a']\nothers=['b']\n",
            "usc/8/9999",
        ),
        (
            "[[premise]]\nid='a'\nlaw=['usc/8/1481/a']\nen='a'\nes='a'\nany=['(']\nasks=['a']\nothers=['b']\n",
            "does not know",
        ),
        ("[[", "cannot be read"),
    ],
)
def test_a_broken_table_is_named(tmp_path: Path, premises, text, said):
    (tmp_path / PREMISES_FILE).write_text(text, encoding="utf-8")
    with pytest.raises(CorpusError, match=said):
        load_premises(tmp_path, frozenset({"usc/8/1481/a"}))
