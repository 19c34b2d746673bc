"""What the mind keeps of a turn between its steps: plain JSON, for it lies in a checkpoint."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, cast

from jobtracker.agent.mind.llm.lines import Asked, Line
from jobtracker.agent.mind.llm.results import Suspicion, compact, shown
from jobtracker.agent.mind.llm.tokens import estimate
from jobtracker.agent.mind.port import Outcome
from jobtracker.agent.prompts import render

_OLD_RESULT_TOKENS = 250


@dataclass
class Sheet:
    """The turn so far, as the model saw it.

    `said` is text that the person has seen already; `made` and `declined` are calls by signature;
    `seconds` is the time that the model has had; `boundary` marks data in a way that data cannot.
    """

    context: str = ""
    history: list[Line] = field(default_factory=list[Line])
    lines: list[Line] = field(default_factory=list[Line])
    boundary: str = field(default_factory=lambda: secrets.token_hex(4))
    steps: int = 0
    calls: int = 0
    repairs: int = 0
    seconds: float = 0.0
    tainted: bool = False
    told_last: bool = False
    intent: str = ""
    said: list[str] = field(default_factory=list[str])
    made: list[str] = field(default_factory=list[str])
    declined: list[str] = field(default_factory=list[str])
    shown: list[dict[str, str]] = field(default_factory=list[dict[str, str]])

    @classmethod
    def load(cls, scratch: dict[str, Any]) -> Sheet | None:
        """Return the sheet in the scratch, None at the start of a turn."""
        kept = scratch.get("llm")
        return cls(**cast("dict[str, Any]", kept)) if isinstance(kept, dict) else None

    def save(self) -> dict[str, Any]:
        """Return the scratch."""
        return {"llm": asdict(self)}

    def note(self, part: str, **inputs: Any) -> None:
        """Tell the model something beside the conversation."""
        self.lines.append(Line(role="user", text=render("model_note", part=part, **inputs)))

    def answer(self, call: Asked, part: str, **inputs: Any) -> None:
        """Tell the model why a call of its was not run."""
        text = render("model_note", part=part, **inputs)
        self.lines.append(Line(role="tool", id=call["id"], name=call["name"], text=text))

    def open_calls(self) -> list[Asked]:
        """Return the calls that have no outcome yet."""
        answered = {line.get("id") for line in self.lines if line.get("role") == "tool"}
        asked = [call for line in self.lines for call in line.get("calls", [])]
        return [call for call in asked if call["id"] not in answered]

    def take(self, outcomes: Sequence[Outcome], suspicion: Suspicion, tokens: int) -> list[Outcome]:
        """Add what came of the calls, as data of about `tokens` each; return what is new."""
        new: list[Outcome] = []
        by_id = {outcome["id"]: outcome for outcome in outcomes}
        for call in self.open_calls():
            outcome = by_id.get(call["id"])
            if outcome is None:
                self.answer(call, "missing")
                continue
            if outcome["declined"]:
                self.declined.append(signature(outcome["tool"], outcome["arguments"]))
            new.append(outcome)
            if outcome["ok"] and (things := shown(outcome["result"])):
                self.shown = things
            text = self._as_data(outcome, suspicion, tokens)
            self.lines.append(Line(role="tool", id=call["id"], name=call["name"], text=text))
        return new

    def _as_data(self, outcome: Outcome, suspicion: Suspicion, tokens: int) -> str:
        value: object = outcome["result"] if outcome["ok"] else {"error": outcome["error"]}
        text = compact(value, tokens)
        # What was cut off cannot mislead the model; what is left has its line ends escaped.
        suspicious = suspicion.of(text.replace("\\n", "\n").replace('\\"', '"'))
        self.tainted = self.tainted or suspicious
        return render(
            "tool_result",
            source=f"{outcome['server']}.{outcome['tool']}",
            boundary=self.boundary,
            text=text,
            suspicious=suspicious,
        )

    def fit(self, tokens: int) -> None:
        """Shorten the oldest results of this turn until the turn is within `tokens`."""
        results = [line for line in self.lines if line.get("role") == "tool"]
        total = sum(estimate(line.get("text", "")) for line in self.lines)
        for line in results[:-1]:
            if total <= tokens:
                return
            text = line.get("text", "")
            shorter = self._shorter(text)
            total -= estimate(text) - estimate(shorter)
            line["text"] = shorter

    def _shorter(self, text: str) -> str:
        """Cut the data between the marks, which must stay whole."""
        head, mark, rest = text.partition("\n")
        body, end_mark, tail = rest.rpartition(f"\n</data {self.boundary}>")
        if not mark or not end_mark or estimate(body) <= _OLD_RESULT_TOKENS:
            return text
        try:
            body = compact(json.loads(body), _OLD_RESULT_TOKENS)
        except ValueError:
            body = body[: _OLD_RESULT_TOKENS * 2]
        return f"{head}\n{body}{end_mark}{tail}"


def signature(tool: str, arguments: dict[str, Any]) -> str:
    """Return the same text for the same call."""
    return f"{tool} {json.dumps(arguments, sort_keys=True, ensure_ascii=False, default=str)}"
