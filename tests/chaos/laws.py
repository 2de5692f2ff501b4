"""What the laws of the queue speak of, asked of the database."""

# One row a job: everything that a law speaks of, as the database has it.
STATE = """
SELECT j.id, j.document_id, j.state, j.token, j.lease_until IS NOT NULL AS leased, j.attempt, j.lost,
       j.crashed, j.version, d.current_version, d.sequence,
       (SELECT count(*) FROM document_versions v WHERE v.job_id = j.id) AS versions,
       (SELECT count(*) FROM chunks c WHERE c.document_id = d.id AND c.version = j.version) AS chunks,
       (SELECT count(*) FROM events e
         WHERE e.document_id = d.id AND e.body LIKE '%"job":"' || j.id || '"%') AS told,
       (SELECT array_agg(e.sequence ORDER BY e.sequence)
          FROM events e WHERE e.document_id = d.id) AS sequences
  FROM jobs j JOIN documents d ON d.id = j.document_id
"""
ORPHANS = """
SELECT (SELECT count(*) FROM chunks c WHERE NOT EXISTS (SELECT FROM documents d WHERE d.id = c.document_id))
     + (SELECT count(*) FROM document_versions v WHERE NOT EXISTS (SELECT FROM jobs j WHERE j.id = v.job_id))
"""
EXPIRE = """
UPDATE jobs SET lease_until = clock_timestamp() - interval '1 second'
 WHERE id = %s AND lease_until IS NOT NULL
"""
