using System.Collections.Immutable;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansCompute.Contracts.Devices;
using OrleansCompute.Storage;

namespace OrleansCompute.Benchmarks.Storage;

/// <summary>
/// Durable appends of 64 callers at a time; the time is per round of all callers, so readings a second are callers times batch over it.
/// Run: <c>dotnet run -c Release --project tests/OrleansCompute.Benchmarks -- --filter "*TelemetryAppend*"</c>.
/// </summary>
[MemoryDiagnoser]
[InProcess]
public class TelemetryAppendBenchmarks
{
    private const int Callers = 64;

    private string _folder = "";
    private FabricStorage _storage = null!;
    private long _sequence;

    /// <summary>Readings of one append.</summary>
    [Params(1, 50)]
    public int Batch { get; set; }

    /// <summary>Opens a storage in a new folder.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _folder = Directory.CreateTempSubdirectory("oc-bench-").FullName;
        _storage = FabricStorage.Open(_folder, TimeProvider.System, NullLoggerFactory.Instance);
    }

    /// <summary>Closes it and deletes the folder.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        _storage.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>One append of every caller, all in flight together.</summary>
    [Benchmark]
    public async Task<int> Append()
    {
        var first = _sequence;
        _sequence += Batch;
        var appends = new Task<int>[Callers];
        for (var caller = 0; caller < Callers; caller++)
        {
            appends[caller] = _storage.Telemetry.AppendReadingsAsync("acme", $"d{caller}", Readings(first), CancellationToken.None).AsTask();
        }

        return (await Task.WhenAll(appends)).Sum();
    }

    private ImmutableArray<Reading> Readings(long first)
    {
        var readings = ImmutableArray.CreateBuilder<Reading>(Batch);
        for (var offset = 0; offset < Batch; offset++)
        {
            readings.Add(new Reading
            {
                Sequence = first + offset,
                MeasuredAt = DateTimeOffset.UnixEpoch.AddSeconds(first + offset),
                Values = [new NamedValue { Name = "temperature", Value = 21.5 }, new NamedValue { Name = "humidity", Value = 40 }],
            });
        }

        return readings.MoveToImmutable();
    }
}
