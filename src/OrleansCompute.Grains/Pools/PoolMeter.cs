using System.Diagnostics.Metrics;

namespace OrleansCompute.Grains.Pools;

/// <summary>How long the parts of a pool's rounds take, as the histogram <c>oc.pool.step</c> of the meter <c>OrleansCompute.Pools</c>.</summary>
internal sealed class PoolMeter
{
    /// <summary>Copying what the policy is asked about, on the grain's turn.</summary>
    public const string Copy = "copy";

    /// <summary>Making the policy's terms of it, off the turn.</summary>
    public const string Question = "question";

    /// <summary>The policy's decision about all jobs, without the sentences for them, off the turn.</summary>
    public const string Decision = "decision";

    /// <summary>An answer about all jobs, question and sentences included, off the turn.</summary>
    public const string Whole = "whole";

    /// <summary>An answer about a few jobs, off the turn.</summary>
    public const string Few = "few";

    /// <summary>The same, of those asked while the policy thought about all jobs.</summary>
    public const string FewBeside = "few, beside a whole";

    /// <summary>Until an answer about a few jobs is begun, noted on the thread that makes it.</summary>
    public const string FewBegins = "few begins";

    /// <summary>Until it is made, noted on the same thread.</summary>
    public const string FewEnds = "few ends";

    /// <summary>Setting an answer about all right for what changed while it was made, off the turn.</summary>
    public const string Late = "late whole";

    /// <summary>Turning an answer into leases, on the turn.</summary>
    public const string Plan = "plan";

    /// <summary>Finding what to store, on the turn.</summary>
    public const string Difference = "difference";

    /// <summary>Storing it.</summary>
    public const string Store = "store";

    /// <summary>From leases that are stored to the job that knows of its own.</summary>
    public const string Grant = "grant";

    /// <summary>From the first change that an answer is about to its leases being planned.</summary>
    public const string Latency = "latency";

    /// <summary>The same, of answers about a few that were asked while the policy thought about all jobs.</summary>
    public const string LatencyBeside = "latency, beside a whole";

    private readonly Histogram<double> _steps;
    private readonly KeyValuePair<string, object?> _pool;

    /// <param name="instruments">Those of the silo.</param>
    /// <param name="pool">Name of the pool, a tag.</param>
    public PoolMeter(PoolInstruments instruments, string pool) => (_steps, _pool) = (instruments.Steps, new("pool", pool));

    /// <summary>Notes one.</summary>
    public void Took(string step, TimeSpan time) => _steps.Record(time.TotalMilliseconds, new("step", step), _pool);
}
