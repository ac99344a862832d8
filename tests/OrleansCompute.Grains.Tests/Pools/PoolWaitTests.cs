using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Configuration;
using Orleans.Hosting;
using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Contracts.Nodes;
using OrleansCompute.Grains.Jobs;
using OrleansCompute.Grains.Tests.Fabric;
using OrleansCompute.Grains.Tests.Jobs;
using OrleansCompute.TestKit;

namespace OrleansCompute.Grains.Tests.Pools;

/// <summary>Jobs between two runs.</summary>
public sealed class PoolWaitTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Round_WhenAJobThatWaitedLongIsAboutToGetALease_TheLeaseStays()
    {
        var (clock, grant) = (new LateClock(), new CallTrap(nameof(INodeGrain.Grant)));
        await using var fabric = await FabricCluster.StartAsync(
            [new TestNode("a")],
            clock,
            options => options.RoundPeriod = TimeSpan.FromMinutes(10),
            silo =>
            {
                silo.AddIncomingGrainCallFilter(grant);

                // The grant is held up for as long as a round takes on a machine that does much else.
                silo.Services.Configure<SiloMessagingOptions>(messaging => messaging.ResponseTimeout = TimeSpan.FromDays(1));
            });
        await fabric.AddDatasetAsync(JobSamples.Data);
        await fabric.JoinAsync("a");
        await fabric.Job("patient").Submit(JobSamples.Endless("patient"));
        await fabric.TrainingAsync("patient");

        // It waits without a node, and time goes by.
        var node = await fabric.Node("a").GetStatus();
        await fabric.Pool.Remove("a", force: true);
        await Eventually.GetAsync(() => fabric.Pool.GetStatus(), pool => pool is { Leases.IsEmpty: true, Queue.Length: 1 }, "the job waits", Limit);
        await Eventually.GetAsync(() => fabric.Job("patient").GetStatus(), job => job.State == JobState.Queued, "the job knows", Limit);
        clock.Add(TimeSpan.FromSeconds(61));
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        grant.Set(_ =>
        {
            reached.TrySetResult();
            return open.Task;
        });
        await fabric.Pool.Join(node with { Incarnation = node.Incarnation + 1 });
        await reached.Task.OrFailAsync("the grant is on its way");
        var lease = Assert.Single((await fabric.Pool.GetStatus()).Leases);

        // A round that says why the second waits has looked at all leases before.
        await fabric.Job("second").Submit(JobSamples.Endless("second"));
        await Eventually.GetAsync(
            () => fabric.Pool.GetStatus(),
            pool => pool.Queue.Any(job => job.Request.Job == "second" && !job.Reason.Contains("next scheduling round", StringComparison.Ordinal)),
            "a round while the grant is on its way",
            Limit);
        Assert.Equal(lease.Id, Assert.Single((await fabric.Pool.GetStatus()).Leases).Id);
        grant.Clear();
        open.SetResult();
    }

    [Fact]
    public async Task Assign_WhenTheRunCannotBeMade_TheJobWaitsAgainSaysWhyAndRuns()
    {
        using var loggers = new RefusesOnce(typeof(TrainingRun).FullName!);
        await using var fabric = await FabricCluster.StartAsync(
            [new TestNode("a")],
            pool: options => options.RoundPeriod = TimeSpan.FromMilliseconds(500),
            silo: silo => silo.Services.AddSingleton<ILoggerProvider>(loggers));
        await fabric.AddDatasetAsync(JobSamples.Data);
        await fabric.Job("unlucky").Submit(JobSamples.Endless("unlucky"));
        var status = await Eventually.GetAsync(
            () => fabric.Job("unlucky").GetStatus(), job => job is { State: JobState.Running, Generation: 2 }, "the second run", Limit);
        Assert.Contains(status.Events, happened => happened.Text.Contains("The run did not start: no logger today", StringComparison.Ordinal));
        await fabric.TrainingAsync("unlucky");
        await fabric.Job("unlucky").Cancel("seen");
    }

    /// <summary>The time of the machine, and what a test adds to it; timers are the machine's.</summary>
    private sealed class LateClock : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Add(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Interlocked.Read(ref _ticks));

        public override long GetTimestamp() => System.GetElapsedTime(0).Ticks + Interlocked.Read(ref _ticks);
    }

    private sealed class RefusesOnce(string category) : ILoggerProvider
    {
        private int _asked;

        public ILogger CreateLogger(string categoryName) => categoryName == category && Interlocked.Increment(ref _asked) == 1
            ? throw new InvalidOperationException("no logger today")
            : NullLogger.Instance;

        public void Dispose()
        {
        }
    }
}
