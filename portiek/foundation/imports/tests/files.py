"""Spreadsheets of LibreOffice and of old Excel, made here byte by byte, since no library of ours writes them."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

Rows = Sequence[Sequence[str]]
_ODS = ('<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.3"><office:body><office:spreadsheet><table:table table:name="Blad1">{rows}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>")  # fmt: skip
_KIND = "application/vnd.oasis.opendocument.spreadsheet"
_MANIFEST = ('<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
             f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_KIND}"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>')  # fmt: skip


def ods(rows: Rows) -> bytes:
    """Return a spreadsheet as LibreOffice keeps it (OpenDocument 1.3)."""
    cells = "".join("<table:table-row>" + "".join(f'<table:table-cell office:value-type="string"><text:p>{escape(text)}</text:p></table:table-cell>' for text in row) + "</table:table-row>" for row in rows)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as parts:
        parts.writestr(zipfile.ZipInfo("mimetype"), _KIND)
        parts.writestr("META-INF/manifest.xml", _MANIFEST)
        parts.writestr("content.xml", _ODS.format(rows=cells))
    return made.getvalue()


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _text(text: str) -> bytes:
    return struct.pack("<HB", len(text), 1) + text.encode("utf-16-le")


def xls(rows: Rows) -> bytes:
    """Return a spreadsheet as Excel 97 kept it: records of BIFF8 in one stream of a compound file."""
    start = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6)) + _record(0x0042, struct.pack("<H", 1200))
    sheet = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6)) + _record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, max(len(row) for row in rows), 0))
    sheet += b"".join(_record(0x0204, struct.pack("<HHH", number, place, 0) + _text(text)) for number, row in enumerate(rows) for place, text in enumerate(row)) + _record(0x000A, b"")
    name = struct.pack("<BB", 5, 0) + b"Blad1"
    place = len(start) + 4 + 6 + len(name) + 4
    stream = start + _record(0x0085, struct.pack("<IBB", place, 0, 0) + name) + _record(0x000A, b"") + sheet
    # A shorter stream would go to the small sectors, which this file does not have.
    stream = stream.ljust(max(4096, -(-len(stream) // 512) * 512), b"\0")
    return _compound(stream)


def _compound(stream: bytes) -> bytes:
    """Put one stream named Workbook in a compound file: a header, a table of sectors, a directory, the stream."""
    sectors = len(stream) // 512
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x003E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0) + struct.pack("<I", 0) + b"\xff" * 4 * 108
    table = struct.pack("<II", 0xFFFFFFFD, 0xFFFFFFFE) + b"".join(struct.pack("<I", 3 + number) for number in range(sectors - 1)) + struct.pack("<I", 0xFFFFFFFE)

    def entry(name: str, kind: int, child: int, first: int, size: int) -> bytes:
        written = (name + "\0").encode("utf-16-le") if name else b""
        return written.ljust(64, b"\0") + struct.pack("<HBBIII", len(written), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child) + bytes(36) + struct.pack("<IQ", first, size)

    directory = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry("Workbook", 2, 0xFFFFFFFF, 2, len(stream)) + entry("", 0, 0xFFFFFFFF, 0, 0) * 2
    return header + table.ljust(512, b"\xff") + directory + stream
