import json
import subprocess
import sys
from pathlib import Path

from bot.settings import PROJECT_DIR
from evals.second.examples import DRAFTS, QUESTIONS
from evals.unseen.count import HERE, counts, table


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
    assert len(done.stdout.splitlines()) == 7
