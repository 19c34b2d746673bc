"""Measures `IntentClassifier` on any labelled set: what `jobtracker eval intents` runs."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import numpy as np

from jobtracker.agent.mind.embedded.classifier import OUTSIDE, IntentClassifier, Prediction
from jobtracker.core.errors import BadInput

_KEPT = 0.95
_WARM_UP = 20


@dataclass
class Rows:
    """Labelled texts: in scope, and outside of all classes."""

    inside: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    outside: list[str] = field(default_factory=list[str])


def run(train: Path, test: Path, out: Path | None = None) -> dict[str, Any]:
    """Train on one file, measure on the other, and return the figures (also as JSON to `out`).

    Files are `[[text, label], …]`, where a label `oos` or `out_of_scope` is outside, or of
    CLINC150's layout; both may be the same file of that layout.

    Raises:
        BadInput: a file is absent, is not such JSON, or holds too little.
    """
    learned, asked = read(train, "train"), read(test, "test")
    if len({label for _, label in learned.inside}) < 2:
        raise BadInput(f"{train.name} needs at least two labels to learn from")
    if not asked.inside:
        raise BadInput(f"{test.name} has no row in scope to measure on")
    texts = [text for text, _ in learned.inside] + learned.outside
    labels = [label for _, label in learned.inside] + [OUTSIDE[0]] * len(learned.outside)
    start = time.perf_counter()
    classifier = IntentClassifier().fit(texts, labels)
    seconds = time.perf_counter() - start
    figures = measure(classifier, asked)
    figures |= {"train_rows": len(texts), "train_seconds": round(seconds, 1)}
    figures["labels"] = sum(label not in OUTSIDE for label in classifier.labels)
    if out is not None:
        out.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    return figures


def read(path: Path, part: str) -> Rows:
    """Read the `train` or `test` part of a file.

    Raises:
        BadInput: absent, not JSON, or of another shape.
    """
    try:
        content: Any = json.loads(path.read_text(encoding="utf-8"))
    except OSError as exc:
        raise BadInput(f"{path} cannot be read: {exc.strerror}") from exc
    except ValueError as exc:
        raise BadInput(f"{path.name} is not JSON: {exc}") from exc
    rows: list[Any] = []
    if isinstance(content, dict):
        parts = cast("dict[str, list[Any]]", content)
        rows = [*parts.get(part, []), *parts.get(f"oos_{part}", [])]
    elif isinstance(content, list):
        rows = cast("list[Any]", content)
    found = Rows()
    for row in rows:
        if not _is_pair(row):
            raise BadInput(f"{path.name}: {str(row)[:60]!r} is not [text, label]")
        text, label = cast("tuple[str, str]", row)
        if label in OUTSIDE:
            found.outside.append(text)
        else:
            found.inside.append((text, label))
    if not found.inside and not found.outside:
        raise BadInput(f"{path.name} has no rows; write [[text, label], …] or CLINC150's layout")
    return found


def _is_pair(row: Any) -> bool:
    if not isinstance(row, list):
        return False
    cells = cast("list[Any]", row)
    return len(cells) == 2 and all(isinstance(cell, str) for cell in cells)


def measure(classifier: IntentClassifier, rows: Rows) -> dict[str, Any]:
    """Return accuracy in scope, what is told apart of the outside, and the time per message."""
    for text, _ in rows.inside[:_WARM_UP]:
        classifier.classify(text)
    start = time.perf_counter()
    inside = [classifier.classify(text) for text, _ in rows.inside]
    outside = [classifier.classify(text) for text in rows.outside]
    micros = (time.perf_counter() - start) / max(1, len(inside) + len(outside)) * 1e6
    right = sum(_label(p) == label for p, (_, label) in zip(inside, rows.inside, strict=True))
    known = {label for label in classifier.labels if label not in OUTSIDE}
    figures: dict[str, Any] = {
        "n": len(inside),
        "accuracy": right / len(inside),
        "accuracy_ci95": wilson(right, len(inside)),
        "microseconds_per_message": round(micros, 1),
        "unknown_labels": sorted({label for _, label in rows.inside} - known)[:20],
    }
    if outside:
        figures |= _outside([p.scope for p in inside], [p.scope for p in outside])
    return figures


def _label(prediction: Prediction) -> str:
    """The likeliest label in scope: accuracy is over those alone, as CLINC150 defines it."""
    return next((label for label, _ in prediction.ranked if label not in OUTSIDE), "")


def _outside(inside: Sequence[float], outside: Sequence[float]) -> dict[str, Any]:
    threshold = float(np.quantile(np.asarray(inside), 1 - _KEPT))
    refused = sum(score < threshold for score in outside)
    return {
        "oos_n": len(outside),
        "oos_auroc": auroc(inside, outside),
        "oos_recall_at_95": refused / len(outside),
        "oos_recall_at_95_ci95": wilson(refused, len(outside)),
    }


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """The chance that a positive scores above a negative, ties counting half."""
    scores = np.concatenate([np.asarray(positive), np.asarray(negative)])
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    ranks = (ends - (counts - 1) / 2)[inverse]
    n, m = len(positive), len(negative)
    return float((ranks[:n].sum() - n * (n + 1) / 2) / (n * m))


def wilson(right: int, total: int, z: float = 1.96) -> tuple[float, float]:
    """The 95 % interval of a share after Wilson."""
    share = right / total
    centre = (share + z * z / (2 * total)) / (1 + z * z / total)
    half = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    half /= 1 + z * z / total
    return round(max(0.0, centre - half), 4), round(min(1.0, centre + half), 4)
