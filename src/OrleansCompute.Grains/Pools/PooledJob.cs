using Orleans;
using OrleansCompute.Contracts.Pools;

namespace OrleansCompute.Grains.Pools;

/// <summary>What is stored of a job that is not finished.</summary>
[GenerateSerializer, Alias("oc.pooled-job.v1")]
public sealed class PooledJob
{
    /// <summary>What it asks.</summary>
    [Id(0)] public required JobRequest Request { get; set; }

    /// <summary>Accelerator-seconds held, up to <see cref="CountedAt"/>.</summary>
    [Id(1)] public double AttainedAcceleratorSeconds { get; set; }

    /// <summary>Seconds in which it held any, up to <see cref="CountedAt"/>.</summary>
    [Id(2)] public double RunSeconds { get; set; }

    /// <summary>Up to when the two above are counted, UTC.</summary>
    [Id(3)] public DateTimeOffset CountedAt { get; set; }

    /// <summary>When it got what it holds now, UTC.</summary>
    [Id(4)] public DateTimeOffset AllocatedAt { get; set; }

    /// <summary>Times that what it holds was changed after its first start.</summary>
    [Id(5)] public int Changes { get; set; }

    /// <summary>Whether it ever held any.</summary>
    [Id(6)] public bool HasStarted { get; set; }

    /// <summary>What the policy wants to find in the next round.</summary>
    [Id(7)] public double? Memo { get; set; }

    /// <summary>Money spent, up to <see cref="CountedAt"/>.</summary>
    [Id(8)] public double Spent { get; set; }

    /// <summary>Nodes on which it started where its data were in memory already, comma-separated; empty where there was none.</summary>
    [Id(9)] public string StartedOnData { get; set; } = "";

    /// <summary>Counts the use since the last time.</summary>
    /// <param name="now">Now.</param>
    /// <param name="amount">Accelerators held since then, parts as parts.</param>
    /// <param name="pricePerHour">Price of one.</param>
    public void Count(DateTimeOffset now, double amount, double pricePerHour)
    {
        var seconds = Math.Max(0, (now - CountedAt).TotalSeconds);
        CountedAt = now;
        if (amount > 0)
        {
            AttainedAcceleratorSeconds += seconds * amount;
            RunSeconds += seconds;
            Spent += seconds * amount * pricePerHour / 3600;
        }
    }

    internal PooledJob Copy() => (PooledJob)MemberwiseClone();
}
