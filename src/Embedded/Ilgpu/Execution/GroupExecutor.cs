namespace ILGPU.Execution;

/// <summary>Runs groups one after the other on the thread that calls it.</summary>
internal abstract class GroupExecutor<TArgs>
    where TArgs : struct
{
    public abstract void Run(ref TArgs args, in LaunchShape shape, long from, long to);
}

/// <summary>
/// Runs the threads of a group by turns: each until it waits or is done, then the next. So a barrier costs saving and loading the
/// few locals that are alive there (10 to 20 ns a thread) instead of a switch between operating system threads (microseconds).
/// </summary>
internal sealed class GroupExecutor<TArgs, TFrame>(KernelStep<TFrame, TArgs> step, WaitKind[] waits, int slotSize) : GroupExecutor<TArgs>
    where TArgs : struct
    where TFrame : struct
{
    private readonly KernelContext _context = new();
    private readonly bool _waitsForWarps = waits.Contains(WaitKind.Warp);
    private TFrame[] _frames = new TFrame[1];
    private int[] _states = [];
    private WaitKind[] _waiting = [];
    private (int X, int Y, int Z)[] _places = [];
    private Index3D _group;

    public override void Run(ref TArgs args, in LaunchShape shape, long from, long to)
    {
        var context = _context;
        var size = shape.Group.Size;
        context.GridDimX = shape.Grid.X;
        context.GridDimY = shape.Grid.Y;
        context.GridDimZ = shape.Grid.Z;
        context.GroupDimX = shape.Group.X;
        context.GroupDimY = shape.Group.Y;
        context.GroupDimZ = shape.Group.Z;
        context.WarpSize = shape.WarpSize;
        context.SetDynamic(shape.DynamicBytes);
        var waiting = waits.Length > 1;
        if (waiting)
        {
            Prepare(shape, size);
        }

        var previous = KernelContext.Swap(context);
        try
        {
            for (var group = from; group < to; group++)
            {
                context.GridX = (int)(group % shape.Grid.X);
                context.GridY = (int)(group / shape.Grid.X % shape.Grid.Y);
                context.GridZ = (int)(group / shape.Grid.X / shape.Grid.Y);
                if (waiting)
                {
                    RunByTurns(ref args, shape, size);
                }
                else
                {
                    RunThrough(ref args, shape);
                }
            }
        }
        finally
        {
            KernelContext.Swap(previous);
        }
    }

    // How many threads of the group in a dimension are before the limit of the launch.
    private static int Count(long first, int size, long limit) => (int)Math.Clamp(limit - (first * size), 0, size);

    private void RunThrough(ref TArgs args, in LaunchShape shape)
    {
        var context = _context;
        var (countX, countY, countZ) = Counts(shape);
        ref var frame = ref _frames[0];
        for (var z = 0; z < countZ; z++)
        {
            context.GroupZ = z;
            for (var y = 0; y < countY; y++)
            {
                context.GroupY = y;
                var line = ((z * shape.Group.Y) + y) * shape.Group.X;
                for (var x = 0; x < countX; x++)
                {
                    context.GroupX = x;
                    context.Linear = line + x;
                    context.ResetLocal();
                    step(ref frame, ref args, context, 0);
                }
            }
        }
    }

    private (int X, int Y, int Z) Counts(in LaunchShape shape) => (
        Count(_context.GridX, shape.Group.X, shape.Limit.X),
        Count(_context.GridY, shape.Group.Y, shape.Limit.Y),
        Count(_context.GridZ, shape.Group.Z, shape.Limit.Z));

    private void RunByTurns(ref TArgs args, in LaunchShape shape, int size)
    {
        _context.ResetLocal();
        var (countX, countY, countZ) = Counts(shape);
        for (var thread = 0; thread < size; thread++)
        {
            var (x, y, z) = _places[thread];
            _states[thread] = 0;
            _waiting[thread] = x < countX && y < countY && z < countZ ? WaitKind.Ready : WaitKind.Done;
        }

        // A kernel that never waits for its warp alone runs as if the group were one.
        var warpSize = _waitsForWarps ? shape.WarpSize : size;
        while (true)
        {
            var atGroup = 0;
            for (var warp = 0; warp * warpSize < size; warp++)
            {
                atGroup += RunWarp(ref args, warp, warpSize, size);
            }

            if (atGroup == 0)
            {
                return;
            }

            _context.ReleaseGroup(atGroup);
            Release(0, size, WaitKind.Group);
        }
    }

    /// <summary>Runs a warp until all its threads wait for the group or are done; returns how many wait.</summary>
    private int RunWarp(ref TArgs args, int warp, int warpSize, int size)
    {
        var first = warp * warpSize;
        var last = Math.Min(first + warpSize, size);
        while (true)
        {
            var atWarp = 0;
            var atGroup = 0;
            for (var thread = first; thread < last; thread++)
            {
                if (_waiting[thread] == WaitKind.Ready)
                {
                    Advance(ref args, thread);
                }

                atWarp += _waiting[thread] == WaitKind.Warp ? 1 : 0;
                atGroup += _waiting[thread] == WaitKind.Group ? 1 : 0;
            }

            if (atWarp == 0)
            {
                return atGroup;
            }

            if (atGroup > 0)
            {
                throw new InvalidOperationException(
                    $"Warp {warp} of group ({_context.GridX}, {_context.GridY}, {_context.GridZ}) is divided: {atWarp} threads wait for the warp, "
                    + $"{atGroup} for the group, so neither goes on. All threads of a warp must meet the same barriers.");
            }

            _context.ReleaseWarp(warp);
            Release(first, last, WaitKind.Warp);
        }
    }

    private void Advance(ref TArgs args, int thread)
    {
        var context = _context;
        (context.GroupX, context.GroupY, context.GroupZ) = _places[thread];
        context.Linear = thread;
        var state = step(ref _frames[thread], ref args, context, _states[thread]);
        _states[thread] = state;
        _waiting[thread] = waits[state];
    }

    private void Release(int first, int last, WaitKind kind)
    {
        for (var thread = first; thread < last; thread++)
        {
            if (_waiting[thread] == kind)
            {
                _waiting[thread] = WaitKind.Ready;
            }
        }
    }

    private void Prepare(in LaunchShape shape, int size)
    {
        if (_states.Length < size)
        {
            _frames = new TFrame[size];
            _states = new int[size];
            _waiting = new WaitKind[size];
            _places = new (int, int, int)[size];
        }

        for (var thread = 0; thread < size && _group != shape.Group; thread++)
        {
            var line = Math.DivRem(thread, shape.Group.X, out var x);
            var z = Math.DivRem(line, shape.Group.Y, out var y);
            _places[thread] = (x, y, z);
        }

        _group = shape.Group;
        _context.PrepareExchange(size, slotSize);
    }
}
