"""Components that stand on every row of a list, written in Python: a macro's call costs five times what it writes.

The macros of the same name hand over to these, so both are one.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from markupsafe import Markup, escape

from portiek.ui import assets, format


def attributes(given: Mapping[str, Any]) -> Markup:
    """Write HTML attributes: data_dialog becomes data-dialog, True a bare name, None and False nothing.

    Raises ValueError for style and on...: the content policy allows neither.
    """
    written = []
    for name, value in given.items():
        if value is None or value is False:
            continue
        if name == "style" or name.startswith("on"):
            raise ValueError(f"{name}: the content policy allows no inline style or script")
        dashed = name.replace("_", "-")
        written.append(f" {escape(dashed)}" if value is True else f' {escape(dashed)}="{escape(value)}"')
    return Markup("".join(written))  # noqa: S704 - each part was escaped above


def status(kind: str, text: Any) -> Markup:
    """Write where something stands."""
    return Markup(f'<span class="status {escape(kind)}">{escape(text)}</span>')  # noqa: S704 - each part was escaped


def track(done: int, total: int, label: Any = "", busy: bool = True) -> Markup:
    """Write how far something is; the label is read instead of the bars."""
    said = label or _("Step %(done)s of %(total)s") % {"done": done, "total": total}
    return Markup(f'<div class="track" role="img" aria-label="{escape(said)}">{bars(done, total, busy)}</div>')  # noqa: S704 - each part was escaped


@functools.lru_cache(maxsize=512)
def bars(done: int, total: int, busy: bool) -> Markup:
    """Write the bars of a track; a list has one on each row, and they are few."""
    kinds = (' class="done"' if n < done else ' class="now"' if n == done and busy else "" for n in range(total))
    return Markup("".join(f"<i{kind}></i>" for kind in kinds))  # noqa: S704 - made of our own words


def why(steps: Iterable[tuple[Any, Any]], total: tuple[Any, Any]) -> Markup:
    """Write the explanation of a price: label and amount of each step, and the sum."""
    rows = "".join(f'<div><dt>{escape(label)}</dt><dd class="num">{escape(text)}</dd></div>' for label, text in steps)
    return Markup(f'<dl class="why">{rows}<div class="total"><dt>{escape(total[0])}</dt><dd class="num">{escape(total[1])}</dd></div></dl>')  # noqa: S704 - each part was escaped


def product(name: Any, url: str, note: Any, price: Any, status: tuple[str, Any] | None = None, was: Any = None, why: Any = None, image: str | None = None, icon: str = "package", open: bool = False, unsure: Any = "", caller: Callable[[], Markup] | None = None, **given: Any) -> Markup:
    """Write a product in a list; the call's body is how to order it, `why` is the explanation's markup, `unsure` says why the price is grey."""
    thumb = f'<img src="{escape(image)}" alt="" loading="lazy" width="52" height="52">' if image else assets.icon(icon)
    standing = _status(*status) if status else ""
    listed, question = _("List price"), _("Why this price?")
    before = f' <s><span class="sr">{escape(listed)} </span>{escape(was)}</s>' if was else ""
    asked = f'<details class="ask fold"{" open" if open else ""}><summary>{escape(question)}</summary>{escape(why)}</details>' if why else ""
    doubt = f' <small class="muted">{escape(unsure)}</small>' if unsure else ""
    return Markup(  # noqa: S704 - each part was escaped
        f'<article class="product"{attributes(given)}><span class="thumb">{thumb}</span><div class="text"><a class="title" href="{escape(url)}">{escape(name)}</a><small class="muted">{escape(note)}</small>{standing}</div>'
        f'<div class="price num{" old" if unsure else ""}"><b>{escape(price)}</b>{before}{doubt}</div>{asked}<div class="order">{caller() if caller else ""}</div></article>'
    )


def stepper(name: str, value: Any, step: Any = 1, min: Any = 0, max: Any = None, label: Any = None, **given: Any) -> Markup:
    """Write the field of a quantity, with less and more."""
    less, more, named = _("Less"), _("More"), label or _("Quantity")
    most = f' max="{escape(max)}"' if max is not None else ""
    return Markup(  # noqa: S704 - each part was escaped
        f'<pt-stepper step="{escape(step if step > 1 else 1)}" min="{escape(min)}"{most}><span class="stepper"><button type="button" data-step="-1" aria-label="{escape(less)}">{assets.icon("minus")}</button>'
        f'<input name="{escape(name)}" value="{escape(format.decimal_input(value))}" inputmode="decimal" autocomplete="off" aria-label="{escape(named)}"{attributes(given)}>'
        f'<button type="button" data-step="1" aria-label="{escape(more)}">{assets.icon("plus")}</button></span></pt-stepper>'
    )


_status = status
