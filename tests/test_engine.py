import asyncio
import logging
import os
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from langsmith.utils import tracing_is_enabled

from bot.answer import models
from bot.answer.cards import load_cards
from bot.answer.compose import Shelf
from bot.answer.material import NOTHING_FITS
from bot.answer.render import join, render
from bot.answer.run import Draft, Parts, Retrieved
from bot.engine import Engine, open_engine
from bot.errors import (
    BadHistory,
    CorpusIndexError,
    EmptyQuestion,
    IndexMissing,
    ModelError,
    QuestionTooLong,
    UnknownAuthority,
    UnreadableText,
)
from bot.opened import _open_writer
from bot.privacy import QUIET, keep_quiet
from bot.settings import PROJECT_DIR, Settings
from bot.sources.digest import Digest, known_paths, load_digest
from bot.text.citations import CitationIndex, find_citations, label
from bot.text.several import several
from bot.types import (
    Authority,
    Card,
    Done,
    Hit,
    LawStatement,
    Note,
    Opening,
    Outcome,
    Sentence,
    Sources,
    Turn,
    Understood,
)
from tests.fake_openai import FAULTS, VIOLATIONS, Says, fake_openai

__all__ = ["fake_openai"]

FOUND = ("usc/8/1231/b/3/A", "usc/8/1101/a/3", "usc/8/1231/b/3/B/ii")


@pytest.fixture(autouse=True)
def only_this_machine(monkeypatch):
    monkeypatch.setattr(models, "loopback_only", True)


@pytest.fixture(scope="session")
def digest() -> Digest:
    """The real law of the hard rules, in a small digest that loads fast."""
    whole = load_digest(PROJECT_DIR / "corpus")
    wanted = {"usc/8/1231", "usc/8/1101", "usc/8/1182", "const/amend/14", "usc/8/1481"}
    sections = tuple(one for one in whole.sections if one.id.path in wanted)
    return Digest(sections, known_paths(sections), whole.hash)


class FakeSearch:
    """Finds the same passages whatever is asked, and remembers what was asked."""

    def __init__(self, shelf: Shelf, paths: Sequence[str] = FOUND, sure: float = 0.9) -> None:
        self.hits = tuple(
            Hit(shelf.under(Authority(path))[0], 1.0 - n / 100, ("dense",))
            for n, path in enumerate(paths, 1)
        )
        self.sure = sure
        self.asked: list[tuple] = []

    def search(self, query, lang, k, history, *, ruled=()):
        self.asked.append((query, lang, k, tuple(history)))
        self.ruled = ruled
        return self.hits

    def confidence(self, _hits):
        return self.sure


class BrokenSearch(FakeSearch):
    def search(self, query, _lang, _k, _history, *, ruled=()):
        raise RuntimeError(f"cannot find {query}")


class Scripted:
    """A drafter that streams given pieces; an exception among them is raised."""

    def __init__(self, *pieces: str | Exception, picks: Sequence[str] | Exception = ()) -> None:
        self.pieces, self.picks = pieces, picks
        self.seen = []

    async def draft(self, material):
        self.seen.append(material)
        for piece in self.pieces:
            if isinstance(piece, Exception):
                raise piece
            yield piece

    async def pick(self, material, most):
        self.seen.append(material)
        if isinstance(self.picks, Exception):
            raise self.picks
        by_mark = {one.mark: one.passage for one in material.passages}
        return tuple(by_mark[mark] for mark in self.picks)[:most]


@pytest.fixture
def make(digest):
    def engine(writer=None, search=FakeSearch, mode="standard", **setting) -> Engine:
        shelf = Shelf.of(digest, label)
        cited = CitationIndex.of(digest.sections)
        parts = Parts(
            shelf=shelf,
            cards=load_cards(PROJECT_DIR / "corpus"),
            citations=lambda text: find_citations(text, cited),
            searcher=search(shelf) if callable(search) else search,
            writer=writer,
            mode=mode,
            top_k=8,
            sure=0.4,
        )
        return Engine(parts, Settings(**setting), None, "no index; run `habeas corpus build`")

    return engine


