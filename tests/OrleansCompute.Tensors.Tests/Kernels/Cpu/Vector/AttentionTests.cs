using OrleansCompute.Tensors.Kernels.Cpu.Vector;

namespace OrleansCompute.Tensors.Tests.Kernels.Cpu.Vector;

public sealed class AttentionTests
{
    public static TheoryData<int, int, int, bool, bool> Shapes() => new()
    {
        { 1, 1, 1, false, false }, { 3, 3, 5, false, false }, { 3, 3, 5, true, false }, { 16, 16, 32, true, false },
        { 64, 64, 32, true, false }, { 64, 64, 32, false, true }, { 65, 65, 16, true, true }, { 70, 70, 33, true, false },
        { 7, 90, 24, true, false }, { 90, 7, 24, true, false }, { 5, 130, 48, false, true }, { 130, 130, 16, true, false },
        { 100, 67, 40, false, false }, { 20, 37, 8, true, true },
    };

    [Theory, MemberData(nameof(Shapes))]
    public void Forward_ForShapesAndMasks_MatchesDouble(int queries, int keys, int head, bool causal, bool masked)
    {
        var problem = new AttentionProblem(1, 2, queries, keys, head, causal, masked);
        var expected = problem.Reference();
        foreach (var level in SimdLevels.Supported)
        {
            var (output, logSumExp) = problem.Forward(level, 1);
            VectorAssert.Close(expected.Output, output, $"output at {level}", 3e-6);
            VectorAssert.Close(expected.LogSumExp, logSumExp, $"log-sum-exp at {level}", 3e-6);
        }
    }

    [Theory, MemberData(nameof(Shapes))]
    public void Backward_ForShapesAndMasks_MatchesDouble(int queries, int keys, int head, bool causal, bool masked)
    {
        var problem = new AttentionProblem(1, 2, queries, keys, head, causal, masked);
        var expected = problem.ReferenceGradients();
        foreach (var level in SimdLevels.Supported)
        {
            var (dq, dk, dv) = problem.Backward(level, 1);
            VectorAssert.Close(expected.Dq, dq, $"dq at {level}", 1e-5);
            VectorAssert.Close(expected.Dk, dk, $"dk at {level}", 1e-5);
            VectorAssert.Close(expected.Dv, dv, $"dv at {level}", 1e-5);
        }
    }

    [Fact]
    public void Parts_OfATeam_GiveTheSameAsOne()
    {
        var problem = new AttentionProblem(2, 3, 20, 20, 16, causal: true, masked: false);
        foreach (var level in SimdLevels.Supported)
        {
            Assert.Equal(problem.Forward(level, 1).Output, problem.Forward(level, 4).Output);
            Assert.Equal(problem.Backward(level, 1).Dk, problem.Backward(level, 4).Dk);
        }
    }

    [Theory]
    [InlineData(1, 4, 2, 20, 37, false, false)]
    [InlineData(2, 6, 3, 70, 70, true, false)]
    [InlineData(2, 4, 4, 1, 130, false, true)]
    [InlineData(1, 3, 3, 67, 30, true, true)]
    public void Run_WhenHeadsShareKeys_MatchesDouble(int batch, int heads, int sharing, int queries, int keys, bool causal, bool masked)
    {
        foreach (var isSpread in new[] { false, true })
        {
            var problem = new AttentionProblem(batch, heads, queries, keys, 24, causal, masked, sharing, isSpread);
            var (output, logSumExp) = problem.Reference();
            var gradients = problem.ReferenceGradients();
            foreach (var level in SimdLevels.Supported)
            {
                var forward = problem.Forward(level, 3);
                VectorAssert.Close(output, forward.Output, $"output at {level}", 3e-6);
                VectorAssert.Close(logSumExp, forward.LogSumExp, $"log-sum-exp at {level}", 3e-6);
                var backward = problem.Backward(level, 3);
                VectorAssert.Close(gradients.Dq, backward.Dq, $"dq at {level}", 1e-5);
                VectorAssert.Close(gradients.Dk, backward.Dk, $"dk at {level}", 1e-5);
                VectorAssert.Close(gradients.Dv, backward.Dv, $"dv at {level}", 1e-5);
            }
        }
    }

