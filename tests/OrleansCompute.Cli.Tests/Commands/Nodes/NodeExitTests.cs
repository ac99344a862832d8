using OrleansCompute.Cli.Commands.Nodes;
using OrleansCompute.Contracts.Pools;

namespace OrleansCompute.Cli.Tests.Commands.Nodes;

public sealed class NodeExitTests
{
    [Theory]
    [InlineData(10, "its jobs begin to move now, as 2.1 min are planned for that: what is not done in time goes on from its last checkpoint.")]
    [InlineData(124, "its jobs begin to move now, as 2.1 min are planned")]
    [InlineData(600, "its jobs begin to move 2.1 min before. Until then")]
    public void Begin_OfANodeThatIsTakenAway_NamesNoTimeThatHasPassed(double within, string expected) =>
        Assert.StartsWith(expected, NodeExit.Begin(within, 124), StringComparison.Ordinal);

    [Fact]
    public void Lines_OfWhatIsExpected_SaysWhatMovesWhere()
    {
        WhatIfEffect Effect(string job, string effect, string before, string after) => new() { Job = job, Effect = effect, Before = before, After = after, Reason = "" };
        var lines = NodeExit.Lines(
        [
            Effect("acme/a", "moves", "1 × k on 1 node", "1 × k on 1 node (c instead of b)"),
            Effect("acme/b", "stops", "1 × k on 1 node", "none") with { StartAfter = new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero) },
            Effect("acme/c", "waits", "none", "none"),
            Effect("acme/d", "shrinks", "2 × k", "1 × k") with { StartAfter = new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero) },
        ]);

        Assert.Equal(
            ["  acme/a moves: 1 × k on 1 node → 1 × k on 1 node (c instead of b)", "  acme/b stops: 1 × k on 1 node → none; expected to start again at about 2026-01-01 12:00:00 UTC",
                "  acme/d shrinks: 2 × k → 1 × k"],
            lines);
    }

    [Fact]
    public void Lines_OfEachJobThere_SayWhatReallyHappens()
    {
        var pool = Pool(90, ("easy", 2, request => request), ("fixed", 1, request => request with { IsPreemptible = false }), ("short", 1, request => request with { MinRunSeconds = 600 }));
        Assert.Equal(
            [
                "  acme/easy gives its 2 leases back at its next step; what it still holds 90 s after it was asked is taken.",
                "  acme/fixed may not be preempted: it keeps its 1 lease until it ends (or `oc node remove a --force`).",
                "  acme/short keeps its 1 lease until it has had them for 10 min; then it gives them back at its next step, and what it still holds 90 s after it was asked is taken.",
            ],
            NodeExit.Lines(pool, "a"));
        Assert.Empty(NodeExit.Lines(pool, "b"));
        Assert.StartsWith("  acme/easy then gives its 2 leases back", NodeExit.Lines(pool, "a", isLater: true)[0], StringComparison.Ordinal);
        Assert.StartsWith("  acme/easy gives its 2 leases", NodeExit.Lines(pool with { Running = default }, "a")[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(124, "2.1 min")]
    [InlineData(119.5, "119.5 s")]
    [InlineData(14_400, "4 h")]
    public void Time_OfSeconds_HasAUnit(double seconds, string expected) => Assert.Equal(expected, NodeExit.Time(seconds));

    [Fact]
    public void Within_WhenBothOrNeitherOrTooMuchIsGiven_IsRefused()
    {
        Assert.Equal(TimeSpan.FromMinutes(2), NodeReclaimCommand.Within("2m", cancel: false));
        Assert.Null(NodeReclaimCommand.Within(null, cancel: true));
        Assert.Contains("both given", Refusal("2m", cancel: true), StringComparison.Ordinal);
        Assert.Contains("Neither --within nor --cancel", Refusal(null, cancel: false), StringComparison.Ordinal);
        Assert.Equal("--within is '31d'; allowed: 0s to 30d.", Refusal("31d", cancel: false));

        static string Refusal(string? within, bool cancel) => Assert.Throws<CommandException>(() => NodeReclaimCommand.Within(within, cancel)).Message;
    }

    private static PoolSnapshot Pool(double yieldSeconds, params (string Job, int Leases, Func<JobRequest, JobRequest> With)[] jobs)
    {
        var id = 0;
        var leases = jobs.SelectMany(job => Enumerable.Range(0, job.Leases).Select(_ => new Lease
        {
            Id = ++id, Pool = "default", Tenant = "acme", Job = job.Job, Node = "a", NodeIncarnation = 1, Accelerator = $"acc{id}", ScoreGflops = 1, GrantedAt = DateTimeOffset.UnixEpoch,
        }));
        return new PoolSnapshot
        {
            Name = "default",
            Nodes = [],
            Queue = [],
            Leases = [.. leases],
            YieldTimeoutSeconds = yieldSeconds,
            Running =
            [
                .. jobs.Select(job => new RunningJob
                {
                    Request = job.With(new JobRequest { Tenant = "acme", Job = job.Job, MinAccelerators = 1, MaxAccelerators = 2, SubmittedAt = DateTimeOffset.UnixEpoch }),
                    Leases = [],
                    Yielding = [],
                    Reason = "",
                    AttainedAcceleratorSeconds = 0,
                }),
            ],
        };
    }
}
