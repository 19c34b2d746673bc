"""Words that several resources take."""

from __future__ import annotations

from typing import Literal

Language = Literal["en", "de", "fr", "it"]
Tone = Literal["professional", "enthusiastic", "concise"]
