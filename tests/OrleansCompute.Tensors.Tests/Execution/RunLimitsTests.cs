using FsCheck;
using FsCheck.Fluent;
using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Eager;
using OrleansCompute.Tensors.Execution;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Generation;
using OrleansCompute.Tensors.Operators.Linear;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Tests.Execution;

public sealed class RunLimitsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Run_OfAnEndlessLoopWhenCancelled_Ends(int depth)
    {
        using var accelerator = new ReferenceAccelerator();
        using var source = new CancellationTokenSource();
        using Tensor trips = Tensor.Scalar(1L), v = Tensor.Vector(1f, 1f);
        var began = new TaskCompletionSource();
        using var watched = new HookedAccelerator(accelerator, request =>
        {
            // The innermost body is being run: all loops have begun.
            if (request.Operator is AddOperator)
            {
                began.TrySetResult();
            }

            return accelerator.Kernels.Create(request);
        });
        var run = Task.Run(() => new GraphInterpreter(watched, new RunLimits { MaxTrips = long.MaxValue })
            .Run(Loops.Nested(depth, isEndless: true), [trips, v], cancellation: source.Token));

        await began.Task.WaitAsync(Patience);
        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.WaitAsync(Patience));
    }

    [Fact]
    public async Task Run_OfALongReferenceKernelWhenCancelled_Ends()
    {
        // 4096 x 4096 x 4096 products in double take minutes.
        using var accelerator = new ReferenceAccelerator();
        using var source = new CancellationTokenSource();
        using Tensor a = Tensor.Zeros(TensorType.Real(4096, 4096)), b = Tensor.Zeros(TensorType.Real(4096, 4096));
        var context = new EagerContext(accelerator) { Cancellation = source.Token };
        var run = Task.Run(() => context.Apply(new MatMulOperator(), a, b));

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.WaitAsync(Patience));
    }

    [Theory]
    [InlineData(1, 1001)]
    [InlineData(3, 11)]
    [InlineData(8, 1_000_000)]
    public void Run_OfMoreTripsThanTheBudget_NamesOperatorAndBudget(int depth, long trips)
    {
        using var accelerator = new ReferenceAccelerator();
        using Tensor count = Tensor.Scalar(trips), v = Tensor.Vector(1f, 1f);

        var error = Assert.Throws<TripBudgetException>(() =>
            new GraphInterpreter(accelerator, new RunLimits { MaxTrips = 1000 }).Run(Loops.Nested(depth), [count, v]));

        Assert.All(["Loop", "1000 trips", "MaxTrips"], part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
        Assert.Equal(0, accelerator.Read().MemoryUsedBytes);
    }

    [Fact]
    public void Run_WhateverTheNesting_CountsTripsOfAllLoopsTogether()
    {
        using var accelerator = new ReferenceAccelerator();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(30), Prop.ForAll(Gen.Choose(1, 3).Zip(Gen.Choose(0, 5)).ToArbitrary(), drawn =>
        {
            var (depth, trips) = drawn;
            long needed = 0;
            for (var level = 0; level < depth; level++)
            {
                needed = trips * (1 + needed);
            }

            using Tensor count = Tensor.Scalar((long)trips), v = Tensor.Vector(1f, 1f);
            var result = Assert.Single(new GraphInterpreter(accelerator, new RunLimits { MaxTrips = Math.Max(1, needed) }).Run(Loops.Nested(depth), [count, v]));

            Assert.Equal(Math.Pow(2, Math.Pow(trips, depth)), result.ToDoubles()[0]);
            result.Dispose();
            if (needed > 1)
            {
                Assert.Throws<TripBudgetException>(() => new GraphInterpreter(accelerator, new RunLimits { MaxTrips = needed - 1 }).Run(Loops.Nested(depth), [count, v]));
            }
        }));
    }

    [Fact]
    public void Run_OfALoopThatKeepsMoreThanTheBudget_NamesNodeAndBudget()
    {
        using var accelerator = new ReferenceAccelerator(1 << 20);
        using Tensor trips = Tensor.Scalar(1_000_000L), v = Tensor.Zeros(TensorType.Real(1000));

        var error = Assert.Throws<MemoryBudgetException>(() => new GraphInterpreter(accelerator).Run(Loops.Scanning(1000), [trips, v]));

        Assert.All(["'hoard'", "Loop", $"{1 << 20}"], part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
        Assert.Equal(0, accelerator.Read().MemoryUsedBytes);
    }

    [Fact]
    public void Run_OfAScanningLoopWithinTheBudget_StacksAllTrips()
    {
        using var accelerator = new ReferenceAccelerator(1 << 20);
        using Tensor trips = Tensor.Scalar(100L), v = Tensor.Vector(1f, 2f);

        using var result = Assert.Single(new GraphInterpreter(accelerator).Run(Loops.Scanning(2), [trips, v]));

        Assert.Equal(new Shape(100, 2), result.Shape);
        Assert.All(Enumerable.Range(0, 100), i => Assert.Equal([2, 4], result.ToDoubles()[(2 * i)..((2 * i) + 2)]));
    }

    [Fact]
    public void Run_OfARangeLargerThanTheBudget_IsRefusedBeforeItIsMade()
    {
        using var accelerator = new ReferenceAccelerator(1 << 20);
        var context = new EagerContext(accelerator);
        using Tensor from = Tensor.Scalar(0L), to = Tensor.Scalar(2_000_000_000L), step = Tensor.Scalar(1L);

        var error = Assert.Throws<MemoryBudgetException>(() => context.Apply(new RangeOperator(), from, to, step));

        Assert.Contains($"{1 << 20}", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, accelerator.Read().MemoryUsedBytes);
    }

    [Fact]
    public void Run_OfAReferenceKernelWhoseArraysExceedTheBudget_SaysSo()
    {
        // The 0.5 MB of the tensor fit; the array of 16 bytes for each of its 8 does not.
        using var accelerator = new ReferenceAccelerator(1 << 20);
        var context = new EagerContext(accelerator);
        using Tensor from = Tensor.Scalar(0L), to = Tensor.Scalar(1L << 16), step = Tensor.Scalar(1L);

        var error = Assert.Throws<MemoryBudgetException>(() => context.Apply(new RangeOperator(), from, to, step));

        Assert.All(["Range", "no fast kernel", $"{1 << 20}"], part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
        Assert.Equal(0, accelerator.Read().MemoryUsedBytes);
    }

    [Fact]
    public void Run_OnADeviceWithoutTheKernel_CountsWhatTheHostTakesAgainstTheDevicesBudget()
    {
        using var device = AcceleratorCatalogue.CreateDefault().Open("ilgpu", new AcceleratorOptions { MemoryBudgetBytes = 1 << 20 });
        var context = new EagerContext(device);
        Tensor from = context.Constant(Tensor.Scalar(0L)), to = context.Constant(Tensor.Scalar(1L << 16)), step = context.Constant(Tensor.Scalar(1L));
        var used = device.Monitor.Read().MemoryUsedBytes;

        var error = Assert.Throws<MemoryBudgetException>(() => context.Apply(new RangeOperator(), from, to, step));

        Assert.All(["Range", "runs on the host", $"{1 << 20}"], part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
        Assert.Equal(used, device.Monitor.Read().MemoryUsedBytes);
    }

    [Fact]
    public void Run_OfALoopOnADevice_HasTheSameBudgetOfTripsAndLeavesNothingAllocated()
    {
        using var device = AcceleratorCatalogue.CreateDefault().Open("ilgpu", new AcceleratorOptions());
        var context = new EagerContext(device);
        using Tensor trips = context.Constant(Tensor.Scalar(50L)), v = context.Constant(Tensor.Vector(1f, 1f));
        var used = device.Monitor.Read().MemoryUsedBytes;

        Assert.Throws<TripBudgetException>(() => new GraphInterpreter(device, new RunLimits { MaxTrips = 60 }).Run(Loops.Nested(2), [trips, v]));

        Assert.Equal(used, device.Monitor.Read().MemoryUsedBytes);
    }

    [Fact]
    public void Run_WhenAKernelFails_LeavesNothingAllocated()
    {
        using var accelerator = new ReferenceAccelerator(1 << 20);
        using var hooked = new HookedAccelerator(accelerator, _ => new FailingKernel());
        var context = new EagerContext(hooked);
        using var x = Tensor.Zeros(TensorType.Real(128, 128));
        using var view = x.Permute([1, 0]);

        for (var i = 0; i < 100; i++)
        {
            Assert.Throws<InvalidOperationException>(() => context.Apply(new ReluOperator(), view));
        }

        Assert.Equal(0, accelerator.Read().MemoryUsedBytes);
    }

    [Fact]
    public void NodeRunner_OfManyShapes_KeepsABoundedNumberOfKernels()
    {
        using var accelerator = new ReferenceAccelerator();
        var runner = new NodeRunner(accelerator, maxKernels: 8);

        for (var size = 1; size <= 100; size++)
        {
            using var x = Tensor.Zeros(TensorType.Real(size));
            runner.Run(new ReluOperator(), [x], new RunScope())[0].Dispose();
        }

        Assert.Equal(8, runner.KernelCount);
    }

    [Fact]
    public void CountTrip_WithABudgetOfNone_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new RunScope(new RunLimits { MaxTrips = 0 }));

    private sealed class FailingKernel : IKernel
    {
        public void Run(KernelCall call) => throw new InvalidOperationException("The kernel fails.");
    }
}
