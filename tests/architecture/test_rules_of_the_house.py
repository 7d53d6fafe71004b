"""Every rule of the architecture that a machine can check. Each check is a function over a tree or a text, so that planted flaws can be shown to it."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

import pytest
from django.apps import apps
from django.db import models

from portiek.config.modules import MODULES, folder
from portiek.core.db.models import Tenant, TenantKey
from portiek.core.db.secure import tenant_models
from tests.architecture.source import PACKAGE, ROOT, files, tree, where

pytestmark = pytest.mark.no_database

WRITES = {"save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "asave", "acreate"}
# Names on which these are no database writes: dictionaries, sets, hashes.
HARMLESS = re.compile(r"(^|\.)(picture|headers|cookies|options|context|values|data|params|hash|digest|globals|filters|seen|cache|state|environ|kwargs|defaults|payload)$", re.I)
BAD_NAMES = {"utils.py", "helpers.py", "common.py", "services.py", "managers.py", "service.py", "util.py", "misc.py"}
ALLOWED_WRITERS = {
    "portiek/foundation/parties/installation.py": "the operator makes a portal before there is one to act in",
}
Found = Iterator[tuple[ast.AST, str]]


def functions(found: ast.Module) -> list[ast.FunctionDef]:
    """Return the public functions of a file."""
    return [node for node in found.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")]


def imported(node: ast.AST) -> list[str]:
    """Return the modules that a statement imports."""
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else [item.name for item in node.names] if isinstance(node, ast.Import) else []


def writes(found: ast.Module) -> Found:
    """Writes stand in actions only: the calls that write rows."""
    for node in ast.walk(found):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES:
            on = ast.unparse(node.func.value)
            if node.func.attr in ("update", "delete", "create", "save") and "objects" not in on and "filter(" not in on and (HARMLESS.search(on) or node.func.attr == "update"):
                continue
            yield node, ast.unparse(node)[:80]


def without_actor(found: ast.Module) -> Found:
    """The actor comes first, in every action and query."""
    yield from ((node, node.name) for node in functions(found) if not node.args.args or node.args.args[0].arg != "actor")


def undeclared(found: ast.Module) -> Found:
    """Every action is declared, with its right."""
    yield from ((node, node.name) for node in functions(found) if not any(ast.unparse(item).startswith("action(") for item in node.decorator_list))


def unnamed_arguments(found: ast.Module) -> Found:
    """After the actor, and at most the thing acted on, every argument of an action is named."""
    yield from ((node, node.name) for node in functions(found) if len(node.args.args) > 2)


def impure(found: ast.Module) -> Found:
    """Rules are pure: no database, no network, no clock."""
    for node in ast.walk(found):
        yield from ((node, f"imports {name}") for name in imported(node) if name.split(".")[0] in ("django", "psycopg", "httpx") or name.endswith((".models", ".queries", ".actions")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("datetime.now", "date.today", "timezone.now", "datetime.utcnow", "time.time", "now"):
            yield node, "reads the clock"


def heavy_views(found: ast.Module) -> Found:
    """Views hold no queries and no roles, and render before the transaction closes."""
    for node in ast.walk(found):
        if isinstance(node, ast.Attribute) and node.attr == "objects":
            yield node, ast.unparse(node)
        if isinstance(node, ast.Name) and node.id in ("TemplateResponse", "ListView", "DetailView", "FormView"):
            yield node, node.id
        if isinstance(node, ast.If) and re.search(r"\brole\b", ast.unparse(node.test)):
            yield node, "asks for a role"


def behaving_models(found: ast.Module) -> Found:
    """Models have no behaviour of their own, and no order."""
    for node in ast.walk(found):
        if isinstance(node, ast.FunctionDef) and node.name in ("save", "delete", "clean", "full_clean"):
            yield node, f"{node.name}()"
        if isinstance(node, ast.Assign) and any(isinstance(target, ast.Name) and target.id == "ordering" for target in node.targets):
            yield node, "Meta.ordering"


def signals(found: ast.Module) -> Found:
    """No signals between modules."""
    for node in ast.walk(found):
        name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
        if name in ("post_save", "pre_save", "post_delete", "pre_delete", "m2m_changed"):
            yield node, name


def outgoing(found: ast.Module) -> Found:
    """Only egress, and sftp beside it, call the outside."""
    for node in ast.walk(found):
        names = imported(node)
        if any((name.split(".")[0] in ("asyncssh", "httpx", "requests", "urllib3", "socket", "http") and name != "http") or name.startswith("urllib.request") for name in names):
            yield node, str(names)


def may_write(name: str) -> bool:
    """Whether a file may write: actions, the core, the cast of the tests, and bulk data of the demo, made before anyone looks."""
    parts = name.split("/")
    return name.startswith("portiek/core/") or name in ALLOWED_WRITERS or any(part in ("actions", "actions.py", "cast.py", "seeds", "seeds.py", "demo") for part in parts)


RULES: dict[Callable[[ast.Module], Found], tuple[tuple[str, ...], Callable[[str], bool]]] = {
    writes: ((), may_write),
    without_actor: (("actions", "queries"), lambda name: False),
    undeclared: (("actions",), lambda name: False),
    unnamed_arguments: (("actions",), lambda name: False),
    impure: (("rules",), lambda name: False),
    heavy_views: (("views",), lambda name: False),
    behaving_models: (("models",), lambda name: False),
    signals: ((), lambda name: False),
    outgoing: ((), lambda name: name == "portiek/edges/connectors/tryton/client.py"),  # names the errors that egress raises
}
FLAWS: dict[Callable[[ast.Module], Found], list[str]] = {
    writes: ["Order.objects.create(x=1)", "order.save()", "Order.objects.filter(pk=1).update(x=1)", "Order.objects.bulk_create([])", "order.delete()", "Cart.objects.get_or_create(x=1)"],
    without_actor: ["def orders(): ...", "def orders(party, actor): ...", "def place_order(user): ..."],
    undeclared: ["def place_order(actor): ...", "@transaction.atomic\ndef place_order(actor): ..."],
    unnamed_arguments: ["@action(PLACE)\ndef place_order(actor, order, quantity): ..."],
    impure: ["from django.db import connection", "import httpx", "from portiek.trade.orders.models import Order", "def late(): return timezone.now()", "def day(): return date.today()"],
    heavy_views: ["def show(request): return Order.objects.all()", "def show(request): return TemplateResponse(request)", "def show(request):\n if request.role == 'buyer': pass"],
    behaving_models: ["class Order(Model):\n def save(self): ...", "class Order(Model):\n class Meta:\n  ordering = ['pk']"],
    signals: ["post_save.connect(f)", "@receiver(signals.pre_delete)\ndef f(): ..."],
    outgoing: ["import httpx", "import asyncssh", "from requests import get", "import socket", "from urllib.request import urlopen", "import http.client"],
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps_the_rule(rule: Callable[[ast.Module], Found]):
    names, excused = RULES[rule]
    looked = [path for path in files(*names) if not excused(path.relative_to(ROOT).as_posix())]
    assert looked
    problems = [f"{where(path, node)} {text}" for path in looked for node, text in rule(tree(path))]
    assert not problems, f"{rule.__doc__}\n" + "\n".join(problems)


@pytest.mark.parametrize(("rule", "flaw"), [(rule, flaw) for rule, flaws in FLAWS.items() for flaw in flaws], ids=lambda value: getattr(value, "__name__", None))
def test_a_planted_flaw_is_found(rule: Callable[[ast.Module], Found], flaw: str):
    assert list(rule(ast.parse(flaw)))


def test_every_rule_has_its_flaws():
    assert set(FLAWS) == set(RULES)


def test_no_attics():
    assert not [str(path) for path in PACKAGE.rglob("*.py") if path.name in BAD_NAMES]


def test_files_stay_small():
    problems = [f"{path.relative_to(ROOT)}: {len(path.read_text().splitlines())} lines" for path in files() if len(path.read_text().splitlines()) > 430]
    assert not problems, "\n".join(problems)


def test_every_module_says_what_it_is():
    for name in MODULES:
        text = (folder(name) / "__init__.py").read_text()
        assert "Owns" in text or name in ("portiek.core", "portiek.ui"), f"{name} does not say what it owns"


def test_every_table_says_its_tenancy():
    for model in apps.get_models():
        if model._meta.app_label.startswith("procrastinate"):
            continue
        assert issubclass(model, Tenant), f"{model.__name__} has no tenancy"
        assert model.tenancy in ("party", "portal", "assortment", "global")


def test_keys_between_tenants_hold_the_tenant():
    for model in tenant_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.ForeignKey) and field.name not in ("portal", "party"):
                assert isinstance(field, TenantKey), f"{model.__name__}.{field.name} is a plain foreign key"


UNSAFE = {
    r"<[^>]*\sstyle=": "style attribute",
    r"<script(?![^>]*\bsrc=)": "inline script",
    r"<style": "inline style sheet",
    r"\son[a-z]+=[\"']": "event attribute",
    r"\|\s*safe\b": "unescaped text",
    r"hx-on": "inline handler",
    r"https?://(?!www\.w3\.org|purl\.org)[a-z]": "foreign host",
}


def unsafe(text: str) -> list[str]:
    """Return what in a template goes against the content security policy, or writes text unescaped."""
    text = re.sub(r"\{#.*?#\}", "", text, flags=re.S)
    return [what for bad, what in UNSAFE.items() if re.search(bad, text)]


def test_templates_obey_the_policy():
    problems = []
    for path in PACKAGE.rglob("templates/**/*.html"):
        if "preview" not in path.parts and not ("notifications" in path.parts and "mail" in path.name):  # a mail has no style sheet of its own
            problems += [f"{path.relative_to(ROOT)}: {what}" for what in unsafe(path.read_text())]
    assert not problems, "\n".join(problems)


def test_a_template_against_the_policy_is_found():
    plants = ['<p class="a" style="color: red">', "<script>go()</script>", "<style>p {}</style>", "<a onclick='go()'>", "{{ note | safe }}", '<a hx-on:click="go()">', '<img src="https://cdn.example/x.png">']
    assert [unsafe(plant) for plant in plants] == [[what] for what in UNSAFE.values()]
    assert unsafe('{# <p style="x"> #}<script src="{{ asset("app.js") }}"></script>') == []


REGISTRY = re.compile(r"(pypi\.org|pythonhosted|registry\.npmjs|deb\.debian)")


def test_no_registry_host_is_committed():
    assert REGISTRY.search("https://files.pythonhosted.org/x.whl")
    for name in ("requirements.lock", "package-lock.json", "pyproject.toml", "Makefile", ".npmrc"):
        path = ROOT / name
        if path.exists():
            assert not REGISTRY.search(path.read_text()), name


def test_every_template_compiles():
    from django.template import engines

    environment = engines["jinja2"].env
    for name in MODULES:
        base = folder(name) / "templates"
        for path in base.rglob("*.html") if base.exists() else ():
            environment.get_template(path.relative_to(base).as_posix())
