using Orleans;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Jobs;

namespace OrleansCompute.Grains.Jobs;

/// <content>What may be changed after submission.</content>
internal sealed partial class JobGrain
{
    public async Task<JobStatus> Set(JobSettings settings)
    {
        Require();
        if (settings.NoBudget && settings.Budget is not null)
        {
            throw new FabricRefusedException($"budget is {settings.Budget} and noBudget is true; allowed: one of them.");
        }

        await StoreAsync();
        if (HasEnded)
        {
            throw new FabricRefusedException($"Job {this.GetPrimaryKeyString()} has ended ({State.State}); only one that has not can be changed.");
        }

        var spec = State.Spec!;
        var changed = spec with
        {
            Resources = spec.Resources with
            {
                Budget = settings.NoBudget ? null : settings.Budget ?? spec.Resources.Budget, Priority = settings.Priority ?? spec.Resources.Priority,
            },
        };
        if (JobSpecValidator.Validate(changed) is { Count: > 0 } problems)
        {
            throw new FabricRefusedException(string.Join(" ", problems));
        }

        if (changed.Resources != spec.Resources)
        {
            State.Spec = changed;
            State.SettingsVersion++;
            Note(FormattableString.Invariant($"Set to budget {changed.Resources.Budget?.ToString(null, System.Globalization.CultureInfo.InvariantCulture) ?? "none"}, priority {changed.Resources.Priority}."));

            // Off this turn: the pool may be waiting for this grain. It takes over what a job that it knows asks differently,
            // the newest by its number: two quick changes may arrive in either order.
            await StoreAsync(() => runs.SubmitInBackground(Resubmission(), changed.Pool));
        }

        return Status();
    }
}
