"""Benchmarks: `python -m tests.load` prints the goals of docs/performance.md as one table, each beside a reference of the same run."""
