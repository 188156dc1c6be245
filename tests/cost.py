"""What work costs, in a unit that a slow or busy machine stretches as much as the work itself."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(slots=True)
class Meter:
    """Filled when the measured block ends; `units` are plain counts to a million (some 0.05 s)."""

    units: float = 0.0


@contextmanager
def measured() -> Iterator[Meter]:
    """The processor time of a block, against a count made right after it."""
    meter = Meter()
    before = time.process_time()
    yield meter
    took = time.process_time() - before
    meter.units = took / seconds(count)


def seconds(work: Callable[[], object]) -> float:
    """Processor seconds of a piece of work."""
    before = time.process_time()
    work()
    return time.process_time() - before


def count() -> int:
    return sum(number * number for number in range(1_000_000))
