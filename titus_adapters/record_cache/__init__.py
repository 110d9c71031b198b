"""Copies of tables in front of a store that is slow or must not be asked often."""
