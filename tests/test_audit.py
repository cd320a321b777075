"""The audit through its surface: what is kept of an answer, that the chain shows what was done to
it, and that nothing that goes wrong in it reaches the one who asked.
"""

import asyncio
import json
import re
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from dataclasses import replace
from itertools import pairwise

import httpx
import pytest
from typer.testing import CliRunner

import bot.engine
from bot.answer.cards import load_cards
from bot.answer.compose import Shelf
from bot.answer.run import Parts
from bot.audit import Entry, Hashes
from bot.channels import cli, web
from bot.channels.admission import Admission
from bot.channels.api import api_app
from bot.channels.auditing import Audit, is_audited
from bot.channels.page.chat import Chat, Sent
from bot.channels.slack import serve as slack_serve
from bot.engine import Engine
from bot.errors import BadInput, SettingsError
from bot.guard import verdict as verdict_module
from bot.settings import PROJECT_DIR, Settings, load_settings
from bot.sources.digest import Digest, known_paths, load_digest
from bot.store import AuditWriter, open_book
from bot.text.citations import CitationIndex, find_citations, label
from bot.types import Authority, Done, Hit, Opening, Outcome, Turn

QUESTION = "I was born in Guam, my number is A123456789. Can zebras at ICE deport me?"
WORDS = ("zebra", "guam", "a123456789", "born", "citizen_by_birth")
GOOD = "The immigration laws call a person an alien who is not a citizen or national [p1]."
BAD = "ICE may deport U.S. citizens [p1]."
DAY = 86_400.0


class Search:
    """Finds what defines an alien."""

    def __init__(self, shelf):
        found = shelf.under(Authority("usc/8/1101/a/3"))[0]
        self.hits = (Hit(found, 1.0, ("dense",)),)

    def search(self, *_, **__):
        return self.hits

    def confidence(self, _):
        return 0.9


class Drafts:
    """A model that says what it is told to."""

    def __init__(self, text):
        self.text = text

    async def draft(self, _):
        yield self.text

    async def pick(self, _, __):
        return ()


@pytest.fixture(scope="module")
def digest():
    whole = load_digest(PROJECT_DIR / "corpus")
    wanted = {"usc/8/1231", "usc/8/1101", "const/amend/14"}
    sections = tuple(one for one in whole.sections if one.id.path in wanted)
    return Digest(sections, known_paths(sections), whole.hash)


@pytest.fixture(scope="module")
def shelf(digest):
    return Shelf.of(digest, label)


@pytest.fixture
def make(digest, shelf):
    def engine(draft=None, **setting):
        cited = CitationIndex.of(digest.sections)
        parts = Parts(
            shelf=shelf,
            cards=load_cards(PROJECT_DIR / "corpus"),
            citations=lambda text: find_citations(text, cited),
            searcher=Search(shelf),
            writer=Drafts(draft) if draft else None,
            mode="standard",
            top_k=8,
            sure=0.4,
        )
        return Engine(parts, Settings(**setting), None, "")

    return engine


@pytest.fixture
def habeas(make, tmp_path, monkeypatch):
    """The command line on a data directory of its own; ``draft`` is what its model writes."""
    monkeypatch.setenv("HABEAS_DATA_DIR", str(tmp_path))

    def run(*arguments, draft=None, **environment):
        monkeypatch.setattr(bot.engine, "open_engine", lambda _: make(draft))
        return CliRunner().invoke(cli.app, arguments, env=environment)

    return run


ALL = {"HABEAS_AUDIT": "all"}
RICH = ALL | {"HABEAS_AUDIT_RICH": "1", "HABEAS_AUDIT_RICH_DAYS": "2"}


def asked(habeas, count=1, **more):
    for _ in range(count):
        result = habeas("ask", QUESTION, **more)
        assert result.exit_code == 0, result.output


def database(folder):
    return closing(sqlite3.connect(folder / "habeas.db", isolation_level=None))


