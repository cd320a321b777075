"""The second reader: it may add protection, and nothing else."""

import json
from collections import Counter
from pathlib import Path
from zlib import crc32

import numpy as np
import pytest

from bot.errors import RuleError
from bot.guard import decide, read
from bot.guard.screen import Screen
from bot.guard.second import Doubter, heaviest, likeness, question, scorer, seen_by_second
from bot.guard.second.likeness import DIRECTIONS, GRID, Likeness
from bot.guard.second.question import Seen
from bot.guard.second.scorer import BUCKETS, Scorer, features, load_scorer
from bot.text.meaning import DIM
from bot.text.normalise import fold
from bot.text.sentences import split
from bot.types import Action, Outcome, Turn
from evals.second.examples import data_hash

DATA = Path(__file__).parents[1] / "data"
PROTECTING = {Outcome.FORBIDDEN, Outcome.BRANCH}


def lines(name: str) -> list[dict]:
    return [json.loads(one) for one in (DATA / name).read_text("utf-8").splitlines()]


QUESTIONS = [
    tuple(Turn(turn["role"], turn["content"]) for turn in line["turns"])
    for name in ("questions_heldout.jsonl", "questions_dev.jsonl")
    for line in lines(name)
]


def model(monkeypatch, *logits: float, thresholds: float = 0.6, sure: float = 0.8) -> Scorer:
    """A scorer whose models always give these logits, put in the place of the learnt one.

    The model of anyone comes last; where it is left out it sees removal in everything.
    """
    logits = (*logits, 9.0)[:4]
    nothing = Likeness(
        np.zeros((DIM, DIRECTIONS), np.float32),
        np.zeros((2, 1, DIRECTIONS), np.float32),
        np.ones(2),
        np.zeros((4, 1)),
        np.zeros(4),
    )
    made = Scorer(
        (*question.ACTS, question.ANYONE),
        np.zeros((4, BUCKETS), np.int8),
        np.ones(4),
        np.array(logits),
        nothing,
        np.array([[1.0, 1.0, 0.0]] * 4),
        np.full(4, thresholds),
        np.full(4, sure),
        "x",
    )
    monkeypatch.setattr(question, "load_scorer", lambda _: made)
    question._scores.cache_clear()
    return made


def outcome(turns) -> Outcome | None:
    verdict = decide(read(turns))
    return None if verdict is None else verdict.outcome


@pytest.fixture
def without(monkeypatch):
    """Rule with the words alone."""

    def ruled(turns):
        with monkeypatch.context() as patch:
            patch.setattr("bot.guard.reading.seen_by_second", lambda _: None)
            return outcome(turns)

    return ruled


def test_no_answer_that_protects_is_changed(without):
    changed = 0
    for turns in QUESTIONS:
        by_words, with_second = without(turns), outcome(turns)
        if by_words in PROTECTING or by_words is Outcome.LAWFUL_BUT_DIFFERENT:
            assert with_second is by_words, turns
        elif with_second is not by_words:
            assert with_second in PROTECTING, turns
            changed += 1
    assert changed


def test_where_nobody_can_be_a_citizen_it_has_no_say(monkeypatch):
    monkeypatch.setattr(
        "bot.guard.reading.seen_by_second", lambda _: Seen(Action.REMOVE, sure=True)
    )
    turns = (Turn("user", "I have a green card and a DUI. How long can they hold me?"),)
    assert outcome(turns) is Outcome.CONDITIONS


def test_of_a_stranger_it_gives_both_answers(monkeypatch):
    monkeypatch.setattr(
        "bot.guard.reading.seen_by_second", lambda _: Seen(Action.FOREIGN_PRISON, sure=True)
    )
    verdict = decide(read((Turn("user", "What about the man next door?"),)))
    assert verdict is not None
    assert (verdict.rule, verdict.outcome) == ("citizen_foreign_prison", Outcome.BRANCH)


