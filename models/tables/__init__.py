"""Rows. Importing this package loads every table, as Alembic and `Base.metadata` need."""

from models.tables.base import Base as Base
from models.tables.batches import BatchItemRecord as BatchItemRecord
from models.tables.batches import BatchRecord as BatchRecord
from models.tables.documents import ChunkRecord as ChunkRecord
from models.tables.documents import DocumentRecord as DocumentRecord
from models.tables.documents import VersionRecord as VersionRecord
from models.tables.fetches import FetchRecord as FetchRecord
from models.tables.idempotency import IdempotencyRecord as IdempotencyRecord
from models.tables.instances import InstanceRecord as InstanceRecord
from models.tables.jobs import JobRecord as JobRecord
from models.tables.metrics import SampleRecord as SampleRecord
from models.tables.metrics import TotalRecord as TotalRecord
from models.tables.pages import PageCountRecord as PageCountRecord
from models.tables.ranges import RangeRecord as RangeRecord
from models.tables.rates import BucketRecord as BucketRecord
from models.tables.tenants import ApiKeyRecord as ApiKeyRecord
from models.tables.tenants import ErasureRecord as ErasureRecord
from models.tables.tenants import TenantRecord as TenantRecord
from models.tables.uploads import PieceRecord as PieceRecord
from models.tables.uploads import UploadRecord as UploadRecord
from models.tables.webhooks import DeliveryAttemptRecord as DeliveryAttemptRecord
from models.tables.webhooks import DeliveryRecord as DeliveryRecord
from models.tables.webhooks import EndpointRecord as EndpointRecord
from models.tables.webhooks import EventRecord as EventRecord
