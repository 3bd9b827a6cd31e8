"""The audit trail: append-only, chained under a key, with a checkpoint outside of the database."""
