"""The simulated market: instruments, prices as a function of time, options, candles, calendar."""
