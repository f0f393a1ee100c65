"""Panels that draw while a reader moves a slider or a student trains."""
