"""What is recorded about the connection with the ERP; for staff alone."""

from portiek.core.facts import Fact, fact


@fact("connectors.connection.added")
class ConnectionAdded(Fact):
    """Staff connected an ERP."""

    connection_id: int
    vendor: str


@fact("connectors.connection.changed")
class ConnectionChanged(Fact):
    """Staff changed the settings of a connection; the names of the options that changed, never their values."""

    connection_id: int
    options: list[str]


@fact("connectors.connection.check_asked")
class CheckAsked(Fact):
    """Staff asked for a try of a connection."""

    connection_id: int


@fact("connectors.connection.checked")
class ConnectionChecked(Fact):
    """A connection was tried, on request or by the clock."""

    connection_id: int
    ok: bool


@fact("connectors.connection.paused")
class ConnectionPaused(Fact):
    """Staff stopped a connection, or one of its feeds."""

    connection_id: int
    entity: str
    reason: str


@fact("connectors.connection.resumed")
class ConnectionResumed(Fact):
    """Staff let a connection, or one of its feeds, go on."""

    connection_id: int
    entity: str


@fact("connectors.connection.lost")
class ConnectionLost(Fact):
    """The ERP does not answer; orders wait."""

    connection_id: int
    text: str


@fact("connectors.connection.restored")
class ConnectionRestored(Fact):
    """The ERP answers again."""

    connection_id: int


@fact("connectors.feed.asked")
class FeedAsked(Fact):
    """Staff asked for a feed now."""

    connection_id: int
    entity: str


@fact("connectors.feed.failed")
class FeedFailed(Fact):
    """A feed went wrong after it had gone well."""

    connection_id: int
    entity: str
    code: str


@fact("connectors.feed.recovered")
class FeedRecovered(Fact):
    """A feed went well after it had gone wrong."""

    connection_id: int
    entity: str


@fact("connectors.feed.loaded")
class FeedLoaded(Fact):
    """A first or full load of a feed is whole."""

    connection_id: int
    entity: str


@fact("connectors.sweep.stopped")
class SweepStopped(Fact):
    """So many records were missing from the ERP that none was put away."""

    connection_id: int
    entity: str
    known: int
    missing: int


@fact("connectors.command.queued")
class CommandQueued(Fact):
    """Something is to be done in the ERP."""

    command_id: int
    kind: str


@fact("connectors.command.acknowledged")
class CommandAcknowledged(Fact):
    """The ERP did what it was asked."""

    command_id: int
    number: str


@fact("connectors.command.stuck")
class CommandStuck(Fact):
    """A command needs a person."""

    command_id: int
    code: str


@fact("connectors.command.retried")
class CommandRetried(Fact):
    """Staff sent a stuck command again."""

    command_id: int


@fact("connectors.command.cancelled")
class CommandCancelled(Fact):
    """A command will not be sent any more."""

    command_id: int
    reason: str


@fact("connectors.quarantine.retried")
class QuarantineRetried(Fact):
    """Staff had a record that could not be mapped read again."""

    connection_id: int
    entity: str
    external_id: str


@fact("connectors.quarantine.dismissed")
class QuarantineDismissed(Fact):
    """Staff put a record that could not be mapped aside until the ERP changes it."""

    connection_id: int
    entity: str
    external_id: str
