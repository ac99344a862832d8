using System.Globalization;

namespace OrleansCompute.Training.Optimisers;

/// <summary>Sentences about values outside their ranges; NaN is outside every range.</summary>
internal static class OptionChecks
{
    public static void Above(List<string> errors, string name, double value, double above, double max)
    {
        if (!(value > above && value <= max))
        {
            errors.Add(string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; allowed above {above} to {max}."));
        }
    }

    public static void Below(List<string> errors, string name, double value, double min, double below)
    {
        if (!(value >= min && value < below))
        {
            errors.Add(string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; allowed {min} to below {below}."));
        }
    }

    public static void Within(List<string> errors, string name, double value, double min, double max)
    {
        if (!(value >= min && value <= max))
        {
            errors.Add(string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; allowed {min} to {max}."));
        }
    }

    public static void Throw(IReadOnlyList<string> errors, string parameter)
    {
        if (errors.Count > 0)
        {
            throw new ArgumentException(string.Join(" ", errors), parameter);
        }
    }
}
