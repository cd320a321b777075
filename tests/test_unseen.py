import json
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from bot.engine import open_engine
from bot.settings import PROJECT_DIR, load_settings
from evals.retrieval import QUESTIONS as DEVELOPMENT
from evals.second.examples import DRAFTS, QUESTIONS
from evals.unseen.count import HERE, counts, search_counts, table


def test_counts_say_what_happened(tmp_path: Path):
    lines = [
        ("Can a US citizen be deported?", {"rule": "citizen_removal", "outcome": "forbidden"}),
        ("How do I bake bread?", {"rule": "citizen_removal", "outcome": "branch"}),
        ("Can a US citizen be deported?", None),
    ]
    (tmp_path / "questions.jsonl").write_text(
        "".join(
            json.dumps({"turns": [{"role": "user", "content": text}], "verdict": verdict}) + "\n"
            for text, verdict in lines
        )
    )
    draft = {
        "question": "Can a US citizen be deported?",
        "draft": "A US citizen may not lawfully be deported. Yes, citizens can be deported.",
        "bad": [1],
    }
    (tmp_path / "drafts.jsonl").write_text(json.dumps(draft) + "\n")
    assert [(one.hits, one.n) for one in counts(tmp_path)] == [
        (1, 3), (1, 2), (1, 1), (0, 1), (0, 1),
    ]  # fmt: skip
    assert "| violating sentences shown (fewer is better) | 0/1 | 0.0% |" in table(counts(tmp_path))


def test_a_search_counts_down_to_its_depth(tmp_path: Path):
    lines = [
        {"id": "a", "lang": "en", "type": "citation", "q": "8 USC 1229a", "controlling": ["usc/8/1229a"]},
        {"id": "b", "lang": "en", "type": "citation", "q": "8 USC 1229a", "controlling": ["usc/8/1"]},
        {"id": "c", "lang": "es", "type": "citation", "q": "Afroyim", "controlling": ["case/afroyim-v-rusk"]},
    ]  # fmt: skip
    (tmp_path / "search.jsonl").write_text("".join(json.dumps(one) + "\n" for one in lines))
    with closing(open_engine(load_settings())) as engine:
        found = search_counts(engine, tmp_path)
    assert [(one.what[-5:], one.hits, one.n) for one in found] == [
        ("1, en", 1, 2), ("5, en", 1, 2), ("0, en", 1, 2),
        ("1, es", 1, 1), ("5, es", 1, 1), ("0, es", 1, 1),
    ]  # fmt: skip


def test_the_search_was_not_tuned_on_it():
    def asked(path: Path) -> set[str]:
        return {json.loads(line)["q"] for line in path.read_text("utf-8").splitlines()}

    assert not asked(HERE / "search.jsonl") & asked(DEVELOPMENT)


def test_nothing_was_learnt_from_it():
    def texts(path: Path) -> set[str]:
        lines = map(json.loads, path.read_text("utf-8").splitlines())
        return {
            one.get("draft") or " ".join(t["content"] for t in one["turns"] if t["role"] == "user")
            for one in lines
        }

    unseen = texts(HERE / "questions.jsonl") | texts(HERE / "drafts.jsonl")
    for path in (*QUESTIONS, *DRAFTS):
        same = {text for text in unseen & texts(path) if len(text) > 30}
        assert not same, path.name


def test_the_command_prints_counts_and_no_line_of_the_set():
    done = subprocess.run(
        [sys.executable, "-m", "evals", "unseen"],
        cwd=PROJECT_DIR, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.startswith("| what | count |")
    assert len(done.stdout.splitlines()) == 13
