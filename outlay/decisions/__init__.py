"""What is fitted and decided: arrays and frames in, frames out. No input or output, no clock, no hidden randomness."""
