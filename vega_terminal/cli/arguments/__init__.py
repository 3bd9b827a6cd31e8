"""The command line of `vega-auth`: a module for each command's arguments."""
