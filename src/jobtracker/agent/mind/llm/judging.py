"""Which of the calls that a model asks for are run; it is told about the others, twice at most."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobtracker.agent.mind.llm.failures import ModelFailed
from jobtracker.agent.mind.llm.hearing import Heard, RawCall
from jobtracker.agent.mind.llm.lines import Asked, Line
from jobtracker.agent.mind.llm.sheet import Sheet, signature
from jobtracker.agent.mind.llm.toolset import Refused, Toolset
from jobtracker.agent.mind.port import ToolCall, ToolSpec

if TYPE_CHECKING:
    from jobtracker.core.settings import LlmSettings

REPAIRS = 2


class CallJudge:
    """Sorts calls into those that are run and those that are answered here."""

    def __init__(self, toolset: Toolset, settings: LlmSettings) -> None:
        self._toolset = toolset
        self._settings = settings

    def sort(self, sheet: Sheet, heard: Heard) -> list[ToolCall]:
        """Return the calls to run, and write all of them, with the refusals, into the sheet.

        Raises:
            ModelFailed: the model was told twice, and still asks for what cannot be run.
        """
        checked = [self._toolset.check(call.name, call.arguments) for call in heard.calls]
        asked = [
            Asked(
                # Nine letters and digits: the strictest of the vendors wants exactly that.
                id=f"call{sheet.steps:02d}{number:03d}",
                name=call.name or "unknown",
                arguments={} if isinstance(result, Refused) else result.arguments,
            )
            for number, (call, result) in enumerate(zip(heard.calls, checked, strict=True))
        ]
        sheet.lines.append(Line(role="assistant", text=heard.text.strip(), calls=asked))
        accepted: list[ToolCall] = []
        refused: list[str] = []
        for call, raw, result in zip(asked, heard.calls, checked, strict=True):
            if isinstance(result, Refused):
                self._refuse(sheet, call, raw, result)
                refused.append(result.problem)
            elif problem := self._objection(sheet, result.spec, result.arguments):
                sheet.answer(call, problem)
                refused.append(problem)
            else:
                accepted.append(self._accept(sheet, call, result.spec, result.arguments))
        if refused:
            self._count(sheet, refused)
        return accepted

    def empty(self, sheet: Sheet, *, truncated: bool) -> None:
        """Tell the model that its answer was empty.

        Raises:
            ModelFailed: it was told twice.
        """
        sheet.repairs += 1
        if sheet.repairs > REPAIRS:
            if truncated:
                raise ModelFailed("too_long", str(self._settings.max_output_tokens))
            raise ModelFailed("empty")
        sheet.note("empty")

    def _accept(
        self, sheet: Sheet, call: Asked, spec: ToolSpec, arguments: dict[str, object]
    ) -> ToolCall:
        sheet.calls += 1
        sheet.made.append(signature(spec.name, arguments))
        sheet.intent = sheet.intent or spec.name
        return ToolCall(id=call["id"], server=spec.server, tool=spec.name, arguments=arguments)

    def _objection(self, sheet: Sheet, spec: ToolSpec, arguments: dict[str, object]) -> str:
        """Return the note that says why a sound call is not run; "" where it is."""
        call = signature(spec.name, arguments)
        if call in sheet.declined:
            return "declined"
        if call in sheet.made:
            return "repeated"
        if sheet.tainted and not spec.read_only:
            return "tainted"
        return "too_many" if sheet.calls >= self._settings.max_tool_calls else ""

    def _refuse(self, sheet: Sheet, call: Asked, raw: RawCall, result: Refused) -> None:
        sheet.answer(
            call,
            result.problem,
            tool=raw.name[:64],
            detail=result.detail,
            known=", ".join(self._toolset.names),
        )

    def _count(self, sheet: Sheet, refused: list[str]) -> None:
        sheet.repairs += 1
        if sheet.repairs > REPAIRS:
            if set(refused) <= {"repeated", "declined"}:
                raise ModelFailed("loop")
            raise ModelFailed("tools", ", ".join(sorted(set(refused))).replace("_", " "))
