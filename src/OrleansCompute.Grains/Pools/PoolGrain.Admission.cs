using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Contracts.Tenants;
using OrleansCompute.Scheduling.Tenancy;

namespace OrleansCompute.Grains.Pools;

/// <content>What is refused when it is submitted.</content>
internal sealed partial class PoolGrain
{
    private readonly AdmissionTurn _admissions = new(clock);

    /// <summary>Puts a job into the queue; the one that is there, where somebody else has submitted it meanwhile.</summary>
    /// <exception cref="FabricRefusedException">The pool can never run the job, or not in time.</exception>
    private async Task<PooledJob> AdmitAsync(JobRequest request)
    {
        var line = await LineAsync(request.Tenant);
        if (PoolAdmission.ExplainImpossible(State, request, line) is { } impossible)
        {
            throw new FabricRefusedException($"Pool {Name} can never run job {request.Tenant}/{request.Job}: {impossible}");
        }

        if (request.DeadlineAt is null || request.IsResubmitted)
        {
            return Find(request.Tenant, request.Job) ?? Enqueue(request);
        }

        // One at a time: two that are checked together would both get what is left for one.
        return await _admissions.RunAsync($"Pool {Name}, job {request.Tenant}/{request.Job}", async () =>
        {
            var late = Find(request.Tenant, request.Job) is null ? await ExplainLateAsync(request, line.Min(tenant => tenant.MaxAccelerators)) : null;
            return Find(request.Tenant, request.Job) ?? (late is null
                ? Enqueue(request)
                : throw new FabricRefusedException($"Pool {Name} cannot run job {request.Tenant}/{request.Job} by its deadline: {late}"));
        });
    }

    private async Task<string?> ExplainLateAsync(JobRequest request, int mostAccelerators)
    {
        var tenants = await TenantsAsync(request.Tenant);
        var now = clock.GetUtcNow();
        return await Task.Run(Question(
            tenants, question => PoolDeadlines.ExplainLate(question, request, mostAccelerators), new PooledJob { Request = request, CountedAt = now, AllocatedAt = now }));
    }

    /// <summary>A tenant and all above it.</summary>
    private async Task<IReadOnlyList<TenantSpec>> LineAsync(string tenant)
    {
        var line = new List<TenantSpec>();
        for (var name = tenant; name.Length > 0 && line.Count < TenantTree.MaxDepth; name = line[^1].Parent)
        {
            line.Add(await GrainFactory.GetGrain<ITenantGrain>(name).Get());
        }

        return line;
    }
}