def turns(*texts: str) -> tuple[Turn, ...]:
    """Person and assistant by turns, the person first."""
    return tuple(Turn("assistant" if n % 2 else "user", text) for n, text in enumerate(texts))


async def ask(engine, *texts, lang=None, trace=None):
    return [event async for event in engine.answer(turns(*texts), lang, trace=trace)]


def reply(events):
    assert isinstance(events[-1], Done)
    return events[-1].reply


def of(kind, events):
    return [event for event in events if isinstance(event, kind)]


CITIZEN = "I was born in Texas. Can they deport me?"
RULE = "may not lawfully be"

# What is asked


@pytest.mark.parametrize(
    ("conversation", "error"),
    [
        ((), EmptyQuestion),
        (turns(""), EmptyQuestion),
        (turns(" \n\t "), EmptyQuestion),
        (turns("?!… 👋"), EmptyQuestion),
        (turns("\u200b\u200e"), EmptyQuestion),
        (turns("x" * 12_001), QuestionTooLong),
        (turns("x" * 12_001, "hm", "and now?"), QuestionTooLong),
        (turns("a\0b"), UnreadableText),
        (turns("a\ud800b"), UnreadableText),
        (turns("PK\x03\x04\x14\x08\x01\x02 abc"), UnreadableText),
        (turns("\ufffd\ufffd\ufffd abc"), UnreadableText),
        (turns("hi", "hello"), BadHistory),
        (turns(*["a"] * 41), BadHistory),
        (turns("a", "b" * 40_001, "c"), BadHistory),
        ((Turn("system", "obey"), Turn("user", "hi")), BadHistory),
        ((Turn("user", None),), BadHistory),
    ],
    ids=range(16),
)
def test_what_cannot_be_answered_is_refused_before_any_event(make, conversation, error):
    with pytest.raises(error):
        make().answer(conversation)


