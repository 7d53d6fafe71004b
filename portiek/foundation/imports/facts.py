"""What is recorded about imports; what each row did, its own module records."""

from portiek.core.facts import Fact, fact


@fact("imports.import.asked")
class ImportAsked(Fact):
    """Somebody brought a spreadsheet in."""

    import_id: int
    kind: str


@fact("imports.import.tried")
class ImportTried(Fact):
    """A spreadsheet was looked at: it waits for its person, or cannot be taken."""

    import_id: int


@fact("imports.import.carried_out")
class ImportCarriedOut(Fact):
    """What a spreadsheet asked for was done, as far as it could be."""

    import_id: int
    kind: str
    new: int
    changed: int
    refused: int


@fact("imports.import.dropped")
class ImportDropped(Fact):
    """Somebody put a spreadsheet away without having it carried out."""

    import_id: int
