using OrleansCompute.Tensors.Legacy.Execution;
using OrleansCompute.Tensors.Kernels;

namespace OrleansCompute.Tensors.Tests.Legacy.Execution;

/// <summary>Compares the gradients of a plan with finite differences of its loss.</summary>
internal static class GradientCheck
{
    /// <param name="graph">Graph to check, with the loss that a plan puts on it.</param>
    /// <param name="kernels">Kernels to run.</param>
    /// <param name="batch">Samples.</param>
    /// <param name="samples">How many parameters to check, spread over the vector.</param>
    public static void Run(Tensors.Legacy.Graph.Graph graph, IKernelSet kernels, int batch, int samples)
    {
        var random = new Random(11);
        using var plan = new TrainingPlan(graph, kernels, batch);
        graph.CreateParameters(random).CopyTo(plan.Parameters);
        foreach (ref var value in plan.Parameters.Span)
        {
            value += 0.1f * (random.NextSingle() - 0.5f);   // biases away from zero
        }

        var inputs = Kernels.KernelAssert.Random(random, batch * graph.Inputs[0].Type.Shape.Elements);
        var labels = Enumerable.Range(0, batch).Select(i => i % graph.Outputs[0].Type.Shape[1]).ToArray();
        plan.ForwardBackward(inputs, labels);
        var gradients = plan.Gradients.ToArray();
        var scale = gradients.Max(MathF.Abs);
        Assert.True(scale > 1e-3f, "all gradients vanish: nothing would be checked");
        foreach (var parameter in graph.Parameters)
        {
            for (var i = 0; i < samples; i++)
            {
                var at = parameter.Offset + (int)((long)i * parameter.Length / samples);
                var value = plan.Parameters.Span[at];

                // The smallest of three widths' errors: a wide step may cross the kink of a ReLU or of a pooling, a small one drowns
                // in the rounding of float32 losses.
                var error = new[] { 4e-3f, 1e-3f, 2.5e-4f }.Min(width =>
                {
                    plan.Parameters.Span[at] = value + width;
                    var up = plan.ForwardBackward(inputs, labels).LossSum;
                    plan.Parameters.Span[at] = value - width;
                    var down = plan.ForwardBackward(inputs, labels).LossSum;
                    plan.Parameters.Span[at] = value;
                    return Math.Abs(((up - down) / (2.0 * width)) - gradients[at]);
                });
                Assert.True(error <= 0.01 * scale, $"{parameter.Name}[{at - parameter.Offset}]: gradient {gradients[at]}, error {error}, scale {scale}");
            }
        }
    }
}
