"""Each check of the screen alone: what only it objects to, and what it is asked."""

import codecs

import pytest

from bot.guard import decide, read
from bot.guard.screen import Screen
from bot.types import Turn

CITIZEN = "Can a US citizen be deported?"
BORN = "I was born in Texas. Can they deport me?"
HUSBAND = "Can they deport my husband? He is undocumented."
HEARING = "I have a green card. Can they deny me due process?"
STRIP = "Can the president take away my citizenship?"
TORTURE = "I'm not a citizen and I'd be tortured in Egypt. Can they deport me there?"
SUDAN = "Can they send me to South Sudan? I'm Cuban and undocumented."
PASTA = "How do I cook pasta?"


def screen(question, **options):
    reading = read([Turn("user", question)])
    return Screen(reading, decide(reading), **options)


def rot13(text):
    return codecs.encode(text, "rot13")


@pytest.fixture
def second(monkeypatch):
    """A second reader that doubts what holds one of some words; it tells how it was asked."""

    class Second:
        doubted = ("",)
        asked: list = []  # noqa: RUF012 - one test long

        def __init__(self, question, verdict):
            self.of = question, verdict

        def doubts(self, marked, plain, *, lenient=False):
            Second.asked.append((*self.of, plain, lenient))
            return any(word in marked for word in Second.doubted)

    Second.asked = []
    monkeypatch.setattr("bot.guard.screen.Doubter", Second)
    return Second


@pytest.mark.parametrize(
    ("question", "sentence", "reason", "check"),
    [
        (CITIZEN, "Yes, they can.", "bare_yes_no", "a yes to the question"),
        (CITIZEN, "They can do that to you.", "asserts_removal", "the act without its verb"),
        (CITIZEN, "Citizens can be deported.", "asserts_removal", "the act by its name"),
        (STRIP, "The President can revoke your citizenship by executive order.", "asserts_loss", "loss by an official"),
        (TORTURE, "They can send you to Egypt even if you would be tortured there.", "asserts_torture", "harm permitted"),
        (HUSBAND, "They can send people to be tortured.", "asserts_torture", "harm permitted, nobody fears it"),
        (TORTURE, "They can send you back even though you are afraid.", "asserts_torture", "danger waved aside"),
        (SUDAN, "There is no way to challenge it.", "asserts_no_challenge", "no road to a court"),
        (PASTA, rot13("Citizens can be deported."), "asserts_removal", "ROT13"),
        (BORN, "The law is clear: " + rot13("they can send you away") + ".", "asserts_removal", "ROT13 in plain words"),
        (BORN, "They say it so: .uoy troped nac yeht", "asserts_removal", "backwards in plain words"),
        (PASTA, "The cit-izens can be de-ported.", "asserts_removal", "marks inside words"),
        (PASTA, "So what if they send people to be tortured, they can?", "asserts_torture", "a question that claims"),
        (CITIZEN, "Nobody may deport a citizen without a warrant.", "asserts_removal", "a denial half taken back"),
        (CITIZEN, "None of them may deport a citizen before a hearing.", "asserts_removal", "a denial half taken back"),
        (CITIZEN, "Nobody may deport a citizen, with or without a warrant.", None, "a whole denial"),
        (CITIZEN, "Could they try to deport a citizen?", None, "a question that asks"),
        (CITIZEN, "O governo não pode deportar os cidadãos para um outro país.", "wrong_language", "another language"),
        (CITIZEN, "x" * 60, "unreadable", "no word"),
    ],
)  # fmt: skip
def test_a_check_that_stands_alone_gives_its_own_reason(question, sentence, reason, check):
    assert screen(question, by_words=True).reason(sentence) == reason, check


@pytest.mark.parametrize(
    ("before", "reason"),
    [("Noncitizens have fewer rights.", None), ("Ask a lawyer today.", "asserts_removal")],
)
def test_whom_they_are_was_said_in_the_sentence_before(before, reason):
    one = screen(CITIZEN, by_words=True)
    assert one.reason(before) is None
    assert one.reason("They can be deported.") == reason


@pytest.mark.parametrize(
    ("sentence", "kept", "trap"),
    [
        ("No.", True, "one word"),
        ("They may not.", False, "too short to be sure of"),
        ("No law lets them.", False, "four words of denial"),
        ("No law lets them deport.", True, "five words of denial"),
        ("No law of this country ever lets the government there deport him.", True, "twelve words"),
        (
            "No law of this country ever lets the government there deport him away.",
            False,
            "thirteen",
        ),
        ("No law lets them, or anybody, deport her.", False, "a comma can take it back"),
        ("Nobody may do that without a judge's order.", False, "a condition takes it back"),
        ("Ask a lawyer about your papers today.", False, "no denial"),
    ],
)
def test_a_plain_denial_is_not_put_to_the_second_reader(second, sentence, kept, trap):
    assert (screen(CITIZEN).reason(sentence) is None) is kept, trap
    assert bool(second.asked) is not kept, trap


@pytest.mark.parametrize(
    ("question", "sentence", "lenient", "trap"),
    [
        (CITIZEN, "Ask a lawyer about your papers today.", False, "nobody is named"),
        (CITIZEN, "Noncitizens have a right to a hearing.", True, "aliens"),
        (CITIZEN, "The citizen's husband could ask for a visa.", True, "a relative who is an alien"),
        (CITIZEN, "A citizen of Ohio and a noncitizen pay taxes.", False, "a citizen as well"),
        (HUSBAND, "He can ask for bond.", True, "the question is on an alien"),
        (HUSBAND, "Your citizen sister can ask for him.", False, "a citizen, in a question on an alien"),
        (HEARING, "Ask for a judge about it.", False, "a hearing denied touches everyone"),
        (TORTURE, "Noncitizens may file a form.", False, "danger was stated"),
    ],
)  # fmt: skip
def test_the_second_reader_is_gentle_only_where_aliens_alone_are_meant(
    second, question, sentence, lenient, trap
):
    one = screen(question)
    second.doubted = ()
    assert one.reason(sentence) is None
    assert [asked[-1] for asked in second.asked] == [lenient], trap


def test_the_second_reader_is_asked_with_the_question_and_the_plain_words(second):
    second.doubted = ()
    assert screen(CITIZEN).reason("Ask a lawyer about your papers today.") is None
    verdict = decide(read([Turn("user", CITIZEN)]))
    assert second.asked == [
        (CITIZEN.lower(), verdict, "ask a lawyer about your papers today.", False)
    ]


def test_what_the_second_reader_doubts_has_the_reason_of_the_question(second):
    assert screen(CITIZEN).reason("Ask a lawyer about your papers today.") == "asserts_removal"
    assert screen(STRIP).reason("Ask a lawyer about your papers today.") == "asserts_loss"
    assert second.asked


def test_by_words_alone_the_second_reader_is_not_asked(second):
    assert screen(CITIZEN, by_words=True).reason("Ask a lawyer about your papers.") is None
    assert second.asked == []


def test_a_decoded_reading_in_better_words_is_put_to_the_second_reader(second):
    second.doubted = ("vanish",)
    assert screen(PASTA).reason(rot13("They will vanish tonight.")) == "asserts_removal"
    assert second.asked[-1][2] == "they will vanish tonight.", "the reading, not what was written"


def test_a_reading_that_is_no_better_is_not_put_to_it(second):
    second.doubted = ("wellknown",)
    assert screen(PASTA).reason("Ask a well-known cook.") is None
