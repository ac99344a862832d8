namespace OrleansCompute.Scheduling.Speed;

/// <summary>
/// Chooses the batch of a job for the accelerators that it holds or is to get, of one type or several: the one with the most goodput (throughput
/// times statistical efficiency; Pollux, OSDI 2021, equation 6). A live pool's decisions and its answers to reports both ask this. What a job could
/// make of more, once larger batches were tried, is weighed by <see cref="AdaptiveGoodput"/>. Pure.
/// </summary>
public static class BatchChooser
{
    /// <summary>
    /// A batch is changed for this gain and more: noise and times are measured, and vary. With AdaptDL's 1.05 a job on a machine that others used,
    /// too, changed twelve times in 13 s, and each change compiles plans of other sizes.
    /// </summary>
    public const double LeastGain = 1.1;

    /// <summary>
    /// Largest step beyond what was tried: the law of step time has seen nothing there, and is hopeful. Each trial is measured within seconds.
    /// </summary>
    public const int MaxGrowth = 4;

    // Goodput is flat around its top: half of this beside it costs 2 %, and fewer sizes are compiled.
    private const double Spacing = 1.4142135623730951;

    /// <summary>Chooses.</summary>
    /// <param name="limits">What the job allows.</param>
    /// <param name="throughput">What was learned of its steps.</param>
    /// <param name="noise">Of its gradients.</param>
    /// <param name="workers">What it holds or is to get, at least one.</param>
    /// <param name="nodes">Nodes that these are on.</param>
    /// <param name="present">Its present batch.</param>
    /// <param name="largestTried">The largest batch that was measured.</param>
    /// <returns>The present batch where no other is worth a change.</returns>
    public static BatchDecision Choose(
        BatchLimits limits, IThroughputModel throughput, GradientNoise noise, IReadOnlyList<BatchWorker> workers, int nodes, int present, int largestTried)
    {
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentNullException.ThrowIfNull(throughput);
        ArgumentNullException.ThrowIfNull(workers);
        ArgumentOutOfRangeException.ThrowIfZero(workers.Count, nameof(workers));
        var most = (int)Math.Min(limits.MaxBatch, (long)MaxGrowth * Math.Max(limits.InitialBatch, largestTried));
        var accelerators = 0;
        foreach (var worker in workers)
        {
            accelerators += worker.Count;
        }

        var now = Goodput(present);
        var best = (Batch: present, Goodput: now);
        for (double exact = limits.InitialBatch; ; exact *= Spacing)
        {
            var batch = Math.Min(most, Round(exact));
            if (Goodput(batch) is var goodput && goodput > best.Goodput)
            {
                best = (batch, goodput);
            }

            if (batch == most)
            {
                break;
            }
        }

        // What it trains with may no longer be allowed.
        return best.Goodput >= LeastGain * now || present > most || present < limits.InitialBatch
            ? new BatchDecision(best.Batch, best.Goodput, now)
            : new BatchDecision(present, now, now);

        double Goodput(int batch)
        {
            if (batch < limits.InitialBatch || batch > most)
            {
                return 0;
            }

            var seconds = 0.0;
            foreach (var worker in workers)
            {
                var local = Math.Max(1, (int)Math.Ceiling((batch * worker.Share) - 1e-9));
                seconds = Math.Max(seconds, throughput.Predict(worker.AcceleratorType, nodes, accelerators, local)?.StepSeconds ?? double.PositiveInfinity);
            }

            return seconds > 0 ? noise.Gain((double)batch / limits.InitialBatch) / seconds : 0;
        }

        // Kernels like whole vectors, and each size is compiled once.
        int Round(double exact) => exact <= limits.InitialBatch ? limits.InitialBatch : (int)Math.Max(limits.InitialBatch, exact < 16 ? exact : Math.Round(exact / 8) * 8);
    }
}
