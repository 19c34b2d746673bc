"""Counts what a step costs, and stops where the month's limit is reached."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from jobtracker.agent.mind.llm.failures import ModelFailed
from jobtracker.agent.mind.port import Usage

if TYPE_CHECKING:
    from jobtracker.agent.spend import Spend
    from jobtracker.core.settings import LlmSettings

_LOG = logging.getLogger(__name__)


class Meter:
    """The usage of one step, also booked to the person's ledger where there is one."""

    def __init__(
        self, settings: LlmSettings, spend: Spend | None, user: str, thread_id: str
    ) -> None:
        self._settings = settings
        self._spend = spend
        self._user = user
        self._thread_id = thread_id
        self.usage = Usage()

    async def allow(self, input_tokens: int) -> None:
        """Check that the next call fits into what is left of the month's limit.

        Raises:
            ModelFailed: it does not.
        """
        limit = self._settings.monthly_limit
        if limit <= 0 or self._spend is None:
            return
        spent = await asyncio.to_thread(self._spend.month, self._user)
        if spent.price >= limit or spent.price + self._price(input_tokens, 0) > limit:
            currency = self._settings.currency
            raise ModelFailed("limit", f"{spent.price:.2f} / {limit:.2f} {currency}")

    async def book(self, usage: Usage) -> None:
        """Count a call of the model; one that nothing came of costs nothing."""
        if not usage.input_tokens and not usage.output_tokens:
            return
        usage.price = self._price(usage.input_tokens, usage.output_tokens)
        self.usage.input_tokens += usage.input_tokens
        self.usage.output_tokens += usage.output_tokens
        self.usage.price += usage.price
        _LOG.info(
            "model call in thread %s: %d tokens in, %d out, %.6f %s",
            self._thread_id,
            usage.input_tokens,
            usage.output_tokens,
            usage.price,
            self._settings.currency,
        )
        if self._spend is not None:
            await asyncio.to_thread(self._spend.add, self._user, self._thread_id, usage)

    def _price(self, input_tokens: int, output_tokens: int) -> float:
        llm = self._settings
        return (input_tokens * llm.input_price + output_tokens * llm.output_price) / 1_000_000
