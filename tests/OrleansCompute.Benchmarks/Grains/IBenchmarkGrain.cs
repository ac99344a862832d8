using Orleans;
using Orleans.Concurrency;

namespace OrleansCompute.Benchmarks.Grains;

/// <summary>The smallest calls there are.</summary>
public interface IBenchmarkGrain : IGrainWithIntegerKey
{
    /// <summary>Adds at once.</summary>
    /// <param name="value">What to add.</param>
    ValueTask<int> AddFast(int value);

    /// <summary>Adds at once, behind a task.</summary>
    /// <param name="value">What to add.</param>
    Task<int> Add(int value);

    /// <summary>Adds after a yield: the turn ends in between.</summary>
    /// <param name="value">What to add.</param>
    Task<int> AddLater(int value);

    /// <summary>Takes an array that is copied on the way in.</summary>
    /// <param name="values">What to add.</param>
    ValueTask<int> AddAll(int[] values);

    /// <summary>Calls another grain a number of times.</summary>
    /// <param name="other">Its key.</param>
    /// <param name="times">How often.</param>
    [ReadOnly]
    Task<int> CallOther(long other, int times);
}
