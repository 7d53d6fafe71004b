"""What the ERP or a catalogue says about documents of products."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class SheetRecord:
    """A document: of which kind, and where it is. `language` ISO 639-1, empty: none, or several."""

    kind: str
    source: str
    title: str = ""
    language: str = ""
    version: str = ""
    valid_from: date | None = None


@dataclass(frozen=True, slots=True)
class DocumentsRecord:
    """All documents that the ERP says of one product (external id)."""

    product: str
    documents: tuple[SheetRecord, ...]
