"""The command line through its real parser: lines in, lines out, exit codes, never a traceback."""

import fcntl
import io
import json
import re
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

import bot.engine
import bot.index.build
from bot.channels import cli
from bot.engine import GuardedDraft
from bot.errors import BadHistory, EmptyQuestion, IndexMissing, UnknownAuthority
from bot.index.store import open_index
from bot.settings import load_settings
from bot.types import (
    Authority,
    Bilingual,
    Citation,
    Done,
    Dropped,
    Event,
    Fact,
    Hit,
    Lang,
    Note,
    Opening,
    Outcome,
    Passage,
    Questions,
    Reply,
    Sources,
    Turn,
    Verdict,
)

VERDICT = Verdict(
    rule="citizen_removal",
    outcome=Outcome.FORBIDDEN,
    also=("challenge",),
    authorities=(Authority("usc/8/1101/a/3"),),
    facts=(Fact("self", "birthplace", "texas", 0, (0, 5), "Texas"),),
    kind="hard",
    contested=False,
    as_of="2026-11-24",
)
CITATION = Citation(
    Authority("usc/8/1101/a/3"), "8 U.S.C. § 1101(a)(3)", "https://x", "P.L. 119-100", None, "says"
)
PASSAGE = Passage(
    id="usc/8/1231/b/3/A@1f0c2a9b",
    authority=Authority("usc/8/1231/b/3/A"),
    layer="digest",
    title=Bilingual("T", "T"),
    text=Bilingual("may not remove", "no puede expulsar"),
    ask=Questions(),
    url="https://x",
    as_of="P.L. 119-100",
)


class FakeEngine:
    """Answers with its question, so that order and content of lines can be seen."""

    def __init__(self) -> None:
        self.closed = False
        self.asked: list[tuple[tuple[Turn, ...], Lang | None]] = []
        self.given: list[Sequence[Passage] | None] = []

    def answer(self, turns: Sequence[Turn], lang: Lang | None = None) -> AsyncIterator[Event]:
        if not turns or turns[-1].role != "user":
            raise BadHistory("the last turn must be the person's question")
        if not turns[-1].content:
            raise EmptyQuestion
        if turns[-1].content == "bug":
            raise ZeroDivisionError("secret words")
        self.asked.append((tuple(turns), lang))
        return self.events(turns[-1].content)

    async def events(self, text: str) -> AsyncIterator[Event]:
        yield Opening(f"¡{text}! ☂", VERDICT)
        yield Sources((CITATION,))
        yield Note("not_advice", "not advice")
        yield Done(
            Reply(
                status="ruled",
                flags=("contested",),
                answer="no",
                lang="en",
                verdict=VERDICT,
                text=f"¡{text}! ☂",
                citations=(CITATION,),
                facts=VERDICT.facts,
                dropped=(Dropped("gone", "uncited"),),
                corpus="hash",
                ms=1.25,
            )
        )

    async def search(
        self, query: str, lang: Lang | None = None, k: int | None = None
    ) -> tuple[Hit, ...]:
        self.asked.append(((Turn("user", query),), lang))
        if query == "down":
            raise IndexMissing("there is no index;\n run `habeas corpus build`")
        return (Hit(PASSAGE, 0.5, ("citation", "dense")),)[: k or 1]

    def passages(self, ids: Sequence[str]) -> tuple[Passage, ...]:
        if "usc/8/9999" in ids:
            raise UnknownAuthority("'usc/8/9999' is not in the corpus")
        return (PASSAGE,)

    def guard_draft(
        self,
        question: str,
        history: Sequence[Turn],
        draft: str,
        lang: Lang | None = None,
        passages: Sequence[Passage] | None = None,
    ) -> GuardedDraft:
        self.asked.append(((*history, Turn("user", question)), lang))
        self.given.append(passages)
        if question == "bread":
            return GuardedDraft(None, "", (draft,), (), draft)
        dropped = (Dropped("Yes.", "bare_yes_no"),)
        return GuardedDraft(VERDICT, "No.", (draft,), dropped, f"No.\n\n{draft}")

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    made = FakeEngine()
    monkeypatch.setattr(bot.engine, "open_engine", lambda _: made)
    return made


