"""The Celery application, its tasks and the maintenance loops."""
