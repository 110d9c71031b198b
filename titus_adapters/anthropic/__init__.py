"""Anthropic: the model that says in two or three sentences what a talk was about.

`summarising` is the port's adapter, `api` the way to Anthropic. What leaves goes through `redaction` and `transcript`;
`prices` and `lifecycle` say what a model costs and how long it will be there, `models` asks Anthropic itself.
"""
