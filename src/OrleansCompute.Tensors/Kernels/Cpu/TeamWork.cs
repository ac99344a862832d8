namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>Work that a <see cref="WorkerTeam"/> divides. Kept as an object with fields, so that a call allocates no closure.</summary>
internal abstract class TeamWork
{
    /// <summary>Does part number <paramref name="part"/> of <paramref name="parts"/> equal ones; runs on several threads at once.</summary>
    public abstract void Run(int part, int parts);

    /// <summary>First item of a part when <paramref name="count"/> items are divided.</summary>
    protected static int Start(int count, int part, int parts) => (int)((long)count * part / parts);
}
