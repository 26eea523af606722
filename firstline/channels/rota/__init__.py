"""The rota as other calendars read and write it: iCalendar."""