def rows(folder):
    with database(folder) as data:
        data.row_factory = sqlite3.Row
        return [dict(row) for row in data.execute("SELECT * FROM audit ORDER BY seq")]


def files(folder):
    return b"".join(one.read_bytes() for one in folder.glob("habeas.db*")).lower()


def change(folder, *statements):
    with database(folder) as data:
        for statement in statements:
            data.execute(statement)


# What is kept


def test_the_command_line_keeps_nothing_unless_told(habeas, tmp_path):
    asked(habeas)
    assert list(tmp_path.iterdir()) == []
    result = habeas("audit", "verify")
    assert (result.exit_code, result.output.splitlines()[0]) == (
        0,
        "0 rows, the chain holds; words are kept beside 0",
    )
    assert list(tmp_path.iterdir()) == []


def test_a_row_says_what_was_ruled_and_nothing_of_a_person(habeas, tmp_path, digest):
    asked(habeas, draft=f"{GOOD} {BAD}", **ALL)
    (row,) = rows(tmp_path)
    assert set(row) == {
        "seq", "hour", "channel", "rule", "outcome", "dropped", "rules", "corpus", "prompts",
        "lexicon", "missed", "text_digest", "checksum",
    }  # fmt: skip
    assert (row["seq"], row["channel"], row["missed"], row["text_digest"]) == (1, "cli", 0, "")
    assert (row["rule"], row["outcome"]) == ("citizen_removal", "forbidden")
    assert row["dropped"] == "asserts_removal"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\dZ", row["hour"])
    assert row["corpus"] == digest.hash
    for name in ("rules", "prompts", "lexicon", "checksum"):
        assert re.fullmatch(r"[0-9a-f]{64}", row[name]), name
    kept = files(tmp_path)
    for word in (*WORDS, "lawfully", "immigration laws"):
        assert word.encode() not in kept
    assert (tmp_path / "habeas.db").stat().st_mode & 0o077 == 0


def test_off_topic_has_no_rule(habeas, tmp_path):
    assert habeas("ask", "How do I bake bread?", **ALL).exit_code == 0
    (row,) = rows(tmp_path)
    assert (row["rule"], row["outcome"], row["prompts"]) == (None, None, "")


def test_lines_are_audited_too(habeas, tmp_path, make, monkeypatch):
    monkeypatch.setattr(bot.engine, "open_engine", lambda _: make())
    line = json.dumps({"turns": [{"role": "user", "content": QUESTION}]})
    result = CliRunner().invoke(cli.app, ["ask", "--jsonl"], input=f"{line}\n{line}\n", env=ALL)
    assert result.exit_code == 0
    assert len(rows(tmp_path)) == 2


@pytest.mark.parametrize(
    ("channel", "setting", "kept"),
    [
        ("cli", {}, False),
        ("page", {}, False),
        ("api", {"host": "::1"}, False),
        ("api", {"host": "localhost"}, False),
        ("slack", {}, False),
        ("page", {"host": "0.0.0.0"}, True),
        ("api", {"host": "2001:db8::1"}, True),
        ("page", {"host": "habeas.example"}, True),
        ("slack", {"slack_bot_token": "xoxb-1", "slack_app_token": "xapp-1"}, True),
        ("cli", {"host": "0.0.0.0"}, False),
        ("cli", {"audit": "all"}, True),
        ("page", {"audit": "all"}, True),
        ("page", {"audit": "off", "host": "0.0.0.0"}, False),
        ("slack", {"audit": "off", "slack_bot_token": "x", "slack_app_token": "x"}, False),
    ],
)
def test_who_is_audited(channel, setting, kept):
    aliases = {"slack_bot_token": "SLACK_BOT_TOKEN", "slack_app_token": "SLACK_APP_TOKEN"}
    settings = Settings(**{aliases.get(name, name): value for name, value in setting.items()})
    assert is_audited(settings, channel) is kept


# The chain


