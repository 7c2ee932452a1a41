"""Sheets of paper: a route, a district or a task as PDF or PNG, made without a browser."""
