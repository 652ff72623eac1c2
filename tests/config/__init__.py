"""Tests of what the environment and the files of the configuration decide."""
