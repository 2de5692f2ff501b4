"""Causal language models that an operator has added: how surprising text is, and which answer is likelier."""
