using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Explanations;

/// <summary>A change with which a waiting job starts in this round: the policy was asked, and said so.</summary>
/// <param name="Change">What would be different: of the job, or of a tenant's quota.</param>
/// <param name="Allocation">What the job then gets.</param>
/// <param name="Placement">The same in words.</param>
/// <param name="Text">The change in words, as <c>min 2</c> or <c>type T4 accepted as well</c>.</param>
public sealed record StartOption(PoolChange Change, Allocation Allocation, string Placement, string Text)
{
    /// <summary>Samples of a step that it would train with; null where its batch is fixed.</summary>
    public int? Batch { get; init; }
}
