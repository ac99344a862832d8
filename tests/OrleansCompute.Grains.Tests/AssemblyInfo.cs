// Jobs of several tests at once would share two cores, and what they measure would be one another.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