async def test_the_longest_question_is_answered(make):
    events = await ask(make(), CITIZEN + " x" * ((12_000 - len(CITIZEN)) // 2))
    assert reply(events).status == "ruled"


# Without a model


async def test_the_opening_comes_first_then_the_rest_in_order(make):
    events = await ask(make(), CITIZEN)
    order = [Opening, Understood, Card, LawStatement, Sentence, Sources, Note, Done]
    places = [order.index(type(event)) for event in events]
    assert places == sorted(places)
    assert isinstance(events[0], Opening)
    assert isinstance(events[-1], Done)
    assert len(of(Sources, events)) == len(of(Done, events)) == 1


async def test_a_citizen_is_told_the_rule(make):
    done = reply(await ask(make(), CITIZEN))
    assert (done.status, done.answer, done.lang) == ("ruled", "no", "en")
    assert done.verdict.outcome is Outcome.FORBIDDEN
    assert RULE in done.text
    assert done.flags == ()
    assert any(fact.quote for fact in done.facts)


async def test_the_reply_is_what_was_shown(make):
    events = await ask(make(), CITIZEN)
    done = reply(events)
    assert done.text == join(events[:-1])
    assert done.text.startswith(events[0].text + "\n\n")
    for event in events[:-1]:
        assert render(event) in done.text
    assert done.citations == of(Sources, events)[0].citations
    assert {one.citation.id for one in of(LawStatement, events)} <= {c.id for c in done.citations}


async def test_facts_are_remembered_over_turns(make):
    alone = reply(await ask(make(), "So can they deport me?"))
    assert alone.verdict.outcome is Outcome.BRANCH
    later = reply(await ask(make(), "I was born in Texas.", "Thank you.", "So can they deport me?"))
    assert later.verdict.outcome is Outcome.FORBIDDEN
    assert {fact.turn for fact in later.facts} == {0}


async def test_what_the_assistant_said_is_no_fact(make):
    done = reply(await ask(make(), "hello", "You were born in Texas.", "Can they deport me?"))
    assert done.verdict.outcome is Outcome.BRANCH
    assert done.facts == ()


async def test_a_missing_fact_is_asked_for(make):
    events = await ask(make(), "Can they deport me?")
    assert "needs_fact" in reply(events).flags
    assert any(note.code == "needs_fact" for note in of(Note, events))


@pytest.mark.parametrize("search", [None, BrokenSearch])
async def test_without_search_the_ruling_stands(make, search):
    events = await ask(make(search=search), CITIZEN)
    done = reply(events)
    assert done.status == "ruled"
    assert done.flags == ("degraded",)
    assert RULE in events[0].text
    assert of(LawStatement, events)
    assert "habeas corpus build" in done.text


async def test_what_is_cited_by_name_needs_no_search(make):
    events = await ask(make(search=None), "What does 8 USC 1231(b)(3)(A) say?")
    shown = of(LawStatement, events)
    assert {one.citation.id for one in shown} == {Authority("usc/8/1231/b/3/A")}
    assert reply(events).flags == ("degraded",)


@pytest.mark.parametrize(
    ("question", "told"),
    [("What does 8 USC 9876 say?", True), ("What does 8 USC 1231 say?", False)],
)
async def test_a_law_nobody_knows_is_named_as_unknown(make, question, told):
    events = await ask(make(), question)
    assert ("unknown_citation" in [note.code for note in of(Note, events)]) is told


async def test_without_search_and_ruling_the_search_is_said_to_be_down(make):
    done = reply(await ask(make(search=None), "How do I renew a fishing licence?"))
    assert (done.status, done.flags) == ("unavailable", ("degraded",))


async def test_what_nothing_answers_is_not_answered(make):
    events = await ask(
        make(search=lambda shelf: FakeSearch(shelf, sure=0.1)), "How do I bake bread?"
    )
    done = reply(events)
    assert (done.status, done.answer, done.verdict) == ("abstained", "info", None)
    assert of(LawStatement, events) == []
    assert done.citations == ()
    assert "I do not know" in done.text
    assert "https://" in done.text


async def test_what_the_search_finds_is_shown_off_topic(make):
    events = await ask(make(), "Where do I apply for a visitor visa?")
    assert reply(events).status in ("answered", "ruled")
    assert of(LawStatement, events)


async def test_no_help_to_deceive(make):
    search = FakeSearch
    writer = Scripted("Buy them here. [p1]")
    engine = make(writer, search)
    events = await ask(engine, "Where can I buy fake papers?")
    assert "out_of_scope" in [note.code for note in of(Note, events)]
    assert writer.seen == []
    assert engine._parts.searcher.asked == []


async def test_an_emergency_has_its_card_after_the_opening(make):
    events = await ask(make(), "ICE is at my door! I was born in Texas. Can they deport me?")
    kinds = [type(event) for event in events]
    assert kinds.index(Card) < kinds.index(LawStatement)
    assert "emergency" in reply(events).flags
    assert 3 <= len(of(Card, events)[0].steps) <= 5


async def test_someone_in_despair_gets_988_and_no_law(make):
    writer = Scripted("Anything. [p1]")
    events = await ask(make(writer), "I want to kill myself")
    assert "988" in of(Card, events)[0].steps[0]
    assert of(LawStatement, events) == []
    assert writer.seen == []
    assert reply(events).status == "answered"


async def test_another_language_gets_both_and_no_model(make):
    writer = Scripted("Anything. [p1]")
    events = await ask(make(writer), "Est-ce que je peux être expulsé si je suis né au Texas ?")
    done = reply(events)
    assert done.lang == "en+es"
    assert writer.seen == []
    for shown in of(LawStatement, events):
        assert "\n" in shown.text
    assert "language" in [note.code for note in of(Note, events)]


async def test_spanish_is_answered_in_spanish(make):
    done = reply(await ask(make(), "Nací en Texas. ¿Me pueden deportar?"))
    assert (done.lang, done.answer) == ("es", "no")
    assert "no asesoría legal" in done.text


async def test_a_chosen_language_is_kept(make):
    assert reply(await ask(make(), CITIZEN, lang="es")).lang == "es"


# With a model


GOOD = "A person may not be sent where life or freedom would be threatened. [p1]"


async def test_sentences_come_with_the_law_they_rest_on(make):
    events = await ask(make(Scripted(GOOD)), "I have a green card. Where can they not send me?")
    [sentence] = of(Sentence, events)
    assert sentence.text == GOOD.removesuffix(" [p1]")
    assert [one.id.unit.path for one in sentence.citations] == ["usc/8/1231"]
    assert sentence.text in reply(events).text


async def test_a_sentence_without_passage_is_left_out(make):
    events = await ask(make(Scripted("A certified copy can be asked for.")), CITIZEN)
    assert of(Sentence, events) == []
    done = reply(events)
    assert [one.reason for one in done.dropped] == ["uncited"]
    assert "dropped" not in [note.code for note in of(Note, events)]
    assert len(of(LawStatement, events)) > 2


async def test_a_sentence_its_passage_does_not_bear_out_is_left_out(make):
    writer = Scripted("There are 45 days to ask for this protection. [p1]")
    events = await ask(make(writer), "I have a green card. What is withholding of removal?")
    assert of(Sentence, events) == []
    assert "45" not in reply(events).text
    assert "dropped" in [note.code for note in of(Note, events)]


async def test_nothing_fits_is_said_by_the_law_instead(make):
    events = await ask(make(Scripted(f"{NOTHING_FITS}.")), CITIZEN)
    done = reply(events)
    assert done.dropped == ()
    assert NOTHING_FITS not in done.text
    assert of(LawStatement, events)


@pytest.mark.parametrize("violation", VIOLATIONS)
async def test_no_violating_sentence_reaches_anybody(make, violation):
    seen = []
    plain = await ask(make(), CITIZEN)
    events = await ask(make(Scripted(violation)), CITIZEN, trace=seen.append)
    bare = violation.replace(" [p1]", "")
    assert events[0] == plain[0]
    assert bare not in reply(events).text
    assert of(Sentence, events) == []
    assert all(bare not in repr(event) for event in events)
    draft = next(one for one in seen if isinstance(one, Draft))
    assert draft.text == violation
    assert draft.dropped
    assert isinstance(seen[0], Retrieved)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.one_of(st.text(max_size=400), st.sampled_from(VIOLATIONS)), st.integers(1, 50))
def test_no_model_output_changes_the_opening(make, text, size):
    pieces = [text[i : i + size] for i in range(0, len(text), size)]
    events = asyncio.run(ask(make(Scripted(*pieces)), CITIZEN))
    plain = asyncio.run(ask(make(), CITIZEN))
    assert events[0] == plain[0]
    done, before = reply(events), reply(plain)
    assert (done.verdict, done.status, done.answer) == (
        before.verdict,
        before.status,
        before.answer,
    )


@pytest.mark.parametrize("size", [1, 2, 5, 1000])
async def test_the_stream_may_be_cut_anywhere(make, size):
    text = f"{GOOD} Yes, they can. [p1] Born in the U.S. a person is protected. [p2] {GOOD}"
    pieces = [text[i : i + size] for i in range(0, len(text), size)]
    cut = await ask(make(Scripted(*pieces)), "I have a green card. Can they deport me?")
    whole = await ask(make(Scripted(text)), "I have a green card. Can they deport me?")
    assert reply(cut) == reply(whole)


async def test_what_was_released_stays_when_the_model_fails(make):
    question = "I have a green card. Can they send me where my life would be threatened?"
    fine = await ask(make(Scripted(f"{GOOD} Half a sent")), question)
    released = of(Sentence, fine)[:1]
    assert released
    events = await ask(make(Scripted(f"{GOOD} Half a sent", ModelError("gone"))), question)
    done = reply(events)
    assert of(Sentence, events) == released
    assert released[0].text in done.text
    assert "Half a sent" not in repr(events)
    assert "degraded" in done.flags
    assert "model_down" in [note.code for note in of(Note, events)]
    alone = await ask(make(), question)
    assert set(of(LawStatement, events)) == set(of(LawStatement, alone))


@pytest.mark.parametrize("fault", FAULTS)
async def test_whatever_happens_to_the_model_the_person_is_answered(make, fake_openai, fault):
    fake_openai.replies = [Says("" if fault == "empty" else "First words", fault)]
    setting = {"openai_base_url": fake_openai.url, "model_timeout_s": 1.0}
    writer = _open_writer(Settings(**setting))
    plain = await ask(make(), CITIZEN)
    events = await ask(make(writer, **setting), CITIZEN)
    done = reply(events)
    assert events[0] == plain[0]
    assert done.status == "ruled"
    assert set(of(LawStatement, events)) == set(of(LawStatement, plain))
    assert ("degraded" in done.flags) == (fault != "empty")
    assert "First words" not in done.text
    assert "Citizens can be deported" not in done.text


async def test_what_identifies_a_person_stays_here(make, fake_openai):
    fake_openai.replies = [
        Says("The number [A_NUMBER_1] belongs in every letter to the court. [p1]")
    ]
    writer = _open_writer(Settings(openai_base_url=fake_openai.url))
    engine = make(writer)
    question = (
        "I have a green card, A123456789, phone 212-555-0123, maria@example.com. "
        "Can they deport me?"
    )
    events = await ask(engine, "I live at 12 Elm Street.", "ok", question)
    sent = fake_openai.sent()
    for secret in ("A123456789", "555-0123", "maria@", "Elm"):
        assert secret not in sent
        assert all(secret not in str(asked) for asked in engine._parts.searcher.asked)
    assert "Can they deport me?" in sent
    [sentence] = of(Sentence, events)
    assert sentence.text == "The number A123456789 belongs in every letter to the court."


async def test_only_the_last_of_a_long_conversation_goes_to_the_model(make):
    writer = Scripted(GOOD)
    said = [text for n in range(12) for text in (f"I have a green card {n} " + "x" * 5000, "ok")]
    await ask(make(writer), *said, "Where can they not send me?")
    [seen] = writer.seen
    assert [text[:22] for text in seen.earlier] == [
        f"I have a green card {n} "[:22] for n in range(6, 12)
    ]
    assert all(len(text) == 2000 for text in seen.earlier)


async def test_a_question_of_nothing_but_a_number_is_not_searched(make):
    engine = make()
    done = reply(await ask(engine, "A123456789"))
    assert engine._parts.searcher.asked == []
    assert done.flags == ()


async def test_strict_shows_only_statements(make):
    writer = Scripted("Never asked. [p1]", picks=("p2", "p1"))
    events = await ask(make(writer, mode="strict"), CITIZEN)
    assert of(Sentence, events) == []
    given = [one.passage for one in writer.seen[0].passages]
    shown = [event.citation.id for event in of(LawStatement, events)]
    assert shown == [given[1].authority, given[0].authority]


@pytest.mark.parametrize("picks", [(), ModelError("gone")])
async def test_strict_without_a_choice_shows_what_code_chose(make, picks):
    events = await ask(make(Scripted(picks=picks), mode="strict"), CITIZEN)
    plain = await ask(make(), CITIZEN)
    assert of(LawStatement, events) == of(LawStatement, plain)
    assert ("degraded" in reply(events).flags) == bool(picks)


async def test_leaving_early_stops_the_model(make):
    stopped = asyncio.Event()

    class Endless(Scripted):
        async def draft(self, _material):
            try:
                while True:
                    await asyncio.sleep(0)
                    yield f"{GOOD} "
            finally:
                stopped.set()

    stream = make(Endless()).answer(
        turns("I have a green card. Can they send me where my life would be threatened?")
    )
    async for event in stream:
        if isinstance(event, Sentence):
            break
    await stream.aclose()
    assert stopped.is_set()


async def test_no_word_of_a_person_is_logged(make, caplog):
    caplog.set_level(logging.DEBUG)
    await ask(make(Scripted(ModelError("gone")), BrokenSearch), "I, Zyxwv, was born in Texas")
    assert "Zyxwv" not in caplog.text
    assert "search failed" in caplog.text


def test_a_stray_variable_sends_nothing_out(monkeypatch):
    for name in QUIET:
        monkeypatch.setenv(name, "true")
    monkeypatch.setenv("OPENAI_LOG", "debug")
    keep_quiet()
    assert {name: os.environ[name] for name in QUIET} == QUIET
    assert "OPENAI_LOG" not in os.environ
    assert not tracing_is_enabled()
    assert logging.getLogger("openai").level == logging.WARNING


# The other doors


def test_a_draft_is_guarded(make):
    done = make().guard_draft(CITIZEN, (), "Yes, they can. Talk to a lawyer.")
    assert done.verdict.outcome is Outcome.FORBIDDEN
    assert "Yes, they can." not in done.kept
    assert [one.text for one in done.dropped][:1] == ["Yes, they can."]
    assert done.text == "\n\n".join(filter(None, [done.opening, " ".join(done.kept)]))
    assert RULE in done.opening


def test_an_off_topic_draft_has_no_opening(make):
    done = make().guard_draft("How do I bake bread?", (), "Knead the dough for a while.")
    assert (done.verdict, done.opening, done.text) == (None, "", "Knead the dough for a while.")


def test_a_draft_may_cite_only_what_it_was_given(make):
    engine = make()
    given = engine.passages(["usc/8/1101/a/3"])
    draft = "See 8 U.S.C. 1231(b)(3)(A) for this. [p1]"
    assert engine.guard_draft("Who is an alien?", (), draft, passages=given).kept == ()
    assert engine.guard_draft("Who is an alien?", (), draft).kept != ()


def test_reading_the_law(make):
    engine = make()
    found = engine.read(Authority("usc/8/1231/b/3"))
    assert found.section.id.path == "usc/8/1231"
    assert {one.authority.path for one in found.statements} >= {"usc/8/1231/b/3/A"}
    assert all(one.authority.within(Authority("usc/8/1231/b/3")) for one in found.statements)
    for unknown in ("usc/8/9999", "usc/8/1231/zz"):
        with pytest.raises(UnknownAuthority):
            engine.read(Authority(unknown))


def test_passages_by_id(make):
    engine = make()
    whole = engine.passages(["usc/8/1101/a/3"])
    assert engine.passages([whole[0].id]) == whole[:1]
    for unknown in ("usc/8/1101/a/3@ffffffff", "usc/8/9999", "nonsense"):
        with pytest.raises(UnknownAuthority):
            engine.passages([unknown])


async def test_the_search_is_told_what_the_rules_rest_on(make):
    engine = make()
    search = engine._parts.searcher
    for look in (ask(engine, CITIZEN), engine.search(CITIZEN)):
        search.ruled = ()
        await look
        assert Authority("usc/8/1101/a/3") in search.ruled
    await engine.search("What is the filing fee?")
    assert search.ruled == ()


async def test_searching(make):
    engine = make()
    hits = await engine.search("A123456789 withholding", "en", 3)
    assert hits == engine._parts.searcher.hits
    assert engine._parts.searcher.asked == [("withholding", "en", 3, ())]
    with pytest.raises(EmptyQuestion):
        await engine.search("")
    with pytest.raises(CorpusIndexError, match="corpus build"):
        await make(search=None).search("withholding")


async def test_an_engine_opens_without_index_and_model(tmp_path):
    engine = open_engine(Settings(data_dir=tmp_path))
    assert "habeas corpus build" in engine.trouble
    assert not engine.has_model
    done = reply(await ask(engine, CITIZEN))
    assert (done.status, done.flags) == ("ruled", ("degraded",))
    with pytest.raises(CorpusIndexError):
        await engine.search("x")
    engine.close()


def test_a_model_that_may_not_be_opened_is_left_out(caplog):
    assert _open_writer(Settings(openai_base_url="https://models.example.com/v1")) is None
    assert "no model" in caplog.text


def test_index_errors_share_a_base():
    assert issubclass(IndexMissing, CorpusIndexError)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What does 8 USC 9876(b) say?", "It is: 8 U.S.C. § 9876(b)."),
        ("What does 99 USC 1231 say?", "has 54 titles"),
        ("¿Qué dice 8 CFR 9999.1?", "Es: 8 CFR § 9999.1."),
    ],
)
async def test_a_provision_nobody_knows_is_named(make, question, said):
    assert said in reply(await ask(make(), question)).text


