"""Tests of the sandbox, file by file."""
