import dataclasses
import errno
import hashlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import numpy as np
import pytest

from bot.errors import CorpusIndexError, IndexBusy, IndexMissing, IndexStale, SettingsError
from bot.index import store
from bot.index.build import build_from, build_index, drop_older
from bot.index.cache import embed_cached
from bot.index.embed import HashEmbedder, UseEmbedder, make_embedder
from bot.index.lexical import build_lexical, load_lexical, save_lexical
from bot.index.store import CURRENT, MANIFEST, PASSAGES, current_name, index_home, open_index
from bot.index.vectors import Row, VectorIndex, rows
from bot.index.words import stems, terms
from bot.settings import PROJECT_DIR, Settings
from bot.types import Authority, Bilingual, Passage, Questions

EMBEDDER = HashEmbedder()


def passage(path, en, es, *asks, layer="digest", see=()):
    return Passage(
        id=f"{path}@{hashlib.sha256((en + es).encode()).hexdigest()[:8]}",
        authority=Authority(path),
        layer=layer,
        title=Bilingual("Removal", "Expulsión"),
        text=Bilingual(en, es),
        ask=Questions(*map(tuple, asks)),
        url="https://example.gov/x",
        as_of="P.L. 119-100",
        see=tuple(Authority(target) for target in see),
    )


FEAR = passage(
    "usc/8/1231/b/3/A",
    "The government may not remove a noncitizen to a country where life would be threatened.",
    "El gobierno no puede expulsar a una persona a un país donde su vida corra peligro.",
    ["Can they send me where I would be killed?"],
    ["¿Me pueden mandar donde me matarían?"],
    see=["usc/8/1158/a/1"],
)
BOND = passage(
    "usc/8/1226/a/2",
    "A judge may release a noncitizen on a bond of at least 1,500 dollars.",
    "El juez puede soltar a una persona no ciudadana con una fianza de al menos 1,500 dólares.",
    ["How much is bail?"],
    ["¿Cuánto es la fianza?"],
)
ASYLUM = passage(
    "usc/8/1158/a/1",
    "A noncitizen who is in the United States may ask for asylum.",
    "Una persona no ciudadana que está en los Estados Unidos puede pedir asilo.",
    ["Can I get asylum?"],
    layer="official",
)
PASSAGES_ONE = (FEAR, BOND)
LETTER = dataclasses.replace(
    passage(
        "doc/letter-1a2b3c4d/p1/0",
        "Bring the pink receipt to window seven.",
        "Bring the pink receipt to window seven.",
        layer="user",
    ),
    title=Bilingual("letter.txt", "letter.txt"),
)
PASSAGES_TWO = (FEAR, BOND, ASYLUM)
PASSAGES_THREE = (*PASSAGES_TWO, LETTER)


class CountingEmbedder(HashEmbedder):
    def __init__(self, dim=64, name="counting/1"):
        super().__init__(dim)
        self.name = name
        self.seen = []

    def embed_passages(self, texts):
        self.seen += texts
        return super().embed_passages(texts)


@pytest.fixture
def settings(tmp_path):
    return Settings(data_dir=tmp_path / "data", corpus_dir=tmp_path / "corpus")


def quiet(_stage, _done, _total):
    pass


def build(settings, found, corpus="one", embedder=EMBEDDER, progress=quiet):
    return build_from(found, corpus, settings, progress, embedder=embedder)


def opened(settings, corpus="one", embedder=EMBEDDER):
    return closing(open_index(settings, corpus=corpus, embedder=embedder))


def nearest(index, text, kind="text", layer="digest"):
    vector = index.embedder.embed_queries([text])
    layer = index.layers[layer]
    return [
        layer.passages[near.place].authority.path
        for near in layer.vectors.nearest(kind, vector, 10)
    ]


class TestWords:
    @pytest.mark.parametrize(
        ("one", "other", "lang"),
        [
            ("deportación", "deportacion", "es"),  # people leave accents out
            ("PRISIÓN", "prisiones", "es"),
            ("N-400", "n400", "en"),
            ("children", "child", "en"),
            ("sent", "sending", "en"),
        ],
    )
    def test_forms_of_one_word_are_one_term(self, one, other, lang):
        assert stems(one, lang) == stems(other, lang)

    def test_small_words_are_no_terms_of_their_own_language_only(self):
        assert terms("the fear", "en") == terms("fear", "en")
        assert terms("the fear", "es") != terms("fear", "es")


