"""`outlay init --yes` on small exports: what it writes lands every row, with the amounts and days that were meant."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.unit.onboarding.starting import Start

LEDGER = (
    "Buchungsnummer;Buchungsdatum;Konto;Betrag;Währung;Kostenstelle;Lieferant;Buchungstext\n"
    "1001;02.03.2026;4600;1.234,56;EUR;M10;Köln Medien;Werbung März\n"
    "1002;31.03.2026;4210;-99,10;EUR;V20;Huber;Miete\n"
)
ADS = (
    "Campaign report\n"
    "March 2026\n"
    "Day,Campaign,Campaign ID,Account ID,Cost,Impr.,Clicks\n"
    '3/1/2026,Brand,c1,a1,"1,250.50","12,345",17\n'
    "3/31/2026,Brand,c1,a1,3.00,700,2\n"
)


def test_a_german_ledger_lands_to_the_cent(start: Start) -> None:
    start.put("buchungen.csv", LEDGER, "cp1252")
    told = start.init("--yes")
    assert told.exit_code == 0, told.output
    reports = start.land()
    assert [report.rows_quarantined for report in reports.values()] == [0]
    assert start.rows("ledger_entries", "posting_date, amount, account_id, vendor_id, department_id, currency") == [
        (date(2026, 3, 2), Decimal("1234.5600"), "4600", "Köln Medien", "M10", "EUR"),
        (date(2026, 3, 31), Decimal("-99.1000"), "4210", "Huber", "V20", "EUR"),
    ]


def test_american_dates_and_numbers_below_title_lines(start: Start) -> None:
    start.put("google_ads_2026-03.csv", ADS)
    assert start.init("--yes").exit_code == 0
    start.land()
    assert start.rows("platform_spend", "date_day, spend, impressions, platform") == [
        (date(2026, 3, 1), Decimal("1250.5000"), 12345, "google_ads"),
        (date(2026, 3, 31), Decimal("3.0000"), 700, "google_ads"),
    ]
    # 31 proves that the month stands first; the currency, the zone and the company's currency nobody can know.
    assert len(start.unsure()) == 3
    assert not any("first; which" in line for line in start.unsure())


def test_dates_that_can_be_read_either_way_are_asked(start: Start) -> None:
    start.put("google.csv", ADS.replace("3/1/2026", "03/04/2026").replace("3/31/2026", "05/04/2026"))
    assert start.init("--yes").exit_code == 0
    (asked,) = [line for line in start.unsure() if "03/04/2026" in line]
    assert "day or the month first" in asked
    (source,) = start.propose().sources
    (question,) = [one for one in source.questions if one.key == "date_format"]
    assert set(question.choices) == {"day first", "month first"}
    question.answer("month first")
    assert source.section["date_format"] == "%m/%d/%Y"
    question.answer("day first")
    assert source.section["date_format"] == "%d/%m/%Y"
    assert source.open_questions == [one for one in source.questions if one.key != "date_format"]


def test_a_number_that_can_be_read_either_way_is_asked(start: Start) -> None:
    start.put("google.csv", "Day;Campaign ID;Account ID;Cost;Currency\n2026-03-01;c1;a1;1.234;EUR\n")
    (source,) = start.propose().sources
    (question,) = source.questions
    assert (question.key, question.default) == ("decimal", "decimal , thousands .")
    assert (source.section["decimal"], source.section["thousands"]) == (",", ".")
    question.answer("decimal .")
    assert "decimal" not in source.section
    assert "thousands" not in source.section


def test_two_deliveries_with_drifting_headings_are_one_source(start: Start) -> None:
    start.put(
        "gl/journal_2026-02.csv", "\ufeffTrans No,Posting date,Account,Amount,Currency\n1,2026-02-01,4600,5.00,EUR\n"
    )
    start.put("gl/journal_2026-03.csv", "trans_no,Booking date,GL account,Amount,Curency\n2,2026-03-01,4600,7.00,EUR\n")
    assert start.init("--yes").exit_code == 0
    (source,) = start.company().sources.values()
    assert source.glob == "gl/journal_*.csv"
    start.land()
    assert start.rows("ledger_entries", "entry_id, posting_date, amount") == [
        ("1", date(2026, 2, 1), Decimal("5.0000")),
        ("2", date(2026, 3, 1), Decimal("7.0000")),
    ]


def test_rows_finer_than_ours_keep_what_tells_them_apart(start: Start) -> None:
    start.put(
        "bing.csv",
        "TimePeriod,AccountId,CampaignId,Device,Spend,CurrencyCode\n"
        "2026-03-01,a,c,Mobile,1.00,USD\n2026-03-01,a,c,Desktop,2.00,USD\n",
    )
    assert start.init("--yes").exit_code == 0
    assert start.company().sources["bing"].row_key == ["Device"]
    assert start.land()["bing"].rows_landed == 2


def test_the_end_of_a_large_file_is_looked_at_and_its_middle_is_not(start: Start) -> None:
    rows = [f"2026-03-{1 + number % 28:02},c{number},a1,1.00,EUR,{'x' * 60}\n" for number in range(60_000)]
    content = "Day,Campaign ID,Account ID,Cost,Currency,Note\n" + "".join(rows) + "Total: all,,,60000.00,,\n"
    start.put("google.csv", content)
    (source,) = start.propose().sources
    assert source.section["total_rows"] == ["Total*"]
    assert source.group is not None
    (excerpt,) = source.group.excerpts
    assert len(excerpt.rows) == 5_000
    assert excerpt.path.stat().st_size < len(content) * 0.9
    assert start.init("--yes").exit_code == 0
    assert start.land()["google"].rows_landed == 60_000


def test_what_nothing_fits_is_named_and_not_read(start: Start) -> None:
    start.put("google.csv", ADS)
    start.put("lunch.csv", "dish,taste\nsoup,good\nstew,better\n")
    told = start.init("--yes")
    assert told.exit_code == 0
    assert "not read: lunch.csv" in told.output
    assert [line for line in start.unsure() if "lunch.csv" in line and "dish, taste" in line]
    assert list(start.company().sources) == ["google"]


def test_a_folder_without_exports_is_refused(start: Start) -> None:
    start.put("readme.md", "hello")
    told = start.init("--yes")
    assert told.exit_code == 2
    assert "no export to read" in told.output


def test_an_existing_company_stays_unless_forced(start: Start) -> None:
    start.put("google.csv", ADS)
    start.put("company.toml", "# mine\n")
    told = start.init("--yes")
    assert (told.exit_code, start.toml()) == (2, "# mine\n")
    assert "--force" in told.output
    assert start.init("--yes", "--force").exit_code == 0
    assert "[sources.google]" in start.toml()


def test_a_heading_cannot_write_toml(start: Start) -> None:
    start.put(
        "evil.csv", 'Day,Campaign ID,Account ID,"Cost\n[company]\nname = ""x""",Currency\n2026-03-01,c,a,1.00,EUR\n'
    )
    start.init("--yes")
    if (start.folder / "company.toml").exists():
        assert start.company().company.name == "acme"


