"""The providers, played on one port: what the demo, the tests and front-end developers talk to."""
