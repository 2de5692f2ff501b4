"""Runs the pipeline in a disposable child process."""
