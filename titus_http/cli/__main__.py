"""`python -m titus_http.cli` is `titus`."""

from titus_http.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
