"""Forty clicks at one moment: one order."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from portiek.config.testing import copy_database

PROGRAM = """
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from portiek.config.cli import setup
setup()
from django.db import close_old_connections, connection
from django.utils import timezone
from portiek.core.db import scope
from portiek.foundation.accounts.cast import Cast
from portiek.trade.orders import actions, queries
from portiek.trade.orders.models import Order, OrderLine
sanne = Cast().sanne
with scope(sanne):
    actions.add_to_cart(sanne, code="GP-125-2600", quantity=Decimal(60))
    basket = queries.basket(sanne, day=timezone.localdate())
key, seen = basket.cart.key, basket.hash
def click(number):
    try:
        with scope(sanne):
            return actions.submit_order(sanne, key=key, seen=seen, now=timezone.now()).number
    finally:
        connection.close()
with ThreadPoolExecutor(40) as pool:
    numbers = set(pool.map(click, range(40)))
with scope(sanne):
    found = Order.objects.filter(submit_key=key)
    print(len(numbers), found.count(), OrderLine.objects.filter(order__in=found).count(), flush=True)
"""


@pytest.mark.no_database
def test_forty_threads_with_one_key_make_one_order():
    url = copy_database("portiek_once")
    done = subprocess.run([sys.executable, "-c", PROGRAM], env={**os.environ, "DATABASE_URL": url}, capture_output=True, text=True, timeout=120)
    assert done.stdout.split() == ["1", "1", "1"], done.stderr[-3000:]
