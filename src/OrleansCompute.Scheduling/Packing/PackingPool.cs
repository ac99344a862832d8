using System.Numerics;

namespace OrleansCompute.Scheduling.Packing;

/// <summary>
/// What is free on each machine of a pool: processor, memory, and thousandths of each accelerator. Placing and releasing cost
/// O(accelerators of the machine). Not thread-safe.
/// </summary>
public sealed class PackingPool
{
    /// <summary>Most accelerators in one machine: placements are bit masks.</summary>
    public const int MaxAcceleratorsPerNode = 64;

    /// <summary>Most different models in one pool: sets of models are bit masks.</summary>
    public const int MaxModels = 64;

    private readonly Dictionary<PackingShape, int> _shapeIndex = [];
    private readonly List<PackingShape> _shapes = [];
    private readonly List<ulong> _shapeModels = [];
    private readonly Dictionary<string, int> _models = new(StringComparer.Ordinal);
    private readonly int[] _cpuFree;
    private readonly long[] _memoryFree;
    private readonly int[] _firstDevice;
    private readonly int[] _deviceFree;
    private readonly int[] _freeMilli;
    private readonly int[] _wholeFree;
    private readonly int[] _model;
    private readonly long[] _changedAt;

    /// <summary>A pool with all of it free.</summary>
    /// <exception cref="ArgumentException">A name twice, a number out of range, or more than <see cref="MaxModels"/> models.</exception>
    public PackingPool(IReadOnlyList<PackingNode> nodes)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        Nodes = [.. nodes];
        var names = new HashSet<string>(StringComparer.Ordinal);
        _cpuFree = new int[nodes.Count];
        _memoryFree = new long[nodes.Count];
        _firstDevice = new int[nodes.Count + 1];
        _freeMilli = new int[nodes.Count];
        _wholeFree = new int[nodes.Count];
        _model = new int[nodes.Count];
        _changedAt = new long[nodes.Count];
        for (var i = 0; i < nodes.Count; i++)
        {
            var node = nodes[i];
            if (!names.Add(node.Name))
            {
                throw new ArgumentException($"nodes holds {node.Name} twice; names are unique.", nameof(nodes));
            }

            if (node.CpuMilli < 0 || node.MemoryMib < 0 || node.Accelerators is < 0 or > MaxAcceleratorsPerNode)
            {
                throw new ArgumentException(
                    $"node {node.Name} has cpu_milli {node.CpuMilli}, memory_mib {node.MemoryMib}, gpu {node.Accelerators};"
                    + $" allowed 0 or more, 0 or more, 0 to {MaxAcceleratorsPerNode}.", nameof(nodes));
            }

            if (node.Accelerators > 0 && node.Model.Length == 0)
            {
                throw new ArgumentException($"node {node.Name} has {node.Accelerators} accelerators and no model; name it.", nameof(nodes));
            }

            _cpuFree[i] = node.CpuMilli;
            _memoryFree[i] = node.MemoryMib;
            _freeMilli[i] = node.Accelerators * 1000;
            _wholeFree[i] = node.Accelerators;
            _firstDevice[i + 1] = _firstDevice[i] + node.Accelerators;
            _model[i] = node.Accelerators == 0 ? -1 : ModelIndex(node.Model);
        }

