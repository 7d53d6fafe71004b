"""What the front-end build makes: small, named by contents, with only the icons that are used."""

from __future__ import annotations

import gzip
import json
import re

import pytest

from portiek.ui import assets

pytestmark = pytest.mark.no_database

if not (assets.FOLDER / "manifest.json").exists():
    pytest.skip("the front end is not built (npm run build)", allow_module_level=True)

MANIFEST = json.loads((assets.FOLDER / "manifest.json").read_text())


def test_script_and_style_sheet_stay_under_60_kb() -> None:
    size = sum(len(gzip.compress((assets.FOLDER / MANIFEST[name]).read_bytes())) for name in ("app.js", "app.css"))
    assert size < 60_000


def test_names_carry_the_hash_that_lets_them_be_kept_for_ever() -> None:
    for name in MANIFEST.values():
        assert re.fullmatch(r"[\w-]+\.[0-9A-Z]{8}\.[a-z0-9]+", name)
        assert (assets.FOLDER / name).exists()


def test_the_style_sheet_asks_nothing_of_others() -> None:
    for name in ("app.css", "app.js"):
        text = (assets.FOLDER / MANIFEST[name]).read_text()
        assert not re.findall(r"""url\(["']?(?:https?:)?//""", text)
        assert "sourceMappingURL" not in text


def test_the_sprite_holds_what_the_templates_name() -> None:
    sprite = (assets.FOLDER / MANIFEST["sprite.svg"]).read_text()
    for name in ("package", "check", "building", "arrow-up", "arrow-down", "clock-alert", "palette"):
        assert f'id="{name}"' in sprite
    assert len(sprite) < 60_000


def test_an_asset_that_is_not_there_says_what_to_do() -> None:
    with pytest.raises(assets.NotBuilt, match=r"nothing\.css"):
        assets.asset("nothing.css")
