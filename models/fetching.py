"""Why the bytes behind a URL are not here: how a job ends that was to fetch them.

FetchError
├── FetchRefused                     fetch_refused
├── FetchDenied                      fetch_denied
└── FetchFailed                      fetch_failed
"""

from models.errors import InvalidInput, KerfError, Stage


class FetchError(KerfError):
    """The document could not be fetched.

    `cause` is for metrics and logs. `retry_after` is in seconds, where the source names a time.
    """

    code = "fetch_failed"
    stage = Stage.FETCHING

    def __init__(
        self,
        detail: str | None = None,
        *,
        cause: str | None = None,
        retryable: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(detail)
        self.cause = cause or self.code
        self.retryable = retryable
        self.retry_after = retry_after


class FetchRefused(FetchError):
    """The URL, or one that it redirects to, is not one that this service fetches from."""

    code = "fetch_refused"


class FetchDenied(FetchError):
    """The source does not give the document out."""

    code = "fetch_denied"


class FetchFailed(FetchError):
    """The source could not be reached, or did not send the document whole."""


class FetchingIsOff(InvalidInput):
    """This installation does not fetch documents from URLs: upload the file."""

    code = "fetching_is_off"
