using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using OrleansCompute.Scheduling.Colocation;
using OrleansCompute.Scheduling.Governance;
using OrleansCompute.Scheduling.Mixing;
using OrleansCompute.Scheduling.Policies;

namespace OrleansCompute.Simulations.Sweeps;

/// <summary>
/// A policy as the command line names it: a name of <see cref="SchedulingPolicies"/>, and for <c>default</c>, <c>goodput</c> and
/// <c>mixed</c> perhaps parameters: <c>default[ServiceFactor=8;HalfWeightSeconds=3600]</c>.
/// </summary>
/// <param name="Name">Name of the policy.</param>
/// <param name="Parameters">Names and values, in the order of the text.</param>
public sealed record PolicySpec(string Name, ImmutableArray<KeyValuePair<string, string>> Parameters)
{
    /// <summary>Reads a list, separated by commas.</summary>
    /// <exception cref="FormatException">The text is not of this form.</exception>
    public static ImmutableArray<PolicySpec> ParseList(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return [.. text.Split(',', StringSplitOptions.TrimEntries).Select(Parse)];
    }

    /// <summary>Reads one policy.</summary>
    /// <exception cref="FormatException">The text is not of this form.</exception>
    public static PolicySpec Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var open = text.IndexOf('[', StringComparison.Ordinal);
        if (open < 0)
        {
            return new PolicySpec(text, []);
        }

        if (!text.EndsWith(']'))
        {
            throw new FormatException($"policy is '{text}'; parameters end with ']', as in default[ServiceFactor=8;PriorJobs=2].");
        }

        var parameters = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>();
        foreach (var part in text[(open + 1)..^1].Split(';', StringSplitOptions.TrimEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1)
            {
                throw new FormatException($"policy is '{text}': '{part}' is no parameter; write NAME=VALUE, and ';' between them.");
            }

            parameters.Add(KeyValuePair.Create(part[..equals], part[(equals + 1)..]));
        }

        return new PolicySpec(text[..open], parameters.ToImmutable());
    }

    /// <summary>Makes the policy.</summary>
    /// <param name="make">Makes one by its name, where there are no parameters.</param>
    /// <exception cref="ArgumentException">There is no such policy or parameter, or a value is out of its range.</exception>
    public ISchedulingPolicy Create(Func<string, ISchedulingPolicy> make)
    {
        ArgumentNullException.ThrowIfNull(make);
        if (Parameters.IsEmpty)
        {
            return make(Name);
        }

        var (goodput, mixed, colocation) = (new GoodputPolicyOptions(), new MixedTypeOptions(), new ColocationOptions());
        foreach (var (name, value) in Parameters)
        {
            if (!(Name != "mixed" && Set(goodput, name, value)) && !(Name != "goodput" && Set(mixed, name, value))
                && !(Name == "default" && Set(colocation, name, value)))
            {
                throw new ArgumentException(
                    $"policy '{Name}' has no parameter '{name}'; there are {string.Join(", ", Names<GoodputPolicyOptions>())} (default, goodput), {string.Join(", ", Names<MixedTypeOptions>())} (default, mixed) and {string.Join(", ", Names<ColocationOptions>())} (default).");
            }
        }

        return Name switch
        {
            "default" => new ColocationPolicy(new GovernedPolicy(new DefaultPolicy(goodput, mixed)), colocation, mixed),
            "goodput" => new GovernedPolicy(new GoodputPolicy(goodput)),
            "mixed" => new GovernedPolicy(new MixedTypePolicy(mixed)),
            _ => throw new ArgumentException($"policy '{Name}' takes no parameters; default, goodput and mixed do."),
        };
    }

    /// <inheritdoc/>
    public override string ToString() =>
        Parameters.IsEmpty ? Name : $"{Name}[{string.Join(';', Parameters.Select(parameter => $"{parameter.Key}={parameter.Value}"))}]";

    private static IEnumerable<string> Names<T>() =>
        typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite).Select(property => property.Name);

    private static bool Set(object options, string name, string value)
    {
        if (options.GetType().GetProperty(name) is not { CanWrite: true } property)
        {
            return false;
        }

        try
        {
            property.SetValue(options, Convert.ChangeType(value, property.PropertyType, CultureInfo.InvariantCulture));
            return true;
        }
        catch (Exception exception) when (exception is FormatException or OverflowException or InvalidCastException)
        {
            throw new ArgumentException($"parameter {name} is '{value}'; allowed is a value of type {property.PropertyType.Name}.", exception);
        }
    }
}
