"""Every error a user can meet. The class docstring is the default message, `code` the public name.

KerfError
├── InvalidInput                     the caller can mend it
│   ├── InvalidOptions               invalid_options
│   ├── TokenizerUnavailable         tokenizer_unavailable
│   ├── ModelUnavailable             model_unavailable
│   ├── CapTooSmall                  cap_too_small
│   ├── InvalidCursor                invalid_cursor
│   ├── TooManyFiles                 too_many_files (models.batches)
│   └── TargetRefused                target_refused
├── DocumentError                    the document cannot be read; the same bytes fail again
│   ├── UnsupportedType              unsupported_type
│   │   └── UnopenedArchive          archive (models.members, as the next two)
│   ├── TypeMismatch                 type_mismatch
│   ├── EmptyFile                    empty_file
│   ├── EncryptedDocument            encrypted
│   ├── CorruptDocument              corrupt
│   ├── NoPages                      no_pages
│   ├── NoText                       no_text
│   ├── TooLarge                     too_large
│   ├── TooManyPages                 too_many_pages
│   ├── PageTooLarge                 page_too_large
│   ├── TooManyMembers               too_many_members
│   ├── NoMembers                    no_members
│   ├── ExpansionLimit               expansion_limit
│   └── NestingLimit                 nesting_limit
├── AttemptError                     this attempt died; another one may do better
│   ├── MemoryLimit                  memory_limit
│   ├── DeadlineExceeded             deadline
│   ├── WorkerCrashed                worker_crashed
│   ├── WorkerLost                   worker_lost
│   ├── NetworksLost                 networks_lost
│   └── Cancelled                    cancelled
├── StorageError                     storage_error
│   └── StorageFull                  storage_full
├── ModelError                       model_error
├── FetchError                       the bytes behind a URL (models.fetching)
├── Refusal                          for now (models.refusals)
├── Unavailable                      unavailable
├── NotFound                         not_found
├── Conflict                         conflict
│   └── WrongOffset                  wrong_offset (models.resuming, with others of resumable uploads)
├── Unauthenticated                  unauthenticated
├── InsufficientScope                insufficient_scope (models.scopes)
└── LawViolation                     internal (a bug of ours)
"""

from enum import StrEnum


class Stage(StrEnum):
    """Where in the life of a job something happened."""

    ADMISSION = "admission"
    FETCHING = "fetching"
    UNPACKING = "unpacking"
    PARSING = "parsing"
    CHUNKING = "chunking"
    STORING = "storing"


class KerfError(Exception):
    """Something went wrong."""

    code = "internal"
    retryable = False
    stage: Stage | None = None

    def __init__(self, detail: str | None = None, *, pointer: str | None = None) -> None:
        self.detail = detail or (self.__doc__ or "").strip()
        self.pointer = pointer
        super().__init__(self.detail)


class InvalidInput(KerfError):
    """The request cannot be understood."""

    code = "invalid_input"
    stage = Stage.ADMISSION


class InvalidOptions(InvalidInput):
    """The options are not valid."""

    code = "invalid_options"


class TokenizerUnavailable(InvalidInput):
    """This tokenizer is unknown, or its files are not installed."""

    code = "tokenizer_unavailable"


class ModelUnavailable(InvalidInput):
    """The model that this needs is unknown, or its file is not installed."""

    code = "model_unavailable"


class CapTooSmall(InvalidInput):
    """A single character is larger than the token limit."""

    code = "cap_too_small"


class InvalidCursor(InvalidInput):
    """The cursor is not one this service gave out."""

    code = "invalid_cursor"


class DocumentError(KerfError):
    """The document cannot be read."""

    code = "unreadable"
    stage = Stage.PARSING


class UnsupportedType(DocumentError):
    """Kerf does not read files of this type."""

    code = "unsupported_type"


class TypeMismatch(DocumentError):
    """The file is not of the type that its name promises."""

    code = "type_mismatch"


class EmptyFile(DocumentError):
    """The file has no bytes."""

    code = "empty_file"


class EncryptedDocument(DocumentError):
    """The document is encrypted and needs a password."""

    code = "encrypted"


class CorruptDocument(DocumentError):
    """The document is damaged beyond reading."""

    code = "corrupt"


class NoPages(DocumentError):
    """The document has no pages."""

    code = "no_pages"


class NoText(DocumentError):
    """The document has no text to cut."""

    code = "no_text"


class TooLarge(DocumentError):
    """The document is larger than the limit."""

    code = "too_large"


class TooManyPages(DocumentError):
    """The document has more pages than the limit."""

    code = "too_many_pages"


class PageTooLarge(DocumentError):
    """A page is larger than the limit."""

    code = "page_too_large"


class ExpansionLimit(DocumentError):
    """The document unpacks to more than the limit."""

    code = "expansion_limit"


class NestingLimit(DocumentError):
    """The document is nested deeper than the limit."""

    code = "nesting_limit"


class AttemptError(KerfError):
    """This attempt did not finish."""

    code = "attempt_failed"
    retryable = True
    stage = Stage.PARSING


class MemoryLimit(AttemptError):
    """Reading the document took more memory than the limit."""

    code = "memory_limit"


class DeadlineExceeded(AttemptError):
    """Reading the document took longer than the limit."""

    code = "deadline"


class WorkerCrashed(AttemptError):
    """The process that read the document died."""

    code = "worker_crashed"


class WorkerLost(AttemptError):
    """The worker disappeared while it held the job."""

    code = "worker_lost"


class NetworksLost(AttemptError):
    """The process that computes networks stopped answering."""

    code = "networks_lost"
    stage = Stage.CHUNKING


class Cancelled(AttemptError):
    """The job was cancelled."""

    code = "cancelled"
    retryable = False


class StorageError(KerfError):
    """The document store did not answer."""

    code = "storage_error"
    retryable = True
    stage = Stage.STORING


class ModelError(KerfError):
    """A model could not be loaded or gave nothing of use."""

    code = "model_error"
    stage = Stage.CHUNKING


class StorageFull(StorageError):
    """The document store has no room left."""

    code = "storage_full"


class Unavailable(KerfError):
    """The service cannot answer just now."""

    code = "unavailable"
    retryable = True


class NotFound(KerfError):
    """There is no such thing here."""

    code = "not_found"


class Conflict(KerfError):
    """The thing is in a state that does not allow this."""

    code = "conflict"


class Unauthenticated(KerfError):
    """An API key is needed: send it as `Authorization: Bearer <key>`."""

    code = "unauthenticated"


class TargetRefused(InvalidInput):
    """This service does not connect to this address."""

    code = "target_refused"


class LawViolation(KerfError):
    """A law of segmentation is broken: a bug of Kerf, nothing was stored."""

    code = "internal"
    stage = Stage.CHUNKING
