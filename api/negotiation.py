"""Which of two representations a caller would rather have (RFC 9110, section 12.5.1)."""

JSON = "application/json"
NDJSON = "application/x-ndjson"


def prefers_lines(accept: str) -> bool:
    """Whether lines of JSON are asked for by name, and more than one JSON document is."""
    weights = dict(_range(item) for item in accept.lower().split(","))
    return weights.get(NDJSON, 0.0) > weights.get(JSON, 0.0)


def _range(item: str) -> tuple[str, float]:
    """A media range and its weight; 1 when it has none, 0 when it has nonsense."""
    name, *parameters = (part.strip() for part in item.split(";"))
    given = [value for key, _, value in (part.partition("=") for part in parameters) if key == "q"]
    try:
        return name, float(given[0]) if given else 1.0
    except ValueError:
        return name, 0.0
