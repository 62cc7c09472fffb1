"""Bills small enough to check by hand, one group of vendors a detector, with the look-alikes that are innocent.

Home currency EUR; it is 30 June 2024. A dollar is 0.90 EUR throughout.
"""

from __future__ import annotations

from typing import Any

from tests.support.landing import Rows

AS_OF = "2024-06-30"
Row = dict[str, Any]


def _bill(invoice_id: str, vendor: str, number: str, day: str, net: str, **more: Any) -> Row:
    return {"invoice_id": invoice_id, "vendor_id": vendor, "invoice_number": number, "invoice_date": day,
            "currency": "EUR", "net_amount": net, "gross_amount": net, "status": "approved"} | more  # fmt: skip


def _line(invoice_id: str, net: str, **more: Any) -> Row:
    return {"invoice_id": invoice_id, "line_no": "1", "net_amount": net} | more


def _payment(payment_id: str, vendor: str, invoice_id: str, day: str, amount: str, **more: Any) -> Row:
    return {"payment_id": payment_id, "vendor_id": vendor, "invoice_id": invoice_id, "paid_on": day,
            "amount": amount, "currency": "EUR"} | more  # fmt: skip


def _contract(contract_id: str, vendor: str, **more: Any) -> Row:
    return {"contract_id": contract_id, "vendor_id": vendor, "start_date": "2024-01-01", "end_date": "2025-12-31",
            "currency": "EUR"} | more  # fmt: skip


def _agreement(claim_id: str, day: str, amount: str, **more: Any) -> Row:
    return {"claim_id": claim_id, "agreed_on": day, "agreed_by": "CMO", "amount": amount, "currency": "EUR"} | more


def _served(campaign: str, day: str, spend: str) -> Row:
    return {"platform": "google_ads", "account_id": "a1", "campaign_id": campaign, "date_day": day, "spend": spend,
            "currency": "EUR"}  # fmt: skip


def _social(campaign: str, day: str, spend: str, conversions: int) -> Row:
    return _served(campaign, day, spend) | {"platform": "meta_ads", "account_id": "a2", "conversions": conversions}


DUPLICATES: list[Row] = [
    # Entered twice, a hundred days apart, with another way of writing the number; tax that cannot be reclaimed counts.
    _bill("E1", "V1", "INV-00417", "2024-01-10", "100.00", tax_amount="19.00", gross_amount="119.00"),
    _bill("E2", "V1", "inv 417", "2024-04-19", "100.00", tax_amount="19.00", gross_amount="119.00"),
    # The third of three is one claim more, against the first.
    _bill("E3", "V1", "INV/0417", "2024-05-02", "100.00", tax_amount="19.00", gross_amount="119.00"),
    # Void, in dollars, a cent more in another year, a credit: no duplicates.
    _bill("E4", "V1", "INV-417", "2024-05-03", "100.00", gross_amount="119.00", status="voided"),
    _bill("E5", "V1", "INV-417", "2024-05-04", "119.00", currency="USD"),
    _bill("E6", "V1", "INV-417", "2023-09-01", "119.00"),
    # Digits changed places; the same number in another year; the same lines under another number.
    _bill("N1", "V2", "77123", "2024-02-01", "50.00"),
    _bill("N2", "V2", "77213", "2024-02-20", "50.00"),
    _bill("N3", "V2", "90001", "2023-12-20", "60.00"),
    _bill("N4", "V2", "90001", "2024-01-05", "60.01"),
    _bill("N5", "V2", "5550001", "2024-03-01", "70.00"),
    _bill("N6", "V2", "8884444", "2024-03-15", "70.00"),
    # Alike, and 46 days apart.
    _bill("N7", "V2", "44441", "2024-01-01", "81.00"),
    _bill("N8", "V2", "44442", "2024-02-16", "81.00"),
    # A subscription: three months running, one number after the other, and its second bill of March.
    *(_bill(f"S{m}", "V3", f"AB-{m}", f"2024-0{m}-03", "99.00", service_start=f"2024-0{m}-01") for m in (2, 3, 4)),
    _bill("S9", "V3", "AB-9", "2024-03-20", "99.00", service_start="2024-03-01"),
    # Twice only: nobody knows yet whether it recurs.
    _bill("T1", "V4", "1000", "2024-05-01", "12.00", service_start="2024-05-01"),
    _bill("T2", "V4", "1001", "2024-06-01", "12.00", service_start="2024-06-01"),
    # The same bank account under another record, not paid; 20.00 were credited.
    _bill("C1", "V5", "R-1", "2024-05-01", "200.00"),
    _bill("C2", "V6", "R-1", "2024-05-03", "200.00"),
    _bill("C3", "V6", "R-1-C", "2024-05-10", "-20.00", type="credit_memo", original_invoice_id="C2"),
]  # fmt: skip

