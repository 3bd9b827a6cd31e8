"""An engine elsewhere: the same facade as the engine itself, over HTTP to a server of this product."""
