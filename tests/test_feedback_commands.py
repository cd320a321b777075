"""``habeas feedback``: what people said comes out as it was kept, and becomes a draft question."""

import asyncio
import io
import json
import sqlite3
import sys
import time
from contextlib import closing
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from bot.channels import cli
from bot.channels.page.feedback import FeedbackDesk
from bot.settings import load_settings
from bot.store import Feedback, open_store
from evals.cases import read_questions
from evals.cli import main as evals
from tests.serving import FakeEngine

AGREED = Feedback(
    answer="0" * 15 + "a",
    voter="page",
    about="wrong_law",
    rule="citizen_removal",
    status="ruled",
    lang="en",
    corpus="c" * 64,
    rules="r" * 64,
    digest="d" * 64,
    comment="Guam \x1b[31mis\nin the US",
    question="Can ICE deport me? I was born in Guam.",
    reply="No.",
)
SILENT = Feedback(
    answer="0" * 15 + "b",
    voter="page",
    about="good",
    rule="none",
    status="answered",
    lang="es",
    corpus="c" * 64,
)
BARE = Feedback("slack-answer", "pseudonym", "bad", "none", "answered", "en", "c" * 64)


@pytest.fixture
def habeas(tmp_path, monkeypatch):
    monkeypatch.setenv("HABEAS_DATA_DIR", str(tmp_path))
    return lambda *arguments: CliRunner().invoke(cli.app, ["feedback", *arguments])


@pytest.fixture
def told(habeas, monkeypatch):
    # What was said in 1970 is old.
    monkeypatch.setenv("HABEAS_FEEDBACK_DAYS", "0")

    async def tell():
        moments = iter((3_600.0, 7_200.0, 10_800.0))
        store = await open_store(load_settings(), lambda: next(moments))
        await store.tell(AGREED)
        await store.tell(SILENT)
        await store.tell(BARE)
        await store.close()
        # As earlier versions kept a vote from Slack.
        with closing(sqlite3.connect(load_settings().data_dir / "habeas.db")) as base, base:
            base.execute("delete from remarks where answer = ?", (BARE.answer,))

    asyncio.run(tell())
    return habeas


def test_the_list_shows_each_item_and_no_control_character(told):
    result = told("list")
    assert result.exit_code == 0
    assert "1970-01-01T01Z  000000000000000a  wrong_law  ruled citizen_removal en" in result.stdout
    assert "  asked: Can ICE deport me? I was born in Guam." in result.stdout
    assert "  says: Guam [31mis in the US" in result.stdout
    assert "1970-01-01T02Z  000000000000000b  good  answered none es" in result.stdout
    assert "3 items, 2 against the answer" in result.stdout
    assert "\x1b" not in result.stdout


def test_the_list_can_be_of_one_kind(told):
    result = told("list", "--about", "good")
    assert "1 items, 0 against" in result.stdout
    assert "000000000000000a" not in result.stdout


def test_nothing_said_is_said_and_makes_no_database(habeas, tmp_path):
    assert habeas("list").stdout == "0 items, 0 against the answer\n"
    assert json.loads(habeas("export").stdout) == []
    assert habeas("export", "--jsonl").stdout == ""
    assert not list(tmp_path.iterdir())


def test_lines_have_what_was_kept_and_not_who_said_it(told):
    lines = [json.loads(line) for line in told("export", "--jsonl").stdout.splitlines()]
    assert lines == json.loads(told("export").stdout)
    first, second, third = lines
    assert first == {
        "id": AGREED.answer,
        "hour": "1970-01-01T01Z",
        "about": "wrong_law",
        "rule": "citizen_removal",
        "status": "ruled",
        "lang": "en",
        "corpus": AGREED.corpus,
        "rules": AGREED.rules,
        "digest": AGREED.digest,
        "comment": AGREED.comment,
        "question": AGREED.question,
        "reply": AGREED.reply,
    }
    assert "question" not in second
    assert "reply" not in second
    assert third["about"] == "bad"
    assert "pseudonym" not in told("export").stdout


def test_a_line_becomes_a_draft_question(told, tmp_path, monkeypatch):
    line = told("export", AGREED.answer, "--jsonl").stdout
    into = tmp_path / "inbox.jsonl"
    monkeypatch.setattr(sys, "stdin", io.StringIO(line))
    assert evals(["add", "--feedback", "-", "--into", str(into)]) == 0
    case = next(read_questions(into)).question
    assert case.turns[0].content == AGREED.question
    assert case.origin == f"feedback {AGREED.answer}"


def test_a_line_without_words_says_what_to_do(told, tmp_path, monkeypatch, capsys):
    line = told("export", SILENT.answer, "--jsonl").stdout
    into = tmp_path / "inbox.jsonl"
    monkeypatch.setattr(sys, "stdin", io.StringIO(line))
    assert evals(["add", "--feedback", "-", "--into", str(into)]) == 3
    assert "give the question yourself" in capsys.readouterr().err
    assert not into.exists()


def run_main(monkeypatch, *arguments):
    monkeypatch.setattr(sys, "argv", ["habeas", "feedback", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return ended.value.code


@pytest.mark.usefixtures("told")
def test_an_unknown_answer_is_refused_in_one_line(monkeypatch, capsys):
    assert run_main(monkeypatch, "export", "nobody\x1b[2J") == 2
    said = capsys.readouterr().err
    assert "`habeas feedback list` shows what there is" in said
    assert "\x1b" not in said


def test_a_broken_database_is_said_with_what_to_do(habeas, tmp_path, monkeypatch, capsys):
    assert habeas("list").exit_code == 0
    (tmp_path / "habeas.db").write_bytes(b"no database at all, but long enough" * 100)
    assert run_main(monkeypatch, "list") == 2
    assert "cannot open the database" in capsys.readouterr().err


def test_an_unknown_kind_is_refused(habeas):
    result = habeas("list", "--about", "ugly")
    assert result.exit_code == 2
    assert "wrong_citation" in result.stderr


def test_old_words_go_and_the_vote_stays(habeas, monkeypatch):
    async def tell():
        for days, answer in ((366, "a"), (1, "b")):
            past = time.time() - days * 86_400
            store = await open_store(load_settings(), lambda past=past: past)
            await store.tell(replace(AGREED, answer=15 * "0" + answer))
            await store.close()

    asyncio.run(tell())
    monkeypatch.setenv("HABEAS_FEEDBACK_DAYS", "0")
    assert all("question" in one for one in json.loads(habeas("export").stdout))
    monkeypatch.delenv("HABEAS_FEEDBACK_DAYS")
    old, new = json.loads(habeas("export").stdout)
    assert old["about"] == "wrong_law"
    assert old["digest"] == AGREED.digest
    assert not {"comment", "question", "reply"} & set(old)
    assert new["question"] == AGREED.question
    monkeypatch.setenv("HABEAS_FEEDBACK_DAYS", "-1")
    assert habeas("list").exit_code != 0


async def test_a_server_forgets_old_words_by_itself(habeas):
    past = time.time() - 366 * 86_400
    store = await open_store(load_settings(), lambda: past)
    await store.tell(AGREED)
    async with FeedbackDesk(load_settings(), FakeEngine()).running(), asyncio.timeout(10):
        while (await store.feedback())[0].question:  # noqa: ASYNC110 - set by another task
            await asyncio.sleep(0)
    (kept,) = await store.feedback()
    await store.close()
    assert (kept.comment, kept.question, kept.reply) == ("", "", "")
    assert kept.vote == "bad"
