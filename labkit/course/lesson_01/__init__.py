"""Lesson 01, knowledge distillation: its checks, pictures and panel."""
