"""The functions of formulas by family, and the table of them all.

A name that is not in the table is refused, never guessed at.
"""

from titus_adapters.sandbox.airtable.formula.functions.arrays import ARRAYS
from titus_adapters.sandbox.airtable.formula.functions.dates import DATES
from titus_adapters.sandbox.airtable.formula.functions.function import Function
from titus_adapters.sandbox.airtable.formula.functions.logic import LOGIC
from titus_adapters.sandbox.airtable.formula.functions.numbers import NUMBERS
from titus_adapters.sandbox.airtable.formula.functions.patterns import PATTERNS
from titus_adapters.sandbox.airtable.formula.functions.texts import TEXTS
from titus_adapters.sandbox.airtable.formula.functions.weekdays import WEEKDAYS

FUNCTIONS: dict[str, Function] = {**LOGIC, **TEXTS, **PATTERNS, **NUMBERS, **ARRAYS, **DATES, **WEEKDAYS}
