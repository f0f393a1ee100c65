"""Lesson 03, chains: its checks, pictures and panel."""