@pytest.mark.parametrize(
    ("sure", "told", "expected"),
    [
        (True, "I was born in Ohio. What about my trip?", Outcome.FORBIDDEN),
        (False, "I was born in Ohio. What about my trip?", None),
        (False, "What about my trip?", Outcome.BRANCH),
    ],
)
def test_unsure_it_never_gives_a_plain_no(monkeypatch, sure, told, expected):
    monkeypatch.setattr("bot.guard.reading.seen_by_second", lambda _: Seen(Action.REMOVE, sure))
    assert outcome((Turn("user", told),)) is expected


@pytest.mark.parametrize(("score", "sure"), [(0.79, False), (0.81, True)])
def test_it_is_sure_from_a_higher_score_on(monkeypatch, score, sure):
    model(monkeypatch, float(np.log(score / (1 - score))), -9.0, -9.0)
    assert seen_by_second(["a"]) == Seen(Action.REMOVE, sure)


@pytest.mark.parametrize(
    ("removal", "anyone", "seen", "trap"),
    [
        (0.7, 0.5, None, "a greeting, near to many short questions"),
        (0.7, 0.7, Seen(Action.REMOVE, sure=False), "both see it"),
        (0.9, 0.5, Seen(Action.REMOVE, sure=True), "sure alone"),
    ],
)
def test_less_than_sure_of_removal_both_models_must_see_it(
    monkeypatch, removal, anyone, seen, trap
):
    logits = [float(np.log(p / (1 - p))) for p in (removal, 0.1, 0.1, anyone)]
    model(monkeypatch, *logits)
    assert seen_by_second(["a"]) == seen, trap


@pytest.mark.parametrize(
    ("sure", "expected", "trap"),
    [
        (False, None, "the steps first, not a rule nobody asked about"),
        (True, Outcome.BRANCH, "surely asked: both answers"),
    ],
)
def test_in_an_emergency_it_speaks_only_when_sure(monkeypatch, sure, expected, trap):
    monkeypatch.setattr("bot.guard.reading.seen_by_second", lambda _: Seen(Action.REMOVE, sure))
    told = Turn("user", "Agents are at my door. What can I do?")
    assert read([told]).emergency == "ice_at_door"
    found = outcome([told])
    assert found is expected or (expected is None and found is Outcome.NOT_COVERED), trap


def test_in_an_emergency_where_an_act_is_asked_of_it_speaks(monkeypatch):
    monkeypatch.setattr(
        "bot.guard.reading.seen_by_second", lambda _: Seen(Action.REMOVE, sure=False)
    )
    told = Turn("user", "ice is banging on the door rn, can they arrest me, what do i do")
    assert read([told]).emergency == "ice_at_door"
    assert outcome([told]) is Outcome.BRANCH


def test_what_a_text_only_looks_like_is_left_to_the_words(monkeypatch):
    monkeypatch.setattr(
        "bot.guard.reading.seen_by_second", lambda _: Seen(Action.REMOVE, sure=True)
    )
    turns = (Turn("user", "I'm in the army and got orders to Korea. I was born in Ohio."),)
    assert outcome(turns) not in PROTECTING


def test_a_language_it_does_not_read_is_not_put_to_it(monkeypatch):
    def never(_):
        raise AssertionError

    monkeypatch.setattr("bot.guard.reading.seen_by_second", never)
    read((Turn("user", "Как испечь хлеб без дрожжей дома в духовке?"),))


def test_what_the_words_drop_stays_dropped():
    for line in lines("drafts_heldout.jsonl")[:150]:
        reading = read((Turn("user", line["question"]),))
        verdict = decide(reading)
        by_words, both = Screen(reading, verdict, by_words=True), Screen(reading, verdict)
        for cut in split(line["draft"]):
            if by_words.reason(cut.text) is not None:
                assert both.reason(cut.text) is not None, cut.text


