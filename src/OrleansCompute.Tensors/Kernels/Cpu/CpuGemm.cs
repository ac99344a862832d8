namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>
/// Matrix products on the CPU: blocked and packed (<see cref="GemmWork"/>), or one row or column at a time
/// (<see cref="GemmVectorProduct"/>). Keeps its scratch memory, so repeated products of the same sizes allocate nothing.
/// Not thread-safe; it uses the team's threads itself.
/// </summary>
internal sealed unsafe class CpuGemm
{
    /// <summary>Below this, some 20 microseconds, a second thread takes longer to start than it saves.</summary>
    private const double MinSharedFlops = 4e6;

    private readonly SimdLevel _level;
    private readonly GemmTiles _tiles;
    private readonly WorkerTeam _team;
    private readonly GemmWork _work;
    private readonly GemmTurned _turned = new();
    private readonly StopSignal? _stop;
    private BatchWork? _batch;

    /// <summary>Without scratch memory yet.</summary>
    /// <param name="level">Vector instructions to use.</param>
    /// <param name="team">Threads.</param>
    /// <param name="stop">Looked at between units of a few milliseconds and less; what is left is left out then. Null: nobody stops it.</param>
    public CpuGemm(SimdLevel level, WorkerTeam team, StopSignal? stop = null)
    {
        _level = level;
        _team = team;
        _tiles = GemmTiles.For(level);
        _stop = stop;
        _work = new GemmWork(_tiles, level, stop);
    }

    public void Multiply(
        GemmShape shape, ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> bias, Span<float> c, bool relu = false)
    {
        shape.Validate(a.Length, b.Length, bias.Length, c.Length);
        fixed (float* pa = a, pb = b, pbias = bias, pc = c)
        {
            Run(new GemmArguments(shape, pa, pb, pc) { ColumnBias = pbias, Activation = relu ? GemmActivation.Relu : GemmActivation.None });
        }
    }

    /// <summary>One product.</summary>
    public void Run(in GemmArguments g)
    {
        if (RunSimple(_level, g))
        {
            return;
        }

        if (GemmTurned.Fits(_level, g))
        {
            RunBlocked(_turned.Turn(g));
            _turned.Finish(_level, g);
            return;
        }

        RunBlocked(g);
    }

    /// <summary>
    /// Products of the same sizes, the operands of each the given number of elements after those of the one before; zero repeats
    /// an operand. The results must not overlap.
    /// </summary>
    public void RunBatch(in GemmArguments g, int count, nint aDistance, nint bDistance, nint cDistance)
    {
        var oneProduct = bDistance == 0 && !g.TransposeA && aDistance == g.Rows * g.AStride && cDistance == g.Rows * g.CStride && g.RowBias == null
            && (long)g.Rows * count <= int.MaxValue;
        if (count <= 1 || oneProduct)
        {
            var all = g;
            all.Rows = count < 1 ? 0 : g.Rows * count;
            Run(all);
            return;
        }

        if (_team.Parts == 1 || g.Flops * count < MinSharedFlops || g.Flops >= 16 * MinSharedFlops)
        {
            for (var i = 0; i < count; i++)
            {
                Run(Item(g, i, aDistance, bDistance, cDistance));
            }

            return;
        }

        _batch ??= new BatchWork(_tiles, _level, _team.Parts, _stop);
        _batch.Set(g, count, aDistance, bDistance, cDistance);
        _team.Run(_batch);
    }

    private void RunBlocked(in GemmArguments g)
    {
        if (_team.Parts > 1 && g.Flops >= MinSharedFlops)
        {
            _work.Set(g, _team.Parts);
            _team.Run(_work);
        }
        else
        {
            _work.Set(g, 1);
            _work.Run(0, 1);
        }
    }

    /// <summary>What needs no blocks; false when it is not done.</summary>
    private static bool RunSimple(SimdLevel level, in GemmArguments g)
    {
        if (g.Rows == 0 || g.Columns == 0)
        {
            return true;
        }

        if (g.Depth == 0)
        {
            GemmEpilogue.WriteEmpty(level, g);
            return true;
        }

        return GemmVectorProduct.TryRun(level, g);
    }

    private static GemmArguments Item(in GemmArguments g, int index, nint aDistance, nint bDistance, nint cDistance)
    {
        var item = g;
        item.A = GemmPacker.At(g.A, g.AStorage, index * aDistance);
        item.B = GemmPacker.At(g.B, g.BStorage, index * bDistance);
        item.C = g.C + (index * cDistance);
        return item;
    }

    /// <summary>Many small products: each is computed by one thread, with scratch memory of the part that claimed it.</summary>
    private sealed class BatchWork : TeamWork
    {
        private readonly SimdLevel _level;
        private readonly GemmWork[] _parts;
        private GemmArguments _g;
        private int _count;
        private nint _aDistance;
        private nint _bDistance;
        private nint _cDistance;
        private int _next;

        public BatchWork(GemmTiles tiles, SimdLevel level, int parts, StopSignal? stop)
        {
            _level = level;
            _parts = new GemmWork[parts];
            for (var i = 0; i < parts; i++)
            {
                _parts[i] = new GemmWork(tiles, level, stop);
            }
        }

        public void Set(in GemmArguments g, int count, nint aDistance, nint bDistance, nint cDistance)
        {
            _g = g;
            (_count, _aDistance, _bDistance, _cDistance, _next) = (count, aDistance, bDistance, cDistance, 0);
        }

        public override void Run(int part, int parts)
        {
            int index;
            while ((index = Interlocked.Increment(ref _next) - 1) < _count)
            {
                var item = Item(_g, index, _aDistance, _bDistance, _cDistance);
                if (!RunSimple(_level, item))
                {
                    _parts[part].Set(item, 1);
                    _parts[part].Run(0, 1);
                }
            }
        }
    }
}
