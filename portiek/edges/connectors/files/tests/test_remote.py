"""Files over SFTP, with a real server: who it is, what is fetched when, and orders that are brought once."""

from __future__ import annotations

import os
import socket
import time

import asyncssh
import pytest
from django.conf import settings

from portiek.core import sftp
from portiek.core.egress import EgressRefused
from portiek.edges.connectors.files.folder import Astray
from portiek.edges.connectors.files.options import FilesOptions
from portiek.edges.connectors.files.remote import Remote
from portiek.edges.connectors.files.tests.sftp_server import PASSWORD, Served

pytestmark = pytest.mark.no_database


@pytest.fixture
def served(tmp_path, monkeypatch):
    with Served(tmp_path / "theirs") as server:
        monkeypatch.setattr(settings, "EGRESS_ALLOW", f"127.0.0.1:{server.port}")
        yield server


def options(server, **more):
    return FilesOptions(**{"place": "sftp", "host": "127.0.0.1", "port": server.port, "user": "portiek", "password": PASSWORD, "path": "erp", "host_key": server.host_key, **more})


@pytest.fixture
def folder(served):
    (served.place / "erp").mkdir()
    with Remote(options(served)) as found:
        yield found


def put(server, name, text="a;b\n", age=60.0):
    path = server.place / "erp" / "in" / name
    path.write_text(text)
    os.utime(path, (time.time() - age,) * 2)
    return path


def looked(folder, *, pickup="quiet", quiet=0.0, now=0.0):
    return [item.name for item in folder.whole(pickup=pickup, quiet=quiet, now=now)]


# -- who it is


def test_nothing_is_told_to_a_server_that_nobody_confirmed(served):
    with pytest.raises(Astray) as caught, Remote(options(served, host_key="")):
        pass
    assert caught.value.args == ("sftp.host_key", served.host_key) and served.logins == [] and served.told == []


def test_nothing_is_told_to_a_server_with_another_key(served):
    confirmed = f"ssh-ed25519 {asyncssh.generate_private_key('ssh-ed25519').get_fingerprint()}"
    for key in (confirmed, confirmed.replace("ssh-ed25519", "ssh-rsa"), confirmed.partition(" ")[2]):
        with pytest.raises(Astray) as caught, Remote(options(served, host_key=key)):
            pass
        assert caught.value.args == ("sftp.host_key", served.host_key)
    assert served.logins == [] and served.told == []


def test_a_server_that_hangs_up_is_asked_for_its_key(served, monkeypatch):
    async def hung_up(*_given, **_more):
        raise asyncssh.ConnectionLost("Connection lost")

    monkeypatch.setattr(asyncssh, "connect", hung_up)
    another = f"ssh-ed25519 {asyncssh.generate_private_key('ssh-ed25519').get_fingerprint()}"
    for key, said in ((served.host_key, "sftp.unreachable"), (another, "sftp.host_key"), (another.replace("ssh-ed25519", "ssh-rsa"), "sftp.host_key")):
        with pytest.raises(Astray) as caught, Remote(options(served, host_key=key)):
            pass
        assert caught.value.args[0] == said, key


def test_a_fingerprint_without_its_kind_will_do(served):
    (served.place / "erp").mkdir()
    with Remote(options(served, host_key=served.host_key.partition(" ")[2])) as found:
        assert looked(found) == []


def test_a_key_in_place_of_a_password(served, monkeypatch, tmp_path):
    own = asyncssh.generate_private_key("ssh-ed25519")
    served.client_key = own.convert_to_public()
    (served.place / "erp").mkdir()
    with Remote(options(served, password=None, private_key=own.export_private_key().decode())) as found:
        assert looked(found) == []
    assert served.told == []


@pytest.mark.parametrize("more", [{"password": "anders"}, {"user": "iemand"}])
def test_a_log_in_that_is_refused_says_so(served, more):
    with pytest.raises(Astray) as caught, Remote(options(served, **more)):
        pass
    assert caught.value.args[0] == "sftp.denied" and PASSWORD not in str(caught.value) and "anders" not in str(caught.value)


