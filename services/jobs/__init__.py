"""The state machine of jobs, fenced by lease tokens."""
