using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Hosting;

namespace OrleansCompute.Benchmarks.Grains;

/// <summary>
/// Calls of one silo from 16 callers at a time, each with one call under way; the time is per call.
/// Run: <c>dotnet run -c Release --project tests/OrleansCompute.Benchmarks -- --filter "*GrainCall*"</c>.
/// </summary>
[MemoryDiagnoser]
[InProcess]
public class GrainCallBenchmarks
{
    private const int Callers = 16;
    private const int CallsPerCaller = 2_000;
    private const int Calls = Callers * CallsPerCaller;

    private readonly int[] _values = [1, 2, 3, 4];
    private IHost _host = null!;
    private IBenchmarkGrain[] _grains = null!;

    /// <summary>Starts a silo.</summary>
    [GlobalSetup]
    public async Task SetupAsync()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleans(silo => silo.UseLocalhostClustering(21_311, 31_300, serviceId: "bench", clusterId: "bench"));
        _host = builder.Build();
        await _host.StartAsync();
        var factory = _host.Services.GetRequiredService<IGrainFactory>();
        _grains = [.. Enumerable.Range(0, Callers).Select(key => factory.GetGrain<IBenchmarkGrain>(key))];
        foreach (var grain in _grains)
        {
            await grain.Add(0);
        }
    }

    /// <summary>Stops it.</summary>
    [GlobalCleanup]
    public async Task CleanupAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    /// <summary>A grain per caller.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Calls)]
    public Task ValueTaskOwnGrainAsync() => AllAsync(async caller => await _grains[caller].AddFast(1));

    /// <summary>One grain for all callers.</summary>
    [Benchmark(OperationsPerInvoke = Calls)]
    public Task ValueTaskSharedGrainAsync() => AllAsync(async _ => await _grains[0].AddFast(1));

    /// <summary>A method that returns a task.</summary>
    [Benchmark(OperationsPerInvoke = Calls)]
    public Task TaskOwnGrainAsync() => AllAsync(caller => _grains[caller].Add(1));

    /// <summary>A method that yields.</summary>
    [Benchmark(OperationsPerInvoke = Calls)]
    public Task YieldingOwnGrainAsync() => AllAsync(caller => _grains[caller].AddLater(1));

    /// <summary>An argument that is copied.</summary>
    [Benchmark(OperationsPerInvoke = Calls)]
    public Task CopiedArgumentOwnGrainAsync() => AllAsync(async caller => await _grains[caller].AddAll(_values));

    /// <summary>Grain to grain: eight grains call eight others.</summary>
    [Benchmark(OperationsPerInvoke = Calls)]
    public Task GrainToGrainAsync() =>
        Task.WhenAll(Enumerable.Range(0, Callers / 2).Select(caller => _grains[caller].CallOther(caller + (Callers / 2), 2 * CallsPerCaller)));

    private static Task AllAsync(Func<int, Task<int>> call) => Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
    {
        for (var i = 0; i < CallsPerCaller; i++)
        {
            await call(caller);
        }
    })));
}
