"""``habeas doctor``: each part as it is, no secret's value, and what to do where it is not well."""

import asyncio
import shutil
import sqlite3
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from bot.channels import cli, doctor
from bot.index.store import CURRENT, current_name
from bot.settings import PROJECT_DIR, load_settings
from bot.store import open_store
from tests.fake_openai import Says, fake_openai_in_thread
from tests.official_law import install

__all__ = ["fake_openai_in_thread"]

SECRET = "sk-never-shown-0123456789"


@pytest.fixture
def data(tmp_path):
    """A data directory with the index that stands in the project's."""
    home, index = PROJECT_DIR / "data" / "index", tmp_path / "index"
    name = current_name(home)
    shutil.copytree(home / name, index / name)
    (index / CURRENT).write_text(name, encoding="ascii")
    return tmp_path


@pytest.fixture
def habeas(data, monkeypatch):
    monkeypatch.setenv("HABEAS_DATA_DIR", str(data))

    def run(*arguments, **environment):
        return CliRunner().invoke(cli.app, ["doctor", *arguments], env=environment)

    return run


def line(result, part):
    lines = result.stdout.splitlines()
    place = next(n for n, one in enumerate(lines) if one[6:].startswith(part))
    after = lines[place + 1]
    return lines[place] + (after if "->" in after else "")


def test_a_sound_place_is_well(habeas, data):
    result = habeas()
    assert result.exit_code == 0, result.stdout
    assert result.stdout.splitlines()[-1] == "all is well"
    assert line(result, "index").startswith("ok")
    assert "to this machine only" in line(result, "served")
    assert "none installed" in line(result, "official text")
    assert "habeas corpus fetch" in line(result, "official text")
    assert "Python 3." in line(result, "versions")
    assert not (data / "habeas.db").exists()


def test_secrets_are_set_or_not_and_never_shown(habeas, data):
    (data / "broken.db").write_bytes(b"no database at all" * 100)
    result = habeas(
        OPENAI_API_KEY=SECRET,
        HABEAS_API_KEYS=SECRET,
        OPENAI_BASE_URL=f"http://{SECRET}@127.0.0.1:9/v1",
        SLACK_BOT_TOKEN=SECRET,
        SLACK_APP_TOKEN=SECRET,
        DATABASE_URL=f"sqlite:///{data}/broken.db",
    )
    assert result.exit_code == 1
    assert SECRET not in result.stdout
    assert "OPENAI_API_KEY" in line(result, "settings")
    assert "key set, base URL set; not asked" in line(result, "model")
    assert "SLACK_BOT_TOKEN set" in line(result, "slack")
    assert "SLACK_CLIENT_ID not set" in line(result, "slack")
    assert line(result, "database").startswith("mend")


def test_stored_conversations_are_told(habeas):
    said = line(habeas(HABEAS_CONVERSATION_DAYS="30"), "database")
    assert "conversations kept 30 days where people ask for it" in said
    assert "conversations" not in line(habeas(), "database")


def test_a_database_password_is_not_shown(habeas):
    result = habeas(DATABASE_URL=f"postgresql://u:{SECRET}@127.0.0.1:9/h")
    assert result.exit_code == 1
    assert line(result, "database").startswith("mend")
    assert SECRET not in result.stdout


def test_a_database_in_no_folder_is_told_in_one_line(habeas):
    result = habeas(DATABASE_URL="sqlite:////nowhere/here/habeas.db")
    assert result.exit_code == 1
    assert "a folder that is not there; make it" in line(result, "database")


def test_without_an_index_it_says_to_build_one(habeas, data):
    shutil.rmtree(data / "index")
    result = habeas()
    assert result.exit_code == 1
    assert line(result, "index").startswith("mend")
    assert "habeas corpus build" in line(result, "index")
    assert result.stdout.splitlines()[-1] == "1 to mend"


def test_an_index_of_an_older_digest_is_told(habeas, data):
    manifest = next((data / "index").glob("*/manifest.json"))
    text = manifest.read_text(encoding="utf-8")
    corpus = text.split('"corpus": "')[1][:64]
    manifest.write_text(text.replace(corpus, "0" * 64), encoding="utf-8")
    result = habeas()
    assert result.exit_code == 1
    assert "run: habeas corpus build" in line(result, "index")


def test_without_a_data_directory_it_says_what_makes_one(habeas, data):
    result = habeas(HABEAS_DATA_DIR=str(data / "nowhere"))
    assert result.exit_code == 1
    assert "habeas corpus build" in line(result, "data")
    assert not (data / "nowhere").exists()


@pytest.mark.parametrize(("days", "code", "state"), [(3, 0, "ok"), (200, 1, "mend")])
def test_official_text_has_an_age(habeas, data, days, code, state):
    day = datetime.now(UTC).date() - timedelta(days=days)
    install(data, fetched_on=day.isoformat())
    result = habeas()
    assert result.exit_code == code
    assert line(result, "official text").startswith(state)
    assert f"fetched {day.isoformat()}, {days} days ago" in line(result, "official text")


def test_damaged_official_text_is_told(habeas, data):
    install(data)
    (data / "law" / "current").write_text("gone\n", encoding="utf-8")
    result = habeas()
    assert result.exit_code == 1
    assert line(result, "official text").startswith("mend")


def test_half_of_slack_is_to_be_mended(habeas):
    result = habeas(SLACK_BOT_TOKEN=SECRET)
    assert result.exit_code == 1
    assert "docs/slack.md" in line(result, "slack")


def test_served_to_others_without_a_proxy_is_noted(habeas):
    result = habeas(HABEAS_HOST="0.0.0.0")
    assert result.exit_code == 0
    assert line(result, "served").startswith("note")
    assert "docs/deploy.md" in line(result, "served")


def test_a_broken_audit_chain_is_told(habeas, data):
    asyncio.run(_begin())
    assert habeas().exit_code == 0
    with closing(sqlite3.connect(data / "habeas.db")) as database, database:
        database.execute("UPDATE audit_end SET seq = 3")
    result = habeas()
    assert result.exit_code == 1
    assert "docs/audit.md" in line(result, "audit")


async def _begin():
    await (await open_store(load_settings())).close()


def test_the_model_is_asked_only_online(habeas, fake_openai_in_thread):
    fake_openai_in_thread.replies = [Says("ready")]
    url = {"OPENAI_BASE_URL": fake_openai_in_thread.url}
    assert "not asked" in line(habeas(**url), "model")
    assert not fake_openai_in_thread.bodies
    result = habeas("--online", **url)
    assert result.exit_code == 0
    assert "it answers" in line(result, "model")
    assert len(fake_openai_in_thread.bodies) == 1


def test_a_model_that_is_down_is_to_be_mended(habeas, monkeypatch):
    monkeypatch.setattr(doctor, "_PATIENCE_S", 10)
    result = habeas("--online", OPENAI_BASE_URL="http://127.0.0.1:9/v1", OPENAI_API_KEY=SECRET)
    assert result.exit_code == 1
    assert line(result, "model").startswith("mend")
    assert "check OPENAI_BASE_URL" in line(result, "model")
    assert SECRET not in result.stdout


def test_an_unknown_setting_ends_with_2(habeas, monkeypatch, capsys):
    assert habeas().exit_code == 0
    monkeypatch.setenv("HABEAS_PROT", "1")
    monkeypatch.setattr(sys, "argv", ["habeas", "doctor"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    assert "HABEAS_PROT" in capsys.readouterr().err
