"""The mutation command: what it breaks, how it names it, and when it fails."""

import ast
import re
import subprocess
import sys

import pytest

from bot.settings import PROJECT_DIR
from evals.mutants.__main__ import gone, main
from evals.mutants.changes import changes
from evals.mutants.listed import Listed, Tried, listed, load_listed
from evals.mutants.page import Result, code_hash, stamp_of, unlisted, write
from evals.mutants.places import Name, mutants
from evals.problems import RunFailed

SOURCE = '''
LIMIT: int = 3


class Box:
    @property
    def small(self) -> bool:
        """Whether it is small."""
        return self.size < LIMIT and not self.heavy


def first(items, *, most=2):
    return [one for one in items if one][:most]
'''


@pytest.mark.parametrize(
    ("code", "becomes"),
    [
        ("a < b", {"a <= b"}),
        ("a and b", {"a or b", "a", "b"}),
        ("not a", {"a"}),
        ("a & b", {"a | b"}),
        ("True", {"False"}),
        ("2", {"3"}),
        ("'x'", {"'XXxXX'"}),
        ("a if b else c", {"a", "c"}),
        ("any(a)", {"all(a)", "any(None)"}),
        ("f(a, k=b)", {"f(None, k=b)", "f(a)"}),
        ("None", set()),
    ],
)
def test_an_expression_is_made_wrong_in_each_of_these_ways(code, becomes):
    node = ast.parse(code, mode="eval").body
    assert {ast.unparse(one) for one in changes(node)} == becomes


@pytest.mark.parametrize(
    ("code", "becomes"),
    [
        ("return a", {"return None"}),
        ("raise A", {"pass"}),
        ("f()", {"pass"}),
        ("a = b", {"a = None"}),
        ("a += b", {"a -= b"}),
        ("continue", {"break"}),
        ("return", set()),
    ],
)
def test_a_statement_is_made_wrong_in_each_of_these_ways(code, becomes):
    (node,) = ast.parse(code).body
    assert {ast.unparse(ast.fix_missing_locations(one)) for one in changes(node)} == becomes


def test_constants_and_decorated_functions_are_made_wrong_and_docstrings_are_not(tmp_path):
    (tmp_path / "box.py").write_text(SOURCE, encoding="utf-8")
    found = mutants("box.py", tmp_path)
    told = {(one.name.function, one.name.becomes) for one in found}
    assert ("LIMIT", "LIMIT: int = 4") in told
    assert ("Box.small", "return self.size <= LIMIT and (not self.heavy)") in told
    assert ("first", "def first(items, *, most=3):") in told
    assert ("first", "return [one for one in items][:most]") in told
    assert not any("XXWhether" in becomes for _, becomes in told)
    assert [one.constant for one in found if one.name.function == "LIMIT"] == [True]


def test_a_name_outlives_a_move_of_lines(tmp_path):
    (tmp_path / "box.py").write_text(SOURCE, encoding="utf-8")
    before = [one.name for one in mutants("box.py", tmp_path)]
    (tmp_path / "box.py").write_text(f"import re\n\n\n{SOURCE}", encoding="utf-8")
    assert [one.name for one in mutants("box.py", tmp_path)] == before
    assert len(set(before)) == len(before)


def test_a_planted_mutant_is_taken_out_again(tmp_path):
    (tmp_path / "box.py").write_text(SOURCE, encoding="utf-8")
    for one in mutants("box.py", tmp_path):
        whole = ast.unparse(one.tree)
        with one.planted() as tree:
            assert ast.unparse(tree) != whole
        assert ast.unparse(one.tree) == whole


def test_every_listed_mutant_is_in_the_code_and_has_its_reason():
    known = listed()
    assert gone(known, [one.path for one in known.files]) == []
    assert all(len(reason) > 20 for reason in known.equivalent.values())
    assert {one.file for one in known.equivalent} <= {one.path for one in known.files}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("tests = ", "mutants.toml: "),
        ("tests = []\nfiles = [{path = 'a'}]", "KeyError('tests')"),
        ("tests = []\nfiles = []\n[[equivalent]]\nreason = 'x'\nfil = 'a'", "unexpected keyword"),
        ("tests = []\nfiles = []\n[[equivalent]]\nreason = ' '\nfile = 'a'\nfunction = 'f'\nwas = 'x'\nbecomes = 'y'", "no reason why"),
    ],
)  # fmt: skip
def test_a_broken_list_is_refused(text, says):
    with pytest.raises(RunFailed, match=re.escape(says)):
        load_listed(text)


def test_the_page_counts_names_survivors_and_gives_reasons(tmp_path):
    path = "bot/guard/gate.py"
    names = [Name(path, "f", "return a", f"return {one}") for one in "bcde"]
    known = Listed((Tried(path, ()),), {names[2]: "It is the same."})
    outcomes = dict(zip(names, ("killed", "timeout", "survived", "survived"), strict=True))
    result = Result(path, outcomes)
    page = tmp_path / "mutants.md"
    write([result], known, page)
    text = page.read_text(encoding="utf-8")
    assert "| `bot/guard/gate.py` | 4 | 1 | 1 | 1 | 1 |" in text
    assert "- `bot/guard/gate.py`, f: ``return a`` → ``return e``\n" in text
    assert "- `bot/guard/gate.py`, f: ``return a`` → ``return d``. It is the same.\n" in text
    assert unlisted(result, known) == [names[3]]
    assert stamp_of(page) == code_hash([path])
    assert stamp_of(tmp_path / "none.md") is None


def test_a_file_that_is_not_listed_is_an_error_that_says_so(capsys, tmp_path):
    assert main(["run", "--only", "bot/none.py", "--work", str(tmp_path)]) == 3
    assert "not in mutants.toml: bot/none.py" in capsys.readouterr().err


def test_check_says_that_a_page_is_of_other_code(capsys, tmp_path):
    assert main(["check", "--page", str(tmp_path / "none.md")]) == 0
    said = capsys.readouterr().out
    assert "`make mutants` measures again" in said
    assert "every listed mutant is there" in said


@pytest.mark.slow
def test_a_run_kills_what_tests_notice_and_resumes(tmp_path):
    """The whole command on one small file; pytest is not started inside of pytest."""
    command = [sys.executable, "-m", "evals.mutants", "run", "--only", "bot/guard/rulebook.py"]
    for left in (125, 0):
        done = subprocess.run(
            [*command, "--work", str(tmp_path)], cwd=PROJECT_DIR, capture_output=True, text=True, check=False
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert f"125 mutants, {left} to try" in done.stderr
        assert "every mutant is killed or has its reason" in done.stdout
