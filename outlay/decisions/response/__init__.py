"""What each channel's spend brings: saturation and carry-over, fitted to outcomes, reports and lift tests together."""

from outlay.decisions.response.evidence import LIFT_TEST, PRIOR, REPORTED_SHAPE, TWO_LEVEL_TEST
from outlay.decisions.response.fitting import DRAWS, Response, fit_response

__all__ = ["DRAWS", "LIFT_TEST", "PRIOR", "REPORTED_SHAPE", "TWO_LEVEL_TEST", "Response", "fit_response"]