BREAKS = (
    ("a rule was edited", 3, "not as it was written",
     ["UPDATE audit SET outcome = 'conditions' WHERE seq = 3"]),
    ("an hour was edited", 1, "not as it was written",
     ["UPDATE audit SET hour = '2020-01-01T00Z' WHERE seq = 1"]),
    ("a row in the middle was deleted", 3, "row 3 is missing",
     ["DELETE FROM audit WHERE seq = 3"]),
    ("and the rest moved up", 3, "what stood before it is gone",
     ["DELETE FROM audit WHERE seq = 3", "UPDATE audit SET seq = seq - 1 WHERE seq > 3",
      "UPDATE audit_end SET seq = 4"]),
    ("the first row was deleted", 1, "row 1 is missing", ["DELETE FROM audit WHERE seq = 1"]),
    ("two rows were exchanged", 2, "not as it was written",
     ["UPDATE audit SET seq = 99 WHERE seq = 2", "UPDATE audit SET seq = 2 WHERE seq = 4",
      "UPDATE audit SET seq = 4 WHERE seq = 99"]),
    ("the tail was cut", 4, "rows 4 to 5 at the end are missing",
     ["DELETE FROM audit WHERE seq > 3"]),
    ("all rows were deleted", 1, "rows 1 to 5 at the end are missing", ["DELETE FROM audit"]),
    ("the end mark was deleted", 6, "the end mark is gone", ["DELETE FROM audit_end"]),
    ("the end mark was put back", 3, "row 3 is another than was noted",
     ["UPDATE audit_end SET seq = 3, checksum = 'x'"]),
    ("a row was put in by hand", 6, "not as it was written",
     ["INSERT INTO audit SELECT * FROM (SELECT 6), (SELECT hour, channel, rule, outcome, dropped, rules, corpus, prompts, lexicon, missed, text_digest, checksum FROM audit WHERE seq = 5)"]),
    ("a value of another kind", 2, "not as it was written",
     ["UPDATE audit SET rule = x'00ff' WHERE seq = 2"]),
)  # fmt: skip


@pytest.mark.parametrize("case", BREAKS, ids=lambda case: case[0])
def test_verify_finds_the_first_break(habeas, tmp_path, case):
    trap, at, why, statements = case
    asked(habeas, 5, **ALL)
    assert habeas("audit", "verify").output.startswith("5 rows, the chain holds")
    change(tmp_path, *statements)
    result = habeas("audit", "verify")
    first, before = result.output.splitlines()
    assert result.exit_code == 1, trap
    assert first.startswith(f"broken at row {at}: ")
    assert why in first
    assert before == f"{at - 1} rows before it hold"


def test_a_row_after_the_end_mark_is_found_though_it_fits(habeas, tmp_path):
    asked(habeas, 2, **ALL)
    with database(tmp_path) as data:
        end = data.execute("SELECT seq, checksum FROM audit_end").fetchone()
    asked(habeas, **ALL)
    with database(tmp_path) as data:
        data.execute("UPDATE audit_end SET seq = ?, checksum = ?", end)
    result = habeas("audit", "verify")
    assert (result.exit_code, "row 3 stands after the end mark" in result.output) == (1, True)


