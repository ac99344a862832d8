using System.Collections.Immutable;
using System.Globalization;
using Orleans;
using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Contracts.Pools;

namespace OrleansCompute.Grains.Jobs;

/// <summary>How much a job has to do, as far as that is known when it is submitted.</summary>
[GenerateSerializer, Immutable, Alias("oc.job-work.v1")]
public sealed record JobWork
{
    /// <summary>Samples over all epochs; 0 where it is not known.</summary>
    [Id(0)] public long Samples { get; init; }

    /// <summary>How fast finished jobs of the same tenant with the same network and batch were.</summary>
    [Id(1)] public ImmutableArray<KindSpeed> Speeds { get; init; } = [];

    /// <summary>What it trains on, as in <see cref="JobRequest.DatasetKey"/>; empty where a version before this one submitted it.</summary>
    [Id(2)] public string DatasetKey { get; init; } = "";

    /// <summary>What two jobs have in common that take equally long for a sample.</summary>
    internal static string LikeOf(JobSpec spec) =>
        string.Create(CultureInfo.InvariantCulture, $"{NetworkMapper.Hash(spec.Model)}/{spec.Training.BatchSize}{(spec.Training.MaxBatchSize is { } max ? $"-{max}" : "")}/{spec.Training.Precision}");

    /// <summary>Operations that training on one sample takes at least, 10⁹; 0 where accelerators were not measured in its precision.</summary>
    internal static double LeastGflop(JobSpec spec) => spec.Training.Precision == "float32" ? LeastGflop(spec.Model) : 0;

    /// <summary>
    /// Operations that training on one sample takes at least, 10⁹: two for each multiplication of a layer, forward and for the gradient of
    /// its weights, and but for the first layer for the gradient of its input. Products with the zeros around an image are not counted.
    /// </summary>
    internal static double LeastGflop(ModelSpec model)
    {
        var (channels, rows, columns) = ((double)model.InputShape[0], model.InputShape[1], model.InputShape[2]);
        var operations = 0.0;
        var isFirst = true;
        foreach (var layer in model.Layers)
        {
            var products = 0.0;
            switch (layer.Kind)
            {
                case LayerKind.Conv:
                    products = channels * layer.Filters * Taps(rows, layer.Kernel) * Taps(columns, layer.Kernel);
                    channels = layer.Filters;
                    break;
                case LayerKind.MaxPool:
                    (rows, columns) = (rows / layer.Size, columns / layer.Size);
                    continue;
                case LayerKind.Dense:
                    products = channels * rows * columns * layer.Units;
                    (channels, rows, columns) = (layer.Units, 1, 1);
                    break;
                default:
                    return 0;
            }

            operations += products * (isFirst ? 4 : 6);
            isFirst = false;
        }

        return operations / 1e9;
    }

    // Products along one side: of a window of an odd size around each place, those that are inside.
    private static double Taps(int size, int kernel) =>
        Enumerable.Range(-(kernel / 2), kernel).Sum(offset => Math.Max(0.0, size - Math.Abs(offset)));

    /// <summary>How well the workers of a job used what they held; kinds of which nothing is known are left out.</summary>
    internal static ImmutableArray<KindSpeed> Learn(ImmutableArray<WorkerProgress> workers, IReadOnlyCollection<Lease> leases) =>
    [
        .. from worker in workers
           let lease = leases.FirstOrDefault(held => held.Node == worker.Node && held.Accelerator == worker.Accelerator)
           where lease is { ScoreGflops: > 0 }
           let rate = Math.Max(worker.ImagesPerSecond, worker.AloneImagesPerSecond)
           where double.IsFinite(rate) && rate > 0
           group rate / (lease.ScoreGflops * lease.ComputeShareFraction) by lease.Kind into kind
           orderby kind.Key
           select new KindSpeed { Kind = kind.Key, SamplesPerGflop = kind.Max() },
    ];
}
