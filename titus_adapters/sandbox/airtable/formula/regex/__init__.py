"""Regular expressions that always end: a subset of RE2's syntax, run without going back.

Python's own engine would do for honest patterns, but `(a+)+$` keeps it busy for ever, and formulas come from outside.
"""

from titus_adapters.sandbox.airtable.formula.regex.machine import Match, search
from titus_adapters.sandbox.airtable.formula.regex.program import compiled

__all__ = ["Match", "compiled", "search"]
