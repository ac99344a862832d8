using System.Globalization;

namespace OrleansCompute.Scheduling.Model;

/// <summary>Collects what is wrong with a record, so that its owner is told all of it at once.</summary>
internal struct ProblemList
{
    private List<string>? _problems;

    /// <summary>All sentences; null where there are none.</summary>
    public readonly string? Text => _problems is null ? null : string.Join(' ', _problems);

    public void Check<T>(bool isRight, string name, T value, string allowed)
    {
        if (!isRight)
        {
            Add(string.Create(CultureInfo.InvariantCulture, $"{name} is {(value is null ? "not set" : value is string ? $"'{value}'" : value)}; allowed {allowed}."));
        }
    }

    public void Add(string? problem)
    {
        if (problem is not null)
        {
            (_problems ??= []).Add(problem);
        }
    }
}
