using OrleansCompute.Scheduling.Policies;

namespace OrleansCompute.Scheduling.Tests.Policies;

public sealed class ServiceRanksTests
{
    [Theory, InlineData(1), InlineData(2), InlineData(50)]
    public void Behind_OfAnyJobs_IsWhatTheRuleSaysPairByPair(int count)
    {
        var random = new Random(count);
        var ranks = Enumerable.Range(0, count).Select(i => i % 3 == 0 ? 0 : 3 * random.NextDouble()).ToArray();
        var behind = ServiceRanks.Behind(ranks);
        for (var i = 0; i < count; i++)
        {
            var expected = 0.0;
            for (var j = 0; j < count; j++)
            {
                var lead = ranks[j] - ranks[i];
                expected += j == i ? 0 : Math.Clamp(j > i ? 1 + lead : lead, 0, 1);
            }

            Assert.Equal(expected, behind[i], 1e-9);
        }
    }
}