def test_an_end_noted_elsewhere_shows_what_the_chain_alone_cannot(habeas, tmp_path):
    asked(habeas, 3, **ALL)
    noted = re.search(r"^end (\S+)$", habeas("audit", "verify").output, re.MULTILINE)[1]
    asked(habeas, **ALL)
    assert habeas("audit", "verify", "--expect", noted).exit_code == 0
    with database(tmp_path) as data:
        data.execute("DELETE FROM audit WHERE seq > 2")
        data.execute(
            "UPDATE audit_end SET (seq, checksum) = (SELECT seq, checksum FROM audit WHERE seq = 2)"
        )
    assert habeas("audit", "verify").exit_code == 0
    result = habeas("audit", "verify", "--expect", noted)
    assert (result.exit_code, "rows 3 to 3 at the end are missing" in result.output) == (1, True)
    asked(habeas, 2, HABEAS_GUARD_MODE="standard", **ALL)
    change(
        tmp_path, "DELETE FROM audit", "UPDATE audit_end SET seq = 0, checksum = '" + "0" * 64 + "'"
    )
    for question in ("Can they deport me?", "Hello there", "Can they deport my mother?"):
        assert habeas("ask", question, **ALL).exit_code == 0
    assert habeas("audit", "verify").exit_code == 0
    result = habeas("audit", "verify", "--expect", noted)
    assert (result.exit_code, "row 3 is another than was noted" in result.output) == (1, True)
    (tmp_path / "habeas.db").unlink()
    result = habeas("audit", "verify", "--expect", noted)
    assert (result.exit_code, "rows 1 to 3 at the end are missing" in result.output) == (1, True)


def test_a_mark_that_is_none_is_refused(habeas):
    result = habeas("audit", "verify", "--expect", "12")
    assert isinstance(result.exception, BadInput)


PROCESS = """
import sys
from pathlib import Path
from bot.audit import Entry, Hashes
from bot.settings import Settings
from bot.store import AuditWriter
from bot.types import Outcome
import time
writer = AuditWriter(Settings(data_dir=Path(sys.argv[1])))
writer.start()
sink = writer.sink(sys.argv[2])
print("ready", flush=True)
sys.stdin.readline()
for number in range(150):
    sink.put(Entry(Hashes("r", "c", "p", "l"), "torture", Outcome.FORBIDDEN, ()))
    time.sleep(0.002)
writer.close()
sys.exit(writer.lost)
"""