def test_a_private_network_is_called_only_where_the_operator_allows_it(served, monkeypatch):
    monkeypatch.setattr(settings, "EGRESS_ALLOW", "")
    for host in ("127.0.0.1", "localhost", "::ffff:127.0.0.1", "10.0.0.1", "169.254.169.254"):
        with pytest.raises(Astray) as caught, Remote(options(served, host=host)):
            pass
        assert caught.value.args[0] in ("sftp.private", "sftp.unreachable")
    assert served.logins == []
    with pytest.raises(EgressRefused), sftp.Sftp(sftp.Account("127.0.0.1", served.port, "portiek", PASSWORD, None, served.host_key)):
        pass


def test_a_server_that_says_nothing_costs_no_more_than_its_time(served, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        monkeypatch.setattr(settings, "EGRESS_ALLOW", f"127.0.0.1:{port}")
        begun = time.monotonic()
        with pytest.raises(sftp.Unanswered), sftp.Sftp(sftp.Account("127.0.0.1", port, "portiek", PASSWORD, None, served.host_key), seconds=0.5):
            pass
        assert time.monotonic() - begun < 5


def test_nobody_there_is_said(served, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    monkeypatch.setattr(settings, "EGRESS_ALLOW", f"127.0.0.1:{port}")
    with pytest.raises(Astray) as caught, Remote(options(served, port=port)):
        pass
    assert caught.value.args[0] == "sftp.unreachable"


@pytest.mark.parametrize("bad", [{"host": ""}, {"user": ""}, {"password": None}, {"host": "sftp://x"}, {"host": "x y"}, {"path": "a/../b"}, {"path": "a\nb"}, {"host_key": "aa:bb"}, {"private_key": "geheim"}, {"port": 0}])
def test_settings_that_cannot_be(served, bad):
    with pytest.raises(ValueError):
        options(served, **bad)


# -- in


def test_a_file_counts_as_quiet_when_two_looks_see_the_same(served, folder):
    put(served, "product.csv", age=3600)
    assert looked(folder, quiet=30, now=1000) == []
    assert looked(folder, quiet=30, now=1020) == []
    put(served, "product.csv", "a;b\n1;2\n", age=3600)
    assert looked(folder, quiet=30, now=1040) == []
    assert looked(folder, quiet=30, now=1070) == ["product.csv"] and folder.sighted == {}
    # What one look saw is told to the next one, in another process.
    put(served, "stock.csv")
    looked(folder, quiet=30, now=2000)
    folder.sighted = {name: list(seen) for name, seen in folder.sighted.items()}
    assert set(looked(folder, quiet=30, now=2031)) >= {"stock.csv"}


def test_what_is_no_file_that_is_whole_stays(served, folder, tmp_path):
    for name in (".product.csv", "product.csv.tmp", "product.csv.filepart", "~product.csv", "a.csv", "b.csv"):
        put(served, name)
    (tmp_path / "secret.csv").write_text("iban\n")
    (served.place / "erp" / "in" / "link.csv").symlink_to(tmp_path / "secret.csv")
    (served.place / "erp" / "in" / "deep.csv").mkdir()
    assert looked(folder) == ["a.csv", "b.csv"]
    put(served, "b.csv.ready")
    assert looked(folder, pickup="ready") == ["b.csv"]
    assert folder.put_away("b.csv", "t") and sorted(path.name for path in (served.place / "erp" / "done").iterdir()) == ["t-b.csv"] and not (served.place / "erp" / "in" / "b.csv.ready").exists()


def test_a_file_is_fetched_as_it_is(served, folder):
    text = "nr;naam\n" + "".join(f"F{n};Artikel {n}\n" for n in range(300_000))
    put(served, "product.csv", text)
    found = folder.whole(pickup="quiet", quiet=0, now=0)[0]
    handle, digest = folder.open(found)
    import hashlib

    with os.fdopen(handle, "rb") as copy:
        assert copy.read().decode() == text and digest == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize("change", ["longer", "shorter", "link", "gone"])
def test_a_file_that_changes_while_it_is_fetched_waits(served, folder, tmp_path, change):
    path = put(served, "a.csv")
    found = folder.whole(pickup="quiet", quiet=0, now=0)[0]
    if change in ("longer", "shorter"):
        put(served, "a.csv", "a;b\n1;2\n" if change == "longer" else "a", age=1)
    else:
        path.unlink()
        if change == "link":
            path.symlink_to(served.place / "erp" / "in" / "b.csv")
            put(served, "b.csv")
    with pytest.raises(Astray):
        folder.open(found)


class Hostile(asyncssh.SFTPServer):
    """Names that lead elsewhere, and files that never end."""

    async def scandir(self, path):
        for name in (b"../../secret.csv", b"a/b.csv", b"x" * 300, b"back\x1b[2J.csv", b"product.csv"):
            yield asyncssh.SFTPName(name, attrs=asyncssh.SFTPAttrs(type=asyncssh.FILEXFER_TYPE_REGULAR, permissions=0o100644, size=8, mtime=1000))

    def open(self, path, pflags, attrs):
        return 1

    def read(self, file_obj, offset, size):
        return b"x" * size

    def close(self, file_obj):
        pass


def test_a_hostile_server_brings_one_plain_name_and_no_end(tmp_path, monkeypatch):
    with Served(tmp_path / "theirs", files=Hostile) as server:
        monkeypatch.setattr(settings, "EGRESS_ALLOW", f"127.0.0.1:{server.port}")
        with Remote(options(server, path="")) as folder:
            found = folder.whole(pickup="quiet", quiet=0, now=0)
            assert [item.name for item in found] == ["product.csv"]
            with pytest.raises(Astray, match="longer than it said"):
                folder.open(found[0])


class Bare(asyncssh.SFTPServer):
    """No folders may be made."""

    def mkdir(self, path, attrs):
        raise asyncssh.SFTPPermissionDenied("no folders here")


def test_a_server_that_answers_in_drops_holds_nobody(served, folder, monkeypatch):
    put(served, "a.csv", "x" * 3_000_000)
    monkeypatch.setattr(sftp, "LONGEST", 0.0)
    with pytest.raises(Astray, match="takes longer"):
        folder.open(folder.whole(pickup="quiet", quiet=0, now=0)[0])


def test_a_server_that_gives_no_folders_is_said_but_done_may_lack(tmp_path, monkeypatch):
    with Served(tmp_path / "theirs", files=Bare) as server:
        monkeypatch.setattr(settings, "EGRESS_ALLOW", f"127.0.0.1:{server.port}")
        for part in ("in", "out"):
            (server.place / "erp" / part).mkdir(parents=True)
        with pytest.raises(Astray) as caught, Remote(options(server)):
            pass
        assert caught.value.args == ("sftp.folder", "erp/sent: no folders here")
        (server.place / "erp" / "sent").mkdir()
        put(server, "a.csv")
        with Remote(options(server)) as folder:
            assert looked(folder) == ["a.csv"] and not folder.put_away("a.csv", "t") and looked(folder) == ["a.csv"]


# -- out


def test_an_order_is_brought_once_also_when_it_was_taken_away(served, folder):
    assert not folder.is_sent("order-1.csv")
    folder.send("order-1.csv", b"x")
    out = served.place / "erp" / "out"
    assert (out / "order-1.csv").read_bytes() == b"x" and [path.name for path in out.iterdir()] == ["order-1.csv"]
    (out / "order-1.csv").unlink()  # the ERP has it
    assert folder.is_sent("order-1.csv") and list(out.iterdir()) == []


def test_what_broke_off_is_finished_and_what_was_never_whole_is_written_anew(served, folder, monkeypatch):
    out = served.place / "erp" / "out"
    with monkeypatch.context() as patch:
        patch.setattr(Remote, "is_sent", lambda self, name: False)  # dies before the name appears
        folder.send("order-1.csv", b"x")
    assert [path.name for path in out.iterdir()] == [".order-1.csv.tmp"]
    assert folder.is_sent("order-1.csv") and (out / "order-1.csv").read_bytes() == b"x"
    (out / ".order-2.csv.tmp").write_bytes(b"half of it, and more than the whole")
    assert not folder.is_sent("order-2.csv")
    folder.send("order-2.csv", b"y")
    assert (out / "order-2.csv").read_bytes() == b"y"


@pytest.mark.parametrize(("path", "place"), [("", "in"), ("/", "in"), ("/a/b/", "a/b/in"), ("a b", "a b/in")])
def test_where_the_folder_is(served, path, place):
    (served.place / place).parent.mkdir(parents=True, exist_ok=True)
    with Remote(options(served, path=path)):
        assert (served.place / place).is_dir()
