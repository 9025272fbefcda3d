#!/bin/bash
# A drop in 64 shards as a Slurm array, then one folder of them. Not tested on a cluster: written by Slurm's
# documentation; `--shard auto/64` itself is tested with the variables that Slurm sets.
#
#   sbatch slurm.sh                 all shards
#   sbatch --array=3,17 slurm.sh    some of them again, which go on where they were
#
#SBATCH --job-name=copydesk
#SBATCH --array=0-63
#SBATCH --cpus-per-task=4
#SBATCH --mem=4G
#SBATCH --time=04:00:00
#SBATCH --requeue
set -euo pipefail

# On a file system that all nodes see.
pipeline=$HOME/archive/pipeline.toml
drop=$HOME/archive/drop
out=$HOME/archive/out

# Dead letters are told in the merged folder; here they are no reason to start the task again.
copydesk run "$pipeline" "$drop" --shard auto/64 --workers "$SLURM_CPUS_PER_TASK" --output "$out" --accept-failures

# Once, when all tasks are through:
#   sbatch --dependency=afterok:JOBID --cpus-per-task=4 --wrap "copydesk merge $out"
