using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Objectives;

/// <summary>What allocations cost and draw. Accelerators that nobody holds cost nothing and draw nothing here. Pure.</summary>
public static class ClusterCost
{
    /// <summary>Price of an allocation for an hour, in the currency of the nodes' prices.</summary>
    public static double PerHour(ClusterSnapshot cluster, Allocation allocation) => Sum(cluster, allocation, node => node.PricePerAcceleratorHour);

    /// <summary>Power that an allocation draws under load, watts; of nodes whose draw is not known, 0.</summary>
    public static double Watts(ClusterSnapshot cluster, Allocation allocation) => Sum(cluster, allocation, node => node.WattsPerAccelerator);

    private static double Sum(ClusterSnapshot cluster, Allocation allocation, Func<NodeSnapshot, double> each)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(allocation);
        var sum = 0.0;
        foreach (var share in allocation.Shares)
        {
            sum += each(cluster.Nodes[share.Node]) * (allocation.Device?.ComputeShare ?? share.Accelerators);
        }

        return sum;
    }
}
