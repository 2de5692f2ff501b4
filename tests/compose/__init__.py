"""Tests in containers."""
