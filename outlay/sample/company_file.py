"""The sample company's `company.toml`: one text, the same for every seed, size and length."""

from __future__ import annotations

from importlib.resources import files


def company_text() -> str:
    """The whole file."""
    return files("outlay.sample").joinpath("company.toml").read_text(encoding="utf-8")
