"""Whom the company buys from, on what terms, and the ledger accounts it posts to."""

from __future__ import annotations

from dataclasses import dataclass

from outlay.sample.days import day_of
from outlay.sample.files import money
from outlay.sample.plan import PLATFORMS, Plan
from outlay.sample.tray import Tray


@dataclass(frozen=True)
class Vendor:
    """One vendor record. `vat_percent` is what it charges on top; 0 where the customer owes the tax."""

    vendor_id: str
    name: str
    tax_id: str
    bank_hash: str
    domain: str
    country: str
    currency: str = "EUR"
    vat_percent: int = 0
    terms_days: int = 30


_ALL = (
    Vendor("V001", "Google Ireland Limited", "IE6388047V", "b1f07a", "google.com", "IE", terms_days=15),
    Vendor("V002", "Meta Platforms Ireland Limited", "IE9692928F", "c27e11", "meta.com", "IE", terms_days=15),
    Vendor(
        "V003", "LinkedIn Ireland Unlimited Company", "IE9740425P", "a9d410", "linkedin.com", "IE", "USD", terms_days=20
    ),
    Vendor("V004", "TikTok Technology Limited", "IE3678346HH", "f3300c", "tiktok.com", "IE", terms_days=15),
    Vendor(
        "V005", "Microsoft Ireland Operations Limited", "IE8256796U", "d85b2e", "microsoft.com", "IE", terms_days=15
    ),
    Vendor("V010", "Brightwater Media GmbH", "DE811204417", "0c9a4f", "brightwater.example", "DE", vat_percent=19),
    Vendor("V011", "Quill & Lantern Studio Ltd", "GB204118733", "77be02", "quill-lantern.example", "GB", "GBP"),
    Vendor(
        "V012", "Messehaus Süd GmbH", "DE298447120", "5d2210", "messehaus.example", "DE", vat_percent=19, terms_days=14
    ),
    Vendor("V013", "Pulsegrid Analytics Inc", "US471882035", "e4401b", "pulsegrid.example", "US", "USD"),
    Vendor("V014", "Postwing E-Mail GmbH", "DE274100982", "9aa70d", "postwing.example", "DE", vat_percent=19),
    Vendor("V015", "Partnerwerk Affiliate GmbH", "DE305518846", "31c9f8", "partnerwerk.example", "DE", vat_percent=19),
    Vendor("V017", "Messehaus Sued Services", "DE298447120", "5d2210", "messehaus.example", "DE", vat_percent=19),
    Vendor(
        "V018", "Zeichen & Druck Union GmbH", "DE190027654", "88e2b4", "zeichen-druck.example", "DE", vat_percent=19
    ),
    Vendor("V019", "Segmentry B.V.", "NL858441923B01", "6f15d7", "segmentry.example", "NL"),
    Vendor("V020", "Nordic Display Network B.V.", "NL862290117B01", "2b70ce", "ndn.example", "NL"),
    Vendor(
        "V021", "Fotostudio Anders", "DE314009127", "ab1190", "foto-anders.example", "DE", vat_percent=19, terms_days=14
    ),
    Vendor("V022", "Kontorbedarf Nord GmbH", "DE117405582", "4410fe", "kontorbedarf.example", "DE", vat_percent=19),
    Vendor("V031", "Bildlager Ost", "DE410000311", "31aa01", "bildlager-ost.example", "DE"),
    Vendor("V032", "Schriftkontor Elbe", "DE410000322", "32bb02", "schriftkontor.example", "DE"),
    Vendor("V033", "Tonarchiv Harz", "DE410000333", "33cc03", "tonarchiv.example", "DE"),
    Vendor("V034", "Klangspur Licensing", "DE410000344", "34dd04", "klangspur.example", "DE"),
    Vendor("V023", "Lichtband Media GmbH", "DE327710065", "d90a36", "lichtband.example", "DE", vat_percent=19),
)
VENDORS = {vendor.vendor_id: vendor for vendor in _ALL}

ACCOUNTS = (  # id, name, class, marketing, spend category
    ("1400", "Trade receivables", "asset", "false", ""),
    ("1576", "Input tax 19 %", "asset", "false", ""),
    ("1600", "Trade payables", "liability", "false", ""),
    ("1800", "Bank", "asset", "false", ""),
    ("3070", "Accrued marketing cost", "liability", "false", ""),
    ("4100", "Wages and salaries", "expense", "false", ""),
    ("4210", "Rent", "expense", "false", ""),
    ("4600", "Search advertising", "expense", "true", "media"),
    ("4610", "Social advertising", "expense", "true", "media"),
    ("4620", "Display and video advertising", "expense", "true", "media"),
    ("4630", "Agency fees", "expense", "true", "agency_fee"),
    ("4640", "Production and print", "expense", "true", "production"),
    ("4650", "Marketing software", "expense", "true", "martech"),
    ("4655", "E-mail delivery", "expense", "true", "martech"),
    ("4660", "Trade fairs and events", "expense", "true", "events"),
    ("4670", "Affiliate commissions", "expense", "true", "media"),
    ("4680", "Platform duties and regulatory fees", "expense", "true", "tax_fee"),
    ("4700", "Late payment charges", "expense", "true", "other"),
    ("4840", "Exchange differences", "expense", "false", ""),
    ("4920", "Software licences, office", "expense", "false", ""),
    ("4930", "Office supplies", "expense", "false", ""),
    ("7300", "Cash discounts received", "income", "false", ""),
    ("8400", "Sales", "income", "false", ""),
)


