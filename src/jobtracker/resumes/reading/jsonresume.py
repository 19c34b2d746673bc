"""JSON Resume: https://jsonresume.org/schema."""

from __future__ import annotations

import json
import re
from typing import Any, cast

from pydantic import ValidationError

from jobtracker.core.errors import BadInput
from jobtracker.core.speech import Saying, saying
from jobtracker.resumes.model import Layout, ReadResult, Resume
from jobtracker.resumes.reading.dates import parse_point
from jobtracker.resumes.reading.text import decode
from jobtracker.resumes.reading.vocabulary import guess_language

_DATE_KEYS = {"startDate", "endDate", "date", "releaseDate"}
_ISO = re.compile(r"(?:19|20)\d\d(?:-[01]\d(?:-[0-3]\d)?)?")
_SECTIONS = set(Resume.model_fields)


def read_json(data: bytes, name: str) -> ReadResult:
    """Read and validate JSON Resume.

    Raises:
        BadInput: not JSON, no object, or a field of the wrong type; the message names it.
    """
    try:
        payload: Any = json.loads(decode(data, name))
    except (json.JSONDecodeError, RecursionError) as exc:
        raise BadInput(f"{name} is not valid JSON ({exc})") from exc
    if not isinstance(payload, dict) or not _SECTIONS & set(cast("dict[str, Any]", payload)):
        raise BadInput(
            f"{name} is JSON, but not a JSON Resume: none of basics, work, education or "
            "skills is in it"
        )
    warnings: list[Saying] = []
    content = _clean(cast("dict[str, Any]", payload), "", warnings)
    content.pop("$schema", None)
    try:
        resume = Resume.model_validate(content)
    except ValidationError as exc:
        first = exc.errors()[0]
        path = "/" + "/".join(str(part) for part in first["loc"])
        raise BadInput(f"{name} is not a valid JSON Resume: {path}: {first['msg']}") from exc
    if not resume.basics.name:
        warnings.append(saying("resumes.no_name"))
    text = all_text(resume)
    if not text.strip():
        raise BadInput(f"{name} is a JSON Resume without content")
    layout = Layout(kind="json", words=len(text.split()))
    return ReadResult(
        resume=resume, text=text, language=guess_language(text), layout=layout, warnings=warnings
    )


def _clean(value: Any, path: str, warnings: list[Saying]) -> Any:
    """Drop nulls, and bring dates into the schema's form."""
    if isinstance(value, dict):
        result: dict[str, Any] = {}
        for key, item in cast("dict[str, Any]", value).items():
            if item is None or item == "":
                continue
            where = f"{path}/{key}"
            if key in _DATE_KEYS and isinstance(item, str) and not _ISO.fullmatch(item):
                parsed = parse_point(item[:10] if re.match(r"\d{4}-\d\d-\d\dT", item) else item)
                if parsed is None:
                    warnings.append(saying("resumes.no_date", where=where, value=item[:40]))
                    continue
                item = parsed
            result[key] = _clean(item, where, warnings)
        return result
    if isinstance(value, list):
        items = cast("list[Any]", value)
        return [
            _clean(item, f"{path}/{i}", warnings)
            for i, item in enumerate(items)
            if item is not None
        ]
    return value


def all_text(resume: Resume) -> str:
    """Return every text of the résumé, a field a line."""
    found: list[str] = []

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            for key, item in cast("dict[str, Any]", value).items():
                if key not in {"meta", "image", "$schema"}:
                    walk(item)
        elif isinstance(value, list):
            for item in cast("list[Any]", value):
                walk(item)
        elif isinstance(value, str):
            found.append(value)

    walk(resume.to_json())
    return "\n".join(found)
