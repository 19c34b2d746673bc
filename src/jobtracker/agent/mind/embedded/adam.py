"""What training the small networks shares: the optimiser, and labels that are not quite sure."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from jobtracker.agent.mind.embedded.features import Floats

_DOUBT = 0.1


def smoothed(labels: npt.NDArray[np.intp], classes: int) -> Floats:
    """Return the labels as rows of chances, a tenth of it spread over all classes."""
    target = np.full((len(labels), classes), _DOUBT / classes, np.float32)
    target[np.arange(len(labels)), labels] += 1 - _DOUBT
    return target


class Adam:
    """Adam over arrays; a step may touch some rows only."""

    def __init__(self, arrays: list[Floats]) -> None:
        self.arrays = arrays
        self.first = [np.zeros_like(array) for array in arrays]
        self.second = [np.zeros_like(array) for array in arrays]
        self.steps = 0

    def step(self, gradients: list[Floats], rows: list[Any], rate: float) -> None:
        """Go one step against the gradients, given for `rows` of each array."""
        self.steps += 1
        one = 1 - 0.9 ** min(self.steps, 500)
        two = 1 - 0.99 ** min(self.steps, 2000)
        for array, m, v, gradient, row in zip(
            self.arrays, self.first, self.second, gradients, rows, strict=True
        ):
            m[row] = 0.9 * m[row] + 0.1 * gradient
            v[row] = 0.99 * v[row] + 0.01 * gradient * gradient
            array[row] -= rate * (m[row] / one) / (np.sqrt(v[row] / two) + 1e-8)
