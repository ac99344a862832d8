using OrleansCompute.Tensors.Operators.Activations;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Losses;
using OrleansCompute.Tensors.Operators.Reductions;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Training.Models;

/// <summary>Losses of classifiers. Stateless; thread-safe.</summary>
public static class LossGraphs
{
    /// <summary>Softmax cross-entropy, summed over the batch.</summary>
    public static LossGraph CrossEntropy { get; } = (builder, logits, labels) => builder.SoftmaxCrossEntropy(logits, labels, reduction: LossReduction.Sum);

    /// <summary>A loss times a factor that is an input of its own, float32 scalar: the loss scale of mixed precision.</summary>
    /// <param name="loss">The loss.</param>
    public static LossGraph Scaled(LossGraph loss) => (builder, logits, labels) =>
        builder.Mul(loss(builder, logits, labels), builder.AddInput("$scale", new TensorType(ElementType.Float32, Shape.Scalar)));

    /// <summary>
    /// Knowledge distillation (Hinton, Vinyals and Dean 2015, arXiv:1503.02531): (1 - alpha) cross-entropy with the labels plus
    /// alpha T^2 cross-entropy with the teacher's softmax at temperature T, which is an input of its own, [N, classes]. The teacher's part
    /// differs from the divergence by the teacher's entropy only, which has no gradient.
    /// </summary>
    /// <param name="temperature">T, 0.1 to 100.</param>
    /// <param name="alpha">Weight of the teacher, 0 to 1.</param>
    public static LossGraph Distillation(double temperature, double alpha) => (builder, logits, labels) =>
    {
        var teacher = builder.AddInput("$teacher", logits.Type);
        var soft = builder.Mul(teacher, builder.LogSoftmax(builder.Affine(logits, 1 / temperature)));
        return builder.Add(
            builder.Affine(builder.SoftmaxCrossEntropy(logits, labels, reduction: LossReduction.Sum), 1 - alpha),
            builder.Affine(builder.ReduceSum(soft), -alpha * temperature * temperature));
    };
}
