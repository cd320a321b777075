"""The page on the arms of the search is what its own file of numbers says; nothing is measured here."""

import json

import pytest

from evals import arms
from evals.cli import main
from evals.compare import Exit
from evals.problems import RunFailed


def test_the_page_is_that_of_its_numbers():
    measured = arms.load()
    assert arms.PAGE.read_text(encoding="utf-8") == arms.page(measured)
    names = {row.name for row in measured.rows}
    assert names == {name for name, _ in arms.combined()} | {arms.SERVED, arms.NAIVE}


def test_a_stale_file_is_told(monkeypatch, tmp_path, capsys):
    told = json.loads(arms.RESULTS.read_text(encoding="utf-8"))
    (tmp_path / "r.json").write_text(json.dumps({**told, "of": "0"}), encoding="utf-8")
    stale = arms.load(tmp_path / "r.json")
    monkeypatch.setattr(arms, "load", lambda: stale)
    assert main(["retrieval", "--check"]) == Exit.SOFT
    assert "python -m evals retrieval --write" in capsys.readouterr().out


def test_a_missing_file_says_what_to_do(tmp_path):
    with pytest.raises(RunFailed, match="retrieval --write"):
        arms.load(tmp_path / "none.json")