def test_two_processes_write_one_chain(habeas, tmp_path):
    channels = ("page", "slack")
    running = [
        subprocess.Popen(
            [sys.executable, "-c", PROCESS, str(tmp_path), name],
            cwd=PROJECT_DIR,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in channels
    ]
    for one in running:
        assert one.stdout.readline() == "ready\n"
    for one in running:
        one.stdin.write("go\n")
        one.stdin.flush()
    for one in running:
        one.communicate(timeout=60)
        assert one.returncode == 0
    result = habeas("audit", "verify")
    assert (result.exit_code, result.output.splitlines()[0]) == (
        0,
        "300 rows, the chain holds; words are kept beside 0",
    )
    written = [row["channel"] for row in rows(tmp_path)]
    assert {name: written.count(name) for name in channels} == dict.fromkeys(channels, 150)
    # Not one after the other: else nothing was tried.
    assert sum(a != b for a, b in pairwise(written)) > 2


# What goes wrong


class BrokenSink:
    rich = False

    def put(self, entry):
        raise RuntimeError(QUESTION)


async def answer(engine, *texts):
    turns = tuple(Turn("user", text) for text in texts)
    return [event async for event in engine.answer(turns)]


async def test_a_sink_that_fails_stops_no_answer(make, caplog):
    plain = make()
    engine = plain.audited(BrokenSink())
    assert await answer(engine, QUESTION) == await answer(plain, QUESTION)
    await answer(engine, QUESTION)
    assert (engine.unaudited, plain.unaudited) == (2, 0)
    assert "RuntimeError" in caplog.text
    assert not any(word in caplog.text.lower() for word in WORDS)


async def test_a_database_that_fails_stops_no_answer_and_its_rows_are_counted(
    make, tmp_path, caplog
):
    settings = Settings(data_dir=tmp_path, audit="all")
    (tmp_path / "habeas.db").mkdir()
    audit = Audit(settings, "api")
    engine = audit.heard(make(), "api")
    with audit.running():
        for _ in range(3):
            assert isinstance((await answer(engine, QUESTION))[-1], Done)
        await until(lambda: audit._writer.lost == 3)
        (tmp_path / "habeas.db").rmdir()
        await answer(engine, QUESTION)
    assert [(row["seq"], row["missed"]) for row in rows(tmp_path)] == [(1, 3)]
    assert "cannot open the database" in caplog.text
    assert not any(word in caplog.text.lower() for word in WORDS)


async def until(holds):
    for _ in range(500):
        if holds():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("waited in vain")


def wrote(folder, count):
    try:
        return len(rows(folder)) == count
    except sqlite3.OperationalError:
        return False


def test_verify_tells_of_answers_not_written_down(habeas, tmp_path):
    writer = AuditWriter(Settings(data_dir=tmp_path))
    writer._untold = 3
    writer.start()
    writer.put(Entry(Hashes("r", "c", "", "l"), None, None, ()), "api")
    writer.close()
    assert "3 answers could not be written down" in habeas("audit", "verify").output


async def test_a_database_in_other_hands_holds_nothing_up(make, tmp_path):
    settings = Settings(data_dir=tmp_path, audit="all")
    audit = Audit(settings, "page")
    engine = audit.heard(make(), "page")
    with audit.running():
        await answer(engine, QUESTION)
        await until(lambda: wrote(tmp_path, 1))
        with database(tmp_path) as other:
            other.execute("BEGIN IMMEDIATE")
            started = time.monotonic()
            await answer(engine, QUESTION)
            assert time.monotonic() - started < 1
            assert other.execute("SELECT count(*) FROM audit").fetchone() == (1,)
            other.execute("COMMIT")
    assert len(rows(tmp_path)) == 2
    assert audit._writer.lost == 0


def test_a_chain_without_its_end_is_not_written_on(habeas, tmp_path, caplog):
    asked(habeas, 2, **ALL)
    change(tmp_path, "DELETE FROM audit_end")
    asked(habeas, **ALL)
    assert "1 so far" in caplog.text
    assert "the audit has no end mark" in caplog.text
    assert len(rows(tmp_path)) == 2
    assert habeas("audit", "verify").exit_code == 1


async def test_more_than_can_wait_is_counted(tmp_path, caplog):
    writer = AuditWriter(Settings(data_dir=tmp_path))
    entry = Entry(Hashes("r", "c", "", "l"), "torture", Outcome.FORBIDDEN, ())
    for _ in range(10_002):
        writer.put(entry, "api")
    assert writer.lost == 2
    writer.close()


async def test_an_answer_broken_off_after_its_opening_counts(make, tmp_path):
    settings = Settings(data_dir=tmp_path, audit="all", audit_rich=True, audit_rich_days=1)
    audit = Audit(settings, "api")
    engine = audit.heard(make(f"{GOOD} {BAD}"), "api")
    with audit.running():
        events = engine.answer((Turn("user", QUESTION),))
        async for event in events:
            assert isinstance(event, Opening)
            break
        await events.aclose()
    (row,) = rows(tmp_path)
    assert row["outcome"] == "forbidden"


# Words, where they are asked for


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"HABEAS_AUDIT_RICH": "1"}, "HABEAS_AUDIT_RICH_DAYS"),
        ({"HABEAS_AUDIT_RICH": "1", "HABEAS_AUDIT_RICH_DAYS": "0"}, "audit_rich_days"),
        ({"HABEAS_AUDIT_RICH": "1", "HABEAS_AUDIT_RICH_DAYS": "366"}, "audit_rich_days"),
        ({**RICH, "HABEAS_AUDIT": "off"}, "HABEAS_AUDIT is off"),
        ({"HABEAS_AUDIT": "yes"}, "audit"),
    ],
)
def test_words_without_an_end_are_refused(monkeypatch, environment, said):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=said):
        load_settings()