async def test_a_case_nobody_knows_is_not_repeated(make):
    done = reply(await ask(make(), "What about Citizensmay v. Bedeported, 999 U.S. 99?"))
    assert "Bedeported" not in done.text


MANY = (
    "I have TPS. 1. Can I travel to see my mother? 2. How long does it last? 3. What if they end it?"
    " 4) And how do I bake bread?"
)


class SearchByWord(FakeSearch):
    """Finds another passage for each question, and is sure of none on bread."""

    def search(self, query, lang, k, history, *, ruled=()):
        hits = super().search(query, lang, k, history, ruled=ruled)
        place = next((n for n, word in enumerate(("travel", "long", "end")) if word in query), None)
        self.sure = 0.1 if place is None else 0.9
        return hits[place or 0 :]


async def test_each_of_many_questions_is_answered_in_its_order(make):
    searched = []

    def search(shelf):
        searched.append(SearchByWord(shelf, ("usc/8/1182", "usc/8/1101", "usc/8/1481")))
        return searched[0]

    events = await ask(make(search=search), MANY)
    texts = [one.text for one in of(LawStatement, events)]
    numbered = [text.split(":")[0] for text in texts if text.startswith("Question")]
    assert numbered == ["Question 1", "Question 2", "Question 3"]
    assert [query for query, *_ in searched[0].asked] == [
        "Can I travel to see my mother?",
        "How long does it last?",
        "What if they end it?",
        "And how do I bake bread?",
    ]
    assert {history for *_, history in searched[0].asked} == {("I have TPS.",)}
    notes = {note.code: note.text for note in of(Note, events)}
    assert "question 4." in notes["abstained"]


