"""Files go along with what they belong to."""

from portiek.core.merging import moves

moves("files.StoredFile")
