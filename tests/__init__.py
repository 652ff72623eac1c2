"""Tests; they mirror the source path for path."""
