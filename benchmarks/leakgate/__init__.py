"""Measures the leak gate on invented cases: `python -m benchmarks.leakgate [tune|report]`."""
