"""The servers that integration tests run against."""
