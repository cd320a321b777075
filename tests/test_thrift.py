"""The model's budget and the drafts kept, through the engine and a server that counts what it is asked."""

import asyncio
import json
from dataclasses import replace
from datetime import date

import pytest

from bot.answer.material import Material
from bot.answer.thrift import Cost, Day, Limits, Thrifty
from bot.engine import Engine, open_engine
from bot.errors import BudgetSpent, SettingsError
from bot.opened import _open_writer
from bot.settings import Settings, load_settings
from bot.types import Note, Sentence, Turn
from tests.fake_openai import Says, fake_openai_in_thread

__all__ = ["fake_openai_in_thread"]

FIRST = "I have a green card. Can they send me where my life would be threatened?"
SAID = Says("A noncitizen may not be sent where life or freedom would be threatened. [p1]")


@pytest.fixture(scope="module")
def without_model():
    engine = open_engine(Settings())
    yield engine
    engine.close()


@pytest.fixture
def ask(fake_openai_in_thread, without_model):
    fake_openai_in_thread.replies = [SAID]

    def asks(*texts, engine=None, **setting):
        if engine is None:
            given = Settings(openai_base_url=fake_openai_in_thread.url, **setting)
            parts = replace(without_model._parts, writer=_open_writer(given))
            engine = Engine(parts, given, None, "")
        roles = ("user", "assistant")
        turns = [Turn(roles[n % 2], text) for n, text in enumerate(texts)]

        async def events():
            return [event async for event in engine.answer(turns)]

        return engine, asyncio.run(events())

    return asks


def codes(events):
    return [one.code for one in events if isinstance(one, Note)]


def test_the_same_question_is_asked_once_and_answered_alike(ask, fake_openai_in_thread):
    engine, first = ask(FIRST)
    _, again = ask(FIRST, engine=engine)
    assert len(fake_openai_in_thread.bodies) == 1
    assert again[-1].reply == first[-1].reply
    ask(FIRST.replace("green card", "work permit"), engine=engine)
    assert len(fake_openai_in_thread.bodies) == 2
    ask("I was born in Ohio.", "Thanks.", FIRST, engine=engine)
    assert len(fake_openai_in_thread.bodies) == 3


def test_without_a_cache_each_question_is_asked(ask, fake_openai_in_thread):
    engine, _ = ask(FIRST, model_cache=0)
    ask(FIRST, engine=engine)
    assert len(fake_openai_in_thread.bodies) == 2


def test_a_draft_that_broke_off_is_not_kept(ask, fake_openai_in_thread):
    fake_openai_in_thread.replies = [Says(SAID.text, "length"), SAID]
    engine, first = ask(FIRST)
    assert "model_down" in codes(first)
    _, again = ask(FIRST, engine=engine)
    assert "model_down" not in codes(again)
    assert len(fake_openai_in_thread.bodies) == 2


def test_a_conversation_that_cost_enough_is_answered_by_the_law(ask, fake_openai_in_thread):
    engine, first = ask(FIRST, model_conversation_tokens=4500)
    assert "budget" not in codes(first)
    _, second = ask(FIRST, "It said.", "And in Guam? Where can they send me?", engine=engine)
    assert len(fake_openai_in_thread.bodies) == 1
    assert "budget" in codes(second)
    assert "model_down" not in codes(second)
    assert "degraded" in second[-1].reply.flags
    assert not [one for one in second if isinstance(one, Sentence)]
    _, other = ask("I have a visa. Can they send me where I would be killed?", engine=engine)
    assert "budget" not in codes(other)


def test_in_spanish_the_limit_is_said_in_spanish(ask, fake_openai_in_thread):
    _, events = ask("Tengo green card. ¿Me pueden deportar?", model_conversation_tokens=10)
    assert fake_openai_in_thread.bodies == []
    assert "límite de uso" in events[-1].reply.text


def test_a_limit_in_dollars_needs_prices(monkeypatch):
    monkeypatch.setenv("HABEAS_MODEL_DAY_USD", "2")
    with pytest.raises(SettingsError, match="HABEAS_MODEL_PRICE_IN"):
        load_settings()
    monkeypatch.setenv("HABEAS_MODEL_PRICE_IN", "0.4")
    monkeypatch.setenv("HABEAS_MODEL_PRICE_OUT", "1.6")
    assert load_settings().model_day_usd == 2


class Counting:
    def __init__(self):
        self.asked = 0

    async def draft(self, _material):
        self.asked += 1
        yield "x" * 300


MATERIAL = Material("a?", (), "", (), "en", ("a?",))


def spend(thrifty, material=MATERIAL):
    async def run():
        return [piece async for piece in thrifty.draft(material)]

    return asyncio.run(run())


def thrifty(limits, day=None, kept=0):
    return Thrifty(Counting(), limits, day or Day(None), made_with="m", most_kept=kept)


def test_a_day_ends_at_its_limit_and_begins_anew(tmp_path):
    today = [date(2026, 11, 24)]
    file = tmp_path / "spent.json"
    limits = Limits(day=Cost(2000), most_out=200)

    def one():
        return thrifty(limits, Day(file, lambda: today[0]))

    spend(one())
    spend(one())
    assert json.loads(file.read_text()) == {"day": "2026-11-24", "tokens": 2 * 901, "usd": 0.0}
    with pytest.raises(BudgetSpent, match="today"):
        spend(one())
    assert "a?" not in file.read_text()
    today[0] = date(2026, 11, 25)
    spend(one())


def test_dollars_count_too():
    limits = Limits(day=Cost(usd=0.0015), price_in=1, price_out=4, most_out=100)
    a = thrifty(limits)
    spend(a)
    with pytest.raises(BudgetSpent):
        spend(a)


def test_a_count_that_cannot_be_kept_or_read_stops_no_answer(tmp_path, caplog):
    (tmp_path / "file").write_text("")
    lost = thrifty(Limits(day=Cost(2000), most_out=200), Day(tmp_path / "file" / "spent.json"))
    spend(lost)
    spend(lost)
    assert "not written down" in caplog.text
    with pytest.raises(BudgetSpent):
        spend(lost)
    broken = tmp_path / "spent.json"
    broken.write_text("{oops")
    spend(thrifty(Limits(day=Cost(2000)), Day(broken)))
    assert json.loads(broken.read_text())["tokens"] == 901


def test_what_is_kept_has_an_end():
    a = thrifty(Limits(), kept=2)
    for question in "abca":
        spend(a, replace(MATERIAL, question=question))
    assert a._drafter.asked == 4
    spend(a, replace(MATERIAL, question="c"))
    assert a._drafter.asked == 4
