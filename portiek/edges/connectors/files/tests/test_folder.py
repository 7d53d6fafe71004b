"""The folder: what is not whole yet, what leads out of it, and orders that are written once."""

from __future__ import annotations

import os
import time

import pytest

from portiek.edges.connectors.files.folder import Astray, Folder, file_name
from portiek.edges.connectors.files.options import FilesOptions

pytestmark = pytest.mark.no_database


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path / "root", "brand", "erp").made()


def put(folder, name, text="a;b\n", age=60.0):
    path = folder.place / "in" / name
    path.write_text(text)
    os.utime(path, (time.time() - age,) * 2)
    return path


def test_a_file_that_is_still_written_waits(folder):
    put(folder, "product.csv")
    assert folder.whole(pickup="quiet", quiet=30, now=time.time()) == []  # its own last change is of now, whatever time it claims
    assert [item.name for item in folder.whole(pickup="quiet", quiet=30, now=time.time() + 31)] == ["product.csv"]
    for name in (".product.csv", "product.csv.tmp", "product.csv.part", "~product.csv", "product.csv.ready"):
        put(folder, name)
    assert len(folder.whole(pickup="quiet", quiet=0, now=time.time() + 1)) == 1


def test_a_file_is_whole_when_a_sign_lies_beside_it(folder):
    put(folder, "a.csv"), put(folder, "b.csv"), put(folder, "c.csv")
    put(folder, "a.csv.ready"), put(folder, "b.ready")
    assert [item.name for item in folder.whole(pickup="ready", quiet=0, now=time.time())] == ["a.csv", "b.csv"]
    assert folder.put_away("a.csv", "t") and not (folder.place / "in" / "a.csv.ready").exists() and (folder.place / "done" / "t-a.csv").exists()


def test_files_come_in_the_order_of_time_then_name(folder):
    put(folder, "b.csv", age=60), put(folder, "a.csv", age=60), put(folder, "z.csv", age=3600)
    assert [item.name for item in folder.whole(pickup="quiet", quiet=0, now=time.time() + 1)] == ["z.csv", "a.csv", "b.csv"]


def test_no_link_leads_out(folder, tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_text("iban\n")
    (folder.place / "in" / "product.csv").symlink_to(secret)
    os.link(secret, folder.place / "in" / "stock.csv")
    (folder.place / "in" / "deep").mkdir()
    found = folder.whole(pickup="quiet", quiet=0, now=time.time() + 1)
    assert [item.name for item in found] == ["stock.csv"]
    with pytest.raises(Astray, match="plain"):
        folder.open(found[0])


@pytest.mark.parametrize("part", ["in", "out"])
def test_a_folder_behind_a_link_is_not_used(tmp_path, part):
    place = tmp_path / "root" / "brand" / "erp"
    place.mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    (place / part).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Astray, match="link"):
        Folder(tmp_path / "root", "brand", "erp").made()
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_another_portals_folder_behind_a_link_is_not_used(tmp_path):
    Folder(tmp_path / "root", "vandijk", "erp").made()
    (tmp_path / "root" / "brand").symlink_to(tmp_path / "root" / "vandijk")
    with pytest.raises(Astray):
        Folder(tmp_path / "root", "brand", "erp").made()


@pytest.mark.parametrize("name", ["..", "../vandijk", "/etc", "a/../../b", "", ".", "a//b", "a\0b", "~", "a\\b", ".hidden"])
def test_no_name_leads_out(name):
    with pytest.raises(ValueError, match="folder"):
        FilesOptions(folder=name)


def test_a_file_that_changes_while_it_is_read_waits(folder):
    put(folder, "a.csv")
    found = folder.whole(pickup="quiet", quiet=0, now=time.time() + 1)[0]
    put(folder, "a.csv", "a;b\n1;2\n", age=1)
    with pytest.raises(Astray, match="written"):
        folder.open(found)


def test_an_order_is_written_once_also_when_it_was_taken_away(folder):
    name = file_name("order", "VD-1", "jsonl")
    assert not folder.is_sent(name)
    folder.send(name, b"x")
    (folder.place / "out" / name).unlink()  # the ERP has it
    assert folder.is_sent(name) and list((folder.place / "out").iterdir()) == []


def test_what_broke_off_is_finished(folder, monkeypatch):
    name = file_name("order", "VD-1", "jsonl")
    with monkeypatch.context() as patch:
        patch.setattr(Folder, "is_sent", lambda self, name: False)  # dies before the name appears
        folder.send(name, b"x")
    assert [path.name for path in (folder.place / "out").iterdir()] == [f".{name}.tmp"]
    assert folder.is_sent(name) and (folder.place / "out" / name).read_bytes() == b"x"


def test_names_of_files_keep_to_the_folder():
    assert file_name("order", "VD-2026-1", "csv") == "order-VD-2026-1.csv"
    odd = {file_name("order", key, "csv") for key in ("../../x", "a/b", "a_b", "a b", "x" * 300)}
    assert len(odd) == 5 and all("/" not in name and len(name) < 120 for name in odd)
