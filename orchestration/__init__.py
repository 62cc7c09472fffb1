"""Dagster and dbt around `outlay`: read, call, write, report. No business rule lives here."""

import os

# Matrices here are small: more threads spin and wait, and how many there are would show in the last bits of a fit. The
# libraries read this when numpy is first imported, which is later than here.
for _library in ("OPENBLAS", "MKL", "OMP"):
    os.environ.setdefault(f"{_library}_NUM_THREADS", "1")
