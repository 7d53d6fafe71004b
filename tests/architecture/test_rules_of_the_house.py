"""Every rule of the architecture that a machine can check. Each check is a function over a tree, so that a planted flaw can be shown to it."""

from __future__ import annotations

import ast
import re

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
HARMLESS = re.compile(r"(^|\.)(headers|cookies|options|context|values|data|params|hash|digest|globals|filters|seen|cache|state|environ|kwargs|defaults|payload)$", re.I)
BAD_NAMES = {"utils.py", "helpers.py", "common.py", "services.py", "managers.py", "service.py", "util.py", "misc.py"}


def writes(found: ast.Module) -> list[ast.Call]:
    """Return the calls that write rows."""
    calls = []
    for node in ast.walk(found):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES:
            on = ast.unparse(node.func.value)
            if node.func.attr in ("update", "delete", "create", "save") and "objects" not in on and "filter(" not in on and (HARMLESS.search(on) or node.func.attr == "update"):
                continue
            calls.append(node)
    return calls


def first_arguments(found: ast.Module) -> list[tuple[ast.FunctionDef, str]]:
    """Return the public functions of a file with their first argument."""
    return [(node, node.args.args[0].arg if node.args.args else "") for node in found.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")]


ALLOWED_WRITERS = {
    "portiek/foundation/parties/installation.py": "the operator makes a portal before there is one to act in",
}


def test_writes_stand_in_actions_only():
    problems = []
    for path in files():
        name = path.relative_to(ROOT).as_posix()
        parts = path.parts
        if "actions.py" in parts or "actions" in parts or name.startswith("portiek/core/") or name in ALLOWED_WRITERS or "cast.py" in parts:
            continue
        if "seeds.py" in parts or "seeds" in parts or "demo" in parts:  # bulk data of the demo, made before anyone looks
            continue
        problems += [f"{where(path, call)} {ast.unparse(call)[:80]}" for call in writes(tree(path))]
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("flaw", ["Order.objects.create(x=1)", "order.save()", "Order.objects.filter(pk=1).update(x=1)", "Order.objects.bulk_create([])", "order.delete()"])
def test_a_planted_write_is_found(flaw):
    assert writes(ast.parse(flaw))


@pytest.mark.parametrize("kind", ["actions", "queries"])
def test_actor_comes_first(kind):
    problems = [f"{where(path, node)} {node.name}({first})" for path in files(kind) for node, first in first_arguments(tree(path)) if first != "actor"]
    assert not problems, "\n".join(problems)


def test_actions_are_declared():
    problems = []
    for path in files("actions"):
        for node in tree(path).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not any("action" in ast.unparse(item) for item in node.decorator_list):
                problems.append(f"{where(path, node)} {node.name}")
    assert not problems, "\n".join(problems)


def test_arguments_after_the_actor_are_named():
    problems = []
    for path in files("actions"):
        for node, _first in first_arguments(tree(path)):
            if len(node.args.args) > 2:  # the actor, and at most the thing acted on
                problems.append(f"{where(path, node)} {node.name}")
    assert not problems, "\n".join(problems)


def test_rules_are_pure():
    problems = []
    for path in files("rules"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [item.name for item in node.names]
                problems += [f"{where(path, node)} imports {name}" for name in names if name.split(".")[0] in ("django", "psycopg", "httpx") or name.endswith((".models", ".queries", ".actions"))]
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("datetime.now", "date.today", "timezone.now", "datetime.utcnow", "time.time", "now"):
                problems.append(f"{where(path, node)} reads the clock")
    assert not problems, "\n".join(problems)


def test_views_hold_no_queries_and_no_roles():
    problems = []
    for path in files("views"):
        for node in ast.walk(tree(path)):
            text = ast.unparse(node) if isinstance(node, ast.Attribute) else ""
            if text.endswith(".objects"):
                problems.append(f"{where(path, node)} {text}")
            if isinstance(node, ast.Name) and node.id in ("TemplateResponse", "ListView", "DetailView", "FormView"):
                problems.append(f"{where(path, node)} {node.id}")
            if isinstance(node, ast.If) and re.search(r"\brole\b", ast.unparse(node.test)):
                problems.append(f"{where(path, node)} asks for a role")
    assert not problems, "\n".join(problems)


def test_models_have_no_behaviour():
    problems = []
    for path in files("models"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef) and node.name in ("save", "delete", "clean", "full_clean"):
                problems.append(f"{where(path, node)} {node.name}()")
            if isinstance(node, ast.Assign) and any(isinstance(target, ast.Name) and target.id == "ordering" for target in node.targets):
                problems.append(f"{where(path, node)} Meta.ordering")
    assert not problems, "\n".join(problems)


def test_no_signals_between_modules():
    problems = [f"{path.relative_to(ROOT)}" for path in files() if re.search(r"\b(post_save|pre_save|post_delete|pre_delete|m2m_changed)\b", path.read_text())]
    assert not problems


def test_no_attics():
    assert not [str(path) for path in PACKAGE.rglob("*.py") if path.name in BAD_NAMES]


def test_files_stay_small():
    problems = [f"{path.relative_to(ROOT)}: {len(path.read_text().splitlines())} lines" for path in files() if len(path.read_text().splitlines()) > 430]
    assert not problems, "\n".join(problems)


def test_only_egress_calls_the_outside():
    problems = []
    for path in files():
        if path.name in ("egress.py", "middleware.py") or "demo" in path.parts:
            continue
        for node in ast.walk(tree(path)):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [item.name for item in node.names] if isinstance(node, ast.Import) else []
            if any((name.split(".")[0] in ("httpx", "requests", "urllib3", "socket", "http") and name != "http") or name.startswith("urllib.request") for name in names):
                if "tryton" in path.parts and names == ["httpx"]:  # names the errors that egress raises
                    continue
                problems.append(f"{where(path, node)} {names}")
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


def test_templates_obey_the_policy():
    problems = []
    for path in PACKAGE.rglob("templates/**/*.html"):
        if "preview" in path.parts or ("notifications" in path.parts and "mail" in path.name):  # a mail has no style sheet of its own
            continue
        text = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.S)
        for bad, what in ((r"<[^>]*\sstyle=", "style attribute"), (r"<script(?![^>]*\bsrc=)", "inline script"), (r"<style", "inline style sheet"), (r"\son[a-z]+=[\"']", "event attribute"),
                          (r"\|\s*safe\b", "unescaped text"), (r"hx-on", "inline handler"), (r"https?://(?!www\.w3\.org|purl\.org)[a-z]", "foreign host")):
            problems += [f"{path.relative_to(ROOT)}: {what}" for _ in re.findall(bad, text)[:1]]
    assert not problems, "\n".join(problems)


def test_no_registry_host_is_committed():
    hosts = re.compile(r"(pypi\.org|pythonhosted|registry\.npmjs|deb\.debian)")
    for name in ("requirements.lock", "package-lock.json", "pyproject.toml", "Makefile", ".npmrc"):
        path = ROOT / name
        if path.exists():
            assert not hosts.search(path.read_text()), name


def test_every_template_compiles():
    from django.template import engines

    environment = engines["jinja2"].env
    for name in MODULES:
        base = folder(name) / "templates"
        for path in base.rglob("*.html") if base.exists() else ():
            environment.get_template(path.relative_to(base).as_posix())
