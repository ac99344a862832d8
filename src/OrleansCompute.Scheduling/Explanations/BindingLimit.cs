namespace OrleansCompute.Scheduling.Explanations;

/// <summary>A limit that a job meets, in numbers.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Needed">What the job needs of it: accelerators, or money for <see cref="LimitKind.Budget"/>.</param>
/// <param name="Used">What is used of it, or has been spent.</param>
/// <param name="Allowed">What there is, or is allowed.</param>
/// <param name="Type">Accelerator type; null where it is about all.</param>
/// <param name="Tenant">Tenant whose limit it is; null where it is nobody's.</param>
/// <param name="JobId">Job that comes first; null where none does.</param>
/// <param name="Detail">What the policy says about it; null where the numbers say all.</param>
public sealed record BindingLimit(
    LimitKind Kind, double Needed, double Used, double Allowed, string? Type = null, string? Tenant = null, string? JobId = null,
    string? Detail = null);
