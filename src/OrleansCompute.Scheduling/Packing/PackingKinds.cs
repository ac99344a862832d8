namespace OrleansCompute.Scheduling.Packing;

/// <summary>How many tasks of each kind (a share, or a number of whole accelerators) each machine of a pool holds.</summary>
internal sealed class PackingKinds(int nodes)
{
    private const int Kinds = PackingPool.MaxAcceleratorsPerNode + 1;
    private readonly int[] _counts = new int[nodes * Kinds];

    /// <summary>0 for a share of an accelerator, else the number of whole ones; -1 for a task without any.</summary>
    public static int KindOf(in PackingShape shape) => shape.Accelerators == 0 ? -1 : shape.ShareMilli < 1000 ? 0 : shape.Accelerators;

    /// <summary>Tasks of a kind on a machine.</summary>
    public int Count(int node, int kind) => _counts[node * Kinds + kind];

    /// <summary>Number of different kinds on a machine.</summary>
    public int Different(int node) => Kinds - _counts.AsSpan(node * Kinds, Kinds).Count(0);

    /// <summary>Counts tasks that were placed, or with a negative number left.</summary>
    public void Add(int node, in PackingShape shape, int tasks)
    {
        if (KindOf(shape) is >= 0 and var kind)
        {
            _counts[node * Kinds + kind] += tasks;
        }
    }
}
