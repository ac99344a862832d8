namespace OrleansCompute.Scheduling.Speed;

/// <summary>
/// How fast a job makes progress with which accelerators: throughput times statistical efficiency, under the best batch size for them
/// (Pollux, OSDI 2021). Calls may be cached by the implementation; not thread-safe.
/// </summary>
public interface IGoodputModel
{
    /// <summary>Useful work a second; 0 where the job cannot run so. Comparable over types and counts of one job only.</summary>
    /// <param name="acceleratorType">Type, as the cluster names it.</param>
    /// <param name="nodes">Nodes that the accelerators are on, 1 or more.</param>
    /// <param name="accelerators">Accelerators, at least as many as nodes.</param>
    double Goodput(string acceleratorType, int nodes, int accelerators);

    /// <summary>Most accelerators for which the model's word is worth something; more than that is a guess.</summary>
    int MaxTrustedAccelerators(string acceleratorType);

    /// <summary>The batch that the job is to train with on these accelerators, in samples of a step over all of them; null, the default, where the model knows none.</summary>
    /// <param name="workers">One entry per type, with how each batch would be shared out.</param>
    /// <param name="nodes">Nodes that they are on, 1 or more.</param>
    int? Batch(IReadOnlyList<BatchWorker> workers, int nodes) => null;
}