    [Fact]
    public void Run_WhenHeadsDoNotDivide_NamesSharing()
    {
        var shape = AttentionShape.PackedSelf(1, 4, 4, 8, causal: false) with { Sharing = 3 };
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => shape.Check());
        Assert.Contains("Sharing is 3; it must divide the 4 heads", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void PackedSelf_OnAProjection_EqualsContiguousCopies()
    {
        const int batch = 2, heads = 3, length = 37, size = 16;
        var random = new Random(4);
        var packed = KernelAssert.Random(random, batch * length * 3 * heads * size);
        var shape = AttentionShape.PackedSelf(batch, heads, length, size, causal: true);
        var plain = shape with
        {
            Queries = AttentionLayout.Contiguous(heads, length, size),
            Keys = AttentionLayout.Contiguous(heads, length, size),
            Values = AttentionLayout.Contiguous(heads, length, size),
            Output = AttentionLayout.Contiguous(heads, length, size),
        };
        float[] Part(int part) =>
        [
            .. from b in Enumerable.Range(0, batch)
               from h in Enumerable.Range(0, heads)
               from t in Enumerable.Range(0, length)
               from i in Enumerable.Range(0, size)
               select packed[(((((b * length) + t) * 3) + part) * heads * size) + (h * size) + i],
        ];

        var width = heads * size;
        foreach (var level in SimdLevels.Supported)
        {
            float[] output = new float[batch * length * width], expected = new float[output.Length];
            var scratch = new float[Attention.ForwardScratch(shape)];
            Attention.Forward(level, shape, packed, packed.AsSpan(width), packed.AsSpan(2 * width), [], output, [], scratch);
            Attention.Forward(level, plain, Part(0), Part(1), Part(2), [], expected, [], scratch);
            for (var i = 0; i < output.Length; i++)
            {
                var (b, t, h, e) = (i / (length * width), i / width % length, i / size % heads, i % size);
                Assert.Equal(expected[(((((b * heads) + h) * length) + t) * size) + e], output[i]);
            }
        }
    }

    [Fact]
    public void Forward_WhenARowIsMaskedAway_GivesZerosAndZeroGradients()
    {
        var problem = new AttentionProblem(1, 1, 9, 70, 8, causal: false, masked: true);
        problem.Mask.AsSpan(4 * 70, 70).Fill(float.NegativeInfinity);
        foreach (var level in SimdLevels.Supported)
        {
            var (output, logSumExp) = problem.Forward(level, 1);
            Assert.Equal(new float[8], output[(4 * 8)..(5 * 8)]);
            Assert.Equal(float.NegativeInfinity, logSumExp[4]);
            var (dq, dk, dv) = problem.Backward(level, 1);
            Assert.Equal(new float[8], dq[(4 * 8)..(5 * 8)]);
            Assert.DoesNotContain(dk.Concat(dv), float.IsNaN);
        }
    }

    [Fact]
    public void Forward_WhenSpansOrSizesAreWrong_NamesThem()
    {
        var shape = AttentionShape.PackedSelf(1, 1, 4, 8, causal: false);
        var scratch = new float[Attention.ForwardScratch(shape)];
        var shortSpan = Assert.Throws<ArgumentException>(
            () => Attention.Forward(default, shape, new float[96], new float[10], new float[88], [], new float[32], [], scratch));
        Assert.Contains("k has 10 elements; it must have at least 80", shortSpan.Message, StringComparison.Ordinal);
        var wrong = shape with { HeadSize = 5000 };
        var range = Assert.Throws<ArgumentOutOfRangeException>(
            () => Attention.Forward(default, wrong, scratch, scratch, scratch, [], scratch, [], scratch));
        Assert.Contains("HeadSize is 5000; allowed 1 to 1024", range.Message, StringComparison.Ordinal);
    }
}
