namespace OrleansCompute.Scheduling.Pooling;

/// <summary>Decides which waiting jobs get which accelerators. Pure: equal states give equal decisions.</summary>
public interface IPoolPolicy
{
    /// <summary>Name in configuration.</summary>
    string Name { get; }

    /// <summary>One decision per waiting job, in the order of the queue.</summary>
    IReadOnlyList<PoolDecision> Decide(PoolState state);

    /// <summary>Null where the pool, all of it free, could run the job; else a sentence that says what is missing.</summary>
    string? ExplainImpossible(PoolState state, JobDemand demand);
}
