"""What is recorded about files."""

from portiek.core.facts import Fact, fact


@fact("files.file.stored")
class FileStored(Fact):
    """A file was kept."""

    file_id: int
    size: int


@fact("files.file.dropped")
class FilesDropped(Fact):
    """Files that nothing refers to were forgotten."""

    files: int


@fact("files.file.downloaded")
class FileDownloaded(Fact):
    """Somebody fetched a file."""

    file_id: int
