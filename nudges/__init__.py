"""The core of Milepost: it decides, and touches nothing."""
