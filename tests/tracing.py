"""Coverage through greenlets: each is traced as a thread is, by a tracer of its own that works while the greenlet does.

SQLAlchemy runs each statement in a greenlet.  Coverage's own way (`concurrency = greenlet`) asks at every call and
return of every function which greenlet this is, through a dictionary written in Python, and keeps a stack for each
greenlet there ever was: that costs more than the tests.  Here tracers change places only where greenlets do.
"""

from __future__ import annotations

import sys
import threading
from typing import Any
from weakref import WeakKeyDictionary

import greenlet


class Tracers:
    """Called at each switch of this thread's greenlets, in the one that goes on (greenlet.settrace)."""

    def __init__(self) -> None:
        self._waiting: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()  # the tracers of greenlets that will go on
        self._free: list[Any] = []  # those of greenlets that are done; their stacks are empty again

    def __call__(self, event: str, switch: tuple[Any, Any]) -> None:
        left, entered = switch
        tracer = self._waiting.pop(entered, None)
        if (mine := sys.gettrace()) is None:  # nothing is traced now
            return
        if left.dead:
            self._free.append(mine)
        else:
            self._waiting[left] = mine
        if tracer is None and self._free:
            tracer = self._free.pop()
        if tracer is None:
            sys.settrace(threading.gettrace())  # what coverage has every new thread begin with
        elif hasattr(tracer, "start"):
            tracer.start()
        else:
            sys.settrace(tracer)


def follow_greenlets() -> None:
    """From now on in this thread."""
    greenlet.settrace(Tracers())
