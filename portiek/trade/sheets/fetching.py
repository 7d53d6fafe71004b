"""Fetching documents from where a catalogue says they are: by the one way out, a limited size, known kinds of file."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.egress import Egress, EgressRefused, Unreachable, checked
from portiek.foundation.files.rules import clean_name
from portiek.trade.sheets import actions, queries, rules

# A round, so that the next job has its turn; what is left waits for the next one.
SECONDS, A_ROUND = 240.0, 200


@dataclass(frozen=True)
class Got:
    """What came of one address: a file, or why there is none (`link`: readers may look there themselves; `for_good`: asking again brings nothing)."""

    name: str = ""
    media_type: str = ""
    content: bytes = b""
    problem: str = ""
    link: bool = False
    for_good: bool = False


def fetch_some(actor: Actor) -> int:
    """Fetch what is asked for, each address once; return how many documents were settled. Called outside any scope."""
    with scope(actor, read_only=True):
        rows = queries.asked(actor, A_ROUND)
    by_source: dict[str, list[int]] = defaultdict(list)
    for key, source in rows:
        by_source[source].append(key)
    until, settled = time.monotonic() + SECONDS, 0
    for source, keys in by_source.items():
        if time.monotonic() > until:
            break
        got = fetch(source)
        for key in keys:
            with scope(actor):
                if got.content:
                    actions.keep_fetched(actor, key=key, name=got.name, media_type=got.media_type, content=got.content)
                elif got.link:
                    actions.keep_link(actor, key=key, problem=got.problem)
                else:
                    actions.note_unfetched(actor, key=key, problem=got.problem, for_good=got.for_good)
            settled += 1
    return settled


def fetch(source: str) -> Got:
    """Fetch one address."""
    try:
        checked(source)
    except EgressRefused:
        return Got(problem="address", for_good=True)
    except Unreachable:
        return Got(problem="unreachable")
    try:
        answer = Egress(timeout=10.0, max_bytes=rules.MOST_BYTES, at_most=60.0).get(source)
    except EgressRefused:
        return Got(problem="size", link=True)
    except Unreachable:
        return Got(problem="unreachable")
    if answer.status_code != 200:
        return Got(problem={404: "gone", 410: "gone"}.get(answer.status_code, "refused"), link=answer.status_code < 400 or answer.status_code in (401, 403), for_good=answer.status_code in (404, 410)) if answer.status_code < 500 and answer.status_code != 429 else Got(problem="unreachable")
    name, ending = clean_name(rules.file_name(source)), rules.ending(answer.content[:16])
    for known in (name, f"{name}.{ending}"):
        try:
            return Got(known, rules.media_type(known, answer.content[:16]), answer.content)
        except ValueError:
            continue
    return Got(problem="kind", link=True)
