namespace OrleansCompute.Tensors.Execution;

/// <content>Measuring node by node.</content>
public sealed partial class CompiledGraph
{
    /// <summary>
    /// Runs the graph some times on the present inputs, one node after another, and measures each; then once more as it always runs, on
    /// its streams, for the time line.
    /// </summary>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="runs">Runs to measure, 1 or more; one more goes before them.</param>
    /// <param name="cancellation">Ends it between two kernels.</param>
    public ExecutionProfile Profile(TimeProvider timeProvider, int runs = 10, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(timeProvider);
        ArgumentOutOfRangeException.ThrowIfLessThan(runs, 1);
        ObjectDisposedException.ThrowIf(_disposed, this);
        var times = new TimeSpan[_steps.Length];
        var total = TimeSpan.Zero;
        for (var run = -1; run < runs; run++)
        {
            Begin(cancellation);
            var start = timeProvider.GetTimestamp();
            for (var i = 0; i < _steps.Length; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                var before = timeProvider.GetTimestamp();
                RunStep(_steps[i], 0);
                Accelerator.Synchronize();
                times[i] += run < 0 ? TimeSpan.Zero : timeProvider.GetElapsedTime(before);
            }

            Finish();
            total += run < 0 ? TimeSpan.Zero : timeProvider.GetElapsedTime(start);
        }

        var entries = _steps.Select((step, i) =>
        {
            var cost = step.Node.Cost();
            return new ProfileEntry(step.Node.Name, step.Node.Operator.Name, step.Library, runs, times[i], cost.Flops, cost.Bytes);
        });
        return new ExecutionProfile([.. entries], runs, total, Trace(timeProvider, cancellation));
    }

    private IReadOnlyList<ProfileEvent> Trace(TimeProvider timeProvider, CancellationToken cancellation)
    {
        var trace = _trace = new RunTrace(timeProvider, _steps);
        try
        {
            Run(cancellation);
        }
        finally
        {
            _trace = null;
        }

        return trace.Events;
    }
}
