"""What is recorded about documents of products."""

from portiek.core.facts import Fact, fact


@fact("sheets.document.added")
class DocumentAdded(Fact):
    """A document of a product came, or a new version of one."""

    document_id: int
    product_id: int


@fact("sheets.document.removed")
class DocumentRemoved(Fact):
    """A version of a document was taken away; the one before it counts again, where there is one."""

    document_id: int
    product_id: int


@fact("sheets.document.downloaded")
class DocumentDownloaded(Fact):
    """Somebody fetched a document of a product."""

    document_id: int


@fact("sheets.news.told")
class NewsTold(Fact):
    """A company heard that safety data sheets of what it bought have a new version: what the law asks of who supplies (REACH, article 31(9))."""

    document_ids: list[int]


@fact("sheets.document.applied")
class DocumentsApplied(Fact):
    """What the ERP or a catalogue says of documents came in, and something in it was new."""

    products: int
