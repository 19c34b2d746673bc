"""Train the intents and the language of messages from the YAML examples (needs the `train` extra).

Usage: python scripts/train_intents.py [--out FOLDER]
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from jobtracker.agent.mind.embedded import corpus
from jobtracker.agent.mind.embedded.classifier import IntentClassifier
from jobtracker.agent.mind.embedded.language import LanguageModel


def write_ordinary(path: Path) -> None:
    """Write the words that people say around what they want, one a line."""
    path.write_text("\n".join(corpus.ordinary()) + "\n", encoding="utf-8")


def main() -> None:
    """Train and write the two files."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=corpus.FOLDER.parent)
    parser.add_argument("--features", type=int, default=24_000)
    parser.add_argument("--hidden", type=int, default=80)
    # The embedder reads English: in four languages held-out rows gave the filters no weight.
    parser.add_argument("--filters", type=int, default=0)
    args = parser.parse_args()
    start = time.perf_counter()
    rows = corpus.examples()
    classifier = IntentClassifier().fit(
        [row.text for row in rows],
        [row.intent for row in rows],
        most_features=args.features,
        hidden=args.hidden,
        members=2,
        filters=args.filters,
        groups=[(row.intent, row.template) for row in rows],
    )
    classifier.save(args.out / "intents.npz")
    language = LanguageModel.fit(
        [*((row.text, row.language) for row in rows), *corpus.trades() * 3]
    )
    language.save(args.out / "languages.npz")
    write_ordinary(args.out / "ordinary.txt")
    for name in ("intents.npz", "languages.npz", "ordinary.txt"):
        print(f"{name}: {(args.out / name).stat().st_size / 1e6:.2f} MB")
    print(f"{len(rows)} examples, {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
