using FsCheck;
using FsCheck.Fluent;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Tests.Values;

public sealed class TensorViewTests
{
    private static readonly Shape Sizes = new(3, 4, 5);

    [Fact]
    public void Views_InAnyChain_ReadWhatIndexingTheOriginalReads() => Check.QuickThrowOnFailure(Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        using var original = Counting(Sizes);
        var view = original;
        Func<int[], int> at = index => (((index[0] * 4) + index[1]) * 5) + index[2];
        for (var step = random.Next(1, 5); step > 0; step--)
        {
            (view, at) = Change(view, at, random);
        }

        return view.ToDoubles().SequenceEqual(Indices(view.Shape).Select(index => (double)at(index)));
    }));

    [Fact]
    public void Reshape_OfAContiguousTensor_SharesItsMemory()
    {
        using var tensor = Counting(Sizes);
        using var view = tensor.Reshape(new Shape(12, 5));

        view.AsSpan<int>()[7] = -1;

        Assert.Equal(-1, tensor.AsSpan<int>()[7]);
    }

    [Fact]
    public void Reshape_OfAViewWithGaps_SaysWhatToDo()
    {
        using var tensor = Counting(Sizes);
        using var view = tensor.Permute(2, 1, 0);

        Assert.Contains("Contiguous", Assert.Throws<InvalidOperationException>(() => view.Reshape(new Shape(60))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reshape_ToAnotherNumberOfElements_NamesBothShapes()
    {
        using var tensor = Counting(Sizes);

        var message = Assert.Throws<ShapeMismatchException>(() => tensor.Reshape(new Shape(7, 8))).Message;

        Assert.All(["[3, 4, 5]", "60", "[7, 8]", "56"], part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 1, 1)]
    [InlineData(0, 1, 3)]
    [InlineData(0, 1, 2, 3)]
    public void Permute_WithoutAPermutation_IsRefused(params int[] order)
    {
        using var tensor = Counting(Sizes);

        Assert.Throws<ShapeMismatchException>(() => tensor.Permute(order));
    }

    [Theory]
    [InlineData(4, 1, 1)]
    [InlineData(0, 5, 1)]
    [InlineData(3, 2, 1)]
    [InlineData(0, 2, -1)]
    [InlineData(0, 1, 0)]
    [InlineData(-1, 1, 1)]
    public void Slice_OutsideTheDimension_IsRefused(int start, int count, int step)
    {
        using var tensor = Counting(Sizes);

        Assert.Throws<ShapeMismatchException>(() => tensor.Slice(1, start, count, step));
    }

    [Fact]
    public void AsSpan_OfAnotherType_NamesBoth()
    {
        using var tensor = Counting(Sizes);

        var message = Assert.Throws<InvalidOperationException>(() => tensor.AsSpan<float>().Length).Message;

        Assert.Contains("Single", message, StringComparison.Ordinal);
        Assert.Contains("Int32", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Dispose_OfTheOriginal_LeavesTheMemoryToItsViews()
    {
        using var memory = new HostMemory();
        var original = ((ITensorAllocator)memory).Allocate(new TensorType(ElementType.Int32, Sizes));
        var view = original.Slice(0, 1, 1);

        original.Dispose();
        Assert.NotEqual(0, memory.UsedBytes);
        Assert.Throws<ObjectDisposedException>(() => original.AsSpan<int>().Length);
        view.Dispose();

        Assert.Equal(0, memory.UsedBytes);
    }

    private static (Tensor View, Func<int[], int> At) Change(Tensor view, Func<int[], int> at, Random random)
    {
        var rank = view.Shape.Rank;
        var axis = random.Next(rank);
        switch (random.Next(3))
        {
            case 0:
                int[] order = [.. Enumerable.Range(0, rank)];
                random.Shuffle(order);
                return (view.Permute(order), index =>
                {
                    var old = new int[rank];
                    for (var i = 0; i < rank; i++)
                    {
                        old[order[i]] = index[i];
                    }

                    return at(old);
                });
            case 1 when view.Shape[axis] > 0:
                var step = random.Next(2) == 0 ? 1 : -1;
                var start = random.Next(view.Shape[axis]);
                var count = random.Next(step > 0 ? view.Shape[axis] - start + 1 : start + 2);
                return (view.Slice(axis, start, count, step), index =>
                {
                    int[] old = [.. index];
                    old[axis] = start + (index[axis] * step);
                    return at(old);
                });
            default:
                return (view.Expand(new Shape([2, .. view.Shape.Dimensions])).Slice(0, 1, 1).Contiguous().Reshape(view.Shape), at);
        }
    }

    private static IEnumerable<int[]> Indices(Shape shape)
    {
        for (var i = 0; i < shape.Elements; i++)
        {
            var index = new int[shape.Rank];
            for (int axis = shape.Rank - 1, rest = i; axis >= 0; axis--)
            {
                index[axis] = rest % shape[axis];
                rest /= shape[axis];
            }

            yield return index;
        }
    }

    private static Tensor Counting(Shape shape) => Tensor.Of<int>(shape, [.. Enumerable.Range(0, shape.Elements)]);
}
