"""Questions to the large language model that an operator has named, as OpenAI's chat completions."""
