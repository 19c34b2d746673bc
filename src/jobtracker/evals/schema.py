"""The JSON schema of suites, for editors: `evals/schema.json`, from the same models that read."""

from __future__ import annotations

import json
from typing import Any

from jobtracker.evals.code_checks import CHECKS, RUBRIC
from jobtracker.evals.model import Suite


def schema() -> dict[str, Any]:
    """Return the schema. `about` may stand in `about.yaml` beside the suite."""
    made = Suite.model_json_schema()
    made["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    made["title"] = "Eval suite of Job Tracker Pro"
    made["required"] = ["name", "cases"]
    made["properties"]["$schema"] = {"type": "string"}
    case = made["$defs"]["Case"]["properties"]
    case["expected_output"] = {
        "description": (
            "What has to come of the case, as its suite's scorer reads it; null and false are "
            "expectations too. In suites of answers, an object of checks."
        ),
        "anyOf": [{"$ref": "#/$defs/Checks"}, {}],
    }
    names = [*CHECKS, RUBRIC]
    made["$defs"]["Checks"] = {"type": "object", "properties": {name: {} for name in names}}
    return made


def text() -> str:
    """Return the schema as it is kept."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"
