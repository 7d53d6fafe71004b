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


@fact("connectors.file_mapping.saved")
class FileMappingSaved(Fact):
    """Staff changed how one kind of file is read; the names of the fields that changed."""

    connection_id: int
    layout: str
    version: int
    fields: list[str]


@fact("connectors.host_key.confirmed")
class HostKeyConfirmed(Fact):
    """Staff confirmed the key of an SFTP server: the portal logs in where that is shown. `before`: the one that counted until then."""

    connection_id: int
    key: str
    before: str


@fact("connectors.file.came")
class FileCame(Fact):
    """A file came, by the folder or by hand."""

    connection_id: int
    layout: str
    delivery_id: int


@fact("connectors.file.tried")
class FileTried(Fact):
    """A file that somebody brought was looked at and waits for him."""

    connection_id: int
    layout: str
    delivery_id: int


@fact("connectors.file.held")
class FileHeld(Fact):
    """A file is held until a person says what becomes of it, or cannot be read."""

    connection_id: int
    layout: str
    delivery_id: int
    code: str


@fact("connectors.file.confirmed")
class FileConfirmed(Fact):
    """Staff had a file taken over that waited for them."""

    connection_id: int
    layout: str
    delivery_id: int


@fact("connectors.file.dropped")
class FileDropped(Fact):
    """Staff put a file away that was not taken over."""

    connection_id: int
    layout: str
    delivery_id: int


@fact("connectors.file.loaded")
class FileLoaded(Fact):
    """A file was taken over, as far as it could be."""

    connection_id: int
    layout: str
    delivery_id: int
    new: int
    changed: int
    refused: int
    gone: int


@fact("connectors.file.retried")
class FileRetried(Fact):
    """Staff had the rows of a file tried again that stayed out."""

    connection_id: int
    delivery_id: int


@fact("connectors.file.mended")
class FileRowMended(Fact):
    """Staff wrote other cells in a row that stayed out; the headings that changed."""

    connection_id: int
    delivery_id: int
    row: int
    columns: list[str]


@fact("connectors.files.asked")
class FilesAsked(Fact):
    """Staff had the folder of a connection looked into."""

    connection_id: int


@fact("connectors.files.missing")
class FilesMissing(Fact):
    """No file came on a day by the time that was agreed."""

    connection_id: int
