"""Cells that nobody writes: formulas, rollups, lookups, counts, and who did what when."""
