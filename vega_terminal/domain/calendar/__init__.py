"""Which days the exchange trades, as far as anybody knows. Only ever a remark: no calendar stops a run."""
