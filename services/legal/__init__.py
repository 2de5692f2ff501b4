"""What a legal text says of itself: terms, parties, dates, law, amounts, citations, cross-references."""
