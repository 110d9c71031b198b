"""Airtable's formula language: text → tree → a function of a record, every step bounded."""
