namespace Orleans.Concurrency;

/// <summary>Gives each silo several activations of one grain id, so that calls run in parallel near the caller.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class StatelessWorkerAttribute : PlacementAttribute
{
    /// <summary>As many workers per silo as there are processors.</summary>
    public StatelessWorkerAttribute()
        : base(new StatelessWorkerPlacement(Environment.ProcessorCount))
    {
    }

    /// <summary>Bounds the workers per silo.</summary>
    /// <param name="maxLocalWorkers">At least 1.</param>
    public StatelessWorkerAttribute(int maxLocalWorkers)
        : base(new StatelessWorkerPlacement(maxLocalWorkers))
    {
    }

    /// <summary>Bounds the workers per silo.</summary>
    /// <param name="maxLocalWorkers">At least 1.</param>
    /// <param name="removeIdleWorkers">Idle workers go with the idle collection in either case on the embedded engine.</param>
    public StatelessWorkerAttribute(int maxLocalWorkers, bool removeIdleWorkers)
        : base(new StatelessWorkerPlacement(maxLocalWorkers)) => _ = removeIdleWorkers;

    /// <inheritdoc/>
    public override void Populate(IServiceProvider services, Type grainClass, GrainType grainType, Dictionary<string, string> properties)
    {
        ArgumentNullException.ThrowIfNull(properties);
        base.Populate(services, grainClass, grainType, properties);
        properties["unordered"] = "true";
    }
}
