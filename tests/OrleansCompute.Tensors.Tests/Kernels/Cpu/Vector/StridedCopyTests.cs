using FsCheck;
using FsCheck.Fluent;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Kernels.Cpu.Vector;

namespace OrleansCompute.Tensors.Tests.Kernels.Cpu.Vector;

public sealed class StridedCopyTests
{
    [Fact]
    public void Permute_ForAnyShapeAndOrder_MatchesTheObviousLoop() =>
        Prop.ForAll(Shapes(), VectorArbitrary.Level(), (shape, level) =>
        {
            var random = new Random(shape.Length + shape.Sum());
            int[] axes = [.. Enumerable.Range(0, shape.Length)];
            random.Shuffle(axes);
            var length = shape.Aggregate(1, (a, b) => a * b);
            var expected = Permuted(shape, axes);
            Check(Enumerable.Range(0, length).Select(i => (float)i).ToArray());
            Check(Enumerable.Range(0, length).Select(i => (byte)i).ToArray());
            Check(Enumerable.Range(0, length).Select(i => (long)i).ToArray());

            void Check<TElement>(TElement[] x)
                where TElement : unmanaged
            {
                var y = new TElement[length];
                StridedCopy.Permute(level, shape, axes, x, y);
                Assert.Equal(expected.Select(i => x[i]), y);
            }
        }).Check(VectorArbitrary.Config);

    [Fact]
    public void Copy_WithNegativeAndZeroStrides_ReversesAndExpands()
    {
        var y = new int[12];
        StridedCopy.Copy<int>(SimdLevel.Scalar, [2, 3, 2], [1, 2, 3, 4, 5, 6], 5, [0, -2, -1], y, 0, [6, 2, 1]);
        Assert.Equal([6, 5, 4, 3, 2, 1, 6, 5, 4, 3, 2, 1], y);
    }

    [Fact]
    public void Copy_IntoAWindow_LeavesTheRest()
    {
        var y = new byte[9];
        StridedCopy.Copy<byte>(SimdSupport.Best, [2, 2], [1, 2, 3, 4], 0, [2, 1], y, 4, [3, 1]);
        Assert.Equal([0, 0, 0, 0, 1, 2, 0, 3, 4], y);
    }

    [Theory]
    [InlineData(0, 2L), InlineData(1, 1L), InlineData(0, -1L)]
    public void Copy_WhenTheViewLeavesTheSpan_SaysWhereItReaches(int offset, long stride)
    {
        var error = Assert.Throws<ArgumentException>(
            () => StridedCopy.Copy<int>(SimdLevel.Scalar, [3], new int[3], offset, [stride], new int[3], 0, [1]));
        Assert.Contains("x has 3 elements; the view reaches from", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Permute_WhenAxesRepeat_NamesThem()
    {
        var error = Assert.Throws<ArgumentException>(
            () => StridedCopy.Permute<float>(SimdLevel.Scalar, [2, 2], [1, 1], new float[4], new float[4]));
        Assert.Contains("axes[1] is 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Copy_OfAScalarAndOfNothing_Work()
    {
        var y = new float[1];
        StridedCopy.Copy<float>(SimdLevel.Scalar, [], [7f], 0, [], y, 0, []);
        Assert.Equal([7f], y);
        StridedCopy.Copy<float>(SimdLevel.Scalar, [0, 4], [], 0, [4, 1], y, 0, [4, 1]);
        Assert.Equal([7f], y);
    }

    private static Arbitrary<int[]> Shapes() =>
        (from rank in Gen.Choose(1, 6)
         from shape in Gen.ArrayOf(rank <= 3 ? Gen.Choose(1, 21) : Gen.Choose(1, 5), rank)
         select shape).ToArbitrary();

    private static int[] Permuted(int[] shape, int[] axes)
    {
        var strides = new int[shape.Length];
        for (int i = shape.Length - 1, stride = 1; i >= 0; stride *= shape[i--])
        {
            strides[i] = stride;
        }

        IEnumerable<int> offsets = [0];
        foreach (var axis in axes)
        {
            offsets = offsets.SelectMany(offset => Enumerable.Range(0, shape[axis]).Select(i => offset + (i * strides[axis])));
        }

        return [.. offsets];
    }
}
