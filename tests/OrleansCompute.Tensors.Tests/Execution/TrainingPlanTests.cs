using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Execution;
using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Tests.Execution;

public sealed class TrainingPlanTests
{
    [Theory]
    [InlineData(SimdLevel.Scalar, 1)]
    [InlineData(SimdLevel.Vector256, 1)]
    [InlineData(SimdLevel.Vector512, 2)]
    public void ForwardBackward_ForEveryBatchInAnyOrder_EqualsTheReference(SimdLevel level, int threads)
    {
        using var cpu = new CpuAccelerator(SimdSupport.IsSupported(level) ? level : SimdSupport.Best, threads);
        using var reference = new ReferenceAccelerator();
        using var plan = Plan(SmallModels.Cnn(), cpu, 5, new TrainingPlanOptions { MaxCachedPlans = 3 });
        using var expected = Plan(SmallModels.Cnn(), reference, 5);

        foreach (var batch in new[] { 3, 5, 1, 4, 3, 2, 5 })
        {
            var (x, y) = Images(batch, batch);
            var result = plan.ForwardBackward(x, y);
            var wanted = expected.ForwardBackward(x, y);

            Assert.Equal((wanted.Correct, batch), (result.Correct, result.Count));
            Assert.Equal(wanted.LossSum, result.LossSum, 1e-4);
            AssertClose(expected.Gradients.Span, plan.Gradients.Span, 1e-4f);
        }
    }

    [Fact]
    public void Gradients_OfSharesOfABatch_AddUpToThatOfTheBatch()
    {
        using var cpu = new CpuAccelerator();
        using var plan = Plan(SmallModels.Cnn(), cpu, 8);
        var (x, y) = Images(8, 1);
        plan.ForwardBackward(x, y);
        var whole = plan.Gradients.ToArray();
        plan.ForwardBackward(x.AsSpan(0, 3 * 144), y.AsSpan(0, 3));
        var sum = plan.Gradients.ToArray();
        plan.ForwardBackward(x.AsSpan(3 * 144), y.AsSpan(3));

        AssertClose(whole, [.. sum.Zip(plan.Gradients.ToArray(), (a, b) => a + b)], 1e-4f);
    }

    [Fact]
    public void Gradients_ComparedWithFiniteDifferences_AreEqual()
    {
        using var reference = new ReferenceAccelerator();
        using var plan = Plan(SmallModels.Tokens(), reference, 2);
        int[] tokens = [.. Enumerable.Range(0, 14).Select(i => i * 5 % 11)], labels = [.. Enumerable.Range(0, 14).Select(i => i * 3 % 11)];
        plan.ForwardBackward<int>(tokens, labels);
        var gradients = plan.Gradients.ToArray();
        for (var i = 0; i < gradients.Length; i += 7)
        {
            const float Step = 1e-2f;
            var before = plan.Parameters.Span[i];
            plan.Parameters.Span[i] = before + Step;
            var above = plan.ForwardBackward<int>(tokens, labels).LossSum;
            plan.Parameters.Span[i] = before - Step;
            var below = plan.ForwardBackward<int>(tokens, labels).LossSum;
            plan.Parameters.Span[i] = before;

            Assert.Equal((above - below) / (2 * Step), gradients[i], 5e-3);
        }
    }

    [Fact]
    public void ForwardBackward_OfATokenModel_CountsTokensAndLeavesIgnoredOnesOut()
    {
        using var cpu = new CpuAccelerator();
        using var plan = Plan(SmallModels.Tokens(), cpu, 2);
        int[] tokens = [.. Enumerable.Range(0, 14).Select(i => i % 11)], labels = [.. tokens.Select((_, i) => i < 4 ? -100 : 3)];

        Assert.Equal((7, 7), (plan.SampleLength, plan.LabelsPerSample));
        Assert.Equal(10, plan.ForwardBackward<int>(tokens, labels).Count);
        Assert.Equal(0, plan.ForwardBackward<int>(tokens.AsSpan(0, 7), [-100, -100, -100, -100, -100, -100, -100]).LossSum);
        Assert.True(plan.Gradients.Span.IndexOfAnyExcept(0f, -0f) < 0);
    }