BILLS: list[Row] = [
    # Paid in two parts: 40 and 60; paid twice: 100 and 30 too many.
    _bill("P1", "V7", "P-1", "2024-03-01", "100.00"),
    _bill("P2", "V7", "P-22", "2024-03-01", "130.00"),
    # A credit of 25, of which 10 were set off; later bills were paid.
    _bill("P3", "V7", "P-333-C", "2024-03-05", "-25.00", type="credit_memo"),
    # 106 thousand billed at 5.00, 100 delivered, 4.00 agreed; then within the tolerance of 1.00.
    _bill("M1", "V8", "M-1", "2024-04-02", "530.00", service_start="2024-03-01", service_end="2024-03-31"),
    # The same bill again: what is wrong with its lines is covered by the claim on the whole of it.
    _bill("M3", "V8", "M 1", "2024-04-09", "530.00", service_start="2024-03-01", service_end="2024-03-31"),
    _bill("M2", "V8", "M-22", "2024-05-02", "101.00", service_start="2024-04-01", service_end="2024-04-30"),
    # 3 % of 50,000.00 net are 1,500.00; of the gross-up by 15 % they are 1,764.71.
    _bill("A1", "V9", "A-1", "2024-05-02", "51764.71", service_start="2024-04-01"),
    # 100, 104 (kept), 120, 120: at most 109.20 by a cap of 5 %.
    *(_bill(f"U{m}", "V10", f"U-{m}{m}{m}", f"2024-0{m}-01", net) for m, net in
      ((1, "200.00"), (2, "208.00"), (3, "240.00"), (4, "360.00"))),
    # 1 % from 1,000 and 2 % from 2,000, due in 30 days; 5.00 were credited.
    _bill("R1", "V11", "R-11", "2024-01-10", "1500.00"),
    _bill("R2", "V11", "R-222", "2024-03-10", "800.00"),
    _bill("R3", "V11", "R-3333", "2024-06-20", "300.00"),
    _bill("R4", "V11", "R-44444", "2024-03-20", "-5.00", type="credit_memo", status="paid", paid_on="2024-03-25"),
    # 2 % within 10 days: paid late and in full; paid late and short; paid in time.
    _bill("D1", "V12", "D-1", "2024-03-01", "300.00"),
    _bill("D2", "V12", "D-22", "2024-03-01", "400.00"),
    _bill("D3", "V12", "D-333", "2024-03-01", "500.00"),
    # Tax of 19 inside the cost although it can be reclaimed; a fee for paying late.
    _bill("X1", "V13", "X-1", "2024-03-01", "110.00", tax_amount="20.90", gross_amount="130.90"),
    # Without a contract, 10 hours at 100, where V8's contract says 90.
    _bill("O1", "V14", "O-1", "2024-03-01", "1000.00"),
    # Later 5 hours at 95.
    _bill("O2", "V14", "O-22", "2024-05-02", "475.00"),
    # 400.00 in the three months before the last three, then 200.00.
    _bill("H1", "V16", "H-1", "2024-02-01", "400.00"),
    _bill("H2", "V16", "H-22", "2024-05-01", "200.00"),
    # May's bill of a campaign that ended on the 20th.
    _bill("G5", "V15", "G-5", "2024-06-03", "115.00", service_start="2024-05-01", service_end="2024-05-31"),
]  # fmt: skip

LINES: list[Row] = [
    _line("E2", "100.00", tax_amount="19.00", recoverable_pct="0.5"),
    *(_line(invoice, "70.00", item="Poster", qty="7", unit_price="10.00") for invoice in ("N5", "N6")),
    *(_line(invoice, "530.00", line_kind="media", item="ron", qty="106", unit="impression_k", unit_price="5.00",
            contract_id="K8", served_amount="500.00") for invoice in ("M1", "M3")),
    _line("M2", "101.00", line_kind="media", served_amount="100.00"),
    _line("A1", "50000.00", line_kind="media", contract_id="K9"),
    _line("A1", "1764.71", line_kind="agency_commission", contract_id="K9") | {"line_no": "2"},
    *(_line(f"U{m}", net, item="seat", qty=qty, unit="month", unit_price=price, contract_id="K10")
      for m, net, qty, price in ((1, "200.00", 2, "100.00"), (2, "208.00", 2, "104.00"), (3, "240.00", 2, "120.00"),
                                 (4, "360.00", 3, "120.00"))),
    *(_line(invoice, net, line_kind="media", contract_id="K11")
      for invoice, net in (("R1", "1500.00"), ("R2", "800.00"), ("R3", "300.00"))),
    _line("R4", "-5.00", line_kind="rebate", contract_id="K11"),
    *(_line(invoice, net, contract_id="K12")
      for invoice, net in (("D1", "300.00"), ("D2", "400.00"), ("D3", "500.00"))),
    _line("X1", "100.00", tax_amount="19.00"),
    _line("X1", "10.00", line_kind="late_fee", tax_amount="1.90", recoverable_pct="0") | {"line_no": "2"},
    _line("O1", "1000.00", item="edit hour", qty="10", unit="hour", unit_price="100.00"),
    _line("O2", "475.00", item="edit hour", qty="5", unit="hour", unit_price="95.00"),
    _line("G5", "115.00", line_kind="media", campaign_id="c1", served_amount="115.00"),
]  # fmt: skip

