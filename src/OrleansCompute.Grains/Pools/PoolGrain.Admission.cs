using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Contracts.Tenants;
using OrleansCompute.Scheduling.Tenancy;

namespace OrleansCompute.Grains.Pools;

/// <content>What is refused when it is submitted.</content>
internal sealed partial class PoolGrain
{
    /// <exception cref="FabricRefusedException">The pool can never run the job, or not in time.</exception>
    private async Task RequireAdmissionAsync(JobRequest request)
    {
        var line = await LineAsync(request.Tenant);
        if (PoolAdmission.ExplainImpossible(State, request, line) is { } impossible)
        {
            throw new FabricRefusedException($"Pool {Name} can never run job {request.Tenant}/{request.Job}: {impossible}");
        }

        if (request.DeadlineAt is null || request.IsResubmitted)
        {
            return;
        }

        var state = new PoolGrainState
        {
            Nodes = State.Nodes,
            Leases = State.Leases,
            Draining = State.Draining,
            Memory = State.Memory,
            Jobs = [.. State.Jobs, new PooledJob { Request = request, CountedAt = clock.GetUtcNow(), AllocatedAt = clock.GetUtcNow() }],
        };
        var question = new PoolQuestion(
            state, await TenantsAsync(), _profiles, _yielding.Keys.ToHashSet(), PoolPolicies.Create(options.Value, State.Memory.ToLengths()), options.Value, clock.GetUtcNow(), LeastPrice());
        if (await Task.Run(() => PoolDeadlines.ExplainLate(question, request, line.Min(tenant => tenant.MaxAccelerators))) is { } late)
        {
            throw new FabricRefusedException($"Pool {Name} cannot run job {request.Tenant}/{request.Job} by its deadline: {late}");
        }
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