class Shell:
    """Runs the command as a terminal would."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
    ) -> None:
        self.monkeypatch = monkeypatch
        self.capture = capfdbinary
        # A build steps back for good, and this process goes on with other tests.
        monkeypatch.setattr(cli.os, "nice", lambda step: step)

    def __call__(self, *arguments: str, stdin: bytes = b"") -> tuple[int, str, str]:
        source = io.TextIOWrapper(io.BytesIO(stdin), "utf-8")
        self.monkeypatch.setattr(sys, "stdin", source)
        self.monkeypatch.setattr(sys, "argv", ["habeas", *arguments])
        with pytest.raises(SystemExit) as left:
            cli.main()
        sys.stdout.flush()
        out, err = self.capture.readouterr()
        assert b"\r" not in out
        code = left.value.code
        return (code if isinstance(code, int) else 0, out.decode(), err.decode())


@pytest.fixture
def habeas(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Shell:
    return Shell(monkeypatch, capfdbinary)


def lines(*data: object) -> bytes:
    return b"".join(json.dumps(one, ensure_ascii=False).encode() + b"\n" for one in data)


def ask_line(text: str, **more: object) -> dict[str, object]:
    return {"id": text, "turns": [{"role": "user", "content": text}], **more}


def test_ask_streams_text(habeas: Shell, engine: FakeEngine) -> None:
    code, out, err = habeas("ask", "Hi", "--lang", "es")
    assert (code, err) == (0, "")
    assert out.startswith(
        "¡Hi! ☂\n\n- 8 U.S.C. § 1101(a)(3) (P.L. 119-100) https://x\n\nnot advice"
    )
    assert engine.asked == [((Turn("user", "Hi"),), "es")]
    assert engine.closed


def test_ask_line_has_the_agreed_shape(habeas: Shell, engine: FakeEngine) -> None:
    code, out, _ = habeas("ask", "--jsonl", stdin=lines(ask_line("niño", lang="es")))
    assert code == 0
    assert out.endswith("}\n")
    assert "¡niño! ☂" in out
    data = json.loads(out)
    assert data["verdict"] == {
        "rule": "citizen_removal",
        "outcome": "forbidden",
        "also": ["challenge"],
    }
    assert data["facts"] == [
        {
            "person": "self",
            "field": "birthplace",
            "value": "texas",
            "turn": 0,
            "span": [0, 5],
            "quote": "Texas",
        }
    ]
    assert (data["id"], data["status"], data["flags"], data["answer"], data["lang"]) == (
        "niño",
        "ruled",
        ["contested"],
        "no",
        "en",
    )
    assert (data["dropped"], data["citations"][0]["quote"], data["citations"][0]["says"]) == (
        1,
        None,
        "says",
    )
    assert engine.asked[0][1] == "es"


BAD = (
    ("not JSON", b"nonsense", None, "bad_input"),
    ("not an object", b"[1]", None, "bad_input"),
    ("unknown key", lines({**ask_line("q"), "foo": 1}).strip(), "q", "bad_input"),
    ("unknown role", b'{"id":7,"turns":[{"role":"system","content":"x"}]}', 7, "bad_input"),
    ("key in a turn", b'{"id":7,"turns":[{"role":"user","content":"x","a":1}]}', 7, "bad_input"),
    ("text for turns", b'{"id":7,"turns":"x"}', 7, "bad_input"),
    ("number for text", b'{"id":7,"turns":[{"role":"user","content":5}]}', 7, "bad_input"),
    ("no turns", b'{"id":7}', 7, "bad_input"),
    ("empty conversation", b'{"id":7,"turns":[]}', 7, "bad_history"),
    ("last turn is not the person's", b'{"id":7,"turns":[{"role":"assistant","content":"x"}]}', 7,
     "bad_history"),
    ("nothing asked", b'{"id":7,"turns":[{"role":"user","content":""}]}', 7, "empty_question"),
    ("language nobody speaks", lines(ask_line("q", lang="fr")).strip(), "q", "bad_input"),
    ("id is a list", b'{"id":[1],"turns":[{"role":"user","content":"x"}]}', None, "bad_input"),
    ("not UTF-8", b'{"id":7,"turns":[{"role":"user","content":"\xff"}]}', None, "bad_input"),
    ("nested past all sense", b"[" * 100_000, None, "bad_input"),
    ("fault of ours", lines(ask_line("bug")).strip(), "bug", "error"),
)  # fmt: skip


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(("trap", "line", "name", "code"), BAD, ids=lambda value: str(value)[:30])
def test_bad_line_is_told_and_the_run_goes_on(
    habeas: Shell, trap: str, line: bytes, name: object, code: str
) -> None:
    stdin = lines(ask_line("first")) + line + b"\n\n" + lines(ask_line("last"))
    exit_code, out, err = habeas("ask", "--jsonl", stdin=stdin)
    first, bad, last = (json.loads(one) for one in out.splitlines())
    assert (first["id"], last["id"]) == ("first", "last"), trap
    assert bad.keys() == {"id", "error"}
    assert bad["id"] == name
    assert bad["error"]["code"] == code
    assert bad["error"]["message"]
    assert "secret words" not in out + err
    assert exit_code == 1


@pytest.mark.usefixtures("engine")
def test_lines_of_other_editors(habeas: Shell) -> None:
    stdin = b"\xef\xbb\xbf" + lines(ask_line("a")).replace(b"\n", b"\r\n") + b"\r\n"
    stdin += lines(ask_line("b")).strip()
    code, out, _ = habeas("ask", "--jsonl", stdin=stdin)
    assert [json.loads(line)["id"] for line in out.splitlines()] == ["a", "b"]
    assert code == 0


@pytest.mark.usefixtures("engine")
def test_half_a_character_in_an_id_comes_back(habeas: Shell) -> None:
    stdin = rb'{"id":"\ud83d","foo":1}'
    code, out, _ = habeas("ask", "--jsonl", stdin=stdin)
    assert json.loads(out)["id"] == "\ud83d"
    assert code == 1


@pytest.mark.usefixtures("engine")
def test_nothing_in_gives_nothing_out(habeas: Shell) -> None:
    assert habeas("ask", "--jsonl") == (0, "", "")


def test_search_lines(habeas: Shell, engine: FakeEngine) -> None:
    stdin = lines({"id": 1, "q": "INA 241", "lang": "es", "k": 3}, {"id": 2, "q": "down"})
    code, out, _ = habeas("search", "--jsonl", stdin=stdin)
    first, second = (json.loads(line) for line in out.splitlines())
    assert first == {
        "id": 1,
        "hits": [
            {
                "id": PASSAGE.id,
                "layer": "digest",
                "score": 0.5,
                "arms": ["citation", "dense"],
                "text": "no puede expulsar",
            }
        ],
    }
    assert second["error"]["code"] == "index_missing"
    assert [lang for _, lang in engine.asked] == ["es", None]
    assert code == 1


@pytest.mark.usefixtures("engine")
def test_search_text_and_its_error_in_one_line(habeas: Shell) -> None:
    code, out, _ = habeas("search", "INA 241")
    assert (code, out) == (0, f"0.500  {PASSAGE.id}  [digest, citation, dense]\nmay not remove\n\n")
    code, out, err = habeas("search", "down")
    assert (code, out) == (2, "")
    assert err == "habeas: there is no index; run `habeas corpus build`\n"


def test_guard_lines(habeas: Shell, engine: FakeEngine) -> None:
    history = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]
    stdin = lines(
        {"id": 1, "question": "q", "draft": "D.", "history": history, "passages": ["usc/8/1231"]},
        {"id": 2, "question": "bread", "draft": "Knead."},
        {"id": 3, "question": "q", "draft": "D.", "passages": ["usc/8/9999"]},
        {"id": 4, "question": "q"},
    )
    code, out, _ = habeas("guard", "--jsonl", stdin=stdin)
    ruled, off, unknown, incomplete = (json.loads(line) for line in out.splitlines())
    assert ruled == {
        "id": 1,
        "verdict": {"rule": "citizen_removal", "outcome": "forbidden", "also": ["challenge"]},
        "opening": "No.",
        "kept": ["D."],
        "dropped": [{"text": "Yes.", "reason": "bare_yes_no"}],
        "text": "No.\n\nD.",
    }
    assert (off["verdict"], off["opening"], off["text"]) == (None, "", "Knead.")
    assert unknown["error"]["code"] == "unknown_authority"
    assert incomplete["error"]["message"] == "draft: Field required"
    assert engine.asked[0][1] is None
    assert [turn.content for turn in engine.asked[0][0]] == ["a", "b", "q"]
    assert engine.given == [(PASSAGE,), None]
    assert code == 1


def test_guard_explains(habeas: Shell) -> None:
    code, out, _ = habeas("guard", "explain", "I was born in Texas. Can they deport me?")
    assert code == 0
    assert out.startswith("rule         citizen_removal\noutcome      forbidden")
    assert (
        "fact         self: birthplace = united_states ('born in Texas', turn 0, characters 6 to 19)"
        in out
    )
    assert "state        self: remove, danger none_stated\n  may be     citizen_by_birth\n" in out
    assert "  excluded   citizen_naturalized, citizen_derived, national" in out
    assert "  met        citizen_removal, forbidden: " in out
    assert "may not lawfully be deported" in out.partition("\n\n")[2]


def test_guard_explains_what_the_second_reader_put(habeas: Shell) -> None:
    asked = "lol you libs cry but admit it, if the president says an american is out then hes OUT. on the boat."
    code, out, _ = habeas("guard", "explain", asked)
    assert code == 0
    assert "second       put remove; what weighed most: '" in out


def test_guard_explains_what_is_off_topic_and_refuses_nothing(habeas: Shell) -> None:
    assert habeas("guard", "explain", "How do I bake bread?")[1].startswith("off topic")
    code, _, err = habeas("guard", "explain", "  ")
    assert (code, "nothing was asked" in err) == (2, True)


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    "arguments",
    [("ask",), ("ask", "q", "--jsonl"), ("search",), ("guard",), ("ask", "q", "--lang", "fr")],
    ids=" ".join,
)
def test_wrong_use_is_refused(habeas: Shell, arguments: tuple[str, ...]) -> None:
    code, out, _ = habeas(*arguments)
    assert code == 2
    assert "¡" not in out


@pytest.mark.usefixtures("engine")
def test_error_is_one_line(habeas: Shell) -> None:
    assert habeas("ask", "") == (2, "", "habeas: nothing was asked; write a question in words\n")


def test_unknown_setting_is_one_line(habeas: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HABEAS_PROT", "1")
    code, _, err = habeas("corpus", "build")
    assert code == 2
    assert err.startswith("habeas: unknown setting HABEAS_PROT")
    assert err.count("\n") == 1


GOOD = """---
id: usc/8/1
title: {en: "T", es: "T"}
url: https://x
as_of: P.L. 119-100
checked_on: 2026-11-24
topics: [removal]
---

