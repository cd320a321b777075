import hashlib
import json
import os
import signal
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
from bot.index.build import build_from, build_index
from bot.index.cache import embed_cached
from bot.index.embed import HashEmbedder, UseEmbedder, make_embedder
from bot.index.lexical import build_lexical, load_lexical, save_lexical
from bot.index.store import CURRENT, MANIFEST, PASSAGES, current_name, index_home, open_index
from bot.index.vectors import Row, VectorIndex
from bot.index.words import stems, terms
from bot.settings import Settings
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
PASSAGES_TWO = (FEAR, BOND, ASYLUM)


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


def nearest(index, text, kind="text", **options):
    vector = index.embedder.embed_queries([text])
    places = index.vectors.nearest(kind, vector, 10, **options)
    return [index.passages[near.place].authority.path for near in places]


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
        rows = [Row(place, "text", "en", "digest", 0, "") for place in range(400)]
        with closing(VectorIndex(tmp_path, create=True)) as index:
            index.add(rows, vectors, lambda *_: None)
            for query in vectors[:20] + rng.normal(size=(20, 64)).astype(np.float32) * 0.05:
                unit = (query / np.linalg.norm(query)).astype(np.float32)
                exact = np.argsort(-(vectors @ unit))[:10]
                found = index.nearest("text", unit[None], 10)
                assert [near.place for near in found] == list(exact)
                assert found[0].cosine == pytest.approx(float(vectors[exact[0]] @ unit), abs=1e-4)


class TestBuild:
    def test_opens_what_was_built(self, settings):
        stages = []
        manifest = build(settings, PASSAGES_TWO, progress=lambda *step: stages.append(step))
        assert (manifest.passages, manifest.text_rows, manifest.ask_rows) == (3, 6, 5)
        assert {stage for stage, _, _ in stages} == {"embed", "write", "check"}
        assert all(done <= total for _, done, total in stages)
        with opened(settings) as index:
            assert index.passages == PASSAGES_TWO
            assert index.manifest == manifest
            assert nearest(index, BOND.text.en)[0] == "usc/8/1226/a/2"
            assert nearest(index, "¿Cuánto es la fianza?", "ask")[0] == "usc/8/1226/a/2"

    def test_builds_the_digest_of_the_corpus_directory(self, settings):
        write_corpus(settings.corpus_dir, "A noncitizen may ask for asylum.")
        build_index(settings, quiet, extra=(BOND,), embedder=EMBEDDER)
        with closing(open_index(settings, embedder=EMBEDDER)) as index:
            assert [p.authority.path for p in index.passages] == ["usc/8/1158/a", "usc/8/1226/a/2"]
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
            assert index.passages == ()

    def test_damaged_index_is_built_again(self, settings):
        manifest = build(settings, PASSAGES_ONE)
        (index_home(settings) / manifest.fingerprint / PASSAGES).write_text("")
        build(settings, PASSAGES_ONE)
        with opened(settings) as index:
            assert index.passages == PASSAGES_ONE

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
            assert index.passages == PASSAGES_ONE

    def test_second_builder_is_told_to_wait(self, settings):
        def second(*_):
            with pytest.raises(IndexBusy, match="another process is building"):
                build(settings, PASSAGES_TWO, "two")
            met.append(True)

        met = []
        build(settings, PASSAGES_ONE, progress=second)
        assert met
        with opened(settings) as index:
            assert index.passages == PASSAGES_ONE


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
from bot.settings import Settings

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
            assert index.passages == PASSAGES_ONE
            assert nearest(index, BOND.text.en)[0] == "usc/8/1226/a/2"
        build_index(settings, quiet, embedder=EMBEDDER)
        with closing(open_index(settings, embedder=EMBEDDER)) as index:
            assert [p.authority.path for p in index.passages] == ["usc/8/1158/a"]
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
            lambda home: (home / PASSAGES).write_text("{}\n"),
            lambda home: (home / "bm25-en.npz").write_bytes(b"PK"),
            lambda home: (home / "chroma" / "chroma.sqlite3").unlink(),
            # Chroma would crash the process on this one.
            lambda home: next(home.rglob("data_level0.bin")).write_bytes(b"\xff" * 64),
            lambda home: (home / "chroma" / "stray").write_text("x"),
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
        (index_home(settings) / manifest.fingerprint / PASSAGES).write_text("")
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
                assert nearest(fresh, "asylum in the United States")[0] == "usc/8/1158/a/1"

    def test_layer_filter(self, settings):
        build(settings, PASSAGES_TWO)
        with opened(settings) as index:
            official = nearest(index, "noncitizen", layers=frozenset({"official"}))
            assert official == ["usc/8/1158/a/1"]
            digest = nearest(index, "noncitizen", layers=frozenset({"digest"}))
            assert set(digest) == {"usc/8/1231/b/3/A", "usc/8/1226/a/2"}
