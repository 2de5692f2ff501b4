"""Standard Webhooks: endpoints, outbox, signing and delivery."""
