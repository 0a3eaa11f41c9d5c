"""MiniStack with three additions: layers that are unpacked once, KMS's condition keys, and fair queues."""
