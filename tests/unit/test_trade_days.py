"""Named days against a calendar looked up by hand."""

from datetime import date

from outlay.trade_days import ADVENT, BLACK_WEEK, PUBLIC_HOLIDAY, YEAR_END, trade_days


def test_black_week_holds_black_friday_of_2024() -> None:
    """29 November 2024, a Friday; the week runs from the Monday before to the Monday after."""
    black = [day for day, name in trade_days(date(2024, 1, 1), date(2024, 12, 31), None) if name == BLACK_WEEK]
    assert black == [date(2024, 11, 25 + number) for number in range(6)] + [date(2024, 12, 1), date(2024, 12, 2)]


def test_black_friday_follows_the_fourth_thursday_also_where_november_begins_on_a_friday() -> None:
    """2019: Thursdays 7, 14, 21, 28; so 29 November."""
    black = [day for day, name in trade_days(date(2019, 11, 1), date(2019, 12, 31), None) if name == BLACK_WEEK]
    assert (black[0], black[-1]) == (date(2019, 11, 25), date(2019, 12, 2))


def test_a_day_has_one_name_and_holidays_are_those_of_the_country() -> None:
    german = dict(trade_days(date(2024, 1, 1), date(2024, 12, 31), "DE"))
    assert german[date(2024, 10, 3)] == PUBLIC_HOLIDAY
    assert german[date(2024, 12, 25)] == YEAR_END
    assert german[date(2024, 12, 6)] == ADVENT
    assert date(2024, 10, 3) not in dict(trade_days(date(2024, 1, 1), date(2024, 12, 31), "FR"))
    assert PUBLIC_HOLIDAY not in dict(trade_days(date(2024, 1, 1), date(2024, 12, 31), "ZZ")).values()
