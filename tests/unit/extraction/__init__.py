"""Tests of extraction: every document in them is made in the test."""
