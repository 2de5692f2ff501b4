"""Where texts turn to another topic, beside what people say."""
