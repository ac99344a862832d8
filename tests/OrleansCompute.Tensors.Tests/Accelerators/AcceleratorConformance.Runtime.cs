using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Accelerators.Collectives;
using OrleansCompute.Tensors.Eager;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Tests.Operators;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Tests.Accelerators;

/// <content>Layer 1 and 4: memory, copies, streams, monitor; and collectives.</content>
public abstract partial class AcceleratorConformance
{
    public static TheoryData<ElementType> ElementTypes => [.. Enum.GetValues<ElementType>().Where(type => type != ElementType.Undefined)];

    [Theory]
    [MemberData(nameof(ElementTypes))]
    public void CopyToHost_AfterCopyToDevice_GivesTheSameBytes(ElementType type)
    {
        using var accelerator = Open(new AcceleratorOptions());
        foreach (var count in (int[])[0, 1, 3, 64, 257, 70_001])
        {
            using var sent = Bytes(new TensorType(type, new Shape(count)));
            using var received = Tensor.Zeros(sent.Type);
            using var device = accelerator.Memory.Allocate(sent.Type);

            accelerator.CopyToDevice(sent, device);
            accelerator.CopyToHost(device, received);

            Assert.Equal(sent.AsBytes(), received.AsBytes());
        }
    }

    [Theory]
    [MemberData(nameof(ElementTypes))]
    public void CopyToDevice_ToPartOfABlock_LeavesTheRest(ElementType type)
    {
        using var accelerator = Open(new AcceleratorOptions());
        using var zeros = Tensor.Zeros(new TensorType(type, new Shape(50)));
        using var whole = accelerator.Memory.Allocate(zeros.Type);
        using var received = Tensor.Zeros(zeros.Type);
        using var sent = Bytes(new TensorType(type, new Shape(7)));
        using var part = whole.Slice(0, 13, 7);
        accelerator.CopyToDevice(zeros, whole);

        accelerator.CopyToDevice(sent, part);
        accelerator.CopyToHost(whole, received);

        using var expected = zeros.Slice(0, 13, 7);
        accelerator.CopyToHost(part, sent);
        sent.CopyTo(expected);
        Assert.Equal(zeros.AsBytes(), received.AsBytes());
        Assert.Contains(received.AsBytes().ToArray(), value => value != 0);
    }

    [Fact]
    public void CopyToDevice_OfAnotherType_IsRefused()
    {
        using var accelerator = Open(new AcceleratorOptions());
        using var host = Tensor.Zeros(TensorType.Real(4));
        using var device = accelerator.Memory.Allocate(TensorType.Real(5));

        Assert.Throws<ShapeMismatchException>(() => accelerator.CopyToDevice(host, device));
        Assert.Throws<ShapeMismatchException>(() => accelerator.CopyToHost(device, host));
    }

    [Fact]
    public void Allocate_AboveTheBudget_IsRefusedAndFreesNothing()
    {
        using var accelerator = Open(new AcceleratorOptions { MemoryBudgetBytes = 1 << 20 });
        using var held = accelerator.Memory.Allocate(TensorType.Real(1 << 16));

        Assert.Throws<MemoryBudgetException>(() => accelerator.Memory.Allocate(TensorType.Real(1 << 20)));

        Assert.InRange(accelerator.Monitor.Read().MemoryUsedBytes, 1 << 18, 1 << 20);
    }

    [Fact]
    public void Allocate_AgainAndAgainWithinTheBudget_NeverRunsOut()
    {
        using var accelerator = Open(new AcceleratorOptions { MemoryBudgetBytes = 1 << 20 });
        for (var i = 0; i < 100; i++)
        {
            // Sizes that no pooled block fits exactly: pooled memory must not count as used.
            using var tensor = accelerator.Memory.Allocate(TensorType.Real(100_000 + (i * 1000)));
        }

        Assert.Equal(0, accelerator.Monitor.Read().MemoryUsedBytes);
    }

