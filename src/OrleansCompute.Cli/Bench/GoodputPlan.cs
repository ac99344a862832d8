using System.Collections.Immutable;
using OrleansCompute.Contracts.Jobs;

namespace OrleansCompute.Cli.Bench;

/// <summary>What the goodput benchmark trains.</summary>
/// <param name="Model">mlp or cnn.</param>
/// <param name="Images">Folder with Fashion-MNIST's four IDX files.</param>
/// <param name="Epochs">Passes over the images with the initial batch.</param>
/// <param name="BatchSize">The initial batch, and the fixed one.</param>
/// <param name="MaxBatchSize">Largest batch that the pool may choose.</param>
/// <param name="Nodes">Nodes of one accelerator with one thread each; a job gets all.</param>
internal sealed record GoodputPlan(string Model, string Images, int Epochs, int BatchSize, int MaxBatchSize, int Nodes)
{
    /// <summary>784-256-128-10, or the demo's network.</summary>
    public ImmutableArray<LayerSpec> Layers => Model == "mlp" ?
    [
        new LayerSpec { Kind = LayerKind.Dense, Units = 256, Relu = true },
        new LayerSpec { Kind = LayerKind.Dense, Units = 128, Relu = true },
        new LayerSpec { Kind = LayerKind.Dense, Units = 10 },
    ] :
    [
        new LayerSpec { Kind = LayerKind.Conv, Filters = 16, Kernel = 5, Relu = true },
        new LayerSpec { Kind = LayerKind.MaxPool, Size = 2 },
        new LayerSpec { Kind = LayerKind.Conv, Filters = 32, Kernel = 5, Relu = true },
        new LayerSpec { Kind = LayerKind.MaxPool, Size = 2 },
        new LayerSpec { Kind = LayerKind.Dense, Units = 128, Relu = true },
        new LayerSpec { Kind = LayerKind.Dense, Units = 10 },
    ];
}
