namespace OrleansCompute.Edge.Agent.Models;

/// <summary>A loaded model. Not thread-safe.</summary>
internal interface IImageClassifier : IDisposable
{
    /// <summary>Pixels of an image.</summary>
    int InputLength { get; }

    /// <summary>Classifies one image.</summary>
    /// <param name="pixels">One byte each, 0 to 255, row by row; InputLength of them.</param>
    /// <param name="probabilities">Receives one probability per class; at least ClassCount long.</param>
    void Run(ReadOnlySpan<byte> pixels, Span<float> probabilities);

    /// <summary>Number of classes.</summary>
    int ClassCount { get; }
}
