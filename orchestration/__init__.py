"""Dagster and dbt around `outlay`: read, call, write, report. No business rule lives here."""
