"""Reporting: results as figures, printed tables, a page to listen to, and an archive."""
