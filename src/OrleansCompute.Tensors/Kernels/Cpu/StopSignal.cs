namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>
/// Tells the threads of one kernel that its run was cancelled. They look at it between units of work (panels, images, rows), leave out what
/// is left and come to the end as usual, so nobody waits for anybody and all memory is returned; then the kernel throws on its caller's thread.
/// </summary>
/// <param name="unitSteps">Multiply-adds of the unit of work that runs to its end, 1 or more; default: about a few milliseconds of them.</param>
internal sealed class StopSignal(long unitSteps = StopSignal.UnitSteps)
{
    /// <summary>About as many multiply-adds as a few milliseconds hold.</summary>
    public const long UnitSteps = 1L << 28;

    private CancellationToken _token;

    /// <summary>Whether what is left is to be left out. One read of memory that nobody writes meanwhile: free at the grain of a panel.</summary>
    public bool IsRequested => _token.IsCancellationRequested;

    /// <summary>Takes over the token of a run, before threads begin to work on it.</summary>
    public void Begin(CancellationToken token) => _token = token;

    /// <summary>Items that make a unit.</summary>
    /// <param name="stepsPerItem">Multiply-adds of an item.</param>
    /// <param name="multiple">The unit is a multiple of this.</param>
    public int Unit(long stepsPerItem, int multiple) =>
        (int)Math.Clamp(unitSteps / Math.Max(1, stepsPerItem) / multiple, 1, (1 << 30) / multiple) * multiple;
}
