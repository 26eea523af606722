"""The portal's forms as a channel."""
