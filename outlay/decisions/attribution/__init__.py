"""Which share of the conversions each channel or campaign deserves, by models that a query cannot compute.

Every model answers with a frame of one row a member, among its columns `member`, `effect` (in the model's own unit),
`share` (of what it divides; a frame's shares sum to 1) and `standard_error` (of the share).
"""

from outlay.decisions.attribution.calibration import calibrate
from outlay.decisions.attribution.data_driven import ORGANIC, DataDriven, data_driven
from outlay.decisions.attribution.markov import CONVERSION, NULL, START, markov
from outlay.decisions.attribution.periods import Counted, fit_periods
from outlay.decisions.attribution.shapley import shapley

__all__ = [
    "CONVERSION",
    "NULL",
    "ORGANIC",
    "START",
    "Counted",
    "DataDriven",
    "calibrate",
    "data_driven",
    "fit_periods",
    "markov",
    "shapley",
]
