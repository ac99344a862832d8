namespace OrleansCompute.Tensors.Execution;

/// <summary>
/// What the kernels of one run share, those of sub-graphs included: when to end, and how many trips loops may still make. A plan has one
/// and begins it anew with each run. Thread-safe but for <see cref="Begin"/>.
/// </summary>
public sealed class RunScope
{
    private long _trips;

    /// <summary>Creates a scope that nobody cancels.</summary>
    /// <param name="limits">Limits of the run; null: the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">A limit is out of range.</exception>
    public RunScope(RunLimits? limits = null)
    {
        Limits = limits ?? new RunLimits();
        ArgumentOutOfRangeException.ThrowIfLessThan(Limits.MaxTrips, 1, nameof(RunLimits.MaxTrips));
    }

    /// <summary>Limits of the run.</summary>
    public RunLimits Limits { get; }

    /// <summary>Ends the run: kernels of loops and slow kernels look at it while they work.</summary>
    public CancellationToken Cancellation { get; private set; }

    /// <summary>Search for numbers that are not finite; null where nobody wants it.</summary>
    internal FiniteCheck? Finite { get; private set; }

    /// <summary>Starts a run.</summary>
    /// <param name="cancellation">Ends it.</param>
    public void Begin(CancellationToken cancellation)
    {
        Cancellation = cancellation;
        Finite = Limits.ChecksFinite ? new FiniteCheck() : null;
        Interlocked.Exchange(ref _trips, 0);
    }

    /// <summary>Counts a trip of a loop.</summary>
    /// <param name="operator">Name of the loop's operator, for the message.</param>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    /// <exception cref="TripBudgetException">All loops of the run together have made as many trips as they may.</exception>
    public void CountTrip(string @operator)
    {
        Cancellation.ThrowIfCancellationRequested();
        if (Interlocked.Increment(ref _trips) > Limits.MaxTrips)
        {
            throw new TripBudgetException(
                $"{@operator}: the loops of this run have made {Limits.MaxTrips} trips together, which is all that {nameof(RunLimits.MaxTrips)} allows. Check the loop's condition, or raise the limit.");
        }
    }
}
