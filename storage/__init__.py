"""Remembers: the ledger and everything else that must survive a restart."""
