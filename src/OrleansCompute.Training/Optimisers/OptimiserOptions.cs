using OrleansCompute.Training.Optimisers.Schedules;

namespace OrleansCompute.Training.Optimisers;

/// <summary>What all optimisers have in common. Immutable.</summary>
public abstract record OptimiserOptions
{
    /// <summary>The schedule of the step size; null (the default) keeps it at the method's LearningRate.</summary>
    public ILearningRateSchedule? Schedule { get; init; }

    /// <summary>Limits of the gradient; null (the default) for none.</summary>
    public GradientClipping? Clipping { get; init; }

    /// <summary>Step size when there is no schedule.</summary>
    internal abstract float BaseRate { get; }

    /// <summary>Every value outside its range, as sentences; empty if all is well.</summary>
    public IReadOnlyList<string> Validate()
    {
        var errors = new List<string>();
        Check(errors);
        Clipping?.Validate(errors);
        if (Schedule is not null)
        {
            errors.AddRange(Schedule.Validate());
        }

        return errors;
    }

    private protected abstract void Check(List<string> errors);
}