COMPANY: Rows = {
    "vendors": [
        *({"vendor_id": f"V{n}", "name": f"Vendor {n}", "tax_id": f"DE00000{n:02d}"}
          for n in (*range(1, 5), *range(7, 15), 16)),
        {"vendor_id": "V5", "name": "Halle Süd", "bank_hash": "b5"},
        {"vendor_id": "V6", "name": "Halle Sued Services", "bank_hash": "b5"},
        {"vendor_id": "V15", "name": "Google", "platform_account_ids": "a1"},
    ],
    "vendor_invoices": [*DUPLICATES, *BILLS],
    "vendor_invoice_lines": LINES,
    "payments": [
        _payment("Y1", "V1", "E2", "2024-05-19", "119.00"),
        _payment("Y2", "V7", "P1", "2024-03-20", "40.00"),
        _payment("Y3", "V7", "P1", "2024-04-20", "60.00"),
        _payment("Y4", "V7", "P2", "2024-04-01", "130.00"),
        _payment("Y5", "V7", "P2", "2024-04-09", "130.00"),
        _payment("Y6", "V7", "P3", "2024-04-09", "-10.00"),
        _payment("Y7", "V12", "D1", "2024-03-20", "300.00"),
        _payment("Y8", "V12", "D2", "2024-03-20", "392.00"),
        _payment("Y9", "V12", "D3", "2024-03-11", "500.00"),
    ],
    "contracts": [
        _contract("K8", "V8"),
        _contract("K9", "V9", commission_pct="0.03", commission_basis="net"),
        _contract("K10", "V10", uplift_cap_pct="0.05"),
        _contract("K11", "V11", rebate_tiers="1000:0.01|2000:0.02", rebate_within_days=30),
        _contract("K12", "V12", discount_pct="0.02", discount_days=10),
        # Ends in 100 days with 60 days' notice: 40 days left. And one whose window opens later.
        _contract("K13", "V3", end_date="2024-10-08", auto_renew=True, notice_days=60),
        # As K13, but the vendor is graded C; and one of a vendor that nobody can grade, billed half of what it was.
        _contract("K15", "V11", end_date="2024-10-08", auto_renew=True, notice_days=60),
        _contract("K16", "V16", end_date="2024-10-08", auto_renew=True, notice_days=60),
        _contract("K14", "V4", end_date="2024-12-31", auto_renew=True, notice_days=60),
    ],
    "contract_rates": [
        {"contract_id": "K8", "item": "ron", "unit": "impression_k", "valid_from": "2024-01-01", "unit_price": "4.00"},
        {"contract_id": "K8", "item": "ron", "unit": "impression_k", "valid_from": "2024-04-01", "unit_price": "9.00"},
        {"contract_id": "K8", "item": "Edit-Hour", "unit": "hour", "valid_from": "2024-01-01", "unit_price": "90.00"},
    ],
    "purchase_orders": [
        {"po_id": po, "po_number": f"45-{po}", "vendor_id": "V8", "status": status, "currency": "EUR",
         "approved_on": "2024-01-02", "valid_to": valid}
        for po, status, valid in (("O-1", "open", "2024-05-31"), ("O-2", "open", "2024-12-31"),
                                  ("O-3", "closed", "2024-05-31"), ("O-4", "open", "2024-05-31"))
    ],
    "purchase_order_lines": [{"po_id": f"O-{n}", "line_no": "1", "net_amount": "700.00"} for n in (1, 2, 3, 4)],
    "receipts": [
        {"po_id": "O-1", "line_no": "1", "received_on": "2024-03-01", "amount": "300.00"},
        {"po_id": "O-4", "line_no": "1", "received_on": "2024-05-30", "amount": "300.00"},
    ],
    "accounts": [
        {"account_id": "6000", "name": "Media", "class": "expense", "is_marketing": True, "spend_category": "media"},
        {"account_id": "1800", "name": "Bank", "class": "asset", "is_marketing": False},
    ],
    "ledger_entries": [
        {"entry_id": "L1", "journal_id": "J1", "posting_date": "2024-03-05", "account_id": "6000", "amount": "130.90",
         "currency": "EUR", "vendor_id": "V13", "doc_type": "bill", "doc_id": "X-1", "tax_amount": "20.90"},
        {"entry_id": "L4", "journal_id": "J4", "posting_date": "2024-05-02", "account_id": "6000", "amount": "-150.00",
         "currency": "EUR", "vendor_id": "V7", "doc_type": "bill_credit", "doc_id": "CR-1"},
        # 100 dollars: 5.00 EUR more than spot, and a conversion within half a per cent.
        {"entry_id": "L2", "journal_id": "J2", "posting_date": "2024-03-05", "account_id": "1800",
         "amount": "-100.00", "amount_home": "-95.00", "currency": "USD", "vendor_id": "V1", "doc_type": "payment"},
        {"entry_id": "L3", "journal_id": "J3", "posting_date": "2024-03-05", "account_id": "1800",
         "amount": "-100.00", "amount_home": "-90.40", "currency": "USD", "vendor_id": "V1", "doc_type": "payment"},
    ],
    # A tenth of 10,000.00. Of a credit of 150.00 the first claim takes 130.00 and leaves 20.00 to the second.
    "savings_baselines": [
        {"baseline_id": "2023", "start_date": "2023-01-01", "end_date": "2023-12-31", "amount": "10000.00",
         "currency": "EUR", "signed_on": "2024-01-05", "signed_by": "CFO"},
    ],
    "savings_agreements": [
        _agreement("paid_twice:P2", "2024-04-20", "130.00", credit_documents="CR-1"),
        _agreement("grossed_up_commission:A1/2", "2024-05-10", "50.00", credit_documents="CR-9|CR-1"),
        _agreement("uncontracted_buying:O1/1", "2024-03-20", "1200.00", effective_from="2024-04-01"),
        _agreement("late_fee:X1/2", "2024-05-10", "100.00", currency="USD"),
        _agreement("paid_twice:GONE", "2024-05-10", "10.00"),
        _agreement("stale_commitment:O-1/1", "2024-05-10", "700.00"),
        _agreement("unused_credit:P3", "2024-07-10", "15.00"),
    ],
    "fx_rates": [
        {"from_currency": "USD", "to_currency": "EUR", "date_day": day, "rate": "0.90"}
        for day in ("2024-03-05", "2024-05-04", "2024-05-10")
    ],
    "campaigns": [
        {"platform": "google_ads", "campaign_id": "c1", "name": "One", "end_date": "2024-05-20"},
        # 30.4 x 10.00 = 304.00 a month.
        {"platform": "google_ads", "campaign_id": "c2", "name": "Two", "daily_budget": "10.00"},
        {"platform": "google_ads", "campaign_id": "c3", "name": "Three", "daily_budget": "10.00"},
        *({"platform": "meta_ads", "campaign_id": f"m{n}", "name": f"Social {n}"} for n in (1, 2, 3)),
    ],
    "platform_spend": [
        *(_served("c1", f"2024-05-{day}", spend) for day, spend in ((20, "100.00"), (21, "10.00"), (22, "5.00"))),
        *(_served(campaign, f"2024-01-{day}", "167.00") for campaign in ("c2", "c3") for day in (10, 11)),
        *(_served("c2", f"2024-0{month}-01", "1.00") for month in (2, 3)),
        # April and May: 18 conversions of 547.00, none of them of m2 and m3; what was before does not count.
        *(_social(campaign, day, spend, conversions) for campaign, day, spend, conversions in (
            ("m1", "2024-04-15", "370.00", 17), ("m1", "2024-06-02", "50.00", 1), ("m2", "2024-05-01", "90.00", 0),
            ("m2", "2024-05-31", "7.00", 0), ("m2", "2024-06-03", "8.00", 0), ("m3", "2024-05-02", "80.00", 0),
            ("m3", "2024-06-03", "9.00", 0), ("m1", "2024-03-01", "900.00", 0), ("m1", "2024-04-16", "0.00", 1),
        )),
    ],
    "platform_invoices": [
        *({"invoice_id": f"B{month}", "account_id": "a1", "service_month": f"2024-0{month}-01", "line_kind": "media",
           "amount": "1.00", "currency": "EUR", "campaign_id": "c2"} for month in (1, 2, 3)),
        {"invoice_id": "B2", "account_id": "a1", "service_month": "2024-02-01", "line_kind": "overdelivery_credit",
         "amount": "-30.00", "currency": "EUR", "campaign_id": "c3", "original_service_month": "2024-01-01"},
    ],
}  # fmt: skip
