"""Fetching official text from publishers and mirrors that serve, stall, cut and mislead."""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree

from bot.channels import cli
from bot.settings import PROJECT_DIR
from bot.sources import installed_law
from bot.sources.digest import load_digest
from bot.sources.download import sha256_of
from bot.sources.official import OfficialLaw
from bot.sources.official_plan import Title, read_plan
from bot.sources.unpack import split_uscode
from bot.types import Authority
from tests.law_server import DAY, POINT, RELEASE, law_server, packed, plan, uscode
from tests.official_law import LAW as SHARED

USC08 = "/pl/119/101/usc08.zip"
CFR08 = f"/full/{DAY}/title-8.xml"


@pytest.fixture
def server():
    with law_server() as law:
        law.publish()
        yield law


@pytest.fixture
def home(server, tmp_path, monkeypatch):
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "official.toml").write_text(plan(server.url))
    monkeypatch.setenv("HABEAS_CORPUS_DIR", str(corpus))
    monkeypatch.setenv("HABEAS_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data" / "law"


@pytest.fixture
def run(capsys, monkeypatch):
    """Run the command as a person does: exit code, standard output, standard error."""

    def call(*words: str):
        monkeypatch.setattr(sys, "argv", ["habeas", "corpus", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        shown = capsys.readouterr()
        return ended.value.code or 0, shown.out, shown.err

    return call


@pytest.fixture
def served(run, home, server):
    """A release that serves already: no failure may touch it."""
    server.publish("119-100", "2026-01-02", "sixty days")
    assert run("fetch", "--release", "119-100@2026-01-02")[0] == 0
    server.publish()
    server.asked.clear()
    return "119-100@2026-01-02"


def as_it_was(home: Path, name: str, *, killed: bool = False) -> bool:
    manifest = json.loads((home / name / "manifest.json").read_text())
    left = {one.name for one in home.iterdir()} - {".lock", ".downloads", "current", name}
    left -= {f".making-{RELEASE}"} if killed else set()
    return (
        (home / "current").read_text() == f"{name}\n"
        and all(sha256_of(home / name / one["path"]) == one["sha256"] for one in manifest["files"])
        and not left
    )


def test_the_newest_release_is_fetched_split_and_serves(run, home, server):
    code, out, err = run("fetch")
    assert (code, err) == (0, "")
    assert f"release {RELEASE}: 6 files" in out
    assert "not in it: usc/18/912" in out
    assert (home / "current").read_text() == f"{RELEASE}\n"
    manifest = json.loads((home / RELEASE / "manifest.json").read_text())
    assert manifest["release"] == RELEASE
    assert manifest["fetched_on"] == datetime.now(UTC).astimezone().date().isoformat()
    assert [one["path"] for one in manifest["files"]] == [
        "cfr/title-08/part-1003.xml",
        "cfr/title-08/part-208.xml",
        "cfr/title-22/part-50.xml",
        "usc/title-08/1231.xml",
        "usc/title-08/1232.xml",
        "usc/title-18/911.xml",
    ]
    first = manifest["files"][3]
    file = home / RELEASE / first["path"]
    assert first == {
        "path": "usc/title-08/1231.xml",
        "url": f"{server.url}{USC08}",
        "sha256": sha256_of(file),
        "bytes": file.stat().st_size,
        "release": f"P.L. {POINT}",
    }
    assert manifest["files"][0]["release"] == DAY
    law = OfficialLaw(home / RELEASE)
    assert "ninety days" in law.section(Authority("usc/8/1231")).texts["a"]
    part = Authority("cfr/22/50.1")
    assert law.section(part).texts["a"].endswith("Loss.")
    assert law.days(part) == {DAY}
    assert not (home / ".downloads").exists()


def test_a_release_that_is_there_and_whole_is_not_fetched_again(run, home, server):
    run("fetch")
    server.asked.clear()
    code, out, _ = run("fetch", "--release", RELEASE)
    assert (code, server.asked) == (0, [])
    assert "was installed and is whole" in out


def test_a_damaged_release_is_made_anew(run, home, server):
    run("fetch")
    (home / RELEASE / "usc/title-08/1231.xml").write_text("<half")
    assert "fetched, serves now" in run("fetch")[1]
    assert as_it_was(home, RELEASE)


def test_a_release_point_alone_takes_the_newest_day(run, home):
    assert f"release {RELEASE}" in run("fetch", "--release", POINT)[1]


def test_what_no_publisher_serves_is_carried_on(run, home, served):
    old = home / served
    (old / "constitution").mkdir()
    (old / "constitution" / "us.md").write_text("## Article I\n")
    manifest = json.loads((old / "manifest.json").read_text())
    file = old / "constitution" / "us.md"
    manifest["files"].append(
        {"path": "constitution/us.md", "url": "file:///x", "sha256": sha256_of(file), "bytes": 13, "release": ""}
    )  # fmt: skip
    (old / "manifest.json").write_text(json.dumps(manifest))
    assert run("fetch")[0] == 0
    assert (home / RELEASE / "constitution/us.md").read_text() == "## Article I\n"
    assert as_it_was(home, RELEASE) is False  # the old one is kept beside it
    assert (home / served).is_dir()


# Faults


PASSING = ["stall", "cut", "busy"]
FOR_GOOD = {
    "stall": ("stalled", USC08, ["stall"] * 3),
    "cut": ("cut", USC08, ["cut"] * 3),
    "busy": ("busy", USC08, ["busy"] * 3),
    "not found": ("not_found", USC08, ["404"]),
    "web page, 200": ("web_page", USC08, ["html"]),
    "web page said to be XML": ("web_page", CFR08, ["plain_html"]),
    "redirect to a web page": ("web_page", CFR08, ["to_html"]),
    "redirect to another host": ("elsewhere", CFR08, ["elsewhere"]),
    "truncated zip": ("unreadable", USC08, ["truncate"]),
    "truncated XML": ("unreadable", CFR08, ["truncate"]),
    "another status": ("refused", CFR08, ["teapot"]),
    "newest unknown": ("unreadable", "/newest", ["plain_html"]),
    "newest day unknown": ("unreadable", "/titles.json", ["plain_html"]),
}


@pytest.mark.parametrize("case", FOR_GOOD)
def test_a_fault_is_named_explained_and_refused_as_a_whole(run, home, server, served, case):
    fault, path, faults = FOR_GOOD[case]
    server.faults[path] = list(faults)
    code, out, err = run("fetch")
    assert (code, out) == (2, "")
    assert f"({fault})" in err
    assert server.url.removeprefix("http://") in err or ".xml" in err
    assert "Nothing was changed" in err
    assert "digest alone" in err
    assert err.count("\n") == 1
    assert fault != "elsewhere" or ("/captcha", "") not in server.asked, "asked another host"
    assert as_it_was(home, served)
    assert run("fetch")[0] == 0, "a later fetch is not hindered by what came before"
    assert (home / "current").read_text() == f"{RELEASE}\n"


@pytest.mark.parametrize("fault", PASSING)
def test_a_fault_that_passes_is_waited_out(run, home, server, fault):
    server.faults[USC08] = [fault]
    assert run("fetch")[0] == 0
    assert [path for path, _ in server.asked].count(USC08) == 2


@pytest.mark.parametrize("fault", ["cut", "stall"])
def test_a_half_file_is_gone_on_with(run, home, server, fault):
    server.faults[USC08] = [fault]
    assert run("fetch")[0] == 0
    half = len(server.files[USC08]) // 2
    assert [asked for path, asked in server.asked if path == USC08] == ["", f"bytes={half}-"]
    assert as_it_was(home, RELEASE)


def test_a_half_file_without_a_sure_version_is_begun_anew(run, home, server):
    server.marked = False
    server.faults[USC08] = ["cut"]
    assert run("fetch")[0] == 0
    assert [asked for path, asked in server.asked if path == USC08] == ["", ""]


def test_a_half_file_of_another_version_is_begun_anew(run, home, server, served):
    server.faults[USC08] = ["cut"] * 3
    run("fetch")
    server.files[USC08] = uscode(8, s1231="one hundred days", s1232="Others.")
    assert run("fetch")[0] == 0
    text = OfficialLaw(home / RELEASE).section(Authority("usc/8/1231")).texts[""]
    assert "one hundred days" in text


def test_a_server_that_goes_on_at_another_place_is_not_believed(run, home, server):
    server.faults[USC08] = ["cut", "other_place"]
    assert run("fetch")[0] == 0
    assert as_it_was(home, RELEASE)


def test_a_later_run_goes_on_from_the_half_and_keeps_the_whole(run, home, server, served):
    server.faults[CFR08] = ["cut"] * 3
    assert run("fetch")[0] == 2
    server.asked.clear()
    assert run("fetch")[0] == 0
    asked = dict(server.asked)
    assert USC08 not in asked, "came whole the first time"
    assert asked[CFR08].startswith("bytes=")


def test_zip_bombs_are_refused(run, home, server, served):
    bomb = packed("usc08.xml", b"<a>" + b" " * 3_000_000)
    assert len(bomb) < 10_000
    lying = bytearray(bomb)
    size = (3_000_003).to_bytes(4, "little")
    assert lying.count(size) == 2
    server.files[USC08] = bomb
    code, _, err = run("fetch")
    assert (code, "(too_large)" in err) == (2, True)
    server.files[USC08] = bytes(lying.replace(size, (1000).to_bytes(4, "little")))
    code, _, err = run("fetch")
    assert (code, "(unreadable)" in err) == (2, True), "declares less than it is"
    assert as_it_was(home, served)


def test_entities_that_multiply_are_refused(run, home, server, served):
    lines = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    body = f'<!DOCTYPE a [<!ENTITY e0 "geese">{lines}]><a>&e9;</a>'
    server.files[CFR08] = body.encode()
    code, _, err = run("fetch")
    assert (code, "(unreadable)" in err) == (2, True)
    assert as_it_was(home, served)


def test_a_file_that_does_not_end_is_refused(run, home, server, served):
    server.files[CFR08] = b"<" + b"a" * 2_100_000
    code, _, err = run("fetch")
    assert (code, "(too_large)" in err) == (2, True)
    assert as_it_was(home, served)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (packed("readme.txt", b"x"), "holds 0 XML files"),
        (packed("usc08.xml", b"<a/>"), "holds no section of title 8"),
        (packed("usc08.xml", b"<a><b"), "damaged or cut short"),
        (uscode(9, s1="Other."), "holds no section of title 8"),
    ],
)
def test_a_zip_that_holds_something_else_is_refused(run, home, server, *, served, body, says):
    server.files[USC08] = body
    code, _, err = run("fetch")
    assert code == 2
    assert says in err
    assert as_it_was(home, served)


def test_a_damaged_zip_is_refused(run, home, server, served):
    whole = bytearray(server.files[USC08])
    whole[80] ^= 0xFF
    server.files[USC08] = bytes(whole)
    code, _, err = run("fetch")
    assert (code, "(unreadable)" in err) == (2, True)
    assert as_it_was(home, served)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_named(run, home, server, served):
    kept = home / ".downloads" / RELEASE
    kept.mkdir(parents=True)
    (kept / "usc08.zip.part").symlink_to("/dev/full")
    code, _, err = run("fetch")
    assert (code, "(disk_full)" in err) == (2, True)
    assert "HABEAS_DATA_DIR" in err
    assert as_it_was(home, served)


def test_without_a_network_it_says_so_and_that_the_digest_serves(run, home, server):
    corpus = Path(os.environ["HABEAS_CORPUS_DIR"])
    closed = "http://127.0.0.1:9"
    (corpus / "official.toml").write_text(plan(closed))
    code, _, err = run("fetch")
    assert (code, "(offline)" in err) == (2, True)
    assert "without official text the digest alone does" in err
    assert not (home / "current").exists()


def test_two_do_not_fetch_at_once(run, home, served):
    with (home / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        code, _, err = run("fetch")
    assert (code, "(locked)" in err) == (2, True)


@pytest.mark.slow
def test_a_killed_fetch_leaves_what_serves_and_the_next_goes_on(run, home, server, served):
    server.slow_s = 0.002
    words = [sys.executable, "-c", "from bot.channels.cli import main; main()", "corpus", "fetch"]
    for _ in range(3):
        child = subprocess.Popen(words, cwd=PROJECT_DIR, stderr=subprocess.DEVNULL)
        before = len(server.asked)
        while len(server.asked) < before + 3:
            time.sleep(0.01)
        time.sleep(0.4)
        child.send_signal(signal.SIGKILL)
        child.wait()
        assert as_it_was(home, served, killed=True)
    server.slow_s = 0
    assert run("fetch")[0] == 0
    assert any(asked for _, asked in server.asked), "what came was gone on with"
    assert (home / "current").read_text() == f"{RELEASE}\n"


@pytest.mark.parametrize("moment", ["_well_formed", "_put", "serve"])
def test_killed_between_two_steps_there_is_always_a_whole_release(
    run, home, served, monkeypatch, moment
):
    def die(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(installed_law, moment, die)
        run_code = None
        try:
            run_code = run("fetch")[0]
        except KeyboardInterrupt:
            run_code = 130
    assert run_code != 0
    assert (home / "current").read_text() == f"{served}\n"
    assert run("fetch")[0] == 0
    assert (home / "current").read_text() == f"{RELEASE}\n"


# Mirrors


@pytest.fixture
def mirror(run, home, server, tmp_path):
    """A release as an operator copies it to a mirror; here nothing is installed any more."""
    assert run("fetch")[0] == 0
    copy = tmp_path / "mirror"
    shutil.move(home / RELEASE, copy)
    shutil.rmtree(home)
    server.mirror(copy)
    server.asked.clear()
    return copy


def test_a_mirror_behind_an_address_gives_the_same_release(run, home, server, mirror):
    assert run("fetch", "--from", f"{server.url}/mirror")[0] == 0
    ours, theirs = (
        json.loads((one / "manifest.json").read_text()) for one in (home / RELEASE, mirror)
    )
    assert ours["files"] == theirs["files"]
    assert {path.split("/")[1] for path, _ in server.asked} == {"mirror"}


def test_a_folder_gives_the_same_release_without_any_network(run, home, server, mirror):
    assert run("fetch", "--from", str(mirror))[0] == 0
    assert server.asked == []
    assert as_it_was(home, RELEASE)


def test_a_wrong_checksum_is_refused(run, home, server, mirror):
    name = "usc/title-08/1231.xml"
    (mirror / name).write_bytes((mirror / name).read_bytes().replace(b"ninety", b"eighty"))
    server.mirror(mirror)
    for source in (f"{server.url}/mirror", str(mirror)):
        code, _, err = run("fetch", "--from", source)
        assert (code, "(checksum)" in err) == (2, True)
        assert name in err
        assert not (home / "current").exists()


def test_a_manifest_that_points_out_of_the_release_is_refused(run, home, mirror):
    manifest = json.loads((mirror / "manifest.json").read_text())
    for path in ("../../../etc/passwd.xml", "/etc/passwd.xml", "usc/../../x.xml", "usc/x.sh"):
        manifest["files"][0]["path"] = path
        (mirror / "manifest.json").write_text(json.dumps(manifest))
        code, _, err = run("fetch", "--from", str(mirror))
        assert (code, "(unreadable)" in err) == (2, True), path
    manifest["files"][0]["path"] = "usc/title-08/1.xml"
    manifest["release"] = "../elsewhere"
    (mirror / "manifest.json").write_text(json.dumps(manifest))
    assert run("fetch", "--from", str(mirror))[0] == 2


def test_a_file_that_a_folder_lacks_is_named(run, home, mirror):
    (mirror / "usc/title-08/1231.xml").unlink()
    code, _, err = run("fetch", "--from", str(mirror))
    assert (code, "(not_found)" in err) == (2, True)
    assert "1231.xml" in err


def test_half_an_xml_file_in_a_folder_is_refused(run, home, mirror):
    (mirror / "manifest.json").unlink()
    file = mirror / "usc/title-08/1231.xml"
    file.write_bytes(file.read_bytes()[:200])
    code, _, err = run("fetch", "--from", str(mirror), "--release", "mine")
    assert (code, "(unreadable)" in err) == (2, True)
    assert "usc/title-08/1231.xml" in err
    assert not (home / "current").exists()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--release", "latest"], "is no release"),
        (["--release", "../119-100"], "is no release"),
        (["--from", "/nowhere/at/all"], "is not a folder"),
        (["--from", "ftp://x.example/law"], "is not a folder"),
    ],
)
def test_what_cannot_be_meant_is_refused(run, home, words, says):
    code, _, err = run("fetch", *words)
    assert code == 2
    assert says in err


def test_a_folder_must_hold_law_and_say_its_release(run, home, tmp_path, mirror):
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "does not say its release" in run("fetch", "--from", str(empty))[2]
    assert "holds no official text" in run("fetch", "--from", str(empty), "--release", "x")[2]
    assert "not 119-7" in run("fetch", "--from", str(mirror), "--release", "119-7")[2]


@pytest.mark.parametrize("text", ["", "[manners]\npause_s = -1", "not toml ="])
def test_a_wrong_plan_is_named(run, home, text):
    file = Path(os.environ["HABEAS_CORPUS_DIR"]) / "official.toml"
    file.write_text(text)
    code, _, err = run("fetch")
    assert code == 2
    assert str(file) in err
    file.unlink()
    assert "is missing" in run("fetch")[2]


# The plan of the project, and the real text


def test_the_plan_covers_what_the_digest_cites():
    digest = load_digest(PROJECT_DIR / "corpus")
    plan = read_plan(PROJECT_DIR / "corpus")
    titles = {(one.code, str(one.number)): one for one in plan.title}
    for section in digest.sections:
        if section.id.kind not in ("usc", "cfr"):
            continue
        code, number, name = section.id.path.split("/")
        title = titles[code, number]
        if code == "usc":
            assert not title.sections or name in title.sections, section.id
        else:
            assert not title.parts or name.split(".")[0] in title.parts, section.id


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.is_dir(), reason="needs the official texts beside the project")
def test_the_official_texts_at_hand_are_installed_as_they_are(run, home):
    code, out, _ = run("fetch", "--from", str(SHARED))
    assert code == 0
    name = out.split()[1].rstrip(":")
    assert name == "119-100@2025-06-27"
    files = list(SHARED.rglob("*.xml"))
    assert len(files) > 600
    for file in files:
        copy = home / name / file.relative_to(SHARED)
        assert sha256_of(copy) == sha256_of(file)


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.is_dir(), reason="needs the official texts beside the project")
def test_a_whole_title_is_split_into_the_same_law(tmp_path):
    """The real sections of title 8, put in one title as it is published, come out the same."""
    files = sorted((SHARED / "usc/title-08").glob("*.xml"))
    bodies = "".join(
        etree.tostring(etree.parse(str(file)).getroot(), encoding="unicode") for file in files
    )
    text = f'<uscDoc xmlns="http://xml.house.gov/schemas/uslm/1.0"><main>{bodies}</main></uscDoc>'
    zipped = tmp_path / "usc08.zip"
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("usc08.xml", text)
    out = tmp_path / "law/usc/title-08"
    start = time.monotonic()
    assert split_uscode(zipped, Title(code="usc", number=8), out, 100_000_000) == len(files)
    assert time.monotonic() - start < 5
    ours, theirs = OfficialLaw(tmp_path / "law"), OfficialLaw(SHARED)
    for file in files:
        unit = Authority(f"usc/8/{file.stem}")
        assert ours.section(unit).texts == theirs.section(unit).texts
        assert ours.section(unit).notes_text == theirs.section(unit).notes_text
