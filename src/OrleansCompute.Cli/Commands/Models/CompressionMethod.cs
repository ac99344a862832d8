namespace OrleansCompute.Cli.Commands.Models;

/// <summary>What `oc model compress` can do.</summary>
internal enum CompressionMethod
{
    /// <summary>8 bits after training.</summary>
    Int8,

    /// <summary>8 bits, trained with rounding first.</summary>
    Qat,

    /// <summary>Small weights become zero.</summary>
    Prune,

    /// <summary>Filters and units leave the graph.</summary>
    Structured,

    /// <summary>Dense layers become two of lower rank.</summary>
    LowRank,

    /// <summary>A smaller network learns what the model gives.</summary>
    Distill,
}
