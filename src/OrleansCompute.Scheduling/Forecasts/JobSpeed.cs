using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Forecasts;

/// <summary>How fast a job is with what it holds; comparable for one job only.</summary>
public static class JobSpeed
{
    /// <summary>Speed with an allocation; 0 for none. Accelerators of several types count each as fast as it would be among its own.</summary>
    /// <param name="cluster">The nodes.</param>
    /// <param name="job">The job; one without a model counts each accelerator as 1.</param>
    /// <param name="allocation">On nodes of the cluster.</param>
    public static double Of(ClusterSnapshot cluster, JobSnapshot job, Allocation allocation)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(allocation);
        var speed = 0.0;
        var count = allocation.Accelerators;
        foreach (var share in allocation.Shares)
        {
            speed += share.Accelerators * PerAccelerator(cluster, job, cluster.TypeOf(share.Node), allocation.Nodes, count);
        }

        return speed;
    }

    /// <summary>Speed with what it requested, on its first acceptable type with so many; where there is none, with one accelerator.</summary>
    public static double Requested(ClusterSnapshot cluster, JobSnapshot job)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(job);
        for (var type = 0; type < cluster.Types.Length; type++)
        {
            if (job.Accepts(cluster.Types[type]) && cluster.AcceleratorsPerType[type] >= job.RequestedAccelerators)
            {
                return Of(cluster, job, type, job.RequestedAccelerators);
            }
        }

        return 1;
    }

    /// <summary>Whether so many accelerators of a type, on as few nodes as can be, are of any use to the job: <see cref="JobSnapshot.CanUse"/>.</summary>
    internal static bool CanUse(ClusterSnapshot cluster, JobSnapshot job, int type, int count)
    {
        var perNode = Math.Max(1, cluster.LargestNodePerType[type]);
        return job.CanUse(cluster.Types[type], (count + perNode - 1) / perNode, count);
    }

    /// <summary>Speed with so many accelerators of a type on as few nodes as can be.</summary>
    internal static double Of(ClusterSnapshot cluster, JobSnapshot job, int type, int count)
    {
        var perNode = Math.Max(1, cluster.LargestNodePerType[type]);
        return count * PerAccelerator(cluster, job, type, (count + perNode - 1) / perNode, count);
    }

    /// <summary>Speed of one accelerator of a type in a gang.</summary>
    internal static double OfMember(ClusterSnapshot cluster, JobSnapshot job, int type, Allocation gang) =>
        PerAccelerator(cluster, job, type, Math.Max(1, gang.Nodes), gang.Accelerators);

    /// <summary>Speed of one accelerator of a type in a gang of so many on as few nodes as can be.</summary>
    internal static double OfMember(ClusterSnapshot cluster, JobSnapshot job, int type, int count) => Of(cluster, job, type, count) / count;

    private static double PerAccelerator(ClusterSnapshot cluster, JobSnapshot job, int type, int nodes, int count)
    {
        if (job.Goodput is null || count == 0)
        {
            return 1;
        }

        var together = job.Goodput.Goodput(cluster.Types[type], nodes, count);
        return together > 0 ? together / count : job.Goodput.Goodput(cluster.Types[type], 1, 1);
    }
}
