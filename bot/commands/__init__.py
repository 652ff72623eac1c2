"""The commands of `milepost`; each loads what it needs when it is run, so that `--help` is quick."""
