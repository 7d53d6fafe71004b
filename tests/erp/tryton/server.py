"""A Tryton server with the data of the demo's wholesaler, for tests and browser journeys.

    with TrytonServer() as erp:
        erp.url, erp.database, erp.login, erp.password

The first use installs Tryton in an environment of its own and makes the database, which takes minutes; both are kept in
`$PORTIEK_CACHE` (default `.data/cache` in the repository) and every server runs on a copy.
"""

from __future__ import annotations

import contextlib
import ctypes
import datetime as dt
import fcntl
import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[2]


class TrytonUnavailableHere(Exception):
    """This machine cannot install or start the test ERP; the text says why."""


def cache_folder() -> Path:
    """Return the folder for what is expensive to make; it may be deleted at any time."""
    return Path(os.environ.get("PORTIEK_CACHE") or REPOSITORY / ".data" / "cache").resolve() / "tryton"


@contextlib.contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _run(command: Sequence[str | Path], log: Path, **environment: str) -> None:
    with log.open("ab") as output:
        done = subprocess.run(
            [str(part) for part in command],
            stdout=output,
            stderr=output,
            env={**os.environ, **environment},
            check=False,
        )
    if done.returncode:
        tail = log.read_text(errors="replace")[-1500:]
        raise TrytonUnavailableHere(f"{Path(str(command[0])).name} failed: {tail}")


def environment_python() -> Path:
    """Return the interpreter that has Tryton, installing it when missing. Raises TrytonUnavailableHere."""
    requirements = HERE / "requirements.txt"
    mark = hashlib.sha256(requirements.read_bytes()).hexdigest()[:12]
    folder = cache_folder() / "venv"
    python = folder / "bin" / "python"
    with _one_at_a_time(cache_folder()):
        if (
            python.exists()
            and (folder / "requirements.sha").exists()
            and (folder / "requirements.sha").read_text() == mark
        ):
            return python
        log = cache_folder() / "install.log"
        beside = Path(sys.executable).parent / "uv"
        uv = str(beside) if beside.exists() else shutil.which("uv")
        if uv:
            _run([uv, "venv", "--allow-existing", "--python", "3.11", folder], log)
            _run([uv, "pip", "install", "--python", python, "-r", requirements], log)
        else:
            _run([sys.executable, "-m", "venv", folder], log)
            _run([python, "-m", "pip", "install", "--disable-pip-version-check", "-r", requirements], log)
        (folder / "requirements.sha").write_text(mark)
    return python


def template_folder(*options: str, today: dt.date | None = None) -> Path:
    """Return a finished data folder for these options of setup_data.py and this day; making one takes minutes."""
    python = environment_python()
    day = today or dt.date.today()
    digest = hashlib.sha256()
    for part in (
        (HERE / "setup_data.py").read_bytes(),
        (HERE / "requirements.txt").read_bytes(),
        repr(options).encode(),
    ):
        digest.update(part)
    name = f"{day.isoformat()}-{digest.hexdigest()[:12]}"
    folder = cache_folder() / "data" / name
    with _one_at_a_time(cache_folder()):
        if (folder / "credentials.json").exists():
            return folder
        for old in (cache_folder() / "data").glob("*"):
            # a template is good for one day: all its dates are relative to it
            if old.name < (day - dt.timedelta(days=2)).isoformat():
                shutil.rmtree(old, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        _run(
            [python, HERE / "setup_data.py", folder, "--today", day.isoformat(), *options],
            cache_folder() / "setup.log",
            TZ="UTC",
        )
    return folder


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _die_with_parent() -> None:
    # a test run that is killed must not leave its server behind: PR_SET_PDEATHSIG
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


class TrytonServer:
    """A server on a copy of the template, on a free loopback port.

    `options` go to setup_data.py. `worker=True`: confirmed sales wait for a worker that never comes, so they stop at
    `confirmed` until somebody processes them. The server's clock zone is `time_zone`.
    """

    database = "erp"
    time_zone = "UTC"

    def __init__(
        self, *options: str, today: dt.date | None = None, worker: bool = False, port: int | None = None
    ) -> None:
        self.options = options
        self.today = today
        self.worker = worker
        self.port = port or 0
        self._folder: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self.credentials: dict[str, dict[str, str]] = {}

    def __enter__(self) -> Self:
        self.prepare()
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def url(self) -> str:
        """The address of the server, without the database."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def login(self) -> str:
        """The login of the connector's user."""
        return self.credentials["integration"]["login"]

    @property
    def password(self) -> str:
        """The password of the connector's user."""
        return self.credentials["integration"]["password"]

    @property
    def admin(self) -> tuple[str, str]:
        """Login and password of the ERP's administrator, who stands for its staff."""
        return self.credentials["admin"]["login"], self.credentials["admin"]["password"]

    @property
    def database_file(self) -> Path:
        """The SQLite file of this server, to stage what the interface cannot."""
        return self._data / f"{self.database}.sqlite"

    @property
    def log(self) -> str:
        """What the server printed so far."""
        return (self._data / "server.log").read_text(errors="replace")

    def prepare(self) -> None:
        """Copy the template to a folder of this server. Raises TrytonUnavailableHere."""
        template = template_folder(*self.options, today=self.today)
        self._folder = Path(tempfile.mkdtemp(prefix="portiek-erp-"))
        shutil.copytree(template, self._data, ignore=shutil.ignore_patterns("*.pid", "server.log"))
        self.credentials = json.loads((self._data / "credentials.json").read_text())
        self.port = self.port or _free_port()

    def start(self, timeout: float = 90.0) -> None:
        """Start the server and wait until it answers. Raises TrytonUnavailableHere."""
        environment = {**os.environ, "PYTHON": str(environment_python()), "TZ": self.time_zone}
        if self.worker:
            environment["TRYTOND_QUEUE__WORKER"] = "True"
        with (self._data / "server.log").open("ab") as output:
            self._process = subprocess.Popen(
                [str(HERE / "serve"), str(self._data), str(self.port)],
                stdout=output,
                stderr=output,
                env=environment,
                start_new_session=True,
                preexec_fn=_die_with_parent if sys.platform == "linux" else None,
            )
        until = time.monotonic() + timeout
        while time.monotonic() < until:
            if self._process.poll() is not None:
                raise TrytonUnavailableHere(self.log[-1500:])
            if self._answers():
                return
            time.sleep(0.1)
        raise TrytonUnavailableHere("the server does not answer")

    def stop(self) -> None:
        """Stop the server in an orderly way."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Kill the server as a power cut would."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Start the server again on the same data and port."""
        if self._process and self._process.poll() is None:
            self.stop()
        self.start()

    @property
    def _data(self) -> Path:
        assert self._folder is not None, "prepare() first"
        return self._folder / "data"

    def _end(self, sign: signal.Signals) -> None:
        if self._process and self._process.poll() is None:
            self._process.send_signal(sign)
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(20)
        self._process = None

    def _answers(self) -> bool:
        request = urllib.request.Request(
            f"{self.url}/rpc/",
            json.dumps({"id": 0, "method": "common.server.version", "params": []}).encode(),
            {"Content-Type": "application/json", "Accept-Encoding": "identity"},
        )
        try:
            with urllib.request.urlopen(request, timeout=10):
                return True
        except OSError:
            return False
