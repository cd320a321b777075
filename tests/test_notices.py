"""Pasted official papers: named, dated, answered; what they allege is nobody's own word."""

import asyncio
from datetime import date

import pytest

from bot.answer.notices import NOTICES_FILE, load_notices
from bot.engine import open_engine
from bot.errors import CorpusError, QuestionTooLong
from bot.settings import PROJECT_DIR, Settings
from bot.types import Card, Opening, Outcome, Turn

CORPUS = PROJECT_DIR / "corpus"

NTA = """DEPARTMENT OF HOMELAND SECURITY
NOTICE TO APPEAR

In the Matter of:
Respondent: JUAN EXAMPLE    File No: A 098 765 432    DOB: 03/14/1985

The Department of Homeland Security alleges that you:
1. You are not a citizen or national of the United States;
2. You are a native of GUATEMALA and a citizen of GUATEMALA;
3. You entered the United States at or near HIDALGO, TX, on or about June 2, 2014;

YOU ARE ORDERED to appear before an immigration judge of the United States Department of Justice at:
1801 Example Street, 9th Floor, Houston, TX 77002
on January 14, 2027 at 8:30 AM to show why you should not be removed from the United States.
Date: October 20, 2026

Certificate of Service: This Notice To Appear was served on the respondent by me on October 22, 2026.
"""
ORDER = """UNITED STATES DEPARTMENT OF JUSTICE
EXECUTIVE OFFICE FOR IMMIGRATION REVIEW
IMMIGRATION COURT

In the Matter of: JUAN EXAMPLE, Respondent

ORDER OF THE IMMIGRATION JUDGE

Upon the evidence it is HEREBY ORDERED that the application for asylum be denied and that respondent be
removed to Guatemala. Respondent's appeal rights were explained. A copy of this decision was mailed.
Dated: November 3, 2026
"""
RFE = """U.S. CITIZENSHIP AND IMMIGRATION SERVICES
REQUEST FOR EVIDENCE

Receipt Number: IOE0912345678     Notice Date: September 30, 2026
Applicant: JUAN EXAMPLE       Form I-485

The evidence you sent is not enough. Your response must be received by December 27, 2026. If you do not
answer, your application may be refused. Send all evidence together with this letter on top of it.
Officers of this agency may not give legal advice on how to answer this letter.
"""
PAPERS = {"nta": NTA, "judge-order": ORDER, "evidence": RFE}


@pytest.fixture(scope="module")
def engine():
    opened = open_engine(Settings())
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def notices(engine):
    return load_notices(CORPUS, engine.digest.known)


def answered(engine, text):
    async def events():
        return [event async for event in engine.answer([Turn("user", text)])]

    return asyncio.run(events())


def card(events):
    return next(one for one in events if isinstance(one, Card) and one.id == "notice")


@pytest.mark.parametrize("kind", PAPERS)
def test_a_paper_is_named(notices, kind):
    assert notices.find(PAPERS[kind]).kind.id == kind
    assert notices.find(f"What is this? It came today.\n\n{PAPERS[kind]}").kind.id == kind


@pytest.mark.parametrize(
    "text",
    [
        "I got a notice to appear. What is it?",
        "The immigration judge made an order of removal for my respondent friend. " * 8,
        "My lawyer at the department of justice said to appear. " * 12,
    ],
)
def test_who_speaks_of_a_paper_has_pasted_none(notices, text):
    assert notices.find(text) is None


def test_dates_are_told_with_what_they_are_of(notices):
    told = {one.day: one.of.en for one in notices.find(NTA).dates}
    assert told[date(2027, 1, 14)] == "hearing"
    assert told[date(2026, 10, 22)] == "when it was served"
    assert date(1985, 3, 14) not in told
    asked = {one.day: one.of.en for one in notices.find(RFE).dates}
    assert asked[date(2026, 12, 27)] == "time to answer"
    assert asked[date(2026, 9, 30)] == "date of the paper or decision"


@pytest.mark.parametrize("kind", PAPERS)
def test_no_date_is_told_that_is_not_in_the_paper(notices, kind):
    paper = PAPERS[kind]
    for one in notices.find(paper).dates:
        assert f"{one.day:%B} {one.day.day}, {one.day.year}" in paper


def test_what_a_paper_alleges_is_no_fact(engine):
    events = answered(engine, f"What is this?\n\n{NTA}")
    assert events[-1].reply.facts == ()
    assert events[-1].reply.verdict.outcome is Outcome.BRANCH
    assert isinstance(events[0], Opening)
    assert "January 14, 2027 (hearing)" in card(events).steps[1]
    assert "EXAMPLE" not in events[-1].reply.text


def test_a_citizen_with_a_notice_to_appear_is_told_the_rule(engine):
    events = answered(engine, f"I was born in Texas and this came. Can they deport me?\n\n{NTA}")
    assert events[-1].reply.verdict.outcome is Outcome.FORBIDDEN
    assert [one.field for one in events[-1].reply.facts] == ["birthplace"]


class Kept:
    rich = True

    def __init__(self):
        self.entries = []

    def put(self, entry):
        self.entries.append(entry)


def test_what_is_written_down_for_evaluation_is_read_as_it_was_answered(engine):
    kept = Kept()
    answered(engine.audited(kept), f"What is this?\n\n{NTA}")
    [entry] = kept.entries
    assert entry.rich.faithful
    assert "EXAMPLE" not in "".join(entry.rich.told.turns)


def test_a_paper_alone_is_answered(engine):
    reply = answered(engine, ORDER)[-1].reply
    assert "30 days" in reply.text
    assert "10 days" in reply.text
    assert {"guide/deadlines-at-a-glance/1"} <= {one.id.path for one in reply.citations}


def test_in_spanish_the_card_is_spanish(engine):
    events = answered(engine, f"Me llegó esto ayer. ¿Qué significa?\n\n{NTA}")
    assert events[-1].reply.lang == "es"
    assert "14 de enero de 2027 (audiencia)" in card(events).steps[1]


def test_where_the_law_at_hand_is_silent_no_number_of_days_is_named(engine):
    steps = card(answered(engine, RFE)).steps
    assert "I name no number of days" in steps[2]


def test_ten_pages_are_answered_and_other_long_text_is_not(engine):
    pages = NTA + (
        "The respondent is told of rights and duties before the immigration court.\n" * 330
    )
    assert len(pages) > 24_000
    assert card(answered(engine, pages))
    with pytest.raises(QuestionTooLong):
        engine.answer([Turn("user", "Can they deport me? " * 1500)])
    with pytest.raises(QuestionTooLong):
        engine.answer([Turn("user", pages * 2)])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("marks=['a']\n[[notice]]\nid='a'\n", "lacks"),
        ("notice=[]\n", "lacks"),
        ("[[", "cannot be read"),
        (
            "marks=['a']\n[[notice]]\nid='a'\ntitle=['a']\nlaw=['usc/8/9999']\n"
            + "".join(
                f"{n}='a'\n" for n in ("en", "es", "clock_en", "clock_es", "ask_en", "ask_es")
            ),
            "usc/8/9999",
        ),
    ],
)
def test_a_broken_table_is_named(tmp_path, text, said):
    (tmp_path / NOTICES_FILE).write_text(text, encoding="utf-8")
    with pytest.raises(CorpusError, match=said):
        load_notices(tmp_path, frozenset())
