"""The large language model that an operator has named."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ChatEndpoint:
    """An endpoint of OpenAI's chat completions; `url` ends before `/chat/completions`.

    One document may ask `calls` questions within `seconds`. Plain HTTP and private addresses are refused
    unless they are allowed. The key is in no message, no log and no row.
    """

    url: str
    model: str
    key: str | None = field(default=None, repr=False)
    allow_private: bool = False
    calls: int = 200
    seconds: float = 300.0
