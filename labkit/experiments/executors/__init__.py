"""Where runs are computed: processes of this machine, tasks of Slurm, workers of Dask or Ray."""
