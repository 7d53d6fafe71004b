"""Every write: check the right, one savepoint, facts and their reactions together with the change."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.db import transaction

from portiek.core import facts
from portiek.core.actor import Actor
from portiek.core.db import current_actor
from portiek.core.errors import Forbidden

P = ParamSpec("P")
R = TypeVar("R")
_actions: dict[str, str | None] = {}


def action(right: str | None) -> Callable[[Callable[Concatenate[Actor, P], R]], Callable[Concatenate[Actor, P], R]]:
    """Declare a write. None as right: what every member may do with his own things, or what only the system calls.

    The actor must be the one whose scope is open. Raises Forbidden without the right. An action called by another action shares its
    savepoint: who catches another action's refusal opens a savepoint himself.
    """

    def declare(function: Callable[Concatenate[Actor, P], R]) -> Callable[Concatenate[Actor, P], R]:
        first = next(iter(inspect.signature(function).parameters), "")
        if first != "actor":
            raise TypeError(f"{function.__qualname__}: the first argument of an action is actor")
        _actions[f"{function.__module__}.{function.__qualname__}"] = right

        @functools.wraps(function)
        def run(actor: Actor, *arguments: P.args, **options: P.kwargs) -> R:
            if right is not None and not actor.may(right):
                raise Forbidden(right)
            opened = current_actor()
            if (opened.portal_id, opened.party_id, opened.user_id, opened.kind) != (actor.portal_id, actor.party_id, actor.user_id, actor.kind):
                raise Forbidden("another actor's scope is open")
            if facts.collecting():
                return function(actor, *arguments, **options)
            with transaction.atomic(), facts.collect(actor):
                return function(actor, *arguments, **options)

        return run  # type: ignore[return-value]

    return declare


@contextmanager
def rehearsal() -> Iterator[None]:
    """Try actions and undo them: no row, fact or job of theirs is left, and no lock. They share one savepoint: who goes on after a refusal inside opens one himself."""
    with transaction.atomic(), facts.unrecorded():
        yield
        transaction.set_rollback(True)


def actions() -> dict[str, Any]:
    """Return every declared action with its right, for the reference and the tests."""
    return dict(_actions)
