namespace Orleans.Embedded;

/// <summary>The local activations of one stateless worker. Thread-safe.</summary>
internal sealed class WorkerGroup(SiloRuntime silo, GrainClass grainClass, GrainId grainId)
{
    private readonly Lock _gate = new();
    private readonly List<Activation> _workers = [];

    /// <summary>Gives the request to an idle worker, a new one, or the least loaded.</summary>
    public bool TryEnqueue(GrainRequest request)
    {
        Activation worker;
        lock (_gate)
        {
            _workers.RemoveAll(static worker => worker.State is ActivationState.Deactivating or ActivationState.Dead);
            var best = _workers.MinBy(static worker => worker.Load);
            if (best is null || (best.Load > 0 && _workers.Count < grainClass.MaxLocalWorkers))
            {
                best = silo.CreateWorker(grainClass, grainId);
                _workers.Add(best);
            }

            worker = best;
        }

        return worker.TryEnqueue(request);
    }
}