@pytest.mark.parametrize(
    ("files", "patterns"),
    [
        (["ads_2026-01.csv", "ads_2026-02.csv"], ["ads_*.csv"]),
        (["ads_2026-01-01.csv", "ads_2026-01-02.csv"], ["ads_*.csv"]),  # next month's too
        (["ads-jan.csv", "ads-feb.csv"], ["ads-*.csv"]),
        (["over-500-apr-jun-2014.csv", "over-500-jul-sep-2014.csv"], ["over-500-*.csv"]),
        (["ads_2026.csv"], ["ads_*.csv"]),
        (["ads.csv"], ["ads.csv"]),
        (["2026/ads.csv", "2025/ads.csv"], ["*/ads.csv"]),
        (["north.csv", "south.csv"], ["*.csv"]),
        (["[x] ads 2026.csv"], ["[[]x] ads *.csv"]),
    ],
)
def test_a_glob_names_the_deliveries_to_come(start: Start, files: list[str], patterns: list[str]) -> None:
    for file in files:
        start.put(file, ADS)
    assert [one.group.pattern for one in start.propose().found] == patterns


def test_other_files_in_the_folder_are_not_in_the_glob(start: Start) -> None:
    start.put("ads_2026-01.csv", ADS)
    start.put("ads_2026-02.csv", ADS)
    start.put("ads_notes.csv", "dish,taste\nsoup,good\n")
    patterns = [one.group.pattern for one in start.propose().found]
    assert patterns == ["ads_*-*.csv", "ads_notes.csv"]


def test_accounts_that_sound_like_marketing_are_proposed(start: Start) -> None:
    start.put(
        "ledger.csv",
        "Entry no,Posting date,Account,Amount,Currency,Narrative\n"
        "1,2026-03-01,4600,5.00,EUR,Advertising\n2,2026-03-01,4600,6.00,EUR,Advertising online\n"
        "3,2026-03-01,4210,7.00,EUR,Office rent\n",
    )
    proposal = start.propose()
    assert proposal.rules.section == {"4600": {"is_marketing": True}, "*": {"is_marketing": False}}
    (question,) = proposal.rules.questions
    question.answer("all")
    assert proposal.rules.section == {"*": {"is_marketing": True}}
