"""Every port in memory: the model that the other adapters are compared with, and the world of fast tests."""
