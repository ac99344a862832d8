using Orleans.Concurrency;

namespace OrleansCompute.Embedded.Orleans.Conformance.Grains;

[StatelessWorker(2)]
public sealed class WorkerGrain(Journal journal) : Grain, IWorkerGrain
{
    private readonly Guid _mark = Guid.NewGuid();

    public async Task<Guid> Meet()
    {
        journal.Write("worker");
        await journal.WaitForAsync("worker", times: 2);
        return _mark;
    }
}
