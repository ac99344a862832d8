using OrleansCompute.Training.Data;

namespace OrleansCompute.Training.Compression;

/// <summary>Labelled samples as float32 rows in memory. Immutable by convention.</summary>
/// <param name="Values">Samples one after another.</param>
/// <param name="Labels">A class per sample.</param>
public sealed record SampleSet(float[] Values, int[] Labels)
{
    /// <summary>Number of samples.</summary>
    public int Count => Labels.Length;

    /// <summary>Takes images from a data set.</summary>
    /// <param name="images">The data set.</param>
    /// <param name="limit">Most samples, the first ones; null for all.</param>
    public static SampleSet From(ImageDataset images, int? limit = null)
    {
        ArgumentNullException.ThrowIfNull(images);
        var count = Math.Min(limit ?? images.Count, images.Count);
        var (values, labels) = (new float[count * images.SampleLength], new int[count]);
        images.Copy([.. Enumerable.Range(0, count)], values, labels);
        return new SampleSet(values, labels);
    }

    /// <summary>Copies samples into a batch.</summary>
    internal void Load(ReadOnlySpan<int> indices, SampleBatch batch, int length)
    {
        batch.Resize(indices.Length);
        for (var i = 0; i < indices.Length; i++)
        {
            Values.AsSpan(indices[i] * length, length).CopyTo(batch.Inputs.Span[(i * length)..]);
            batch.Labels.Span[i] = Labels[indices[i]];
        }
    }

    /// <summary>Checks that the samples fit a model.</summary>
    internal int CheckedLength(TrainedModel model)
    {
        var length = SampleShapes.Length(SampleShapes.Input(model.Graph));
        return Count > 0 && Values.Length == (long)Count * length
            ? length
            : throw new ArgumentException($"{Values.Length} values with {Count} labels; a sample of the model has {length} values, and at least one is needed.");
    }
}
