"""Write the skeleton of a module with passing tests: make module NAME=trade/quotes."""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WINGS = ("foundation", "documents", "service", "trade", "supply", "settlement", "edges")
TEXTS = {
    "__init__.py": '''"""@Noun@s.

Owns: (say what). Records: @noun@ added. Never does: (say what).
"""
''',
    "apps.py": '''"""@Noun@s as a Django app."""

from portiek.core.modules import ModuleConfig


class @Noun@Config(ModuleConfig):
    """See the module's docstring."""

    name = "portiek.@wing@.@module@"
    label = "@module@"
''',
    "permissions.py": '''"""Rights over @module@."""

from django.utils.translation import gettext_lazy as _

from portiek.core.permissions import right

VIEW = right("@noun@.view", _("See @module@"))
''',
    "facts.py": '''"""What is recorded about @module@."""

from portiek.core.facts import Fact, fact


@fact("@module@.@noun@.added")
class @Noun@Added(Fact):
    """A @noun@ was added."""

    @noun@_id: int
''',
    "models.py": '''"""Tables of @module@."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from portiek.core.db.models import PartyModel


class @Noun@(PartyModel):
    """One @noun@ of a party."""

    name = models.CharField(max_length=120)

    class Meta:
        db_table = "@module@_@noun@"
        indexes: ClassVar = [models.Index(fields=["party", "-id"], name="@noun@_party")]

    def __str__(self) -> str:
        return self.name
''',
    "actions.py": '''"""Every write about @module@."""

from __future__ import annotations

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.facts import record
from portiek.@wing@.@module@ import facts, permissions
from portiek.@wing@.@module@.models import @Noun@


@action(permissions.VIEW)
def add_@noun@(actor: Actor, *, party_id: int, name: str) -> @Noun@:
    """Add a @noun@ to a party."""
    made = @Noun@.objects.create(portal_id=actor.portal_id, party_id=party_id, name=name)
    record(actor, facts.@Noun@Added(@noun@_id=made.pk), party_id=party_id, text=name)
    return made
''',
    "queries.py": '''"""Every read about @module@."""

from __future__ import annotations

from django.db.models import QuerySet

from portiek.core.actor import Actor
from portiek.@wing@.@module@.models import @Noun@


def @module@(actor: Actor) -> QuerySet[@Noun@]:
    """Return what the actor may see, newest first."""
    return @Noun@.objects.order_by("-id")
''',
    "migrations/__init__.py": "",
    "tests/__init__.py": "",
    "tests/test_@module@.py": '''"""@Noun@s are added and stay with their party."""

from portiek.@wing@.@module@ import actions, queries
from portiek.core.db import scope


def test_adds_and_another_party_sees_nothing(cast):
    with scope(cast.system):
        actions.add_@noun@(cast.system, party_id=cast.sanne.party_id, name="Een")
    with scope(cast.sanne):
        assert [item.name for item in queries.@module@(cast.sanne)] == ["Een"]
    with scope(cast.dirk):
        assert not queries.@module@(cast.dirk)
''',
}


def main(name: str) -> int:
    """Make the folder `portiek/<wing>/<module>`; refuse what is there already."""
    wing, _, module = name.partition("/")
    if wing not in WINGS or not re.fullmatch(r"[a-z][a-z_]{2,30}s", module):
        print(f"Give NAME=wing/module: the wing one of {', '.join(WINGS)}, the module a plural in small letters.", file=sys.stderr)
        return 2
    folder = ROOT / "portiek" / wing / module
    if folder.exists():
        print(f"{folder.relative_to(ROOT)} is there already; nothing was changed.", file=sys.stderr)
        return 1
    noun = module[:-1]
    words = {"wing": wing, "module": module, "noun": noun, "Noun": noun.title().replace("_", "")}
    for path, text in TEXTS.items():
        place = folder / _filled(path, words)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(_filled(text, words))
    print(f"Made portiek/{wing}/{module}. Add it to portiek/config/modules.py (lowest first) and to the layers in pyproject.toml, and make its tables with\n"
          f"  django makemigrations {module} --settings portiek.config.settings")
    return 0


def _filled(text: str, words: dict[str, str]) -> str:
    for key, value in words.items():
        text = text.replace(f"@{key}@", value)
    return text


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
