using OrleansCompute.Training.Optimisers;

namespace OrleansCompute.Training.Compression;

/// <summary>Settings of knowledge distillation (Hinton, Vinyals and Dean 2015). Immutable.</summary>
public sealed record DistillationOptions
{
    /// <summary>Divides the scores before the softmax: higher is softer; 0.1 to 100. Default 4.</summary>
    public double Temperature { get; init; } = 4;

    /// <summary>Weight of the teacher's part of the loss, 0 to 1. Default 0.7.</summary>
    public double Alpha { get; init; } = 0.7;

    /// <summary>Every value outside its range, as sentences; empty if all is well.</summary>
    public IReadOnlyList<string> Validate()
    {
        var errors = new List<string>();
        OptionChecks.Within(errors, nameof(Temperature), Temperature, 0.1, 100);
        OptionChecks.Within(errors, nameof(Alpha), Alpha, 0, 1);
        return errors;
    }
}
