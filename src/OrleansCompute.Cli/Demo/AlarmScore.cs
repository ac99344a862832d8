namespace OrleansCompute.Cli.Demo;

/// <summary>Alarms against the truth.</summary>
/// <param name="Raised">Alarms raised.</param>
/// <param name="TrueEventsHit">Introduced events in which at least one alarm began.</param>
/// <param name="FalseAlarms">Alarms that began in no introduced event.</param>
internal sealed record AlarmScore(int Raised, int TrueEventsHit, int FalseAlarms)
{
    public static AlarmScore operator +(AlarmScore left, AlarmScore right) => new(
        left.Raised + right.Raised, left.TrueEventsHit + right.TrueEventsHit, left.FalseAlarms + right.FalseAlarms);

    /// <summary>Holds a mote's alarms against its labels. An event is a run of labelled readings.</summary>
    /// <param name="readings">Readings in order.</param>
    /// <param name="raisedAt">Sequence numbers at which alarms began.</param>
    public static AlarmScore Of(IReadOnlyList<LabelledReading> readings, IReadOnlyCollection<long> raisedAt)
    {
        var events = Events(readings);
        var hit = events.Count(found => raisedAt.Any(sequence => sequence >= found.First && sequence <= found.Last));
        var wrong = raisedAt.Count(sequence => !events.Exists(found => sequence >= found.First && sequence <= found.Last));
        return new AlarmScore(raisedAt.Count, hit, wrong);
    }

    private static List<(long First, long Last)> Events(IReadOnlyList<LabelledReading> readings)
    {
        var events = new List<(long First, long Last)>();
        for (var i = 0; i < readings.Count; i++)
        {
            if (!readings[i].IsEvent)
            {
                continue;
            }

            if (i > 0 && readings[i - 1].IsEvent)
            {
                events[^1] = events[^1] with { Last = readings[i].Sequence };
            }
            else
            {
                events.Add((readings[i].Sequence, readings[i].Sequence));
            }
        }

        return events;
    }
}
