"""The corridor as Dagster assets, one module a station."""
