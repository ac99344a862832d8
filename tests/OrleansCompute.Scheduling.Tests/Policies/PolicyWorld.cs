using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Speed;

namespace OrleansCompute.Scheduling.Tests.Policies;

/// <summary>Small clusters and jobs for tests of policies.</summary>
internal static class PolicyWorld
{
    public static ClusterSnapshot Cluster(int nodes, int perNode, string type = "A") => new(
        [.. Enumerable.Range(0, nodes).Select(node => new NodeSnapshot { Name = $"n{node}", AcceleratorType = type, Accelerators = perNode })]);

    public static JobSnapshot Job(string id, double submitSeconds = 0, int requested = 1) => new()
    {
        Id = id, SubmitSeconds = submitSeconds, RequestedAccelerators = requested,
    };

    /// <summary>Runs on any number of accelerators, with count^exponent times the speed of one.</summary>
    public static JobSnapshot Elastic(string id, double submitSeconds = 0, double exponent = 0.8) =>
        Job(id, submitSeconds) with { Goodput = new PowerLaw(exponent), MaxAccelerators = 64 };

    /// <summary>The jobs with what was decided, some time later.</summary>
    public static JobSnapshot[] Next(IReadOnlyList<JobSnapshot> jobs, IReadOnlyList<JobDecision> decisions, double now, double seconds) =>
    [
        .. jobs.Select((job, i) => job with
        {
            Allocation = decisions[i].Allocation,
            Memo = decisions[i].Memo,
            AllocatedSeconds = decisions[i].Allocation.Equals(job.Allocation) ? job.AllocatedSeconds : now,
            RunSeconds = job.RunSeconds + (decisions[i].Allocation.IsEmpty ? 0 : seconds),
            AttainedAcceleratorSeconds = job.AttainedAcceleratorSeconds + (decisions[i].Allocation.Accelerators * seconds),
        }),
    ];

    private sealed class PowerLaw(double exponent) : IGoodputModel
    {
        public double Goodput(string acceleratorType, int nodes, int accelerators) => Math.Pow(accelerators, exponent);

        public int MaxTrustedAccelerators(string acceleratorType) => 64;
    }
}
