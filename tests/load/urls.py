"""The addresses of the benchmark; no portal has them."""

from django.urls import path

from tests.load.floor import floor

urlpatterns = [path("bench/floor/", floor)]