    [Fact]
    public void ForwardBackward_OfASizeSeenBefore_AllocatesNothing()
    {
        using var cpu = new CpuAccelerator();
        using var plan = Plan(SmallModels.Cnn(), cpu, 8);
        var (x, y) = Images(6, 1);

        AllocationAssert.None(() => plan.ForwardBackward(x, y));
    }

    [Fact]
    public void Checkpoints_WhenOnlyPoolingsAreKept_GiveTheSameGradientsInLessMemory()
    {
        using var cpu = new CpuAccelerator();
        using var plan = Plan(SmallModels.Cnn(), cpu, 8);
        using var saving = Plan(SmallModels.Cnn(), cpu, 8, new TrainingPlanOptions { Checkpoints = ["pool4"] });
        var (x, y) = Images(8, 3);

        plan.ForwardBackward(x, y);
        saving.ForwardBackward(x, y);

        AssertClose(plan.Gradients.Span, saving.Gradients.Span, 1e-5f);
        Assert.True(saving.Compiled(8).Calls.Count() > plan.Compiled(8).Calls.Count(), "nothing is computed again");
        Assert.Contains("missing", Assert.Throws<ArgumentException>(() => Plan(SmallModels.Cnn(), cpu, 1, new TrainingPlanOptions { Checkpoints = ["missing"] })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void GradientReady_OfEveryParameter_IsCalledOnceWithItsSlice()
    {
        using var cpu = new CpuAccelerator();
        var ready = new List<(int Offset, int Length)>();
        using var plan = Plan(SmallModels.Cnn(), cpu, 2, new TrainingPlanOptions { GradientReady = (offset, length) => ready.Add((offset, length)) });
        var (x, y) = Images(2, 1);

        plan.ForwardBackward(x, y);

        Assert.Equal(plan.Graph.Parameters.Select(p => (p.Offset, p.Length)), ready.Order());
        Assert.NotEqual(0, ready[0].Offset);
    }

    [Fact]
    public void ForwardBackward_WithWrongSizes_NamesThem()
    {
        using var cpu = new CpuAccelerator();
        using var plan = Plan(SmallModels.Cnn(), cpu, 2);
        var (x, y) = Images(3, 1);

        Assert.Contains("allowed 1 to 2", Assert.Throws<ArgumentOutOfRangeException>(() => plan.ForwardBackward(x, y)).Message, StringComparison.Ordinal);
        Assert.Contains("Label 1 is 5", Assert.Throws<ArgumentOutOfRangeException>(() => plan.ForwardBackward(x.AsSpan(0, 288), [0, 5])).Message, StringComparison.Ordinal);
        Assert.Contains("144 inputs", Assert.Throws<ShapeMismatchException>(() => plan.ForwardBackward(x.AsSpan(0, 200), [0, 1])).Message, StringComparison.Ordinal);
        Assert.Equal(default, plan.ForwardBackward([], []));
    }

    [Fact]
    public void Graph_OfACnn_HasNoTranspositionBetweenConvolutions()
    {
        using var cpu = new CpuAccelerator();
        using var plan = Plan(SmallModels.Cnn(), cpu, 4);
        var names = plan.Compiled(4).Graph.Nodes.Select(node => node.Operator.Name).ToList();

        Assert.Equal(2, names.Count(name => name == "Transpose"));
        Assert.Equal(2, names.Count(name => name == "ConvLastWeightGradient"));
        Assert.DoesNotContain("ChannelSum", names);
        Assert.DoesNotContain("Relu", names);
        Assert.All(plan.Compiled(4).Calls, call => Assert.StartsWith("cpu", call.Library, StringComparison.Ordinal));
    }

    private static TrainingPlan Plan(Graph model, IAccelerator accelerator, int maxBatch, TrainingPlanOptions? options = null)
    {
        var plan = new TrainingPlan(model, accelerator, maxBatch, options);
        model.CreateParameters(new Random(1)).CopyTo(plan.Parameters);
        return plan;
    }

    private static (float[] Images, int[] Labels) Images(int batch, int seed)
    {
        var random = new Random(seed);
        return ([.. Enumerable.Range(0, batch * 144).Select(_ => random.NextSingle() - 0.3f)], [.. Enumerable.Range(0, batch).Select(_ => random.Next(5))]);
    }

    private static void AssertClose(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, float tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance * (1 + Math.Abs(expected[i])), $"Element {i}: {actual[i]} for {expected[i]}.");
        }
    }
}