class TestEmbed:
    def test_hash_vectors_are_unit_and_the_same_every_time(self):
        one, other = EMBEDDER.embed_passages(["bond hearing", "bond"]), HashEmbedder()
        assert np.allclose(np.linalg.norm(one, axis=1), 1)
        assert np.array_equal(one, other.embed_queries(["bond hearing", "bond"]))

    def test_builtin_model_reads_both_languages(self):
        vectors = UseEmbedder().embed_queries(
            ["Can they deport me?", "¿Me pueden deportar?", "How do I bake bread?"]
        )
        assert vectors.dtype == np.float32
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
        assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.2

    def test_builtin_model_gives_one_text_the_same_vector_in_any_batch(self):
        texts = [f"question number {number} about removal" for number in range(70)]
        model = UseEmbedder()
        alone = model.embed_queries(texts[41:42])[0]
        assert np.allclose(model.embed_passages(texts)[41], alone, atol=1e-5)

    @pytest.mark.parametrize("name", ["e5", "openai:", ":small", "nobody:knows"])
    def test_unknown_model_is_refused_with_what_to_write(self, name):
        with pytest.raises(SettingsError, match="HABEAS_EMBEDDING"):
            make_embedder(Settings(embedding=name))

    def test_openai_compatible_endpoint_gets_texts_and_its_vectors_are_scaled(self, endpoint):
        model = make_embedder(
            Settings(embedding="openai:tiny", HABEAS_OPENAI_BASE_URL=endpoint.url)
        )
        vectors = model.embed_passages(["bond", "asylum"])
        assert endpoint.inputs == [["bond", "asylum"]]  # text, not token numbers
        assert vectors.shape == (2, 2)
        assert np.allclose(vectors[0], [0.6, 0.8])
        assert model.dim == 2

    def test_failing_endpoint_is_an_index_error_without_the_key(self, endpoint):
        endpoint.status = 400
        model = make_embedder(
            Settings(
                embedding="openai:tiny",
                HABEAS_OPENAI_BASE_URL=endpoint.url,
                OPENAI_API_KEY="sk-very-secret",
            )
        )
        with pytest.raises(CorpusIndexError, match="openai:tiny failed") as raised:
            model.embed_queries(["bond"])
        assert "very-secret" not in str(raised.value)


@pytest.fixture
def endpoint():
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            state.inputs.append(body["input"])
            texts = body["input"] if isinstance(body["input"], list) else [body["input"]]
            data = [
                {"object": "embedding", "index": i, "embedding": [3.0, 4.0]}
                for i in range(len(texts))
            ]
            answer = {"object": "list", "data": data, "model": body["model"]}
            answer["usage"] = {"prompt_tokens": 1, "total_tokens": 1}
            raw = json.dumps(answer).encode()
            self.send_response(state.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_):
            pass

    class State:
        inputs: list
        status = 200

    state = State()
    state.inputs = []
    server = HTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield state
    server.shutdown()
    thread.join()
    server.server_close()


class TestLexical:
    def test_rare_words_weigh_more_than_common_ones(self):
        index = build_lexical(PASSAGES_TWO, "en")
        assert index.scores({"noncitizen": 1.0}).max() < index.scores({"dollar": 1.0}).max()
        assert int(index.scores({"bond": 1.0, "noncitizen": 1.0}).argmax()) == 1

    def test_best_share_counts_unknown_words_against(self):
        index = build_lexical(PASSAGES_TWO, "en")
        assert index.best_share(terms("judge bond", "en")) == pytest.approx(1.0)
        assert index.best_share(terms("judge sourdough bread", "en")) < 0.5
        assert index.best_share([]) == 0.0

    def test_file_gives_back_the_same_index(self, tmp_path):
        index = build_lexical(PASSAGES_TWO, "es")
        save_lexical(tmp_path / "bm25.npz", index)
        loaded = load_lexical(tmp_path / "bm25.npz")
        query = dict.fromkeys(terms("fianza del juez", "es"), 1.0)
        assert loaded.passages.terms == index.passages.terms
        assert np.array_equal(loaded.scores(query), index.scores(query))


