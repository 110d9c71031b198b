"""Titus on one SQLite file: one writer, group commit, a few readers."""
