"""What every fetched source must do, whatever its platform is like."""

from __future__ import annotations

import logging
import os
from datetime import date

import pytest

from outlay.sources import open_fetched
from outlay.sources.fetched.errors import AccessError, FetchError, QuotaError, SecretError
from tests.fakes.server import FakeServer
from tests.unit.sources.conformance.kit import Bench, Case, is_one_line_without_secret


class Conformance:
    """One test a promise, for each of a subclass' cases. A case that cannot show a change or a fault skips it."""

    # -- what lands ----------------------------------------------------------------------------------------------

    def test_everything_the_platform_holds_lands(self, bench: Bench) -> None:
        report = bench.run()
        assert bench.expected(), "the fake's world holds nothing for this case"
        assert bench.landed() == bench.expected()
        assert [problem.message for problem in report.problems] == []
        assert report.rows_quarantined == 0

    def test_pages_lose_and_double_nothing(self, bench: Bench, case: Case) -> None:
        if not case.small_pages:
            pytest.skip("the platform does not page")
        bench.world.switches.update(case.small_pages)
        bench.run()
        assert bench.landed() == bench.expected()

    def test_day_by_day_ends_as_all_at_once(self, bench: Bench, case: Case) -> None:
        for number in range((case.as_of - case.start).days + 1):
            bench.run(date.fromordinal(case.start.toordinal() + number))
        assert bench.landed() == bench.expected()

    def test_the_same_run_again_changes_no_byte(self, bench: Bench) -> None:
        bench.run()
        before = bench.bytes_of_all()
        fetched = bench.refresh()
        report = bench.land()
        assert fetched.fetched
        assert fetched.changed == []
        assert report.changed == []
        assert bench.bytes_of_all() == before

    def test_two_companies_get_the_same_bytes(self, bench: Bench, case: Case, server: FakeServer) -> None:
        bench.run()
        other = Bench(case, server, bench.folder.with_name("other"))
        other.run()
        assert bench.bytes_of_all() == other.bytes_of_all()

    def test_a_run_for_an_earlier_day_takes_nothing_away(self, bench: Bench, case: Case) -> None:
        bench.run()
        bench.run(case.start)
        assert bench.landed() == bench.expected()

    # -- what changes afterwards ---------------------------------------------------------------------------------

    def test_a_restated_value_is_right_after_the_next_run(self, bench: Bench, case: Case) -> None:
        if case.restate is None:
            pytest.skip("nothing of this is restated")
        bench.run()
        before = bench.landed()
        case.restate(bench.world)
        report = bench.run()
        assert bench.landed() == bench.expected() != before
        assert report.changed

    def test_an_emptied_day_is_empty_after_the_next_run(self, bench: Bench, case: Case) -> None:
        if case.empty is None:
            pytest.skip("no day of this becomes empty")
        bench.run()
        before = bench.landed()
        case.empty(bench.world)
        report = bench.run()
        assert bench.landed() == bench.expected()
        assert set(bench.landed()) < set(before)
        assert report.removed

    def test_a_removed_campaign_keeps_what_it_cost(self, bench: Bench, case: Case) -> None:
        if case.remove is None:
            pytest.skip("holds no campaign's spend")
        bench.run()
        before = bench.landed()
        case.remove(bench.world)
        bench.run()
        assert bench.landed() == bench.expected() == before

    # -- what goes wrong on the way ------------------------------------------------------------------------------

    def test_passing_failures_are_retried(self, bench: Bench, case: Case) -> None:
        self._everything_once(bench)
        bench.run()
        assert bench.landed() == bench.expected()
        assert {name for kind, name in bench.world.faults.fired} == set(case.transient)

    def _everything_once(self, bench: Bench) -> None:
        """The first requests for rows fail, each in another way."""
        for number, name in enumerate(bench.case.transient, start=1):
            bench.fault(name, at=number, wait=3 if name == "throttle" else None)

    @pytest.mark.parametrize(
        ("name", "detail"), [("cut_stream", "chunked"), ("cut_stream", "length"), ("cut_stream", "silent"),
                             ("html_error_page", "200"), ("html_error_page", "502"), ("server_error", "")]
    )  # fmt: skip
    def test_a_failure_that_stays_replaces_nothing(self, bench: Bench, case: Case, name: str, detail: str) -> None:
        if name not in case.transient:
            pytest.skip(f"the platform shows no {name}")
        bench.run()
        before = bench.bytes_of_all()
        if case.restate:
            case.restate(bench.world)
        bench.fault(name, detail=detail, times=None)
        with pytest.raises(FetchError) as error:
            bench.refresh()
        assert is_one_line_without_secret(str(error.value))
        assert "tested" in str(error.value)
        assert bench.bytes_of_all() == before
        assert not bench.land().changed
        assert sum(bench.waits) <= 900

    def test_a_wait_longer_than_the_run_is_told(self, bench: Bench) -> None:
        if "throttle" not in bench.case.transient:
            pytest.skip("the platform does not throttle")
        bench.fault("throttle", times=None, wait=66_975)
        with pytest.raises(QuotaError) as error:
            bench.refresh()
        assert is_one_line_without_secret(str(error.value))
        assert sum(bench.waits) <= 900

    # -- what the answers say ------------------------------------------------------------------------------------

    def test_a_row_given_twice_counts_once(self, bench: Bench, case: Case) -> None:
        bench.world.switches.update(case.small_pages)
        bench.fault("repeated_row", times=None)
        report = bench.run()
        if bench.world.faults.fired[case.kind, "repeated_row"] == 0:
            pytest.skip("the platform shows no repeated_row")
        assert bench.landed() == bench.expected()
        assert [problem for problem in report.problems if problem.severity == "failed"] == []

    def test_a_lost_row_is_never_taken_for_the_whole(self, bench: Bench, case: Case) -> None:
        source = open_fetched(bench.company.sources["tested"], bench.company, bench.landing)
        if source.connector.controlled is None:
            pytest.skip("the platform has no figure to hold the rows against")
        bench.run()
        before = bench.landed()
        bench.fault("lost_row", times=None)
        if case.restate:
            case.restate(bench.world)
        self._refused(bench, {"control_total"})
        assert bench.landed() == before
        bench.world.faults.clear()
        bench.run()
        assert bench.landed() == bench.expected()

    def test_a_new_field_is_told_once_and_changes_nothing(self, bench: Bench, case: Case) -> None:
        if "new_field" not in case.drift:
            pytest.skip("the platform has no fields of its own")
        bench.fault("new_field", times=None)
        report = bench.run()
        assert bench.landed() == bench.expected()
        assert {problem.severity for problem in report.problems} == {"warned"}
        assert any("newlyAddedFigure" in problem.message for problem in report.problems)
        bench.fault("new_field", times=None)
        if case.restate:
            case.restate(bench.world)
        assert bench.run().problems == []

    @pytest.mark.parametrize("name", ["missing_field", "retyped_field"])
    def test_a_field_that_changed_stops_the_delivery(self, bench: Bench, case: Case, name: str) -> None:
        if name not in case.drift:
            pytest.skip("shows no other value")
        bench.run()
        before = bench.landed()
        bench.fault(name, times=None)
        self._refused(bench, {"schema", "control_total", "page_readable"})
        assert bench.landed() == before

    def _refused(self, bench: Bench, checks: set[str]) -> None:
        """The refresh raises, or landing refuses for one of `checks`; either says so in one line."""
        told = []
        try:
            bench.refresh()
        except FetchError as error:
            told = [str(error)]
        if not told:
            failed = [problem for problem in bench.land().problems if problem.severity == "failed"]
            assert {problem.check for problem in failed} <= checks
            told = [problem.message for problem in failed]
        assert told
        assert all(is_one_line_without_secret(message) for message in told)

    # -- secrets and permissions ---------------------------------------------------------------------------------

    def test_secrets_are_in_no_file_and_no_log(
        self, bench: Bench, case: Case, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
    ) -> None:
        caplog.set_level(logging.DEBUG)
        self._everything_once(bench)
        bench.run()
        assert bench.files_with_secrets() == []
        written = capfd.readouterr()
        for text in (caplog.text, written.out, written.err):
            assert "canary" not in text

    def test_landing_needs_no_secret(self, bench: Bench) -> None:
        bench.refresh()
        for variable in bench.variables().values():
            del os.environ[variable]
        bench.land()
        assert bench.landed() == bench.expected()

    def test_every_missing_secret_is_named(self, bench: Bench) -> None:
        for name, variable in bench.variables().items():
            value = os.environ.pop(variable)
            with pytest.raises(SecretError) as error:
                bench.refresh()
            assert variable in str(error.value)
            assert name in str(error.value)
            assert is_one_line_without_secret(str(error.value))
            os.environ[variable] = value
        assert bench.bytes_of_all() == {}

    def test_every_wrong_secret_is_told(self, bench: Bench) -> None:
        for variable in bench.variables().values():
            value = os.environ[variable]
            os.environ[variable] = "canary-of-somebody-else"
            with pytest.raises(SecretError) as error:
                bench.refresh()
            assert is_one_line_without_secret(str(error.value)), str(error.value)
            assert variable in str(error.value)
            os.environ[variable] = value
        assert bench.bytes_of_all() == {}

    def test_an_unknown_account_is_told(self, case: Case, server: FakeServer, bench: Bench) -> None:
        if not case.accounts:
            pytest.skip("has no accounts")
        unknown = "".join("9" if sign.isdigit() else sign for sign in case.accounts[0])
        stranger = Bench(case, server, bench.folder.with_name("stranger"), accounts=(unknown,))
        with pytest.raises(AccessError) as error:
            stranger.refresh()
        assert unknown in str(error.value)
        assert is_one_line_without_secret(str(error.value))

    def test_a_revoked_permission_replaces_nothing(self, bench: Bench, case: Case) -> None:
        if not case.accounts:
            pytest.skip("has no accounts")
        bench.run()
        before = bench.bytes_of_all()
        bench.world.accounts[case.kind][case.accounts[0]].permitted = False
        with pytest.raises(AccessError) as error:
            bench.refresh()
        assert case.accounts[0] in str(error.value)
        assert is_one_line_without_secret(str(error.value))
        assert bench.bytes_of_all() == before
