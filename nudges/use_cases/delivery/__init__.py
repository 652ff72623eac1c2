"""What the clock and the lead do about the ledger of outbound messages."""
