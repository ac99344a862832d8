using Orleans;

namespace OrleansCompute.Benchmarks.Grains;

/// <inheritdoc cref="IBenchmarkGrain"/>
public sealed class BenchmarkGrain : Grain, IBenchmarkGrain
{
    private int _value;

    /// <inheritdoc/>
    public ValueTask<int> AddFast(int value) => new(_value += value);

    /// <inheritdoc/>
    public Task<int> Add(int value) => Task.FromResult(_value += value);

    /// <inheritdoc/>
    public async Task<int> AddLater(int value)
    {
        await Task.Yield();
        return _value += value;
    }

    /// <inheritdoc/>
    public ValueTask<int> AddAll(int[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return new(_value += values.Sum());
    }

    /// <inheritdoc/>
    public async Task<int> CallOther(long other, int times)
    {
        var grain = GrainFactory.GetGrain<IBenchmarkGrain>(other);
        var sum = 0;
        for (var i = 0; i < times; i++)
        {
            sum = await grain.AddFast(1);
        }

        return sum;
    }
}
