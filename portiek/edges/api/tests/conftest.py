"""Receivers of webhooks, and the postman in the test's own transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Any

import pytest

from portiek.edges.api.tests.receiver import Receiver


class Here:
    """A pool of threads that works here and now, in the test's transaction."""

    def __init__(self, *_arguments: Any, **_options: Any) -> None:
        return None

    def __enter__(self) -> Here:
        return self

    def __exit__(self, *_arguments: Any) -> None:
        return None

    def submit(self, call: Callable[..., Any], *arguments: Any) -> Future[Any]:
        made: Future[Any] = Future()
        made.set_result(call(*arguments))
        return made


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    from portiek.edges.api import delivery

    monkeypatch.setattr(delivery, "ThreadPoolExecutor", Here)


@pytest.fixture
def receivers(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Receiver]]:
    """A function that starts a receiver which the portal may call, although it is on loopback."""
    from django.conf import settings

    made: list[Receiver] = []

    def start(*arguments: Any, **options: Any) -> Receiver:
        made.append(Receiver(*arguments, **options))
        monkeypatch.setattr(settings, "EGRESS_ALLOW", ",".join(f"127.0.0.1:{item.port}" for item in made))
        return made[-1]

    yield start
    for item in made:
        item.close()
