namespace Orleans.Embedded;

/// <summary>Several activations per silo, outside the directory.</summary>
internal sealed class StatelessWorkerPlacement : PlacementStrategy
{
    public StatelessWorkerPlacement()
        : this(Environment.ProcessorCount)
    {
    }

    public StatelessWorkerPlacement(int maxLocal)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxLocal, 1);
        MaxLocal = maxLocal;
    }

    public int MaxLocal { get; }

    public override bool IsUsingGrainDirectory => false;
}
