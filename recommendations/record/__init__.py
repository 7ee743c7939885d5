"""The chain of hashes and its signed checkpoints, without a database."""
