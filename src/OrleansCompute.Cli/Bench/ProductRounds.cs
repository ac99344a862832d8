using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Execution;
using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators.Linear;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Cli.Bench;

/// <summary>
/// Matrix products of ours and of OpenBLAS in one process, in turns of milliseconds: on a shared machine both meet the same load, and
/// the fastest turn of each met none. Not thread-safe.
/// </summary>
internal sealed class ProductRounds(OpenBlas? peer, TimeProvider clock, double seconds)
{
    private const double TurnSeconds = 0.002;
    private const int MinTurns = 5;
    private const int MaxTurns = 1000;

    // What a first call takes and a single one is taken for, to begin with.
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(5);

    // Threads of both sides sleep when nothing follows within this.
    private static readonly TimeSpan UntilThreadsSleep = TimeSpan.FromMilliseconds(1);

    /// <summary>Measures one product.</summary>
    public async Task<PairedResult> MeasureAsync(ProductShape shape, IAccelerator accelerator, int threads, CancellationToken cancellationToken)
    {
        using var product = Compile(shape, accelerator);
        var (left, right, result) = (product.Inputs[0], product.Inputs[1], new float[shape.Rows * shape.Columns]);
        Action ours = () => product.Run(CancellationToken.None);
        Action theirs = () => peer!.Multiply(shape, left.AsSpan<float>(), right.AsSpan<float>(), result);
        peer?.SetThreads(threads);
        var calls = Math.Max(1, (int)(TurnSeconds / SecondsPerCall(ours)));
        if (peer is not null)
        {
            _ = SecondsPerCall(theirs);
        }

        List<Sample> mine = [], others = [];
        var spent = 0.0;
        while (mine.Count < MinTurns || (spent < seconds && mine.Count < MaxTurns))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var turn = await TurnAsync(ours, calls, threads);
            mine.Add(turn.Sample(shape.GigaFlops * calls));
            spent += turn.Seconds;
            if (peer is not null)
            {
                others.Add((await TurnAsync(theirs, calls, threads)).Sample(shape.GigaFlops * calls));
            }
        }

        var paired = PairedResult.Create($"gemm {shape}", threads, "GFLOP/s", isTime: false, mine, others);

        // Per product and not per billion of operations.
        return paired with
        {
            OursCpuMicrosecondsPerItem = paired.OursCpuMicrosecondsPerItem * shape.GigaFlops,
            PeerCpuMicrosecondsPerItem = paired.PeerCpuMicrosecondsPerItem * shape.GigaFlops,
        };
    }

    private static CompiledGraph Compile(ProductShape shape, IAccelerator accelerator)
    {
        var builder = new GraphBuilder();
        var left = builder.AddInput("a", shape.TransposesLeft ? TensorType.Real(shape.Depth, shape.Rows) : TensorType.Real(shape.Rows, shape.Depth));
        var right = builder.AddInput("b", shape.TransposesRight ? TensorType.Real(shape.Columns, shape.Depth) : TensorType.Real(shape.Depth, shape.Columns));
        var product = builder.Gemm(left, right, transposesLeft: shape.TransposesLeft, transposesRight: shape.TransposesRight);
        var compiled = new CompiledGraph(builder.Build(product), accelerator);
        var random = new Random(1);
        foreach (var input in compiled.Inputs)
        {
            foreach (ref var value in input.AsSpan<float>())
            {
                value = (2 * random.NextSingle()) - 1;
            }
        }

        return compiled;
    }

    private double SecondsPerCall(Action work)
    {
        var (start, calls) = (clock.GetTimestamp(), 0);
        TimeSpan elapsed;
        do
        {
            work();
            elapsed = clock.GetElapsedTime(start);
        }
        while (++calls < 2 || elapsed < WarmUp);
        return elapsed.TotalSeconds / calls;
    }

    private async Task<Turn> TurnAsync(Action work, int calls, int threads)
    {
        if (threads > 1)
        {
            // The other side's threads fall asleep, ours wake up.
            await Task.Delay(UntilThreadsSleep, clock);
            work();
        }

        var (start, cpu) = (clock.GetTimestamp(), Environment.CpuUsage.TotalTime);
        for (var i = 0; i < calls; i++)
        {
            work();
        }

        return new Turn(clock.GetElapsedTime(start).TotalSeconds, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds);
    }

    private readonly record struct Turn(double Seconds, double CpuSeconds)
    {
        public Sample Sample(double done) => new(done / Seconds, CpuSeconds / done);
    }
}
