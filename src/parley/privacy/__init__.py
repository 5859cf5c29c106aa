"""Forgetting a person on request: the ledger of erasures, and what masks lines, rows and copies."""
