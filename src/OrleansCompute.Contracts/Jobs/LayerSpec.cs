using Orleans;

namespace OrleansCompute.Contracts.Jobs;

/// <summary>One layer of a model.</summary>
[GenerateSerializer, Immutable, Alias("oc.layer-spec.v1")]
public sealed record LayerSpec
{
    /// <summary>What the layer does.</summary>
    [Id(0)] public required LayerKind Kind { get; init; }

    /// <summary>Convolution: output channels, 1 to 1024.</summary>
    [Id(1)] public int Filters { get; init; }

    /// <summary>Convolution: side of the kernel, odd, 1 to 15.</summary>
    [Id(2)] public int Kernel { get; init; }

    /// <summary>Pooling: side of the square, 2 to 8.</summary>
    [Id(3)] public int Size { get; init; }

    /// <summary>Dense: outputs, 1 to 65536.</summary>
    [Id(4)] public int Units { get; init; }

    /// <summary>Whether a rectifier follows (convolution and dense).</summary>
    [Id(5)] public bool Relu { get; init; }
}
