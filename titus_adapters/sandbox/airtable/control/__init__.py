"""The control side: what a person or a browser test does to the sandbox, over JSON."""
