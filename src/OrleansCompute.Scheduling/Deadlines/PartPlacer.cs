using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Reservations;

namespace OrleansCompute.Scheduling.Deadlines;

/// <summary>Finds an accelerator for a part that goes first: beside other parts, on a free one, or where others must leave. Not thread-safe.</summary>
/// <param name="cluster">Nodes.</param>
/// <param name="gangs">What is held and fixed as a whole; parts are noted there as well.</param>
internal sealed class PartPlacer(ClusterSnapshot cluster, GangPlacer gangs)
{
    private const double Tolerance = 1e-9;
    private readonly SortedDictionary<(int Node, int Device), Shared> _shared = [];
    private readonly Dictionary<(int Node, int Device), double> _preferred = [];

    /// <summary>Notes what a running job holds, if it is a part.</summary>
    public void Hold(Allocation allocation, bool isFixed)
    {
        if (allocation.Device is { } part)
        {
            Note(part, isFixed);
        }
    }

    /// <summary>Notes where a part would stay if it can: another that needs a whole accelerator first disturbs the least.</summary>
    public void Prefer(Allocation allocation)
    {
        if (allocation.Device is { } part)
        {
            _preferred[(part.Node, part.Device)] = _preferred.GetValueOrDefault((part.Node, part.Device)) + part.ComputeShare;
        }
    }

    /// <summary>Whether a part may stay: what is fixed leaves room.</summary>
    public bool HasRoom(JobSnapshot job, DeviceShare part) => cluster.Nodes[part.Node].TakesWork && part.Device < cluster.Nodes[part.Node].Accelerators
        && (_shared.TryGetValue((part.Node, part.Device), out var device)
            ? gangs.MayShare(part.Node, part.Device) && device.Fits(part.ComputeShare, part.MemoryBytes, MemoryOf(part.Node), withHeld: false) : gangs.HasWhole(part.Node, mayDisplace: true))
        && gangs.MayHost(job, part.Node) && gangs.HasHostRoom(job, part.Node, part.ComputeShare, mayDisplace: true);

    /// <summary>Finds a part, without taking it; null where there is none.</summary>
    public DeviceShare? Find(JobSnapshot job, int type)
    {
        var part = job.Fraction!.Value;
        return Beside(withHeld: true) ?? Fresh(mayDisplace: false) ?? Beside(withHeld: false) ?? Fresh(mayDisplace: true);

        // The fullest on which it fits: room for larger ones stays together.
        DeviceShare? Beside(bool withHeld)
        {
            var (best, left) = ((DeviceShare?)null, double.PositiveInfinity);
            foreach (var (at, device) in _shared)
            {
                if (cluster.TypeOf(at.Node) == type && cluster.Nodes[at.Node].TakesWork && gangs.MayHost(job, at.Node) && device.ComputeLeft(withHeld) < left && gangs.MayShare(at.Node, at.Device)
                    && device.Fits(part.ComputeShare, part.MemoryBytes, MemoryOf(at.Node), withHeld)
                    && gangs.HasHostRoom(job, at.Node, part.ComputeShare, mayDisplace: !withHeld))
                {
                    (best, left) = (new DeviceShare(at.Node, at.Device, part.ComputeShare, part.MemoryBytes), device.ComputeLeft(withHeld));
                }
            }

            return best;
        }

        DeviceShare? Fresh(bool mayDisplace)
        {
            var (best, least) = ((DeviceShare?)null, double.PositiveInfinity);
            for (var node = 0; node < cluster.Nodes.Length && least > 0; node++)
            {
                // Of the host it needs its part of what a job asks beside a whole accelerator.
                if (cluster.TypeOf(node) != type || part.MemoryBytes > MemoryOf(node) || !gangs.HasWhole(node, mayDisplace) || !gangs.MayHost(job, node)
                    || !gangs.HasHostRoom(job, node, part.ComputeShare, mayDisplace))
                {
                    continue;
                }

                for (var device = 0; device < cluster.Nodes[node].Accelerators && least > 0; device++)
                {
                    var disturbed = _preferred.GetValueOrDefault((node, device));
                    if (!_shared.ContainsKey((node, device)) && disturbed < least)
                    {
                        (best, least) = (new DeviceShare(node, device, part.ComputeShare, part.MemoryBytes), disturbed);
                    }
                }
            }

            return best;
        }
    }

    /// <summary>Takes a part for good.</summary>
    public void Take(JobSnapshot job, DeviceShare part)
    {
        gangs.Take(job, Allocation.OfDevice(part));
        Note(part, isFixed: true);
    }

    private void Note(DeviceShare part, bool isFixed)
    {
        if (!_shared.TryGetValue((part.Node, part.Device), out var device))
        {
            _shared.Add((part.Node, part.Device), device = new Shared());
        }

        device.Add(part, isFixed);
    }

    private long MemoryOf(int node) => cluster.Nodes[node].AcceleratorMemoryBytes is > 0 and var bytes ? bytes : long.MaxValue;

    private sealed class Shared
    {
        private (double Compute, long Memory) _fixed;
        private (double Compute, long Memory) _all;

        public double ComputeLeft(bool withHeld) => 1 - (withHeld ? _all : _fixed).Compute;

        public bool Fits(double compute, long memory, long most, bool withHeld)
        {
            var used = withHeld ? _all : _fixed;
            return used.Compute + compute <= 1 + Tolerance && memory <= most - used.Memory;
        }

        public void Add(DeviceShare part, bool isFixed)
        {
            _all = (_all.Compute + part.ComputeShare, _all.Memory + part.MemoryBytes);
            _fixed = isFixed ? (_fixed.Compute + part.ComputeShare, _fixed.Memory + part.MemoryBytes) : _fixed;
        }
    }
}
