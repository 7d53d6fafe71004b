"""What is recorded about the log itself."""

from portiek.core.facts import Fact, fact


@fact("audit.export.asked")
class ExportAsked(Fact):
    """Somebody asked for a file of the log."""

    export_id: int
    format: str


@fact("audit.export.ready")
class ExportReady(Fact):
    """A file of the log is ready for who asked for it."""

    export_id: int
    rows: int


@fact("audit.export.downloaded")
class ExportDownloaded(Fact):
    """Somebody fetched his file of the log."""

    export_id: int


@fact("audit.chain.checked")
class ChainChecked(Fact):
    """The chain of the log was checked and is whole; `seal` is its last place and digest."""

    places: int
    seal: str


@fact("audit.chain.broken")
class ChainBroken(Fact):
    """The chain of the log was checked and something is not as it was sealed."""

    problem: str
    position: int
    fact_id: int


@fact("audit.seal.mail_chosen")
class SealMailChosen(Fact):
    """Staff chose whether each night's seal is mailed."""

    mailed: bool


@fact("audit.register.changed")
class RegisterChanged(Fact):
    """Staff changed the register of processing; `what`: its head, or a line that was added, changed or removed."""

    what: str


@fact("audit.package.asked")
class PackageAsked(Fact):
    """A copy of one's own data was asked for, by the person or by staff on his behalf."""

    package_id: int
    user_id: int


@fact("audit.package.ready")
class PackageReady(Fact):
    """The copy of a person's data is ready for him."""

    package_id: int
    user_id: int


@fact("audit.package.downloaded")
class PackageDownloaded(Fact):
    """A person fetched the copy of his data."""

    package_id: int
    user_id: int


@fact("audit.erasure.asked")
class ErasureAsked(Fact):
    """A person, or staff on his behalf, asked that his data be erased."""

    erasure_id: int


@fact("audit.erasure.proposed")
class ErasureProposed(Fact):
    """One of the staff looked at the plan and proposed to carry it out."""

    erasure_id: int


@fact("audit.erasure.confirmed")
class ErasureConfirmed(Fact):
    """A second one confirmed it: access ends at once, the erasing begins shortly."""

    erasure_id: int


@fact("audit.erasure.refused")
class ErasureRefused(Fact):
    """Staff refused it or stopped it before it began, and said why."""

    erasure_id: int


@fact("audit.erasure.withdrawn")
class ErasureWithdrawn(Fact):
    """The person took his wish back."""

    erasure_id: int


@fact("audit.erasure.done")
class ErasureDone(Fact):
    """The data of a person were erased."""

    erasure_id: int


@fact("audit.retention.changed")
class RetentionChanged(Fact):
    """Staff chose for how long things are kept."""

    terms: int


@fact("audit.hold.placed")
class HoldPlaced(Fact):
    """Staff placed a legal hold on a party or a person."""

    hold_id: int


@fact("audit.hold.ended")
class HoldEnded(Fact):
    """Staff ended a legal hold."""

    hold_id: int
