"""What is recorded about keys and webhooks."""

from portiek.core.facts import Fact, fact


@fact("api.key.created")
class KeyCreated(Fact):
    """A key was made."""

    key_id: int


@fact("api.key.revoked")
class KeyRevoked(Fact):
    """A key was ended."""

    key_id: int


@fact("api.key.renewed")
class KeyRenewed(Fact):
    """A key got another secret; the old one is good for a week more."""

    key_id: int


@fact("api.key.old_secret_ended")
class KeyOldSecretEnded(Fact):
    """The old secret of a key was ended before its week was over."""

    key_id: int


@fact("api.key.taken_over")
class KeyTakenOver(Fact):
    """Somebody answers for a key that another made."""

    key_id: int


@fact("api.key.networks_changed")
class KeyNetworksChanged(Fact):
    """From which networks a key may be used changed."""

    key_id: int


@fact("api.key.outside")
class KeyOutside(Fact):
    """A key that is right was used from where it may not be, and refused; `network` as a session keeps it. At most twice a minute."""

    key_id: int
    network: str


@fact("api.webhook.created")
class WebhookCreated(Fact):
    """An address was set up to be told of events."""

    webhook_id: int
    url: str


@fact("api.webhook.changed")
class WebhookChanged(Fact):
    """The name, address or events of a webhook changed."""

    webhook_id: int
    url: str


@fact("api.webhook.paused")
class WebhookPaused(Fact):
    """A webhook was paused."""

    webhook_id: int


@fact("api.webhook.resumed")
class WebhookResumed(Fact):
    """A webhook that was paused or switched off goes on."""

    webhook_id: int


@fact("api.webhook.disabled")
class WebhookDisabled(Fact):
    """The portal switched a webhook off: its receiver is gone or kept failing, or nobody answers for it any more (`gone`, `failing`, `owner`)."""

    webhook_id: int
    reason: str


@fact("api.webhook.secret_rotated")
class WebhookSecretRotated(Fact):
    """A webhook got a new signing secret; the old one signs too for a day."""

    webhook_id: int


@fact("api.webhook.replay_asked")
class WebhookReplayAsked(Fact):
    """The events of a period are to be sent again."""

    webhook_id: int
    since: str
    until: str


@fact("api.webhook.removed")
class WebhookRemoved(Fact):
    """A webhook was taken away."""

    webhook_id: int
