"""What is recorded about keys."""

from portiek.core.facts import Fact, fact


@fact("api.key.created")
class KeyCreated(Fact):
    """A key was made."""

    key_id: int


@fact("api.key.revoked")
class KeyRevoked(Fact):
    """A key was ended."""

    key_id: int
