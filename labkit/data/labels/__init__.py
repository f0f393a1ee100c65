"""Labels as people write them become class numbers or scores; hidden ones stay hidden."""
