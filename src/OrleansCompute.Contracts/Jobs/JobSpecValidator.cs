namespace OrleansCompute.Contracts.Jobs;

/// <summary>Checks a job spec; pure.</summary>
public static class JobSpecValidator
{
    private const int MaxAcceleratorsPerJob = 1024;

    /// <summary>All problems at once, each naming the field, its value and the allowed range; empty where the spec is sound.</summary>
    public static IReadOnlyList<string> Validate(JobSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var problems = new List<string>();
        Name("tenant", spec.Tenant);
        Name("name", spec.Name);
        Name("pool", spec.Pool);
        Name("model.name", spec.Model.Name);
        Name("data.dataset", spec.Data.Dataset);
        if (spec.Data.Validation is { } validation)
        {
            Name("data.validation", validation);
        }

        Range("data.version", spec.Data.Version, 0, int.MaxValue);
        problems.AddRange(TrainingSpecValidator.Validate(spec.Training));
        Range("resources.minAccelerators", spec.Resources.MinAccelerators, 1, MaxAcceleratorsPerJob);
        Range("resources.maxAccelerators", spec.Resources.MaxAccelerators, Math.Clamp(spec.Resources.MinAccelerators, 1, MaxAcceleratorsPerJob), MaxAcceleratorsPerJob);
        ResourceSpecValidator.Validate(spec.Resources, problems);
        problems.AddRange(ModelSpecValidator.Validate(spec.Model));
        return problems;

        void Name(string field, string? value)
        {
            if (FabricNames.Explain(field, value) is { } problem)
            {
                problems.Add(problem);
            }
        }

        void Range(string field, int value, int min, int max)
        {
            if (value < min || value > max)
            {
                problems.Add($"{field} is {value}; allowed: {min} to {max}.");
            }
        }
    }
}
