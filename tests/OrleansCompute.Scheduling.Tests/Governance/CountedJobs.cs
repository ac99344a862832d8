using System.Collections;
using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Tests.Governance;

/// <summary>Jobs of a round, and how often one of them was looked at.</summary>
internal sealed class CountedJobs(IReadOnlyList<JobSnapshot> jobs) : IReadOnlyList<JobSnapshot>
{
    public long Looks { get; private set; }

    public IReadOnlyList<JobSnapshot> Jobs => jobs;

    public int Count => jobs.Count;

    public JobSnapshot this[int index]
    {
        get
        {
            Looks++;
            return jobs[index];
        }
    }

    public IEnumerator<JobSnapshot> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
