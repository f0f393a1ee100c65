"""The bytes of one file become columns: separated values, JSON rows, Parquet."""