def test_words_are_kept_redacted_and_only_as_long_as_said(habeas, tmp_path):
    asked(habeas, 2, draft=f"{GOOD} {BAD} Your number is [A_NUMBER_1].", **RICH)
    asked(habeas, **ALL)
    with database(tmp_path) as data:
        bodies = [json.loads(one) for (one,) in data.execute("SELECT body FROM audit_texts")]
    assert bodies[0]["told"]["turns"] == [QUESTION.replace("A123456789", "[A_NUMBER_1]")]
    assert bodies[0]["told"]["draft"].startswith(GOOD)
    assert bodies[0]["judged"]["kept"] == [GOOD.replace(" [p1]", "")]
    assert "may not lawfully" in bodies[0]["reply"]
    kept = files(tmp_path)
    assert b"a123456789" not in kept
    assert b"zebra" in kept
    assert "words are kept beside 2" in habeas("audit", "verify").output
    assert habeas("audit", "purge").output == "words of 0 rows deleted\n"
    # Whoever audits next deletes what is due, even before the first question.
    later = AuditWriter(Settings(data_dir=tmp_path), lambda: time.time() + 2 * DAY)
    later.start()
    later.close()
    kept = files(tmp_path)
    for word in WORDS:
        assert word.encode() not in kept
    result = habeas("audit", "verify")
    assert (result.exit_code, result.output.splitlines()[0]) == (
        0,
        "3 rows, the chain holds; words are kept beside 0",
    )
    result = habeas("audit", "replay")
    assert (result.exit_code, "3 rows cannot be replayed" in result.output) == (0, True)


def test_all_words_can_be_deleted_at_once(habeas, tmp_path):
    asked(habeas, 2, **RICH)
    assert habeas("audit", "purge", "--all").output == "words of 2 rows deleted\n"
    assert b"zebra" not in files(tmp_path)
    assert habeas("audit", "verify").exit_code == 0


def test_the_digest_left_behind_does_not_confirm_a_guess(habeas, tmp_path):
    asked(habeas, 2, **RICH)
    first, second = rows(tmp_path)
    assert first["text_digest"] != second["text_digest"]


def test_words_that_were_edited_break_the_chain(habeas, tmp_path):
    asked(habeas, 2, **RICH)
    change(tmp_path, "UPDATE audit_texts SET body = replace(body, 'Guam', 'Peru') WHERE seq = 2")
    result = habeas("audit", "verify")
    assert (result.exit_code, "the text of row 2" in result.output) == (1, True)
    result = habeas("audit", "replay")
    assert (result.exit_code, "row 2: its words are not those" in result.output) == (1, True)


def test_people_who_are_told_that_nothing_is_stored_are_told_the_truth(make, tmp_path):
    settings = Settings(data_dir=tmp_path, audit="all", audit_rich=True, audit_rich_days=1)
    audit = Audit(settings, "page", "api", "slack", "cli")
    rich = {
        channel: audit.heard(make(), channel)._auditor.rich
        for channel in ("page", "slack", "api", "cli")
    }
    assert rich == {"page": False, "slack": False, "api": True, "cli": True}
    described = api_app(make(), Admission(), audit.keep_days).openapi()["info"]["description"]
    assert "Questions are kept for 1 days, redacted" in described


# Replay


def test_a_replay_of_the_same_code_comes_out_the_same(habeas):
    asked(habeas, 2, draft=f"{GOOD} {BAD}", **RICH)
    asked(habeas, **ALL)
    result = habeas("audit", "replay")
    replayed, bare = result.output.splitlines()
    assert (result.exit_code, replayed) == (0, "2 rows with words replayed, 0 come out otherwise")
    assert bare.startswith("1 rows cannot be replayed: they have no words, which is the default")


