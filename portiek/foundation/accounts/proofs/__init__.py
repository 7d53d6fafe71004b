"""What an identity provider says about somebody, checked by the rules of its protocol. No database: what was spent and whose it is, the actions decide."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

# How far the clocks of two companies may differ.
SKEW_SECONDS = 300


class Rejected(Exception):
    """What came back is no proof. `code` is what the person reads, `cause` what whoever set it up reads."""

    def __init__(self, code: str, cause: str) -> None:
        super().__init__(f"{code}: {cause}")
        self.code, self.cause = code, cause


@dataclass(frozen=True)
class Proof:
    """Who somebody is to a provider, and what of it may be used once: names of its own, kept until `until`."""

    subject: str
    until: datetime
    once: tuple[str, ...] = ()
    email: str = ""
    email_verified: bool = False
    name: str = ""


@dataclass(frozen=True)
class Config:
    """What is known of a provider, with its secret opened."""

    issuer: str
    client_id: str
    secret: str = field(repr=False)
    subject_claim: str
    endpoints: dict[str, str]
    keys: list[dict[str, str]]