class TestCache:
    def test_only_changed_text_is_embedded(self, tmp_path):
        model = CountingEmbedder()
        embed_cached(tmp_path / "c.sqlite3", model, ["a b", "c d"], lambda *_: None)
        model.seen.clear()
        got = embed_cached(tmp_path / "c.sqlite3", model, ["c d", "e f", "e f"], lambda *_: None)
        assert model.seen == ["e f"]
        assert np.array_equal(got, HashEmbedder(64).embed_passages(["c d", "e f", "e f"]))

    def test_vectors_of_another_model_are_not_taken(self, tmp_path):
        embed_cached(tmp_path / "c.sqlite3", CountingEmbedder(), ["a"], lambda *_: None)
        other = CountingEmbedder(32, "counting/2")
        assert embed_cached(tmp_path / "c.sqlite3", other, ["a"], lambda *_: None).shape == (1, 32)
        assert other.seen == ["a"]

    def test_broken_cache_is_made_anew(self, tmp_path):
        (tmp_path / "c.sqlite3").write_bytes(b"no database at all" * 100)
        got = embed_cached(tmp_path / "c.sqlite3", EMBEDDER, ["a"], lambda *_: None)
        assert got.shape == (1, EMBEDDER.dim)


class TestVectors:
    def test_neighbours_are_those_of_an_exact_search(self, tmp_path):
        rng = np.random.default_rng(1)
        vectors = rng.normal(size=(400, 64)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        rows = [Row(place, "text", "en", 0, "") for place in range(400)]
        with closing(VectorIndex(tmp_path, create=True)) as index:
            index.add(rows, vectors, lambda *_: None)
            for query in vectors[:20] + rng.normal(size=(20, 64)).astype(np.float32) * 0.05:
                unit = (query / np.linalg.norm(query)).astype(np.float32)
                exact = np.argsort(-(vectors @ unit))[:10]
                found = index.nearest("text", unit[None], 10)
                assert [near.place for near in found] == list(exact)
                assert found[0].cosine == pytest.approx(float(vectors[exact[0]] @ unit), abs=1e-4)

    def test_rows_that_crowd_each_other_out_are_no_damage(self, tmp_path):
        vectors = HashEmbedder().embed_passages([f"row {n} of one long form" for n in range(300)])
        found = [Row(place, "text", "en", 0, "") for place in range(300)]
        with closing(VectorIndex(tmp_path, create=True)) as index:
            index.add(found, vectors, lambda *_: None)
            index.check({"text": 300, "ask": 0}, 256)
            with pytest.raises(CorpusIndexError, match="no vector of 64 numbers"):
                index.check({"text": 300, "ask": 0}, 64)


class TestBuild:
    def test_opens_what_was_built(self, settings):
        stages = []
        manifest = build(settings, PASSAGES_TWO, progress=lambda *step: stages.append(step))
        assert (manifest.passages, manifest.ask_rows) == (3, 5)
        assert manifest.layers["digest"].text_rows == 4
        assert {stage for stage, _, _ in stages} == {"embed", "write", "check"}
        assert all(done <= total for _, done, total in stages)
        with opened(settings) as index:
            assert index.digest.passages + index.layers["official"].passages == PASSAGES_TWO
            assert index.manifest == manifest
            assert nearest(index, BOND.text.en)[0] == "usc/8/1226/a/2"
            assert nearest(index, "¿Cuánto es la fianza?", "ask")[0] == "usc/8/1226/a/2"

    def test_builds_the_digest_of_the_corpus_directory(self, settings):
        write_corpus(settings.corpus_dir, "A noncitizen may ask for asylum.")
        build_index(settings, quiet, extra=(BOND,), embedder=EMBEDDER)
        with closing(open_index(settings, embedder=EMBEDDER)) as index:
            assert [p.authority.path for p in index.digest.passages] == [
                "usc/8/1158/a",
                "usc/8/1226/a/2",
            ]
        write_corpus(settings.corpus_dir, "A noncitizen must not ask for asylum.")
        with pytest.raises(IndexStale, match=r"corpus changed.*habeas corpus build"):
            open_index(settings, embedder=EMBEDDER)

    def test_the_same_again_is_no_work(self, settings):
        first = build(settings, PASSAGES_ONE)
        steps = []
        assert build(settings, PASSAGES_ONE, progress=lambda *step: steps.append(step)) == first
        assert steps == []

    def test_a_passage_given_twice_is_indexed_once(self, settings):
        assert build(settings, (FEAR, BOND, FEAR)).passages == 2

    def test_nothing_to_index_is_an_index(self, settings):
        build(settings, ())
        with opened(settings) as index:
            assert index.digest.passages == ()

    def test_damaged_index_is_built_again(self, settings):
        manifest = build(settings, PASSAGES_ONE)
        (index_home(settings) / manifest.fingerprint / "digest" / PASSAGES).write_text("")
        build(settings, PASSAGES_ONE)
        with opened(settings) as index:
            assert index.digest.passages == PASSAGES_ONE

    def test_the_last_two_are_kept(self, settings):
        names = [
            build(settings, PASSAGES_ONE, corpus).fingerprint for corpus in ("one", "two", "three")
        ]
        kept = {path.name for path in index_home(settings).iterdir() if path.is_dir()}
        assert kept == set(names[1:])
        assert current_name(index_home(settings)) == names[2]

    def test_going_back_keeps_the_one_that_served_last(self, settings):
        one, two, three = (build(settings, PASSAGES_ONE, c).fingerprint for c in ("1", "2", "3"))
        assert build(settings, PASSAGES_ONE, "2").fingerprint == two
        assert build(settings, PASSAGES_ONE, "4").fingerprint != three
        kept = {path.name for path in index_home(settings).iterdir() if path.is_dir()}
        assert two in kept
        assert one not in kept

    def test_index_that_fails_its_check_never_serves(self, settings, monkeypatch):
        build(settings, PASSAGES_ONE)

        def fail(*_):
            raise CorpusIndexError("row 3 does not find itself")

        monkeypatch.setattr(VectorIndex, "check", fail)
        with pytest.raises(CorpusIndexError, match="find itself"):
            build(settings, PASSAGES_TWO, "two")
        monkeypatch.undo()
        with opened(settings) as index:
            assert index.digest.passages == PASSAGES_ONE

    def test_second_builder_is_told_to_wait(self, settings):
        def second(*_):
            with pytest.raises(IndexBusy, match="another process is building"):
                build(settings, PASSAGES_TWO, "two")
            met.append(True)

        met = []
        build(settings, PASSAGES_ONE, progress=second)
        assert met
        with opened(settings) as index:
            assert index.digest.passages == PASSAGES_ONE


def write_corpus(directory: Path, text: str) -> None:
    place = directory / "usc" / "8"
    place.mkdir(parents=True, exist_ok=True)
    (directory / "sources.toml").write_text('[topics]\nasylum = "Asylum"\n')
    (place / "1158.md").write_text(
        textwrap.dedent(
            f"""\
            ---
            id: usc/8/1158
            title: {{en: "Asylum", es: "Asilo"}}
            url: https://example.gov/x
            as_of: P.L. 119-100
            checked_on: 2026-11-24
            topics: [asylum]
            ---

            ## a
            en: {text}
            es: Una persona no ciudadana puede pedir asilo.
            ask-en: Can I get asylum?
            ask-es: ¿Puedo pedir asilo?
            """
        )
    )


KILLED = """
import os, signal, sys
from pathlib import Path
from bot.index.build import build_index
from bot.index.embed import HashEmbedder
from bot.settings import PROJECT_DIR, Settings

data, corpus, stage = sys.argv[1:]

def progress(at, done, total):
    if at == stage and done:
        os.kill(os.getpid(), signal.SIGKILL)

settings = Settings(data_dir=Path(data), corpus_dir=Path(corpus))
build_index(settings, progress, embedder=HashEmbedder())
"""


class TestKilled:
    @pytest.mark.parametrize("stage", ["embed", "write", "check"])
    def test_a_killed_build_leaves_the_old_index_serving(self, settings, stage):
        build(settings, PASSAGES_ONE)
        write_corpus(settings.corpus_dir, "A noncitizen may ask for asylum.")
        done = subprocess.run(
            [sys.executable, "-c", KILLED, settings.data_dir, settings.corpus_dir, stage],
            check=False,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
        )
        assert done.returncode == -signal.SIGKILL
        with opened(settings) as index:
            assert index.digest.passages == PASSAGES_ONE
            assert nearest(index, BOND.text.en)[0] == "usc/8/1226/a/2"
        build_index(settings, quiet, embedder=EMBEDDER)
        with closing(open_index(settings, embedder=EMBEDDER)) as index:
            assert [p.authority.path for p in index.digest.passages] == ["usc/8/1158/a"]
        assert not list(index_home(settings).glob(".building-*"))


class TestOpen:
    def test_nothing_built(self, settings):
        with pytest.raises(IndexMissing, match="habeas corpus build"):
            open_index(settings, corpus="one", embedder=EMBEDDER)

    @pytest.mark.parametrize(
        ("corpus", "embedder", "what"),
        [
            ("two", EMBEDDER, "the corpus changed"),
            ("one", HashEmbedder(128), "the embedding model changed"),
            ("two", HashEmbedder(128), "the corpus and embedding model changed"),
        ],
    )
    def test_stale_says_what_changed_and_what_to_do(self, settings, corpus, embedder, what):
        build(settings, PASSAGES_ONE)
        with pytest.raises(IndexStale, match=f"{what}.*habeas corpus build"):
            open_index(settings, corpus=corpus, embedder=embedder)

    def test_other_code_is_stale(self, settings, monkeypatch):
        build(settings, PASSAGES_ONE)
        monkeypatch.setattr(store, "CODE_VERSION", store.CODE_VERSION + 1)
        with pytest.raises(IndexStale, match="the code changed"):
            open_index(settings, corpus="one", embedder=EMBEDDER)

    @pytest.mark.parametrize(
        "damage",
        [
            lambda home: (home / MANIFEST).unlink(),
            lambda home: (home / MANIFEST).write_text('{"fingerprint": "x"}'),
            lambda home: (home / "digest" / PASSAGES).write_text("{}\n"),
            lambda home: (home / "digest" / "bm25-en.npz").write_bytes(b"PK"),
            lambda home: (home / "digest" / "chroma" / "chroma.sqlite3").unlink(),
            # Chroma would crash the process on this one.
            lambda home: next(home.rglob("data_level0.bin")).write_bytes(b"\xff" * 64),
            lambda home: (home / "digest" / "chroma" / "stray").write_text("x"),
        ],
        ids=["no manifest", "old manifest", "passages", "bm25", "sqlite", "hnsw", "stray file"],
    )
    def test_damaged_index_is_refused(self, settings, damage):
        manifest = build(settings, PASSAGES_ONE)
        damage(index_home(settings) / manifest.fingerprint)
        with pytest.raises(CorpusIndexError, match=r"(damaged|not whole).*habeas corpus build"):
            open_index(settings, corpus="one", embedder=EMBEDDER)

    def test_pointer_to_nothing_is_refused(self, settings):
        build(settings, PASSAGES_ONE)
        (index_home(settings) / CURRENT).write_text("0123456789abcdef\n")
        with pytest.raises(CorpusIndexError, match="not whole"):
            open_index(settings, corpus="one", embedder=EMBEDDER)

    def test_reading_leaves_the_stored_index_as_it_was(self, settings):
        manifest = build(settings, PASSAGES_ONE)
        with opened(settings) as index:
            nearest(index, "bond")
            assert store.file_hashes(index_home(settings) / manifest.fingerprint) == manifest.files
            assert index.private.exists()
        assert not index.private.exists()

    def test_refused_index_leaves_no_copy_behind(self, settings, tmp_path, monkeypatch):
        manifest = build(settings, PASSAGES_ONE)
        (index_home(settings) / manifest.fingerprint / "digest" / PASSAGES).write_text("")
        copies = tmp_path / "copies"
        copies.mkdir()
        monkeypatch.setattr("tempfile.tempdir", str(copies))
        with pytest.raises(CorpusIndexError):
            open_index(settings, corpus="one", embedder=EMBEDDER)
        assert list(copies.iterdir()) == []

    def test_swap_under_a_reader(self, settings):
        build(settings, PASSAGES_ONE)
        with opened(settings) as reader:
            before = nearest(reader, "asylum in the United States")
            assert not reader.outdated
            build(settings, PASSAGES_TWO, "two")
            build(settings, PASSAGES_TWO[1:], "three")
            assert nearest(reader, "asylum in the United States") == before
            assert reader.outdated
            with opened(settings, "three") as fresh:
                assert not fresh.outdated
                found = nearest(fresh, "asylum in the United States", layer="official")
                assert found == ["usc/8/1158/a/1"]

    def test_another_index_put_in_its_place_while_it_was_copied(self, settings, monkeypatch):
        build(settings, PASSAGES_ONE)
        copy = store._open_copy

        def overtaken(*arguments):
            monkeypatch.setattr(store, "_open_copy", copy)
            build(settings, PASSAGES_TWO)
            drop_older(settings)
            return copy(*arguments)

        monkeypatch.setattr(store, "_open_copy", overtaken)
        with opened(settings) as index:
            assert set(index.layers) == {"digest", "official"}


class TestLayers:
    def test_each_has_its_own_index(self, settings):
        build(settings, PASSAGES_THREE)
        with opened(settings) as index:
            assert {name: len(one.passages) for name, one in index.layers.items()} == {
                "digest": 2,
                "official": 1,
                "user": 1,
            }
            assert nearest(index, "asylum") != nearest(index, "asylum", layer="official")
            assert nearest(index, "asylum", layer="official") == ["usc/8/1158/a/1"]

    def test_what_is_added_to_one_moves_nothing_in_another(self, settings):
        build(settings, PASSAGES_ONE)
        with opened(settings) as index:
            before = index.digest.lexical["en"].scores({"noncitizen": 1.0, "bond": 1.0})
        build(settings, PASSAGES_THREE)
        with opened(settings) as index:
            after = index.digest.lexical["en"].scores({"noncitizen": 1.0, "bond": 1.0})
        assert np.array_equal(before, after)

    def test_english_law_is_not_read_as_spanish(self):
        official = build_lexical((ASYLUM,), "es")
        assert not official.knows("asil")
        assert build_lexical((ASYLUM,), "en").knows("asylum")

    def test_text_in_one_language_has_one_row(self):
        assert [row.lang for row in rows((LETTER,))] == ["en"]

    def test_only_the_layer_that_changed_is_made(self, settings):
        model = CountingEmbedder()
        build(settings, PASSAGES_TWO, embedder=model)
        model.seen.clear()
        steps = []
        manifest = build(
            settings, PASSAGES_THREE, embedder=model, progress=lambda *step: steps.append(step)
        )
        assert model.seen == [f"letter.txt. {LETTER.text.en}"]
        assert {total for stage, _, total in steps if stage == "write"} == {1}
        with opened(settings, embedder=model) as index:
            assert len(index.layers) == 3
            assert index.manifest == manifest

    def test_a_layer_damaged_since_is_not_taken_over(self, settings):
        manifest = build(settings, PASSAGES_TWO)
        (index_home(settings) / manifest.fingerprint / "official" / PASSAGES).write_text("")
        build(settings, PASSAGES_THREE)
        with opened(settings) as index:
            assert index.layers["official"].passages == (ASYLUM,)

    def test_a_removed_document_leaves_no_word_behind(self, settings):
        build(settings, PASSAGES_THREE)
        build(settings, PASSAGES_TWO)
        drop_older(settings)
        for path in settings.data_dir.rglob("*"):
            assert path.is_dir() or b"pink receipt" not in path.read_bytes(), path
        texts = sqlite3.connect(settings.data_dir / "vectors.sqlite3")
        with closing(texts):
            kept = texts.execute("SELECT count(*) FROM vector").fetchone()[0]
        assert kept == len({row.text for row in rows(PASSAGES_TWO)})
        with opened(settings) as index:
            assert set(index.layers) == {"digest", "official"}

    def test_nothing_can_be_dropped_while_another_builds(self, settings):
        def meanwhile(*_):
            with pytest.raises(IndexBusy):
                drop_older(settings)

        build(settings, PASSAGES_TWO, progress=meanwhile)


@pytest.mark.parametrize("most", [0, 20_000])
def test_a_disk_without_room_is_named_and_what_serves_is_untouched(settings, most):
    """A limit on the size of files is what comes nearest to a full disk."""
    build(settings, PASSAGES_ONE)
    home = index_home(settings)
    served = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    code = (
        "import resource, sys; from pathlib import Path;"
        " from tests.test_index import PASSAGES_TWO, build; from bot.settings import Settings;"
        f" resource.setrlimit(resource.RLIMIT_FSIZE, ({most}, {most}));"
        " build(Settings(data_dir=Path(sys.argv[1])), PASSAGES_TWO)"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, settings.data_dir],
        capture_output=True, text=True, check=False, cwd=PROJECT_DIR,
    )  # fmt: skip
    assert told.returncode == 1
    assert "CorpusIndexError" in told.stderr.splitlines()[-1]
    assert "what served before is untouched" in told.stderr
    for path, data in served.items():
        assert path.read_bytes() == data
    assert build(settings, PASSAGES_TWO)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EACCES])
def test_what_the_disk_says_is_explained(settings, monkeypatch, number):
    build(settings, PASSAGES_ONE)

    def full(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("bot.index.build.write_passages", full)
    says = "mend its rights" if number == errno.EACCES else "no room is left for the index"
    with pytest.raises(CorpusIndexError, match=says):
        build(settings, PASSAGES_TWO)
    assert not list(index_home(settings).glob(".building-*")) or number == errno.EACCES


def test_a_command_that_builds_steps_back_once():
    code = (
        "import os; from bot.channels.step_back import step_back;"
        " before = os.nice(0); step_back(); step_back(); print(before, os.nice(0))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    before, after = map(int, told.stdout.split())
    assert after == max(before, 10)
