"""What is owed to callers whom nobody served, until a person closes it."""