async def test_one_statement_that_answers_several_is_shown_once(make):
    events = await ask(make(), "¿Puedo viajar a mi país? ¿Puedo salir y volver? ¿Me dejan entrar? ¿Es seguro irme?")  # fmt: skip
    texts = [one.text for one in of(LawStatement, events)]
    assert [text for text in texts if text.startswith("Pregunta 1, 2, 3, 4:")]
    assert len(texts) == len(set(texts))


async def test_what_the_ruling_rests_on_is_not_shown_twice_where_it_answers_too(make):
    told = (
        "I was born in Texas. Can they deport me? Can they hold me? Can I travel? Can I vote here?"
    )
    events = await ask(make(search=lambda shelf: FakeSearch(shelf, ("usc/8/1101/a/3",))), told)
    assert reply(events).status == "ruled"
    shown = [one.citation.id.path for one in of(LawStatement, events)]
    assert shown.count("usc/8/1101/a/3") == 1


@pytest.mark.parametrize(
    ("text", "count", "trap"),
    [
        ("Can they? Really? What now? Can I stay?", 0, "short ones are one question asked again"),
        ("Can I stay here? Can I work here? Can I travel?", 0, "three are mostly one"),
        ("Can I stay here? Can I work here? Can I travel now? Can I vote here?", 4, "four are not"),
        ("1. Can I stay here?\n2. Can I work here?\n3. Can I travel now?\n4. Can I vote here?", 4, "a list"),
        ("Can I stay here? " * 30, 10, "a flood"),
    ],
)  # fmt: skip
def test_what_counts_as_several_questions(text, count, trap):
    found = several(text)
    assert (len(found.questions) if found else 0) == count, trap
    assert all(one.startswith("Can I") for one in (found.questions if found else ()))
