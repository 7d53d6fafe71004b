"""What can go wrong with an ERP, as switches in its own books: set with `Store.set_faults`, so that other processes meet them too.

down=True            nothing answers
denied=True          the key is refused
slow=0.5             seconds each call takes
before=2             the next two creates time out before anything is booked
after=2              the next two creates are booked, but the answer never comes
late=30.0            the next create times out; it is booked so many seconds later after all
twice=True           every page holds each record twice
breaks=1             the next page breaks off
kill_before=1        the next create kills the calling process (SIGKILL) before it is booked
kill_after=1         the next create kills the calling process after it is booked
raises=3             the next three creates break the connector itself
warns="text"         creates wait for a decision
reject="text"        creates are refused
"""

from __future__ import annotations

import os
import signal
import time

from portiek.edges.connectors.contract import ConnectorError
from portiek.edges.connectors.demo.store import Store


class Lost(Exception):
    """The caller hears nothing; whether it was booked only the books know."""


class Down(Exception):
    """Nothing answers."""


def meet(store: Store) -> None:
    """Suffer what befalls every call. Raises Down, ConnectorError."""
    switches = store.faults()
    if switches.get("slow"):
        time.sleep(float(switches["slow"]))
    if switches.get("down"):
        raise Down("het ERP antwoordt niet")
    if switches.get("denied"):
        raise ConnectorError("de sleutel wordt geweigerd", code="denied")


def once(store: Store, name: str) -> bool:
    """Whether a switch that counts down is still on; takes one off."""
    switches = store.faults()
    left = int(switches.get(name, 0))
    if left:
        with store.writing():
            store.set_faults(**{**switches, name: left - 1})
    return left > 0


def kill() -> None:
    """End this process as the kernel would."""
    os.kill(os.getpid(), signal.SIGKILL)
