"""Documents from URLs: their bytes are fetched first, through the same checked connections as webhooks."""
