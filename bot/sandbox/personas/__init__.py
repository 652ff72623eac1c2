"""The example's leaders and organisations: how each answers, with a seed."""
