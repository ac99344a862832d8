namespace OrleansCompute.Training.Data;

/// <summary>A buffer for samples with their labels. Not thread-safe.</summary>
/// <param name="capacity">Most samples, 1 or more.</param>
/// <param name="sampleLength">Values per sample, 1 or more.</param>
public sealed class SampleBatch(int capacity, int sampleLength)
{
    private readonly float[] _inputs = new float[checked(capacity * sampleLength)];
    private readonly int[] _labels = new int[capacity];

    /// <summary>Samples in it.</summary>
    public int Count { get; private set; }

    /// <summary>The samples, one after another.</summary>
    public Memory<float> Inputs => _inputs.AsMemory(0, Count * sampleLength);

    /// <summary>Their labels.</summary>
    public Memory<int> Labels => _labels.AsMemory(0, Count);

    /// <summary>Makes room for samples; what was there is undefined.</summary>
    /// <param name="count">0 to the capacity.</param>
    public SampleBatch Resize(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _labels.Length);
        Count = count;
        return this;
    }

    /// <summary>Loads samples of a data set.</summary>
    /// <param name="dataset">Samples of the buffer's length.</param>
    /// <param name="indices">At most the capacity.</param>
    public void Load(ImageDataset dataset, ReadOnlySpan<int> indices)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        Resize(indices.Length);
        dataset.Copy(indices, Inputs.Span, Labels.Span);
    }
}
