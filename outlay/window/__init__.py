"""Which days a run must rebuild: those whose landed content changed since the last build, and what hangs on them.

A day's run costs a day only if the window is the set of changed days, not a fixed look-back. When something changes
that rewrites history (the company's rules, the SQL, an earlier run date), the build is full and says why.
"""

from outlay.window.finding import Window, built_from, find_window, inputs_fingerprint, remember_built
from outlay.window.fingerprints import code_fingerprint, company_fingerprint

__all__ = [
    "Window",
    "built_from",
    "code_fingerprint",
    "company_fingerprint",
    "find_window",
    "inputs_fingerprint",
    "remember_built",
]
