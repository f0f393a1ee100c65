"""The chain MPNet, MiniLM, BiLSTM beside direct routes."""
