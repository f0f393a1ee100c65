"""Lesson 06, the black box: SeqKD and an adversary that reads: checks, pictures, panels."""
