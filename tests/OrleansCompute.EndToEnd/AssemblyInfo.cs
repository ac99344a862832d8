// Every test starts processes and some measure time: one at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
