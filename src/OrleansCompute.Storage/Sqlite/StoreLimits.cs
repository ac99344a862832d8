using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Devices;
using OrleansCompute.Contracts.Storage;

namespace OrleansCompute.Storage.Sqlite;

/// <summary>What the stores refuse before anything is queued: everything here comes from devices and users in the end.</summary>
internal static class StoreLimits
{
    /// <summary>Rows of one append: one caller cannot hold the transaction of the others for long.</summary>
    public const int MaxRowsPerAppend = 10_000;

    /// <summary>Characters of a name.</summary>
    public const int MaxNameLength = 256;

    public static void RequireName(string parameter, string? name)
    {
        if (string.IsNullOrEmpty(name) || name.Length > MaxNameLength)
        {
            throw new FabricRefusedException($"{parameter} has {name?.Length ?? 0} characters; allowed: 1 to {MaxNameLength}.");
        }
    }

    public static void RequireRows(string parameter, int count)
    {
        if (count > MaxRowsPerAppend)
        {
            throw new FabricRefusedException($"{parameter} has {count} entries; allowed: up to {MaxRowsPerAppend} at once. Split the batch.");
        }
    }

    public static void RequireReading(Reading? reading)
    {
        if (reading is null)
        {
            throw new FabricRefusedException("A reading is null; leave it out.");
        }

        if (reading.Values.IsDefaultOrEmpty || reading.Values.Length > QuantityCodec.MaxValues)
        {
            throw new FabricRefusedException(
                $"Reading {reading.Sequence} has {(reading.Values.IsDefault ? 0 : reading.Values.Length)} values; allowed: 1 to {QuantityCodec.MaxValues}.");
        }

        foreach (var value in reading.Values)
        {
            RequireName($"A quantity of reading {reading.Sequence}", value.Name);
            if (!double.IsFinite(value.Value))
            {
                throw new FabricRefusedException($"'{value.Name}' of reading {reading.Sequence} is {value.Value}; allowed: finite numbers.");
            }
        }
    }

    public static void RequireInference(InferenceResult result)
    {
        if (result.Confidence is not (>= 0 and <= 1))
        {
            throw new FabricRefusedException($"The confidence of sample {result.Sample} is {result.Confidence}; allowed: 0 to 1.");
        }

        if (!float.IsFinite(result.LatencyMs) || result.LatencyMs < 0)
        {
            throw new FabricRefusedException($"The latency of sample {result.Sample} is {result.LatencyMs} ms; allowed: finite, 0 or more.");
        }
    }
}
