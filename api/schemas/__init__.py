"""Request and response models: the wire's words for the rows and values inside."""
