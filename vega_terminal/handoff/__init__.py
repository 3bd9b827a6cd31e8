"""The way of a token to the programs that trade with it; every hand-out stands in the audit trail first."""
