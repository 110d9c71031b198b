"""Cells by the type of their field: what may be written, and what is shown, calculated with and told."""
