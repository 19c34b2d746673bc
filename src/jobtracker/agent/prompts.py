"""The prompts, as the agent knows them; `core/prompts.py` reads and renders them for everybody."""

from jobtracker.core.prompts import FALLBACK_LANGUAGE, Prompts, library, render, versions

__all__ = ["FALLBACK_LANGUAGE", "Prompts", "library", "render", "versions"]
