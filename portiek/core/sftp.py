"""SFTP servers of others: addresses under the same guard as egress, only a host key that a person confirmed, a limit on the time of each step.

Its calls wait for the server: for jobs, outside any scope. It reads nothing of this machine: no settings of SSH, no keys, no agent.
"""

from __future__ import annotations

import asyncio
import stat
import time
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import IO, Any, Self, TypeVar

import asyncssh

from portiek.core import egress

T = TypeVar("T")
# What a key may be, best first; named here, so that another version of the library does not ask the server for another key of its own.
ALGORITHMS = {"ssh-ed25519": ["ssh-ed25519"], "ecdsa-sha2-nistp256": ["ecdsa-sha2-nistp256"], "ecdsa-sha2-nistp384": ["ecdsa-sha2-nistp384"], "ecdsa-sha2-nistp521": ["ecdsa-sha2-nistp521"], "ssh-rsa": ["rsa-sha2-512", "rsa-sha2-256"]}
CHUNK = 1024 * 1024
# Of one file, in seconds: a server that answers in drops holds nobody longer.
LONGEST = 900.0


class Failed(OSError):
    """What was asked did not happen; the text says why, in the server's words."""


class Unanswered(Failed):
    """Nobody answers, or not in time: what was asked last may have happened."""


class NotAllowed(Failed):
    """The log-in, or what was asked after it, is refused."""


class UnknownKey(Failed):
    """The server shows a host key that nobody confirmed; the argument is that key. Nothing was told to the server yet."""


@dataclass(frozen=True)
class Account:
    """Where and as whom one logs in. `host_key`: kind and fingerprint that were confirmed, such as "ssh-ed25519 SHA256:..."; empty: none yet."""

    host: str
    port: int
    user: str
    password: str | None = field(repr=False)
    private_key: str | None = field(repr=False)
    host_key: str


@dataclass(frozen=True)
class Entry:
    """What lies in a folder. `modified`: seconds since 1970 by the server's clock."""

    name: str
    size: int
    modified: int
    is_plain: bool


class _Pinned(asyncssh.SSHClient):
    def __init__(self, wanted: str) -> None:
        self.wanted = wanted

    def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:
        return self.wanted.rpartition(" ")[2] == key.get_fingerprint()


