"""From the rows of a snapshot to the answers: selecting, grouping and summing rounded rows, nothing else."""