def put_master_data(tray: Tray, plan: Plan) -> None:
    """Vendors, accounts, contracts and their rates: known before the first day, handed over on it."""
    first = plan.start
    owners = {platform.vendor_id: platform.accounts for platform in PLATFORMS}
    for vendor in _ALL:
        row = {
            name: getattr(vendor, name) for name in ("vendor_id", "name", "tax_id", "bank_hash", "domain", "country")
        }
        accounts = "|".join(owners.get(vendor.vendor_id, ()))
        tray.put(first, "vendors", {**row, "currency": vendor.currency, "platform_account_ids": accounts})
    for account_id, name, kind, marketing, category in ACCOUNTS:
        row = {"account_id": account_id, "name": name, "class": kind, "is_marketing": marketing}
        tray.put(first, "accounts", {**row, "spend_category": category})
    for contract in _contracts(plan):
        tray.put(first, "contracts", contract)
    tray.put(first, "savings_baselines", {
        "baseline_id": "before", "start_date": day_of(first - 365).isoformat(),
        "end_date": day_of(first - 1).isoformat(), "amount": money(plan.cents(BASELINE)), "currency": "EUR",
        "signed_on": day_of(first).isoformat(), "signed_by": "Chief financial officer", "target_share": "0.1",
    })  # fmt: skip
    retainer = ("K-AGENCY", "retainer", "month", 400, money(plan.cents(RETAINER)))
    for contract_id, item, unit, days_before, price in (*CONTRACT_RATES, retainer):
        row = {"contract_id": contract_id, "item": item, "unit": unit, "unit_price": price}
        tray.put(first, "contract_rates", {**row, "valid_from": day_of(first - days_before).isoformat()})


CONTRACT_RATES = (  # contract, item, unit, valid since days before the start, price
    ("K-STUDIO", "edit_hour", "hour", 400, "79.00"),
    ("K-STUDIO", "edit_hour", "hour", 90, "85.00"),
    ("K-MAIL", "email_1000", "each", 300, "0.55"),
    ("K-NDN", "run_of_network", "impression_k", 120, "4.20"),
    ("K-PULSE", "seat", "month", 270, "85.00"),
)
BASELINE = 900_000  # euros of the year before the exports at scale 1
RETAINER = 950  # euros a month at scale 1
RENEWAL_END, RENEWAL_NOTICE = 155, 60  # two contracts renew themselves: the deadline for notice falls 95 days in
TAIL = ("V031", "V032", "V033", "V034")  # licences of a few euros each: more vendors than they are worth
VENDOR_UPKEEP = 240  # euros a year, as company.toml says
REBATE_FROM, REBATE_SHARE, REBATE_DAYS = 3_000, "0.02", 30


def _contracts(plan: Plan) -> list[dict[str, object]]:
    def row(contract_id: str, vendor_id: str, began: int, ends: int, **terms: object) -> dict[str, object]:
        vendor = VENDORS[vendor_id]
        return {
            "contract_id": contract_id,
            "vendor_id": vendor_id,
            "start_date": day_of(plan.start - began).isoformat(),
            "end_date": day_of(plan.start + ends).isoformat(),
            "currency": vendor.currency,
            "payment_terms_days": vendor.terms_days,
            **terms,
        }

    tier = f"{plan.cents(REBATE_FROM) // 100}:{REBATE_SHARE}"
    return [
        row("K-AGENCY", "V010", 400, 1400, commission_pct="0.08", commission_basis="net", notice_days=90),
        row("K-STUDIO", "V011", 400, 1400, total_cap=f"{plan.cents(200_000) // 100}.00"),
        row("K-MAIL", "V014", 300, 1400, min_commit=f"{plan.cents(200) // 100}.00"),
        row("K-PULSE", "V013", 270, RENEWAL_END, notice_days=RENEWAL_NOTICE, auto_renew="true", uplift_cap_pct="0.05"),
        row("K-AFF", "V015", 200, 1400, rebate_tiers=tier, rebate_within_days=REBATE_DAYS),
        row("K-PRINT", "V018", 200, 1400, discount_pct="0.02", discount_days=10),
        row("K-PHOTO", "V021", 270, RENEWAL_END, notice_days=RENEWAL_NOTICE, auto_renew="true", uplift_cap_pct="0.1"),
        row("K-SEG", "V019", 400, 1400, uplift_cap_pct="0.05", auto_renew="false"),
        row("K-NDN", "V020", 120, 1400, total_cap=f"{plan.cents(60_000) // 100}.00"),
    ]
