"""What a run hands to SQL: patterns become LIKE, rules keep their order, settings keep their exact values."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from outlay.company import read_company
from outlay.run_inputs import like_pattern, write_company_inputs, write_table

COMPANY = """
[company]
name = "Nordlys"
currency = "EUR"
default_gross_margin = 0.425

[sources.s]
kind = "files"
entity = "accounts"
glob = "*.csv"

[channels]
brand_search = [{ platforms = ["google_ads", "microsoft_ads"], campaigns = "*brand*" }, { labels = "Brand" }]
paid_search = { platforms = ["google_ads"] }

[departments]
emea = { accounts = "61*" }

[accounts]
"6100" = { is_marketing = true, spend_category = "media" }
"6*" = { is_marketing = false }
"""


def rows(path: Path, columns: str) -> list[tuple]:
    return duckdb.sql(f"select {columns} from '{path}'").fetchall()


@pytest.fixture
def run_folder(tmp_path: Path) -> Path:
    (tmp_path / "company.toml").write_text(COMPANY, encoding="utf-8")
    write_company_inputs(read_company(tmp_path), tmp_path / "run", as_of=date(2026, 3, 31))
    return tmp_path / "run"


def test_a_rule_with_alternatives_is_one_row_a_combination_in_file_order(run_folder: Path) -> None:
    found = rows(
        run_folder / "match_rules.parquet", "target, value, rule_no, platform_pattern, campaign_pattern, label_pattern"
    )
    assert found == [
        ("channel", "brand_search", 1, "google!_ads", "%brand%", None),
        ("channel", "brand_search", 1, "microsoft!_ads", "%brand%", None),
        ("channel", "brand_search", 2, None, None, "brand"),
        ("channel", "paid_search", 3, "google!_ads", None, None),
        ("department", "emea", 1, None, None, None),
    ]


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("google_ads", "google_ads", True),
        ("google_ads", "googleXads", False),
        ("100%*", "100% organic", True),
        ("100%*", "1000 organic", False),
        ("wow!", "wow!", True),
        ("*Brand*", "the brand campaign", True),
    ],
)
def test_patterns_mean_the_same_in_sql(pattern: str, text: str, matches: bool) -> None:
    found = duckdb.execute("select lower(?) like ? escape '!'", [text, like_pattern(pattern)]).fetchone()
    assert found == (matches,)


def test_settings_keep_exact_decimals(run_folder: Path) -> None:
    found = rows(run_folder / "company_settings.parquet", "as_of, default_gross_margin, position_first, headline_model")
    assert found == [(date(2026, 3, 31), Decimal("0.425000"), Decimal("0.400000"), "data_driven")]


def test_account_rules_leave_unsaid_what_is_unsaid(run_folder: Path) -> None:
    found = rows(run_folder / "account_rules.parquet", "rule_no, account_pattern, is_marketing, spend_category")
    assert found == [(1, "6100", True, "media"), (2, "6%", False, None)]


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    one = write_table(tmp_path / "a", "changed_days", [{"entity": "refunds", "date_day": date(2026, 1, 1)}])
    two = write_table(tmp_path / "b", "changed_days", [{"entity": "refunds", "date_day": date(2026, 1, 1)}])
    assert one.read_bytes() == two.read_bytes()


def test_limits_are_rows_of_one_table(tmp_path: Path) -> None:
    limits = """
[limits]
largest_change = 0.3
[limits.channels.paid_search]
minimum = 500
[limits.groups.search]
channels = ["paid_search", "brand_search"]
maximum = 9000.5
"""
    (tmp_path / "company.toml").write_text(COMPANY + limits, encoding="utf-8")
    write_company_inputs(read_company(tmp_path), tmp_path / "run", as_of=date(2026, 3, 31))
    found = rows(tmp_path / "run/spend_limits.parquet", "*")
    assert found == [
        (None, None, None, None, Decimal("0.300000")),
        ("paid_search", None, Decimal("500.00"), None, None),
        ("paid_search", "search", None, Decimal("9000.50"), None),
        ("brand_search", "search", None, Decimal("9000.50"), None),
    ]
