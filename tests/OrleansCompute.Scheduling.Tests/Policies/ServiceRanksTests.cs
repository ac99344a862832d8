using OrleansCompute.Scheduling.Policies;
using static OrleansCompute.Scheduling.Tests.Policies.PolicyWorld;

namespace OrleansCompute.Scheduling.Tests.Policies;

public sealed class ServiceRanksTests
{
    [Theory, InlineData(1), InlineData(2), InlineData(50)]
    public void Behind_OfAnyJobs_IsWhatTheRuleSaysPairByPair(int count)
    {
        var random = new Random(count);
        var jobs = Enumerable.Range(0, count).Select(i => Job($"j{i}", i) with
        {
            AttainedAcceleratorSeconds = i % 3 == 0 ? 0 : Math.Pow(10, 6 * random.NextDouble()),
        }).ToArray();
        var behind = ServiceRanks.Behind(jobs, 16, 600);
        for (var i = 0; i < count; i++)
        {
            var expected = 0.0;
            for (var j = 0; j < count; j++)
            {
                var lead = Math.Log((jobs[j].AttainedAcceleratorSeconds + 600) / (jobs[i].AttainedAcceleratorSeconds + 600)) / Math.Log(16);
                expected += j == i ? 0 : Math.Clamp(j > i ? 1 + lead : lead, 0, 1);
            }

            Assert.Equal(expected, behind[i], 1e-9);
        }
    }
}
