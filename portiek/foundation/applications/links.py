"""The private link of who asks for an account: sealed, so that nobody makes one, and no table of the portal holds what opens it."""

from __future__ import annotations

from portiek.core.sealing import Unsealable, seal, unseal


def token_of(portal_id: int, application_id: int) -> str:
    """Return what opens the page of one request, in this portal alone. It can do nothing else."""
    return seal(str(application_id), _place(portal_id))


def opened(portal_id: int, token: str) -> int:
    """Return whose token it is; 0 for what is no token of this portal."""
    try:
        return int(unseal(token, _place(portal_id)))
    except Unsealable:
        return 0


def _place(portal_id: int) -> str:
    return f"applications.link:{portal_id}"
