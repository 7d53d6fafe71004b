"""Decisions about requests for an account. Pure."""

from __future__ import annotations

from datetime import datetime

CODE_MINUTES = 30
CODE_TRIES = 5
# Days after which a request that was decided, or that its asker left unanswered, is forgotten; an address that was not proved after one.
# What says nothing about a company: addresses that everybody can have.
FREE_MAIL = frozenset({
    "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "hotmail.nl", "live.nl", "live.com", "msn.com", "icloud.com", "me.com", "yahoo.com", "yahoo.nl", "proton.me", "protonmail.com",
    "ziggo.nl", "kpnmail.nl", "kpnplanet.nl", "planet.nl", "home.nl", "hetnet.nl", "xs4all.nl", "casema.nl", "chello.nl", "upcmail.nl", "online.nl", "telenet.be", "skynet.be", "gmx.de", "gmx.net", "web.de", "t-online.de",
})


def why_not_code(*, tries: int, expires_at: datetime, now: datetime) -> str | None:
    """Return why a mailed code can no longer be used, or None."""
    return "application-code-over" if tries >= CODE_TRIES or now >= expires_at else None


def telling_domain(email: str) -> str:
    """Return the domain of an address where it says something about a company, else ""."""
    domain = email.rpartition("@")[2].lower()
    return "" if domain in FREE_MAIL else domain
