using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using OrleansCompute.Contracts.Devices;
using OrleansCompute.Gateway.Mqtt;

namespace OrleansCompute.Gateway.Tests.Mqtt;

public sealed class TwinBacklogTests
{
    [Fact]
    public void Take_WhenAnEarlierBatchIsNotStoredYet_Waits()
    {
        var backlog = new TwinBacklog();
        var first = backlog.Reserve(Readings(1, 2));
        var second = backlog.Reserve(Readings(3));

        backlog.MarkStored(second);
        Assert.Empty(backlog.Take(100));
        backlog.MarkStored(first);

        Assert.Equal([1, 2, 3], backlog.Take(100).Select(r => r.Sequence));
        Assert.Equal(0, backlog.StoredReadings);
    }

    [Fact]
    public void Take_WhenStoredAndAbandonedInAnyOrder_GivesTheStoredOnesInTheOrderOfArrival()
    {
        var batches = Gen.Choose(0, 2).ListOf().ToArbitrary();
        Prop.ForAll(batches, fates =>
        {
            var backlog = new TwinBacklog();
            var places = fates.Select((fate, i) => (Fate: fate, Place: backlog.Reserve(Readings(i)))).ToList();
            var taken = new List<long>();
            foreach (var (fate, place) in Enumerable.Reverse(places))
            {
                if (fate == 0)
                {
                    TwinBacklog.Abandon(place);
                }
                else
                {
                    backlog.MarkStored(place);
                }

                taken.AddRange(backlog.Take(fate).Select(r => r.Sequence));
            }

            while (backlog.Take(2) is { Length: > 0 } rest)
            {
                taken.AddRange(rest.Select(r => r.Sequence));
            }

            return taken.SequenceEqual(fates.Select((fate, i) => (fate, i)).Where(f => f.fate != 0).Select(f => (long)f.i))
                && backlog.StoredReadings == 0;
        }).QuickCheckThrowOnFailure();
    }

    private static ImmutableArray<Reading> Readings(params long[] sequences) =>
        [.. sequences.Select(s => new Reading { Sequence = s, MeasuredAt = DateTimeOffset.UnixEpoch, Values = [] })];
}
