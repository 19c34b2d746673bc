import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from jobtracker.core.embedding import (
    STATIC_FOLDER,
    OnnxEmbedder,
    OpenAiEmbedder,
    StaticEmbedder,
    open_embedder,
    read_safetensors,
    scaled,
)
from jobtracker.core.errors import AuthNeeded, BadInput, RateLimited, Unavailable
from jobtracker.core.settings import load_settings

EMBEDDER = StaticEmbedder(STATIC_FOLDER)


def test_paraphrases_find_each_other() -> None:
    lines = (Path(__file__).parent / "paraphrases.tsv").read_text(encoding="utf-8").splitlines()
    left, right = zip(*(line.split("\t") for line in lines), strict=True)
    similar = EMBEDDER.embed(left) @ EMBEDDER.embed(right).T
    first = (similar.argmax(axis=1) == np.arange(len(lines))).mean()
    assert first >= 0.55  # chance is 0.017; the model card has the measured value


def test_rows_agree_with_model2vec_reading_the_same_folder() -> None:
    script = (
        "import sys, numpy as np\n"
        "from model2vec import StaticModel\n"
        "from jobtracker.core.embedding import STATIC_FOLDER, StaticEmbedder\n"
        "texts = ['find remote jobs in Zürich', 'a', '', 'Köchin 80 % – ab sofort']\n"
        "theirs = StaticModel.from_pretrained(STATIC_FOLDER).encode(texts)\n"
        "ours = StaticEmbedder(STATIC_FOLDER).embed(texts)\n"
        "sys.exit(0 if np.allclose(ours, theirs, atol=1e-4) else 1)\n"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=60), max_size=8))
def test_every_row_is_of_length_one_or_zero(texts: list[str]) -> None:
    rows = EMBEDDER.embed(texts)
    assert rows.shape == (len(texts), 256)
    assert rows.dtype == np.float32
    lengths = np.linalg.norm(rows, axis=1)
    assert np.all(np.isclose(lengths, 1, atol=1e-4) | (lengths == 0))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=6))
def test_a_text_has_the_same_row_alone_and_in_a_batch(texts: list[str]) -> None:
    together = EMBEDDER.embed(texts)
    alone = np.vstack([EMBEDDER.embed([text]) for text in texts])
    assert np.allclose(together, alone, atol=1e-5)


@pytest.mark.parametrize("text", ["", "   ", "\x00", "\ud800", "🦄" * 5, "x" * 200_000, "a\x00b"])
def test_odd_texts_give_finite_rows(text: str) -> None:
    row = EMBEDDER.embed([text])
    assert row.shape == (1, 256)
    assert np.isfinite(row).all()


def test_no_texts_give_no_rows() -> None:
    assert EMBEDDER.embed([]).shape == (0, 256)


def test_several_threads_get_the_same_rows() -> None:
    texts = [f"sentence number {n} about work" for n in range(300)]
    expected = EMBEDDER.embed(texts)
    with ThreadPoolExecutor(4) as pool:
        for rows in pool.map(lambda _: EMBEDDER.embed(texts), range(8)):
            assert np.array_equal(rows, expected)


def test_rows_of_zeros_or_infinities_are_scaled_to_zeros() -> None:
    assert scaled([[0.0, 0.0], [float("nan"), 0.0]]).tolist() == [[0, 0], [0, 0]]
    assert scaled([[3.0, 4.0]])[0] == pytest.approx([0.6, 0.8])


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "model.safetensors"
    broken.write_bytes(b"\xff" * 40)
    with pytest.raises(Unavailable, match=r"model\.safetensors"):
        read_safetensors(broken)


def test_an_unknown_model_is_refused_with_the_choices() -> None:
    with pytest.raises(BadInput, match="embedded, onnx or openai:NAME"):
        open_embedder("word2vec")


def test_the_embedder_loads_without_heavy_imports() -> None:
    script = (
        "import sys\n"
        "from jobtracker.core.embedding import open_embedder\n"
        "open_embedder('embedded').embed(['hello'])\n"
        "bad = {'model2vec', 'chromadb', 'torch', 'openai', 'joblib', 'httpx'} & set(sys.modules)\n"
        "sys.exit(', '.join(bad) or 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_onnx_without_its_download_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def offline(_: list[str]) -> None:
        raise OSError("no route to host")

    embedder = OnnxEmbedder()
    monkeypatch.setattr(embedder, "_function", offline)
    with pytest.raises(Unavailable, match="JOBTRACKER_EMBEDDING__MODEL=embedded"):
        embedder.embed(["hello"])


class _Api(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        status = {"Bearer bad": 401, "Bearer busy": 429}.get(self.headers["authorization"], 200)
        data = [
            {"object": "embedding", "index": n, "embedding": [float(len(text)), 1.0, 0.0]}
            for n, text in enumerate(body["input"])
        ]
        answer = {"object": "list", "data": data[::-1], "model": body["model"]}
        answer["usage"] = {"prompt_tokens": 1, "total_tokens": 1}
        raw = json.dumps(answer if status == 200 else {"error": {"message": "no"}}).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(raw)))
        if status == 429:
            self.send_header("retry-after", "7")
            self.send_header("x-should-retry", "false")
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def api() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Api)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_openai_compatible_server_embeds(api: str) -> None:
    llm = load_settings().llm.model_copy(update={"api_key": SecretStr("k"), "base_url": api})
    embedder = open_embedder("openai:nomic-embed", llm)
    assert embedder.name == "openai-nomic-embed"
    assert embedder.dimensions == 3
    rows = embedder.embed(["abc", "", "hello"])
    assert rows[0] == pytest.approx(np.array([3, 1, 0]) / np.sqrt(10))
    assert rows[1].tolist() == [0, 0, 0]
    assert rows[2] == pytest.approx(np.array([5, 1, 0]) / np.sqrt(26))


@pytest.mark.parametrize(("key", "error"), [("bad", AuthNeeded), ("busy", RateLimited)])
def test_the_vendors_errors_are_translated(api: str, key: str, error: type[Exception]) -> None:
    with pytest.raises(error) as caught:
        OpenAiEmbedder("m", key, api).embed(["x"])
    assert "JOBTRACKER_EMBEDDING__MODEL=embedded" in str(caught.value)
    if isinstance(caught.value, RateLimited):
        assert caught.value.retry_after == 7


def test_an_unreachable_openai_server_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    embedder = OpenAiEmbedder("m", "k", "http://127.0.0.1:9/v1")
    import openai

    client = openai.OpenAI(api_key="k", base_url="http://127.0.0.1:9/v1", max_retries=0)
    monkeypatch.setattr(embedder, "_client", client)
    with pytest.raises(Unavailable):
        embedder.embed(["x"])
    client.close()
