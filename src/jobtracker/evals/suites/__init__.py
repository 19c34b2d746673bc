"""What each suite measures: functions from cases to scored cases."""
