"""HTTP: one application, signed ways in, and whether the ledger keeps up."""
