"""A real SFTP server on loopback, in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any, Self

import asyncssh

PASSWORD = "koffie-met-melk"


class _Login(asyncssh.SSHServer):
    def __init__(self, served: Served) -> None:
        self.served = served

    def begin_auth(self, username: str) -> bool:
        self.served.logins.append(username)
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        self.served.told.append(password)
        return username == "portiek" and password == PASSWORD

    def public_key_auth_supported(self) -> bool:
        return self.served.client_key is not None

    def validate_public_key(self, username: str, key: Any) -> bool:
        return username == "portiek" and key == self.served.client_key


class Served:
    """The server. `place`: what it shows as /; `logins` and `told`: who came so far as to log in, and the passwords that were told; `files`: the class that serves files."""

    def __init__(self, place: Path, *, files: Any = None) -> None:
        self.place, self.logins, self.told, self.client_key, self.files = place, [], [], None, files or asyncssh.SFTPServer
        self.key, self.port = asyncssh.generate_private_key("ssh-ed25519"), 0
        place.mkdir(parents=True, exist_ok=True)

    @property
    def host_key(self) -> str:
        return f"ssh-ed25519 {self.key.convert_to_public().get_fingerprint()}"

    def __enter__(self) -> Self:
        ready = threading.Event()
        self._loop = asyncio.new_event_loop()

        async def begin() -> None:
            # A server that begins anew keeps its address.
            self._server = await asyncssh.listen("127.0.0.1", self.port, server_factory=lambda: _Login(self), server_host_keys=[self.key], sftp_factory=lambda channel: self.files(channel, chroot=str(self.place)))
            self.port = self._server.sockets[0].getsockname()[1]
            ready.set()

        def run() -> None:
            asyncio.set_event_loop(self._loop)
            self._loop.run_until_complete(begin())
            self._loop.run_forever()

        self._thread = threading.Thread(target=run, daemon=True)
        self._thread.start()
        assert ready.wait(10)
        return self

    def __exit__(self, *raised: object) -> None:
        if self._loop.is_closed():
            return

        async def end() -> None:
            self._server.close()
            await self._server.wait_closed()
            others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()
