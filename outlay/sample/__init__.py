"""A simulated company of any size: the exports its systems give, and beside them what is true of it."""

from outlay.sample.simulate import SampleError, SampleSummary, write_sample

__all__ = ["SampleError", "SampleSummary", "write_sample"]
