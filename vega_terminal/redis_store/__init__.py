"""The optional Redis: a second replay buffer and a login lease across hosts (`VEGA_REDIS_URL`)."""
