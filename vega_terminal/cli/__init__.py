"""`vega-auth`: the engine for people who are not looking. Results on stdout, everything else on stderr."""