def test_it_drops_violating_sentences_that_the_words_let_pass():
    caught = 0
    for line in lines("drafts_heldout.jsonl"):
        if line["label"] != "violating":
            continue
        reading = read((Turn("user", line["question"]),))
        verdict = decide(reading)
        by_words, both = Screen(reading, verdict, by_words=True), Screen(reading, verdict)
        for cut in split(line["draft"]):
            caught += by_words.reason(cut.text) is None and both.reason(cut.text) is not None
    assert caught > 50


def test_weights_are_of_the_examples_at_hand():
    for name in (question.NAME, "sentence"):
        assert load_scorer(name).learnt_from == data_hash(), "run `make second`"


def test_a_score_is_the_same_for_the_same_text_and_bounded():
    told = (fold("can ice yeet a citizen").text,)
    one = question._scores(told)
    question._scores.cache_clear()
    two = question._scores(told)
    assert np.array_equal(one, two)
    assert ((one >= 0) & (one <= 1)).all()


def test_examples_alike_in_meaning_are_near():
    known = load_scorer("sentence").likeness
    text = "a citizen may not lawfully be deported"
    home, same, other = (
        known.nearness(0, one)
        for one in (text, "no citizen can lawfully be deported", "the form costs ninety dollars")
    )
    assert np.corrcoef(home, same)[0, 1] > np.corrcoef(home, other)[0, 1]
    assert ((home > 0) & (home <= 1)).all()


def test_nearness_is_of_the_distance_on_the_grid(monkeypatch):
    """exp(-share * distance squared), of the last characters only."""
    read = []

    def vectors(texts):
        read.extend(texts)
        return np.array([[0.2511, -0.9]], np.float32)

    monkeypatch.setattr(likeness, "meanings", vectors)
    known = Likeness(
        np.eye(2, dtype=np.float32),
        np.array([[[64, -127]], [[0, 0]]], np.float32),
        np.array([1.0, 0.25]),
        np.array([[2.0]]),
        np.array([-0.5]),
    )
    assert known.nearness(0, "x" * 700 + "end") == pytest.approx([1.0])
    assert read == ["x" * (likeness.LONGEST - 3) + "end"]
    assert known.nearness(1, "a") == pytest.approx([np.exp(-0.25 * (64**2 + 127**2) / GRID**2)])
    assert known.margins(np.array([0.75])) == pytest.approx([1.0])


@pytest.mark.parametrize("text", ["", " ", "?" * 50_000, "a " * 50_000, "é" * 1000])
def test_any_text_has_a_score(text):
    seen = seen_by_second([text])
    assert seen is None or seen.act in question.ACTS.values()
    assert Doubter(text, None).doubts(text, text) in (True, False)


def test_features_are_of_length_one_and_kept_apart_by_part():
    one, other = features({"a": "deport me"}), features({"b": "deport me"})
    assert np.linalg.norm(one.values) == pytest.approx(1)
    assert not set(one.places) & set(other.places)
    assert len(features({"a": "deport me"}, "forbidden").places) > len(one.places)
    assert features({"a": ""}).places.size == 0


@pytest.mark.parametrize("context", ["", "forbidden"])
def test_features_are_what_the_weights_were_learnt_on(context):
    """Every run of one to three words, and of four letters in a word, at the place of its CRC-32."""
    counts = Counter()
    words = ["ice", "can", "depórt", "ice", "§"]
    runs = [" ".join(words[i:j]) for i in range(5) for j in range(i + 1, min(i + 3, 5) + 1)]
    letters = [
        w[i : i + 4] for w in (f"<{one}>" for one in words) for i in range(max(1, len(w) - 3))
    ]
    for run in runs:
        counts[f"s {run}"] += 1
        if context:
            counts[f"s {context} {run}"] += 1
    for four in letters:
        counts[f"s-{four}"] += 1
    if context:
        counts[context] += 1
    places = Counter()
    for name, count in counts.items():
        places[crc32(name.encode()) % BUCKETS] += count
    values = {place: 1 + np.log(count) for place, count in places.items()}
    length = np.sqrt(sum(value**2 for value in values.values()))
    found = features({"s": " ".join(words)}, context)
    assert dict(zip(found.places.tolist(), found.values.tolist(), strict=True)) == pytest.approx(
        {place: value / length for place, value in values.items()}
    )


