"""How a person or a test tells the sandbox what to do."""
