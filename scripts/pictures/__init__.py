"""Writes `screenshots/*.svg` from the running terminal: real engine, real browser, simulated broker.

Every scene is a fresh start of the app on an empty data folder, led by keys as an operator would; a picture
is taken when the status says that the moment has come. Nothing on the screen is made up or hidden.
"""
