namespace OrleansCompute.Scheduling.Model;

/// <summary>What a policy decides for one job.</summary>
/// <param name="Allocation">What the job shall hold from now on; none where it waits.</param>
/// <param name="Reason">A sentence with numbers: why it holds this, or why it waits.</param>
/// <param name="Memo">What the policy wants to find in <see cref="JobSnapshot.Memo"/> in the next round.</param>
public sealed record JobDecision(Allocation Allocation, string Reason, double? Memo = null)
{
    /// <summary>
    /// Name of the job that computes on the very same accelerators, whose decision names this one and has an equal allocation; empty where
    /// the job has them to itself.
    /// </summary>
    public string SharesWith { get; init; } = "";

    /// <summary>
    /// Samples of a step over all accelerators of <see cref="Allocation"/> that it is to train with; null where its batch is fixed, or it waits. From
    /// <see cref="Speed.JobBatch"/>, whoever decided.
    /// </summary>
    public int? Batch { get; init; }

    /// <summary>The very allocation that <see cref="Batch"/> was chosen for, by which it is seen that it is not to be chosen again; null where it was not.</summary>
    internal Allocation? BatchFor { get; init; }

    /// <summary>Whether the job asks for what it can never get, whoever leaves: it should be told, not queued.</summary>
    public bool IsRefused { get; init; }
}
