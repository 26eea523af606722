"""Promises in time: working time, calendars, agreements and clocks."""
