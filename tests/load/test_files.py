"""A file of 100,000 products: read, tried, written into the books and taken over within a minute, and one sees how far it is."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from portiek.config.testing import other_database
from portiek.core.db import scope
from portiek.edges.connectors import engine
from portiek.edges.connectors.files import actions
from portiek.edges.connectors.files.tests.conftest import connected
from portiek.foundation.accounts.cast import Cast
from portiek.trade.catalog.models import Product
from portiek.trade.pricing.models import PriceListLine

pytestmark = [pytest.mark.no_database, pytest.mark.slow]
ROWS, SECONDS = int(os.environ.get("FILE_ROWS", "100000")), float(os.environ.get("FILE_SECONDS", "60"))


def test_a_hundred_thousand_products(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from django.conf import settings

    monkeypatch.setattr(settings, "FILES_ROOT", tmp_path)
    with other_database("fileload"):
        files = connected(Cast().system_of_brand, tmp_path, "brand")
        files.map("product", external_id="nr", name="naam", description="tekst", ean="ean", unit="eenheid", list_price={"column": "prijs", "change": "comma"}, tax_rate={"column": "btw", "change": "percent"}, weight={"column": "kg", "change": "comma"})
        files.put("product.csv", ["nr;naam;tekst;ean;eenheid;prijs;btw;kg", *(f"P{n:06d};Artikel {n} in een doos;Een omschrijving van artikel {n} van enige lengte;{8710000000000 + n};stuk;{n % 900},95;21;{n % 30},5" for n in range(ROWS))])
        seen: list[int] = []
        real = actions.note_progress
        monkeypatch.setattr(actions, "note_progress", lambda actor, *, delivery, done: (seen.append(done), real(actor, delivery=delivery, done=done)))
        began = time.monotonic()
        files.look()
        read = time.monotonic() - began
        ran = engine.run_once(files.connection)
        took = time.monotonic() - began
        print(f"{ROWS} products: {read:.1f} s into the books, {took:.1f} s in all")
        with scope(files.actor):
            assert Product.objects.filter(external_id__startswith="P").count() == ROWS
        assert ran.feeds["product"] == (ROWS, ROWS) and len(seen) >= ROWS // 1000 and seen == [*range(1000, ROWS + 1, 1000)] * 2
        began = time.monotonic()
        files.put("product-2.csv", next((tmp_path / "brand" / "erp" / "done").iterdir()).read_text() + "\n")
        files.look()
        engine.run_once(files.connection)
        print(f"the same again: {time.monotonic() - began:.1f} s")
        assert took <= SECONDS


def test_a_price_list_of_any_length_takes_no_more_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from django.conf import settings

    lines, most = int(os.environ.get("FILE_LINES", "120000")), 96 * 1024

    def memory() -> int:
        return int(next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS")).split()[1])

    monkeypatch.setattr(settings, "FILES_ROOT", tmp_path)
    with other_database("fileload"):
        files = connected(Cast().system_of_brand, tmp_path, "brand")
        files.map("product", external_id="nr", name="naam")
        files.map("price_list", external_id="lijst", lines__product="nr", lines__price={"column": "prijs", "change": "comma"}, lines__min_quantity="vanaf")
        files.put("product.csv", ["nr;naam", *(f"P{n:06d};Artikel {n}" for n in range(lines // 4))])
        files.run()
        files.put("price_list.csv", ["lijst;nr;vanaf;prijs", *(f"L;P{n // 4:06d};{10 ** (n % 4)};{n % 900},95" for n in range(lines))])
        before, seen = memory(), [0]
        real, real_store = actions.note_progress, engine.pulling._store
        monkeypatch.setattr(actions, "note_progress", lambda actor, *, delivery, done: (seen.append(memory()), real(actor, delivery=delivery, done=done)))
        monkeypatch.setattr(engine.pulling, "_store", lambda *given: (seen.append(memory()), real_store(*given))[1])
        began = time.monotonic()
        ran = files.run()
        print(f"a list of {lines} lines: {time.monotonic() - began:.1f} s, {(max(seen) - before) // 1024} MB more")
        with scope(files.actor):
            assert PriceListLine.objects.filter(price_list__external_id="L").count() == lines
        assert not ran.errors and max(seen) - before <= most
