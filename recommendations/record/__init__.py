"""The record's own arithmetic, without a database: canonical text, chained hashes, signed checkpoints."""
