namespace OrleansCompute.Training.Models;

/// <summary>A classifier with flat parameters that can compute its gradient: what training needs to know of a model. Not thread-safe.</summary>
public interface IGradientModel
{
    /// <summary>Values per sample.</summary>
    int SampleLength { get; }

    /// <summary>Number of classes.</summary>
    int ClassCount { get; }

    /// <summary>Most samples per call; larger batches are cut by the caller.</summary>
    int MaxBatchSize { get; }

    /// <summary>All parameters in a fixed order. Written by the optimiser; the next call computes with the new values.</summary>
    Memory<float> Parameters { get; }

    /// <summary>SUM over the samples of the last <see cref="ForwardBackward"/> of their gradients, as long as the parameters.</summary>
    ReadOnlyMemory<float> Gradients { get; }

    /// <summary>What <see cref="Gradients"/> is multiplied by, finite and above 0: the loss scale of mixed precision, which the optimiser takes out. Default 1.</summary>
    double GradientScale => 1;

    /// <summary>
    /// Called during <see cref="ForwardBackward"/> with offset and length of a part of <see cref="Gradients"/> that this call will not change
    /// any more, while the rest is still computed: at most once for each element, on a thread that computes. Null for nobody.
    /// Models that cannot tell never call it.
    /// </summary>
    Action<int, int>? GradientReady
    {
        get => null;
        set { }
    }

    /// <summary>Computes losses and gradients.</summary>
    /// <param name="inputs">labels.Length x <see cref="SampleLength"/> values.</param>
    /// <param name="labels">1 to <see cref="MaxBatchSize"/> class numbers.</param>
    /// <param name="cancellation">Ends it early where the model can; the gradients are then undefined, the parameters as before.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    BatchScore ForwardBackward(ReadOnlySpan<float> inputs, ReadOnlySpan<int> labels, CancellationToken cancellation = default);

    /// <summary>Scores samples with the present parameters; later updates do not change what it computes. The caller disposes of it.</summary>
    IBatchEvaluator CreateEvaluator();
}
