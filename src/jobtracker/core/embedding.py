"""What turns text into vectors: static vectors in the wheel, Chroma's ONNX MiniLM, or OpenAI.

The static ones are read with `tokenizers` and NumPy alone: 35 ms from import to the first vector,
where `model2vec` (whose file format it is) takes 1.8 s, for it imports joblib and the hub's client.
"""

from __future__ import annotations

import json
import math
import mmap
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, cast

import numpy as np
import numpy.typing as npt

from jobtracker.core.errors import AuthNeeded, BadInput, RateLimited, Unavailable

if TYPE_CHECKING:
    from jobtracker.core.settings import LlmSettings

Matrix = npt.NDArray[np.float32]

STATIC_FOLDER = Path(__file__).resolve().parent / "data" / "minilm-static-256"
_MAX_TOKENS = 512
_MAX_CHARS = 8 * _MAX_TOKENS
_BATCH = 512
_FEW = 8
"""So many texts are read one after the other: a batch wakes the tokenizer's threads, which spin.

Two texts cost 4 context switches that way and 70 in a batch; from eight on the batch is as cheap.
"""


class Embedder(Protocol):
    """Turns texts into vectors. `name` goes into the names of the collections it fills."""

    @property
    def name(self) -> str:
        """Letters, digits and hyphens; another name means other vectors."""
        ...

    @property
    def dimensions(self) -> int:
        """Length of each vector."""
        ...

    def embed(self, texts: Sequence[str]) -> Matrix:
        """Return one row of length one per text; a text without any known word gives zeros.

        Safe to call from several threads.

        Raises:
            Unavailable: the model cannot be reached or loaded.
        """
        ...


def open_embedder(model: str, llm: LlmSettings | None = None) -> Embedder:
    """Return the embedder of setting `embedding.model`; `llm` has the key and URL for OpenAI's.

    Raises:
        BadInput: there is none of that name.
    """
    if model == "embedded":
        return StaticEmbedder(STATIC_FOLDER)
    if model == "onnx":
        return OnnxEmbedder()
    kind, _, name = model.partition(":")
    if kind == "openai" and name:
        key = llm.api_key.get_secret_value() if llm else ""
        return OpenAiEmbedder(name, key, llm.base_url if llm else "")
    raise BadInput(
        f"setting embedding.model (JOBTRACKER_EMBEDDING__MODEL) is {model!r}; "
        "use embedded, onnx or openai:NAME"
    )


def scaled(vectors: npt.ArrayLike) -> Matrix:
    """Return the rows scaled to length one; rows of zeros (or not finite) become zeros."""
    matrix = np.nan_to_num(np.asarray(vectors, dtype=np.float32), posinf=0.0, neginf=0.0)
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    return cast("Matrix", np.divide(matrix, lengths, out=np.zeros_like(matrix), where=lengths > 0))


def _clean(text: str) -> str:
    """Cut what would be truncated anyway, and replace lone surrogates, which have no UTF-8."""
    text = text[:_MAX_CHARS]
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode(errors="replace").decode()
    return text


def read_safetensors(path: Path) -> dict[str, npt.NDArray[Any]]:
    """Return the arrays of a .safetensors file, mapped from disk and shared between processes.

    Raises:
        Unavailable: the file is absent or is not one.
    """
    kinds = {"I8": np.int8, "F16": np.float16, "F32": np.float32}
    try:
        with path.open("rb") as file:
            content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        start = 8 + int.from_bytes(content[:8], "little")
        header: dict[str, Any] = json.loads(content[8:start])
        return {
            name: np.frombuffer(
                content,
                dtype=kinds[entry["dtype"]],
                count=math.prod(entry["shape"]),
                offset=start + entry["data_offsets"][0],
            ).reshape(entry["shape"])
            for name, entry in header.items()
            if name != "__metadata__"
        }
    except (OSError, ValueError, KeyError) as exc:
        raise Unavailable(
            f"the vectors of the embedder in {path} cannot be read ({exc}); reinstall the program"
        ) from exc