        _deviceFree = new int[_firstDevice[^1]];
        Kinds = new PackingKinds(nodes.Count);
        Array.Fill(_deviceFree, 1000);
        TotalMilli = 1000L * _deviceFree.Length;
    }

    /// <summary>The machines, in the order given.</summary>
    public IReadOnlyList<PackingNode> Nodes { get; }

    /// <summary>Thousandths of an accelerator in the pool.</summary>
    public long TotalMilli { get; }

    /// <summary>Thousandths of an accelerator that tasks hold.</summary>
    public long UsedMilli { get; private set; }

    /// <summary>Number of different shapes seen.</summary>
    public int ShapeCount => _shapes.Count;

    /// <summary>How many tasks of each kind each machine holds.</summary>
    internal PackingKinds Kinds { get; }

    /// <summary>Counts placements and releases; <see cref="ChangedAt"/> says which machines changed since.</summary>
    internal long Clock { get; private set; }

    internal int ModelCount => _models.Count;

    /// <summary>The index of a shape in this pool; equal shapes have equal indices.</summary>
    /// <exception cref="ArgumentException">Numbers that make no sense: see <see cref="PackingShape.Problem"/>.</exception>
    public int ShapeOf(PackingShape shape)
    {
        shape = shape with { Models = shape.Models ?? "" };
        if (_shapeIndex.TryGetValue(shape, out var index))
        {
            return index;
        }

        if (shape.Problem() is { } problem)
        {
            throw new ArgumentException(problem, nameof(shape));
        }

        ulong models = 0;
        foreach (var name in shape.Models.Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            models |= _models.TryGetValue(name, out var model) ? 1UL << model : 0;
        }

        index = _shapes.Count;
        _shapes.Add(shape);
        _shapeModels.Add(shape.Models.Length == 0 ? ulong.MaxValue : models);
        _shapeIndex.Add(shape, index);
        return index;
    }

    /// <summary>The shape with this index.</summary>
    public PackingShape Shape(int shape) => _shapes[shape];

    /// <summary>Free processor of a machine, thousandths of a core.</summary>
    public int CpuFree(int node) => _cpuFree[node];

    /// <summary>Free memory of a machine, MiB.</summary>
    public long MemoryFree(int node) => _memoryFree[node];

    /// <summary>Thousandths of an accelerator free on a machine, all accelerators together.</summary>
    public int FreeMilli(int node) => _freeMilli[node];

    /// <summary>Accelerators of a machine that nobody holds a share of.</summary>
    public int WholeFree(int node) => _wholeFree[node];

    /// <summary>Thousandths free on each accelerator of a machine.</summary>
    public ReadOnlySpan<int> DevicesFree(int node) =>
        _deviceFree.AsSpan(_firstDevice[node], _firstDevice[node + 1] - _firstDevice[node]);

    /// <summary>Whether the machine has room for a task of this shape now.</summary>
    public bool Fits(int node, int shape) => Fits(node, _shapes[shape], _shapeModels[shape]);

    /// <summary>Whether the machine, all of it free, would have room for a task of this shape.</summary>
    public bool FitsEmpty(int node, int shape)
    {
        var needs = _shapes[shape];
        var has = Nodes[node];
        return has.CpuMilli >= needs.CpuMilli && has.MemoryMib >= needs.MemoryMib && has.Accelerators >= needs.Accelerators
            && (needs.Accelerators == 0 || Accepts(shape, node));
    }

    /// <summary>Takes what the task needs.</summary>
    /// <exception cref="InvalidOperationException">The machine has no room for it there.</exception>
    public void Place(int shape, PackingPlacement placement)
    {
        var needs = _shapes[shape];
        var (node, devices) = placement;
        var free = _deviceFree.AsSpan(_firstDevice[node], _firstDevice[node + 1] - _firstDevice[node]);
        var room = _cpuFree[node] >= needs.CpuMilli && _memoryFree[node] >= needs.MemoryMib
            && BitOperations.PopCount(devices) == needs.Accelerators && (free.Length == 64 || devices >> free.Length == 0);
        for (var rest = devices; room && rest != 0; rest &= rest - 1)
        {
            room = free[BitOperations.TrailingZeroCount(rest)] >= needs.ShareMilli;
        }

        if (!room)
        {
            throw new InvalidOperationException($"node {Nodes[node].Name} has no room for {needs} on accelerators 0x{devices:x}.");
        }

        Move(node, devices, needs, 1);
    }

    /// <summary>Gives back what a task took.</summary>
    /// <exception cref="InvalidOperationException">More would be free than the machine has.</exception>
    public void Release(int shape, PackingPlacement placement)
    {
        var needs = _shapes[shape];
        var (node, devices) = placement;
        var free = DevicesFree(node);
        var held = _cpuFree[node] + needs.CpuMilli <= Nodes[node].CpuMilli && _memoryFree[node] + needs.MemoryMib <= Nodes[node].MemoryMib
            && BitOperations.PopCount(devices) == needs.Accelerators && (free.Length == 64 || devices >> free.Length == 0);
        for (var rest = devices; held && rest != 0; rest &= rest - 1)
        {
            held = free[BitOperations.TrailingZeroCount(rest)] + needs.ShareMilli <= 1000;
        }

        if (!held)
        {
            throw new InvalidOperationException($"node {Nodes[node].Name} does not hold {needs} on accelerators 0x{devices:x}.");
        }

        Move(node, devices, needs, -1);
    }

    /// <summary>
    /// The accelerators that a task takes on a machine with room for it: the first whole ones, or for a share the accelerator with
    /// the least free that has enough.
    /// </summary>
    public ulong TightestDevices(int node, int shape)
    {
        var needs = _shapes[shape];
        var free = DevicesFree(node);
        if (needs.Accelerators == 0)
        {
            return 0;
        }

        if (needs.ShareMilli == 1000)
        {
            ulong devices = 0;
            for (int i = 0, left = needs.Accelerators; left > 0; i++)
            {
                if (free[i] == 1000)
                {
                    devices |= 1UL << i;
                    left--;
                }
            }

            return devices;
        }

        var best = -1;
        for (var i = 0; i < free.Length; i++)
        {
            if (free[i] >= needs.ShareMilli && (best < 0 || free[i] < free[best]))
            {
                best = i;
            }
        }

        return 1UL << best;
    }

    internal int Model(int node) => _model[node];

    internal long ChangedAt(int node) => _changedAt[node];

    internal ulong ShapeModels(int shape) => _shapeModels[shape];

    private bool Accepts(int shape, int node) => _model[node] >= 0 && (_shapeModels[shape] >> _model[node] & 1) != 0;

    private bool Fits(int node, in PackingShape needs, ulong models)
    {
        if (_cpuFree[node] < needs.CpuMilli || _memoryFree[node] < needs.MemoryMib)
        {
            return false;
        }

        if (needs.Accelerators == 0)
        {
            return true;
        }

        if (_freeMilli[node] < needs.DemandMilli || (models >> _model[node] & 1) == 0)
        {
            return false;
        }

        if (needs.ShareMilli == 1000)
        {
            return _wholeFree[node] >= needs.Accelerators;
        }

        foreach (var free in DevicesFree(node))
        {
            if (free >= needs.ShareMilli)
            {
                return true;
            }
        }

        return false;
    }

    private void Move(int node, ulong devices, in PackingShape needs, int sign)
    {
        _cpuFree[node] -= sign * needs.CpuMilli;
        _memoryFree[node] -= sign * needs.MemoryMib;
        for (var rest = devices; rest != 0; rest &= rest - 1)
        {
            ref var free = ref _deviceFree[_firstDevice[node] + BitOperations.TrailingZeroCount(rest)];
            _wholeFree[node] -= free == 1000 ? 1 : 0;
            free -= sign * needs.ShareMilli;
            _wholeFree[node] += free == 1000 ? 1 : 0;
        }

        Kinds.Add(node, needs, sign);
        _freeMilli[node] -= sign * needs.DemandMilli;
        UsedMilli += sign * needs.DemandMilli;
        _changedAt[node] = ++Clock;
    }

    private int ModelIndex(string name)
    {
        if (_models.TryGetValue(name, out var index))
        {
            return index;
        }

        if (_models.Count == MaxModels)
        {
            throw new ArgumentException($"the pool has more than {MaxModels} models of accelerators; split it.");
        }

        _models.Add(name, _models.Count);
        return _models.Count - 1;
    }
}
