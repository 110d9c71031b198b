"""Airtable as a store of records: its metadata, its formulas, its limits."""