    [Fact]
    public void Read_AfterAllocationAndDisposal_TellsUseAndPeak()
    {
        using var accelerator = Open(new AcceleratorOptions());
        var before = accelerator.Monitor.Read().MemoryUsedBytes;
        using (accelerator.Memory.Allocate(TensorType.Real(1 << 16)))
        {
            Assert.InRange(accelerator.Monitor.Read().MemoryUsedBytes - before, 1 << 18, 1 << 19);
        }

        Assert.Equal(before, accelerator.Monitor.Read().MemoryUsedBytes);
        Assert.True(accelerator.Monitor.Read().MemoryPeakBytes >= before + (1 << 18));
    }

    [Fact]
    public void Members_AfterDisposal_AreRefused()
    {
        var accelerator = Open(new AcceleratorOptions());
        accelerator.Dispose();
        accelerator.Dispose();

        Assert.Throws<ObjectDisposedException>(() => accelerator.Memory.Allocate(TensorType.Real(4)));
    }

    [Fact]
    public void CopyToHost_OfADisposedTensor_IsRefused()
    {
        using var accelerator = Open(new AcceleratorOptions());
        using var host = Tensor.Zeros(TensorType.Real(4));
        var device = accelerator.Memory.Allocate(host.Type);
        device.Dispose();

        Assert.Throws<ObjectDisposedException>(() => accelerator.CopyToHost(device, host));
    }

    [Fact]
    public void Streams_WithEvents_RunInOrder()
    {
        using var accelerator = Open(new AcceleratorOptions());
        using var upload = accelerator.CreateStream();
        using var download = accelerator.CreateStream();
        using var sent = OperatorCase.Normal(1, 300, 70);
        using var received = Tensor.Zeros(sent.Type);
        using var device = accelerator.Memory.Allocate(sent.Type);

        upload.CopyToDevice(sent, device);
        download.Wait(upload.Record());
        download.CopyToHost(device, received);
        download.Synchronize();

        Assert.Equal(sent.AsBytes(), received.AsBytes());
    }

    [Fact]
    public void Streams_WhenACopyFails_TellWhoeverWaits()
    {
        using var accelerator = Open(new AcceleratorOptions());
        using var stream = accelerator.CreateStream();
        using var host = Tensor.Zeros(TensorType.Real(4));
        using var device = accelerator.Memory.Allocate(TensorType.Real(5));

        stream.CopyToDevice(host, device);

        Assert.IsType<ShapeMismatchException>(Assert.Throws<AcceleratorException>(stream.Synchronize).InnerException);
    }

    [Fact]
    public async Task Kernels_OnSeveralThreads_DoNotDisturbEachOther()
    {
        using var accelerator = Open(new AcceleratorOptions { Threads = 2 });

        await Task.WhenAll(Enumerable.Range(1, 4).Select(seed => Task.Run(() =>
        {
            var context = new EagerContext(accelerator);
            using var value = OperatorCase.Normal(seed, 40, 33);
            using var input = context.Constant(value);
            for (var i = 0; i < 20; i++)
            {
                using var sum = context.Apply(new AddOperator(), input, input)[0];
                using var host = Tensor.Zeros(sum.Type);
                accelerator.CopyToHost(sum, host);
                Assert.Equal(value.AsSpan<float>().ToArray().Select(x => x + x), host.AsSpan<float>().ToArray());
            }
        })));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void AllReduce_OverMembers_GivesEveryMemberTheSum(int members)
    {
        using var accelerator = Open(new AcceleratorOptions());
        using var group = CollectiveGroups.Create([.. Enumerable.Repeat(accelerator, members)]);
        Tensor[] values = [.. Enumerable.Range(0, members).Select(i => OperatorCase.Normal(i, 3, 41))];
        Tensor[] tensors = [.. values.Select(value => new EagerContext(accelerator).Constant(value.Reshape(value.Shape)))];
        var expected = Enumerable.Range(0, 123).Select(i => values.Sum(value => value.ToDoubles()[i])).ToArray();

        group.AllReduce(tensors, CollectiveReduction.Sum);

        foreach (var tensor in tensors)
        {
            using var host = Tensor.Zeros(tensor.Type);
            accelerator.CopyToHost(tensor, host);
            Assert.All(expected.Zip(host.ToDoubles()), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        }
    }

    private static Tensor Bytes(TensorType type)
    {
        var tensor = Tensor.Zeros(type);
        var bytes = tensor.AsBytes();
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)((i * 7) + 1);
        }

        return tensor;
    }
}
