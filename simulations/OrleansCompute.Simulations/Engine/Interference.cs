namespace OrleansCompute.Simulations.Engine;

/// <summary>
/// Jobs that span nodes slow each other where they meet on a node, because they share its network (the rule of Pollux' simulator).
/// </summary>
internal sealed class Interference(int nodes, double fraction)
{
    private readonly int[] _spanning = new int[nodes];

    public void Update(IReadOnlyList<SimulatedJob> jobs)
    {
        if (fraction == 0)
        {
            return;
        }

        Array.Clear(_spanning);
        foreach (var job in jobs)
        {
            if (job.Allocation.Nodes > 1)
            {
                foreach (var share in job.Allocation.Shares)
                {
                    _spanning[share.Node]++;
                }
            }
        }
    }

    public double SpeedOf(SimulatedJob job)
    {
        if (fraction > 0 && job.Allocation.Nodes > 1)
        {
            foreach (var share in job.Allocation.Shares)
            {
                if (_spanning[share.Node] > 1)
                {
                    return 1 - fraction;
                }
            }
        }

        return 1;
    }
}
