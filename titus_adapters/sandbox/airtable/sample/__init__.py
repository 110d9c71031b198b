"""A small provider that never was: its base of 31 tables, filled the same way every time."""

from titus_adapters.sandbox.airtable.sample.filling import BASE_ID, add_sample_base

__all__ = ["BASE_ID", "add_sample_base"]
