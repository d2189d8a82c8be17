"""How well activity and capacity as expected agree with what was measured."""
