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


LIMITS = """
[limits]
largest_change = 0.3

[limits.channels.paid_search]
minimum = 500
maximum = 4000.5
largest_change = 0.2

[limits.groups.video]
channels = ["youtube", "tiktok"]
maximum = 9000
"""


def test_limits_are_read(tmp_path: Path) -> None:
    assert read_company(write(tmp_path, GOOD)).limits.largest_change is None
    limits = read_company(write(tmp_path, GOOD + LIMITS)).limits
    assert [str(limits.largest_change), str(limits.channels["paid_search"].maximum)] == ["0.3", "4000.5"]
    assert limits.groups["video"].channels == ["youtube", "tiktok"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("minimum = 500", "minimum = 5000", "limits.channels.paid_search: minimum 5000 is above maximum 4000.5"),
        ("minimum = 500", "minimum = -1", "limits.channels.paid_search.minimum: Input should be greater than or equal"),
        ("minimum = 500", "minimun = 500", "limits.channels.paid_search.minimun: unknown key; did you mean minimum?"),
        ("= 0.3", "= 0.3\ngroup = 1", "limits.group: unknown key; did you mean groups?"),
        ("largest_change = 0.2", "largest_change = -0.2", "limits.channels.paid_search.largest_change: Input should"),
        ("channels.paid_search", "channels.paid_serch", "limits: no channel is called 'paid_serch'; did you mean paid"),
        ('["youtube", "tiktok"]', "[]", "limits.groups.video.channels: List should have at least 1 item"),
        ("maximum = 9000", "", "limits.groups.video: a group needs minimum, maximum or both"),
        ("maximum = 9000", "max = 9000", "limits.groups.video.max: unknown key; did you mean maximum?"),
        ('["youtube", "tiktok"]\nmaximum = 9000', '"paid_search"\nmaximum = 400',
         "limits: groups.video: its channels' minimums sum to 500, above maximum 400"),
        ('["youtube", "tiktok"]\nmaximum = 9000', '"paid_search"\nminimum = 5000',
         "limits: groups.video: its channels' maximums sum to 4000.5, below minimum 5000"),
    ],
)  # fmt: skip
def test_a_limit_that_cannot_be_kept_is_told_with_its_key(tmp_path: Path, old: str, new: str, told: str) -> None:
    text = GOOD + LIMITS
    assert old in text
    with pytest.raises(CompanyError) as caught:
        read_company(write(tmp_path, text.replace(old, new, 1)))
    assert f"{tmp_path / 'company.toml'}: {told}" in str(caught.value)
