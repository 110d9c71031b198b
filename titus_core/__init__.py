"""What is true without any computer: the rules of calls, hunt groups and accounts. Only stdlib and msgspec."""
