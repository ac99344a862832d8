using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Tests.Values;

public sealed class HostMemoryTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(513)]
    [InlineData(100_000)]
    public unsafe void Allocate_OfAnySize_StartsOnACacheLine(int bytes)
    {
        using var memory = new HostMemory();
        using var tensor = ((ITensorAllocator)memory).Allocate(new TensorType(ElementType.UInt8, new Shape(bytes)));

        Assert.Equal(0, (long)tensor.Address % 64);
        Assert.InRange(memory.UsedBytes, bytes, (bytes * 9 / 8) + 64);
    }

    [Fact]
    public void Allocate_AfterDispose_TakesTheSameBlockAgain()
    {
        using var memory = new HostMemory();
        ITensorAllocator allocator = memory;
        allocator.Allocate(TensorType.Real(1000)).Dispose();
        var pooled = memory.PooledBytes;

        using var again = allocator.Allocate(TensorType.Real(1000));

        Assert.NotEqual(0, pooled);
        Assert.Equal(0, memory.PooledBytes);
        Assert.Equal(memory.UsedBytes, memory.PeakBytes);
    }

    [Fact]
    public void Allocate_AboveTheBudget_NamesTheFigures()
    {
        using var memory = new HostMemory(10_000);
        ITensorAllocator allocator = memory;
        using var held = allocator.Allocate(TensorType.Real(1000));

        var message = Assert.Throws<MemoryBudgetException>(() => allocator.Allocate(TensorType.Real(2000))).Message;

        Assert.All(["8000", "10000", $"{memory.UsedBytes}"], part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    [Fact]
    public void Dispose_OfThePoolBeforeATensor_LeavesTheTensorUsable()
    {
        var memory = new HostMemory();
        using var tensor = ((ITensorAllocator)memory).Allocate(TensorType.Real(10));

        memory.Dispose();
        tensor.AsSpan<float>().Fill(1);

        Assert.Equal(10, tensor.ToDoubles().Sum());
    }
}
