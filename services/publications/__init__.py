"""What authorities publish for partners: figures of one instant, some hidden, for ever."""
