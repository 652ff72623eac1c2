"""Data that a programme lead or an approver can read and review, and the settings of the environment."""