def test_heaviest_runs_are_of_the_text_and_only_of_an_act_it_knows():
    told = ["they will deport american citizens to el salvador"]
    found = heaviest(told, Action.REMOVE)
    assert found
    assert all(run in told[0] for run in found)
    assert heaviest(told, Action.EXTRADITE) == ()


def test_the_highest_over_its_threshold_is_put(monkeypatch):
    made = model(monkeypatch, 0.0, 1.0, 2.0)
    assert seen_by_second(["a"]) == Seen(Action.STRIP_CITIZENSHIP, sure=True)
    made.thresholds[:] = 0.95
    assert seen_by_second(["a"]) is None


def test_words_and_meaning_both_count(monkeypatch):
    made = model(monkeypatch, 0.0, 0.0, 0.0)
    one = features({"t": "a"})
    assert made.scores(one, np.ones(1))[0] == pytest.approx(0.5)
    made.likeness.pulls[0] = 3.0
    made.blend[0] = [1.0, 2.0, -1.0]
    assert made.scores(one, np.ones(1))[0] == pytest.approx(1 / (1 + np.exp(-5.0)))


def test_where_nobody_protected_is_spoken_of_more_is_let_pass(monkeypatch):
    made = model(monkeypatch, float(np.log(0.7 / 0.3)), 0.0, 0.0)
    monkeypatch.setattr("bot.guard.second.sentence.load_scorer", lambda _: made)
    doubter = Doubter("a", None)
    assert doubter.doubts("a", "a")
    assert not doubter.doubts("a", "a", lenient=True)


@pytest.mark.parametrize(
    ("sure", "expected"), [(True, Outcome.BRANCH), (False, Outcome.CONDITIONS)]
)
def test_a_sure_question_on_lost_citizenship_is_put_though_the_words_see_aliens_only(
    monkeypatch, sure, expected
):
    monkeypatch.setattr(
        "bot.guard.reading.seen_by_second", lambda _: Seen(Action.STRIP_CITIZENSHIP, sure)
    )
    told = "Can a president sign a paper and poof, I'm not a citizen? Can they deport me then?"
    assert outcome((Turn("user", told),)) is expected


def test_weights_that_cannot_be_read_stop_the_start(monkeypatch, tmp_path):
    (tmp_path / "broken.npz").write_bytes(b"no")
    monkeypatch.setattr(scorer.resources, "files", lambda _: tmp_path)
    for name in ("broken", "missing"):
        with pytest.raises(RuleError, match="make second"):
            load_scorer.__wrapped__(name)


@pytest.mark.parametrize(
    ("question", "asks", "ruling", "trap"),
    [
        ("I have a green card. My letter says Tuesday. What now?", True, ("challenge", "conditions"), "of a noncitizen"),
        ("I have a green card. My letter says Tuesday. What now?", False, ("none", "not_covered"), "nothing seen"),
        ("My cousin's passport says Tuesday. What now?", True, ("citizen_removal", "branch"), "of a stranger: both"),
        ("I am a US citizen. My form is late. What now?", True, ("none", "not_covered"), "of a citizen: nothing is put"),
    ],
)  # fmt: skip
def test_where_no_rule_was_seen_removal_is_put_of_anyone_but_citizens(
    monkeypatch, question, asks, ruling, trap
):
    monkeypatch.setattr("bot.guard.reading.seen_by_second", lambda _: None)
    monkeypatch.setattr("bot.guard.reading.asks_of_anyone", lambda _: asks)
    verdict = decide(read([Turn("user", question)]))
    assert (verdict.rule, verdict.outcome) == ruling, trap
