"""Figures: functions that return a Select, then pure assembly."""