def test_a_replay_lists_what_the_code_now_rules_otherwise(habeas, monkeypatch):
    asked(habeas, draft=f"{GOOD} {BAD}", **RICH)
    assert habeas("ask", "How do I bake bread?", **RICH).exit_code == 0
    real = verdict_module.decide

    def weaker(reading):
        found = real(reading)
        return found and replace(found, outcome=Outcome.BRANCH)

    with monkeypatch.context() as changed:
        changed.setattr("bot.answer.replay.decide", weaker)
        result = habeas("audit", "replay")
        assert result.exit_code == 1
        first = result.output.splitlines()[0]
        assert "verdict citizen_removal/forbidden -> citizen_removal/branch, opening" in first
    with monkeypatch.context() as changed:
        texts = verdict_module.openings()
        law = replace(texts.law_word, en="Rests on")
        changed.setattr(verdict_module, "openings", lambda: replace(texts, law_word=law))
        result = habeas("audit", "replay")
        assert (result.exit_code, result.output.splitlines()[0]) == (1, "row 1: opening")
    with monkeypatch.context() as changed:
        changed.setattr("bot.answer.replay.flaw", lambda *_: "link")
        result = habeas("audit", "replay")
        assert (result.exit_code, result.output.splitlines()[0]) == (1, "row 1: kept sentences")
    with monkeypatch.context() as changed:
        # The corpus no longer says what the sentence rests on.
        changed.setattr("bot.answer.replay._passage", lambda *_: None)
        result = habeas("audit", "replay")
        assert (result.exit_code, result.output.splitlines()[0]) == (1, "row 1: kept sentences")


def test_words_of_another_version_are_told(habeas, tmp_path):
    asked(habeas, **RICH)
    with closing(sqlite3.connect(tmp_path / "habeas.db")) as data, data:
        data.execute("UPDATE audit_texts SET body = '{}'")
        assert data.execute("SELECT count(*) FROM audit_texts").fetchone() == (1,)
    assert habeas("audit", "replay").exit_code == 1


# Where it hooks


@pytest.mark.slow
def test_page_and_api_are_audited_where_others_reach_them(make, tmp_path, monkeypatch):
    settings = Settings(host="0.0.0.0", data_dir=tmp_path)
    chats = []
    monkeypatch.setattr(web, "Chat", lambda *parts: chats.append(Chat(*parts)) or chats[0])
    app = web.create_app(settings, make())

    async def ask():
        async with app.router.lifespan_context(app):
            async for _ in chats[0].ask(Sent(QUESTION, "", "", "en")):
                pass
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://t") as client:
                asked = {"question": QUESTION}
                assert (await client.post("/api/ask", json=asked)).status_code == 200
                described = (await client.get("/api/openapi.json")).json()["info"]["description"]
                assert "Questions are not stored" in described

    asyncio.run(ask())
    assert [row["channel"] for row in rows(tmp_path)] == ["page", "api"]
    assert not any(word.encode() in files(tmp_path) for word in WORDS)


def test_slack_is_audited(make, tmp_path, monkeypatch):
    monkeypatch.setattr(slack_serve, "open_engine", lambda _: make())

    async def stay(slack):
        await answer(slack._engine, QUESTION)

    monkeypatch.setattr(slack_serve, "_stay", stay)
    tokens = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
    slack_serve.run_slack(Settings(data_dir=tmp_path, **tokens))
    assert [row["channel"] for row in rows(tmp_path)] == ["slack"]


def test_it_costs_an_answer_next_to_nothing(make, tmp_path):
    """Handing a row over takes microseconds: it is written by another thread."""
    writer = AuditWriter(Settings(data_dir=tmp_path))
    writer.start()
    entry = Entry(Hashes("r" * 64, "c" * 64, "", "l" * 64), "torture", Outcome.FORBIDDEN, ())
    sink = writer.sink("api")
    started = time.perf_counter()
    for _ in range(200):
        sink.put(entry)
    assert (time.perf_counter() - started) / 200 < 0.001
    assert threading.active_count() > 1
    writer.close()
    assert len(rows(tmp_path)) == 200


async def test_a_book_can_be_opened_by_many_at_once(tmp_path):
    books = await asyncio.gather(*(open_book(Settings(data_dir=tmp_path)) for _ in range(4)))
    for book in books:
        assert (await book.verify()).broken is None
        await book.close()