## whole
en: Text.
es: Texto.
ask-en: Why?
ask-es: ¿Por qué?
"""


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "usc/8").mkdir(parents=True)
    (tmp_path / "sources.toml").write_text('[topics]\nremoval = "r"\n', "utf-8")
    (tmp_path / "usc/8/1.md").write_text(GOOD, "utf-8")
    bad = GOOD.replace("usc/8/1", "usc/8/2").replace("es: Texto.\n", "")
    (tmp_path / "usc/8/2.md").write_text(bad, "utf-8")
    monkeypatch.setenv("HABEAS_CORPUS_DIR", str(tmp_path))
    return tmp_path


def test_corpus_check_tells_problems(habeas: Shell, corpus: Path) -> None:
    code, out, _ = habeas("corpus", "check")
    problem, summary = out.splitlines()
    assert problem == f"{corpus}/usc/8/2.md:10: ## whole has no es; add es: …"
    assert summary == "1 problems; 2 files, 2 statements"
    assert code == 1


def test_corpus_check_reports_only_on_what_is_named(habeas: Shell, corpus: Path) -> None:
    assert habeas("corpus", "check", str(corpus / "usc/8/1.md"))[0] == 0
    assert habeas("corpus", "check", str(corpus / "usc"))[0] == 1
    code, _, err = habeas("corpus", "check", str(corpus / "nope"))
    assert (code, err.count("\n")) == (2, 1)


def test_corpus_check_with_law(habeas: Shell, corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "law").mkdir()
    _, out, _ = habeas("corpus", "check", "--law", str(tmp_path / "law"))
    assert out.endswith("0 compared, 2 without official text at hand\n")
    assert habeas("corpus", "check", "--law", str(corpus / "nope"))[0] == 2


def test_broken_corpus_is_one_line(habeas: Shell, corpus: Path) -> None:
    (corpus / "sources.toml").unlink()
    code, _, err = habeas("corpus", "check")
    assert (code, err.count("\n")) == (2, 1)
    assert "sources.toml" in err


def test_corpus_build_says_what_it_built(habeas: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    layer = bot.index.store.LayerManifest("e" * 64, 5, 10, 20)
    manifest = bot.index.build.Manifest("f" * 64, "c", "model", 8, 1, {"digest": layer}, {})
    monkeypatch.setattr(bot.index.build, "build_index", lambda _settings, _progress: manifest)
    code, out, _ = habeas("corpus", "build")
    assert (code, out) == (0, "index ffffffffffff: 5 passages, 20 questions, model\n")


@pytest.fixture
def data(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data directory, and a corpus that can be read."""
    (corpus / "usc/8/2.md").unlink()
    monkeypatch.setenv("HABEAS_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


def test_documents_are_added_listed_found_and_removed(
    habeas: Shell, data: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "notice.txt").write_text("Bring the pink receipt to window seven.", "utf-8")
    (folder / "evil\x1b[2J\nname.txt").write_bytes(b"\x00\x01\x02\x03" * 9)
    (folder / "table.xls").write_text("a,b", "utf-8")
    code, out, err = habeas("corpus", "add", str(folder))
    name = out.split(maxsplit=1)[0]
    assert re.fullmatch(r"notice-[0-9a-f]{8}", name)
    assert out.startswith(f"{name}  notice.txt, 1 page\nindex ")
    assert "Whoever can ask this bot can be shown words" in out
    assert err.splitlines() == [
        "skipped evil 2J name.txt: is no text, or in a code that cannot be told; save it as UTF-8",
        (
            "skipped table.xls: is of a kind that cannot be read; these can: .docx, .htm, .html,"
            " .markdown, .md, .pdf, .text, .txt"
        ),
    ]
    assert code == 1
    assert habeas("corpus", "add", str(folder / "notice.txt"))[0] == 1  # is there already
    code, out, _ = habeas("corpus", "documents")
    assert (code, out.startswith(f"{name}  notice.txt, 1 page, added 20")) == (0, True)
    with closing(open_index(load_settings())) as index:
        assert [one.authority.path for one in index.layers["user"].passages] == [f"doc/{name}/p1/0"]
    code, out, _ = habeas("corpus", "remove", name)
    assert (code, out.startswith(f"{name} removed\nindex ")) == (0, True)
    for path in data.rglob("*"):
        assert path.is_dir() or b"pink receipt" not in path.read_bytes()
    assert habeas("corpus", "documents") == (
        0,
        "no documents; add some with `habeas corpus add PATH`\n",
        "",
    )


def test_a_damaged_document_is_listed_as_such(habeas: Shell, data: Path) -> None:
    (data / "documents/notice-1a2b3c4d").mkdir(parents=True)
    _, out, _ = habeas("corpus", "documents")
    assert out == "notice-1a2b3c4d  damaged and left out; remove it and add it again\n"


@pytest.mark.usefixtures("data")
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("add", "nowhere.pdf"), "nowhere.pdf does not exist"),
        (("add", "{empty}"), "there is no file in these folders"),
        (("remove", "notice-1a2b3c4d"), "`habeas corpus documents` lists them"),
        (("remove", "../../etc"), "`habeas corpus documents` lists them"),
    ],
)
def test_wrong_documents_are_one_line(
    habeas: Shell, tmp_path: Path, arguments: tuple[str, ...], says: str
) -> None:
    (tmp_path / "empty").mkdir()
    given = [one.format(empty=tmp_path / "empty") for one in arguments]
    code, _, err = habeas("corpus", *given)
    assert (code, err.count("\n")) == (2, 1)
    assert says in err


def test_a_document_waits_while_another_process_builds(
    habeas: Shell, data: Path, tmp_path: Path
) -> None:
    (tmp_path / "notice.txt").write_text("Bring the pink receipt to window seven.", "utf-8")
    (data / "index").mkdir(parents=True)
    with (data / "index" / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        code, out, err = habeas("corpus", "add", str(tmp_path / "notice.txt"))
    assert (code, err) == (
        0,
        "another process is building the index; then run `habeas corpus build`\n",
    )
    assert "notice.txt, 1 page" in out


def test_reader_that_leaves_is_no_error(
    habeas: Shell, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def leave(*_: object, **__: object) -> None:
        raise BrokenPipeError

    put_back: list[int] = []
    monkeypatch.setattr(cli.typer, "echo", leave)
    monkeypatch.setattr(cli.os, "dup2", lambda _, to: put_back.append(to))
    code, _, err = habeas("ask", "Hi")
    assert (code, err) == (1, "")
    assert put_back == [sys.stdout.fileno()]
    assert engine.closed