class StaticEmbedder:
    """One vector per token, averaged. `folder` is one that `scripts/distill_embedder.py` wrote."""

    def __init__(self, folder: Path) -> None:
        from tokenizers import Tokenizer

        arrays = read_safetensors(folder / "model.safetensors")
        self._table: npt.NDArray[np.int8] = arrays["embeddings"]
        self._scales: Matrix = arrays["weights"]
        self.name = folder.name
        self.dimensions = int(self._table.shape[1])
        self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(_MAX_TOKENS)
        unknown: int | None = self._tokenizer.token_to_id("[UNK]")
        if unknown is not None:
            # A token that stands for every unknown word says nothing about any of them.
            self._scales = self._scales.copy()
            self._scales[unknown] = 0.0

    def embed(self, texts: Sequence[str]) -> Matrix:
        """Return one row per text."""
        rows = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for start in range(0, len(texts), _BATCH):
            batch = [_clean(text) for text in texts[start : start + _BATCH]]
            rows[start : start + len(batch)] = self._sums(batch)
        return scaled(rows)

    def _sums(self, batch: list[str]) -> Matrix:
        if len(batch) <= _FEW:
            ids = [self._tokenizer.encode(text, add_special_tokens=False).ids for text in batch]
        else:
            encoded = self._tokenizer.encode_batch_fast(batch, add_special_tokens=False)
            ids = [encoding.ids for encoding in encoded]
        sums = np.zeros((len(batch), self.dimensions), dtype=np.float32)
        for row, tokens in enumerate(ids):
            if tokens:
                # A product of a row and a matrix for each text: half the time of one large
                # `reduceat`, which writes and reads every weighted vector of the batch.
                np.dot(self._scales[tokens], self._table[tokens].astype(np.float32), out=sums[row])
        return sums


class OnnxEmbedder:
    """Chroma's all-MiniLM-L6-v2 on ONNX; it downloads 80 MB to the user's cache on first use."""

    name = "onnx-minilm-384"
    dimensions = 384

    def __init__(self) -> None:
        self._function: Callable[[list[str]], Any] | None = None

    def embed(self, texts: Sequence[str]) -> Matrix:
        """Return one row per text."""
        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        import httpx

        try:
            if self._function is None:
                from chromadb.utils.embedding_functions.onnx_mini_lm_l6_v2 import ONNXMiniLM_L6_V2

                self._function = cast("Callable[[list[str]], Any]", ONNXMiniLM_L6_V2())
            vectors = scaled(np.asarray(self._function([_clean(text) for text in texts])))
        except (OSError, ValueError, ImportError, RuntimeError, httpx.HTTPError) as exc:
            raise Unavailable(
                f"the ONNX embedder cannot be loaded or downloaded ({exc}); connect once, or set "
                "JOBTRACKER_EMBEDDING__MODEL=embedded"
            ) from exc
        return _without_empty(texts, vectors)


class OpenAiEmbedder:
    """Embeddings of OpenAI or of a server that speaks its API."""

    _KNOWN: ClassVar[dict[str, int]] = {
        "text-embedding-3-small": 1536,
        "text-embedding-3-large": 3072,
        "text-embedding-ada-002": 1536,
    }

    def __init__(self, model: str, api_key: str, base_url: str) -> None:
        self._model = model
        self._key = api_key
        self._url = base_url
        self._client: Any = None
        self._dimensions = self._KNOWN.get(model, 0)
        self.name = "openai-" + "".join(c if c.isalnum() else "-" for c in model.lower())

    @property
    def dimensions(self) -> int:
        """Length of each vector; an unlisted model is asked once."""
        if not self._dimensions:
            self._dimensions = len(self._request(["length"])[0])
        return self._dimensions

    def embed(self, texts: Sequence[str]) -> Matrix:
        """Return one row per text."""
        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        rows: list[list[float]] = []
        for start in range(0, len(texts), _BATCH):
            # The API refuses empty strings; their rows are set to zero below.
            rows += self._request([_clean(t).strip() or "-" for t in texts[start : start + _BATCH]])
        return _without_empty(texts, scaled(rows))

    def _request(self, texts: list[str]) -> list[list[float]]:
        import openai

        try:
            if self._client is None:
                self._client = openai.OpenAI(
                    api_key=self._key or None, base_url=self._url or None, max_retries=2, timeout=30
                )
            answer = self._client.embeddings.create(
                model=self._model, input=texts, encoding_format="float"
            )
            return [item.embedding for item in sorted(answer.data, key=lambda item: item.index)]
        except (openai.AuthenticationError, openai.PermissionDeniedError) as exc:
            raise AuthNeeded(_openai_message(self._model, "refused the key")) from exc
        except openai.RateLimitError as exc:
            wait = exc.response.headers.get("retry-after", "")
            raise RateLimited(
                _openai_message(self._model, "asks to wait"),
                float(wait) if wait.isdecimal() else None,
            ) from exc
        except openai.APIError as exc:
            raise Unavailable(_openai_message(self._model, exc.message)) from exc
        except openai.OpenAIError as exc:  # no key anywhere
            raise AuthNeeded(_openai_message(self._model, "needs a key")) from exc


def _openai_message(model: str, reason: str) -> str:
    return (
        f"the embedding model {model} {reason.splitlines()[0]}; check JOBTRACKER_LLM__API_KEY and "
        "JOBTRACKER_LLM__BASE_URL, or set JOBTRACKER_EMBEDDING__MODEL=embedded"
    )


def _without_empty(texts: Sequence[str], vectors: Matrix) -> Matrix:
    for row, text in enumerate(texts):
        if not text.strip():
            vectors[row] = 0.0
    return vectors
