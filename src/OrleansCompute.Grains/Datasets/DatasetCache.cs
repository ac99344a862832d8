using System.Collections.Immutable;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Storage;
using OrleansCompute.Training.Data;

namespace OrleansCompute.Grains.Datasets;

/// <summary>Decoded datasets of this silo, shared by the shards on it. Thread-safe. Keeps the few that were used last.</summary>
internal sealed class DatasetCache(IArtifactStore artifacts)
{
    // Training and validation data of two jobs; a decoded one is tens of megabytes.
    private const int MaxDatasets = 4;
    private readonly Lock _gate = new();
    private readonly List<((string Images, string Labels) Key, Task<ImageDataset> Dataset)> _recent = [];

    /// <summary>What is decoded and kept, as <see cref="KeyOf"/> names it, in ordinal order. Reading and decoding are not over for all that was asked for.</summary>
    public ImmutableArray<string> Held
    {
        get
        {
            lock (_gate)
            {
                return [.. _recent.Where(entry => entry.Dataset.IsCompletedSuccessfully).Select(entry => KeyOf(entry.Key.Images, entry.Key.Labels)).Order(StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>Name of a dataset by what is in it: equal artifacts are decoded once, whoever owns them.</summary>
    public static string KeyOf(string imagesSha256, string labelsSha256) => $"{imagesSha256}:{labelsSha256}";

    /// <summary>Reads, checks and decodes two artifacts, off the caller's scheduler.</summary>
    /// <exception cref="FabricRefusedException">An artifact is missing, damaged, or does not fit the other.</exception>
    public Task<ImageDataset> GetAsync(string imagesSha256, string labelsSha256)
    {
        var key = (imagesSha256, labelsSha256);
        lock (_gate)
        {
            var index = _recent.FindIndex(entry => entry.Key == key);
            var dataset = index >= 0 && !_recent[index].Dataset.IsFaulted
                ? _recent[index].Dataset
                : Task.Run(() => Load(imagesSha256, labelsSha256));
            if (index >= 0)
            {
                _recent.RemoveAt(index);
            }

            _recent.Add((key, dataset));
            if (_recent.Count > MaxDatasets)
            {
                _recent.RemoveAt(0);
            }

            return dataset;
        }
    }

    private ImageDataset Load(string imagesSha256, string labelsSha256)
    {
        try
        {
            using var imageFile = artifacts.OpenRead(imagesSha256);
            using var labelFile = artifacts.OpenRead(labelsSha256);
            var images = IdxImages.Read(imageFile, $"images {imagesSha256}");
            var labels = IdxLabels.Read(labelFile, $"labels {labelsSha256}");
            var classes = labels.Count == 0 ? 1 : labels.Values.Span[IndexOfMax(labels.Values.Span)] + 1;
            return new ImageDataset(images.Pixels, labels.Values, images.Rows, images.Columns, classes);
        }
        catch (Exception exception) when (exception is DatasetFormatException or ArgumentException)
        {
            throw new FabricRefusedException(exception.Message, exception);
        }
    }

    private static int IndexOfMax(ReadOnlySpan<byte> values)
    {
        var best = 0;
        for (var i = 1; i < values.Length; i++)
        {
            best = values[i] > values[best] ? i : best;
        }

        return best;
    }
}
