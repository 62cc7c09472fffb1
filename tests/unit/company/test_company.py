"""company.toml: what is read, and how a mistake is told."""

from pathlib import Path

import pytest

from outlay.company import CompanyError, read_company

GOOD = """
[company]
name = "Nordlys"
currency = "EUR"
time_zone = "Europe/Berlin"
default_gross_margin = 0.45

[sources.google]
kind = "files"
entity = "platform_spend"
glob = "google/*.csv"
currency = "USD"

[sources.google.columns]
spend = ["Cost", "Kosten"]
platform = { constant = "google_ads" }

[channels]
paid_search = { platforms = "google_ads" }
"""


def write(folder: Path, text: str) -> Path:
    (folder / "company.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_company_is_read_with_the_declared_defaults(tmp_path: Path) -> None:
    company = read_company(write(tmp_path, GOOD))
    assert company.company.currency == "EUR"
    assert str(company.company.default_gross_margin) == "0.45"
    assert company.attribution.click_window_days == 30
    assert company.attribution.view_window_days == 1
    assert [str(weight) for weight in company.attribution.position_weights] == ["0.4", "0.2", "0.4"]
    assert company.headline_model == "data_driven"
    google = company.sources["google"]
    assert google.columns["spend"].from_ == ["Cost", "Kosten"]
    assert company.channels["paid_search"][0].platforms == ["google_ads"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('currency = "EUR"', 'currency = "EUX"', "company.currency: 'EUX' is not an ISO 4217 currency"),
        ('time_zone = "Europe/Berlin"', 'time_zon = "x"', "company.time_zon: unknown key; did you mean time_zone?"),
        ('"Europe/Berlin"', '"Berlin"', "company.time_zone: 'Berlin' is not an IANA time zone"),
        ("default_gross_margin = 0.45", "default_gross_margin = 45", "company.default_gross_margin"),
        ('entity = "platform_spend"', 'entity = "spend"', "entity 'spend' is unknown; expected one of accounts"),
        ("spend = [", "cost = [", "columns cost do not belong to platform_spend"),
        ('glob = "google/*.csv"', "", "kind 'files' needs glob"),
        ("[sources.google]", "[sources.Google]", "use lower-case letters"),
        ('{ constant = "google_ads" }', '{ constant = "a", from = "b" }', "exactly one of from, constant"),
        ('name = "Nordlys"', "", "company.name: missing"),
    ],
)
def test_a_mistake_names_file_key_and_what_was_expected(tmp_path: Path, old: str, new: str, told: str) -> None:
    with pytest.raises(CompanyError) as error:
        read_company(
            write(tmp_path, GOOD.replace(old, new).replace("[sources.google.columns]", "[sources.google.columns]"))
        )
    assert "company.toml" in str(error.value)
    assert told in str(error.value)


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    text = GOOD.replace('"EUR"', '"EUX"').replace('"Europe/Berlin"', '"Berlin"')
    with pytest.raises(CompanyError) as error:
        read_company(write(tmp_path, text))
    assert len(str(error.value).splitlines()) == 2


def test_a_folder_without_company_toml_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(CompanyError, match="outlay sample --out"):
        read_company(tmp_path)


def test_broken_toml_is_told_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(CompanyError, match="line 2"):
        read_company(write(tmp_path, "[company]\nname = \n"))
