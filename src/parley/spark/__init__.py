"""What Spark needs of Python: functions expanded in statements, and the landing root as a data source."""
