using System.Globalization;
using OrleansCompute.Contracts.Devices;
using OrleansCompute.Scheduling.Alarms;

namespace OrleansCompute.Grains.Devices;

/// <summary>Applies readings to a device's stored state: last values, counts, alarms. Runs on the device grain's turn only.</summary>
internal sealed class DeviceTwin(string device, DeviceState state, DeviationRuleOptions ruleOptions)
{
    private const int MaxAlarms = 1000;
    private const int MaxQuantities = 256;
    private readonly List<KeyValuePair<string, double>> _values = [];
    private DeviationRuleState _rule = state.Rule.ToState();

    /// <summary>Takes readings in order of their sequence numbers; those that it knows are ignored.</summary>
    /// <returns>How many were new.</returns>
    public int Apply(IReadOnlyList<Reading> readings)
    {
        var applied = 0;
        foreach (var reading in readings)
        {
            if (reading.Sequence <= state.LastSequence)
            {
                continue;
            }

            state.LastSequence = reading.Sequence;
            applied++;
            _values.Clear();
            foreach (var value in reading.Values)
            {
                if (state.LastValues.Count < MaxQuantities || state.LastValues.ContainsKey(value.Name))
                {
                    state.LastValues[value.Name] = new LastValue { Name = value.Name, Value = value.Value, MeasuredAt = reading.MeasuredAt };
                    _values.Add(new KeyValuePair<string, double>(value.Name, value.Value));
                }
            }

            (_rule, var deviation) = DeviationRule.Next(ruleOptions, _rule, _values);
            Note(reading, deviation);
        }

        if (applied > 0)
        {
            state.Readings += applied;
            state.TwinUpdates++;
            state.Rule = RuleMemory.Of(_rule);
        }

        return applied;
    }

    private void Note(Reading reading, Deviation deviation)
    {
        switch (deviation.Change)
        {
            case AlarmChange.Raised:
                if (state.Alarms.Count == MaxAlarms)
                {
                    state.Alarms.RemoveAt(0);
                }

                state.AlarmsRaised++;
                state.Alarms.Add(new Alarm
                {
                    Device = device,
                    Rule = DeviationRule.Name,
                    Text = string.Create(
                        CultureInfo.InvariantCulture,
                        $"{deviation.Quantity} is {deviation.Value:0.##}; its recent range is {deviation.Expected - deviation.Tolerance:0.##} to {deviation.Expected + deviation.Tolerance:0.##}."),
                    RaisedAtSequence = reading.Sequence,
                    RaisedAt = reading.MeasuredAt,
                });
                break;
            case AlarmChange.Cleared when state.Alarms.Count > 0:
                state.Alarms[^1] = state.Alarms[^1] with { ClearedAtSequence = reading.Sequence };
                break;
            default:
                break;
        }
    }
}
