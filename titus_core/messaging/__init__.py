"""Text messages: in, out, whether they arrived, and whom we may not text."""
