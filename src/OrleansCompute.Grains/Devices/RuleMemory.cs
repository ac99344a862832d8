using System.Collections.Immutable;
using Orleans;
using OrleansCompute.Scheduling.Alarms;

namespace OrleansCompute.Grains.Devices;

/// <summary>The alarm rule's state in a form that can be stored: the policy library knows no serializer.</summary>
[GenerateSerializer, Alias("oc.rule-memory.v1")]
public sealed class RuleMemory
{
    /// <summary>Running mean per quantity.</summary>
    [Id(0)] public Dictionary<string, double> Means { get; set; } = [];

    /// <summary>Running variance per quantity.</summary>
    [Id(1)] public Dictionary<string, double> Variances { get; set; } = [];

    /// <summary>Readings seen.</summary>
    [Id(2)] public long Readings { get; set; }

    /// <summary>Whether an alarm lasts.</summary>
    [Id(3)] public bool Active { get; set; }

    /// <summary>Readings since it began.</summary>
    [Id(4)] public int ActiveReadings { get; set; }

    /// <summary>Ordinary readings in a row.</summary>
    [Id(5)] public int CalmReadings { get; set; }

    /// <summary>The state as the policy takes it.</summary>
    public DeviationRuleState ToState() => new(
        Means.ToImmutableDictionary(mean => mean.Key, mean => new RunningMoments(mean.Value, Variances.GetValueOrDefault(mean.Key))),
        Readings,
        Active,
        ActiveReadings,
        CalmReadings);

    /// <summary>The state as it is stored.</summary>
    public static RuleMemory Of(DeviationRuleState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return new RuleMemory
        {
            Means = state.Quantities.ToDictionary(quantity => quantity.Key, quantity => quantity.Value.Mean),
            Variances = state.Quantities.ToDictionary(quantity => quantity.Key, quantity => quantity.Value.Variance),
            Readings = state.Readings,
            Active = state.Active,
            ActiveReadings = state.ActiveReadings,
            CalmReadings = state.CalmReadings,
        };
    }
}