class Sftp:
    """One log-in, as a context. `seconds`: for each step. Raises Failed and its kinds, FileNotFoundError and egress.EgressRefused."""

    def __init__(self, account: Account, *, seconds: float = 30.0) -> None:
        self.account, self.seconds = account, seconds
        self._runner = asyncio.Runner()

    def __enter__(self) -> Self:
        try:
            self._connection, self._client = self._wait(self._connect(egress.checked_host(self.account.host, self.account.port)))
        except BaseException:
            self._runner.close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None) -> None:
        self._connection.close()
        with suppress(Failed):
            self._wait(self._connection.wait_closed())
        self._runner.close()

    def _wait(self, call: Coroutine[Any, Any, T]) -> T:
        async def within() -> T:
            async with asyncio.timeout(self.seconds):
                return await call

        try:
            return self._runner.run(within())
        except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath) as problem:
            raise FileNotFoundError(problem.reason) from problem
        except (asyncssh.PermissionDenied, asyncssh.SFTPPermissionDenied) as problem:
            raise NotAllowed(problem.reason) from problem
        except TimeoutError as problem:
            raise Unanswered(f"no answer within {self.seconds:g} seconds") from problem
        except (asyncssh.ConnectionLost, asyncssh.SFTPNoConnection, asyncssh.SFTPConnectionLost, ConnectionError) as problem:
            raise Unanswered(str(problem)) from problem
        except (asyncssh.Error, asyncssh.KeyImportError) as problem:
            raise Failed(str(problem)) from problem
        except Failed:
            raise
        except OSError as problem:
            raise Unanswered(problem.strerror or str(problem)) from problem

    async def _connect(self, address: str) -> tuple[asyncssh.SSHClientConnection, asyncssh.SFTPClient]:
        account = self.account
        # Asked before any log-in: a password is never told to a server that nobody knows.
        if not account.host_key:
            raise UnknownKey(await self._shown(address))
        kinds = ALGORITHMS.get(account.host_key.partition(" ")[0]) or _all()
        try:
            connection = await asyncssh.connect(
                address, account.port, config=None, client_factory=lambda: _Pinned(account.host_key), known_hosts=([], [], []), x509_trusted_certs=None, server_host_key_algs=kinds,
                username=account.user, password=account.password, client_keys=[asyncssh.import_private_key(account.private_key)] if account.private_key else None, agent_path=None, gss_host=None, gss_kex=False, gss_auth=False,
                keepalive_interval=0, login_timeout=self.seconds, connect_timeout=self.seconds)  # fmt: skip
        except (asyncssh.HostKeyNotVerifiable, asyncssh.KeyExchangeFailed) as problem:
            raise UnknownKey(await self._shown(address)) from problem
        except asyncssh.ConnectionLost as problem:
            # A server that has no key of this kind may hang up before it is known why.
            try:
                same = await self._shown(address, kinds)
            except (asyncssh.KeyExchangeFailed, asyncssh.ConnectionLost):
                same = ""
            if same.rpartition(" ")[2] == account.host_key.rpartition(" ")[2]:
                raise
            raise UnknownKey(await self._shown(address)) from problem
        try:
            return connection, await connection.start_sftp_client()
        except BaseException:
            connection.abort()
            raise

    async def _shown(self, address: str, kinds: list[str] | None = None) -> str:
        key = await asyncssh.get_server_host_key(address, self.account.port, config=None, server_host_key_algs=kinds or _all())
        if key is None:
            raise Failed("the server shows no host key")
        return f"{key.get_algorithm()} {key.get_fingerprint()}"

    # -- what is there

    def entries(self, path: str, *, most: int) -> list[Entry]:
        """Return what lies in a folder, no more than so many."""

        async def read() -> list[Entry]:
            found: list[Entry] = []
            async for item in self._client.scandir(path):
                told, name = item.attrs, str(item.filename)
                # A name with a stroke in it would lead to another folder of the server.
                if "/" not in name:
                    found.append(Entry(name, told.size or 0, told.mtime or 0, _is_plain(told)))
                if len(found) >= most:
                    break
            return found

        return self._wait(read())

    def entry(self, path: str) -> Entry:
        """Return what a path is; a link is a link."""
        told = self._wait(self._client.lstat(path))
        return Entry(path.rpartition("/")[2], told.size or 0, told.mtime or 0, _is_plain(told))

    def exists(self, path: str) -> bool:
        """Whether something has this name."""
        try:
            self._wait(self._client.lstat(path))
        except FileNotFoundError:
            return False
        return True

    # -- bringing and fetching

    def make_folder(self, path: str) -> None:
        """Make a folder that is not there."""
        if not self.exists(path):
            self._wait(self._client.mkdir(path))

    def read(self, path: str, into: IO[bytes], *, most: int) -> int:
        """Copy a file; return how many bytes it had. Raises Failed when there are more than `most`."""

        async def opened() -> asyncssh.SFTPClientFile:
            return await self._client.open(path, "rb")

        file, done, begun = self._wait(opened()), 0, time.monotonic()
        try:
            while chunk := self._wait(file.read(CHUNK, done)):
                assert isinstance(chunk, bytes)
                done += len(chunk)
                if done > most:
                    raise Failed(f"{path} is longer than it said")
                if time.monotonic() - begun > LONGEST:
                    raise Unanswered(f"{path} takes longer than {LONGEST:g} seconds")
                into.write(chunk)
        finally:
            with suppress(Failed):
                self._wait(file.close())
        return done

    def write(self, path: str, content: bytes) -> None:
        """Write a file that is not there yet."""

        async def put() -> None:
            async with self._client.open(path, "xb") as file:
                await file.write(content)

        self._wait(put())

    def move(self, path: str, target: str) -> None:
        """Give a file another name, which nothing may have."""
        self._wait(self._client.rename(path, target))

    def remove(self, path: str) -> None:
        """Remove a file, if it is there."""
        with suppress(FileNotFoundError):
            self._wait(self._client.remove(path))


def _all() -> list[str]:
    return [name for names in ALGORITHMS.values() for name in names]


def _is_plain(told: asyncssh.SFTPAttrs) -> bool:
    return told.type == asyncssh.FILEXFER_TYPE_REGULAR or (told.permissions is not None and stat.S_ISREG(told.permissions))


def is_private_key(text: str) -> bool:
    """Whether a text is a private key that needs no passphrase."""
    try:
        asyncssh.import_private_key(text)
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError, ValueError):
        return False
    return True
