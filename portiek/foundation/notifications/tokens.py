"""The token in a mail with which its reader switches such mail off: sealed, so that nobody makes one, and no table is needed."""

from __future__ import annotations

from portiek.core.sealing import seal, unseal


def token_of(portal_id: int, user_id: int, kind: str) -> str:
    """Return what switches the mail of one kind (*: all that is not obliged) to one person off, in this portal alone. It can do nothing else."""
    return seal(f"{user_id}:{kind}", _place(portal_id))


def opened(portal_id: int, token: str) -> tuple[int, str]:
    """Return whose mail and of which kind a token is about. Raises Unsealable for what is no token of this portal."""
    user_id, _colon, kind = unseal(token, _place(portal_id)).partition(":")
    return int(user_id), kind


def _place(portal_id: int) -> str:
    return f"notifications.off:{portal_id}"
