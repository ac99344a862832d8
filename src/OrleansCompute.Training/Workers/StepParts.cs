namespace OrleansCompute.Training.Workers;

/// <summary>What the workers of a step say of the parts that it was computed in. For one step; not thread-safe.</summary>
internal sealed class StepParts
{
    private bool _hasScale;

    public double Squares { get; private set; }

    public int Parts { get; private set; }

    /// <summary>False where somebody computed samples and measured nothing, as a worker of another version does: the sums are then not of the batch.</summary>
    public bool IsWhole { get; private set; } = true;

    /// <summary>What the gradient is multiplied by; null where workers do not agree, or nobody computed.</summary>
    public double? Scale { get; private set; }

    public void Add(ShardStepResult result)
    {
        if (result.Count == 0)
        {
            return;
        }

        Squares += result.PartSquares;
        Parts += result.Parts;
        IsWhole &= result.Parts > 0;
        Scale = _hasScale && Scale != result.GradientScale ? null : result.GradientScale;
        _hasScale = true;
    }
}
