"""How often one caller may come: evenly refilled, with room for a burst."""

from __future__ import annotations

import math
import threading
from collections.abc import Hashable

FULL = 10_000


class Pace:
    """Turns of many callers (generic cell rate algorithm): a minute's worth may come at once, then one each 60 / `per_minute` seconds.

    Kept in the memory of one process: it guards that process, so more processes let more through.
    """

    def __init__(self) -> None:
        self._due: dict[Hashable, float] = {}
        self._lock = threading.Lock()

    def wait(self, caller: Hashable, per_minute: int, now: float) -> int:
        """Take a turn and return 0, or take none and return after how many seconds there is one."""
        with self._lock:
            due = max(self._due.get(caller, now), now)
            # When this turn is taken, the bucket is empty for so long; a whole minute is a full burst.
            after = due - now + 60 / per_minute
            if after > 60:
                return math.ceil(after - 60)
            if len(self._due) >= FULL:
                self._due = {key: at for key, at in self._due.items() if at > now}
            self._due[caller] = due + 60 / per_minute
            return 0
