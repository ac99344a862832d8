using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Losses;

/// <summary>Checks of what a CTC loss reads. Stateless.</summary>
internal static class CtcLabels
{
    /// <summary>A number of steps or labels.</summary>
    /// <exception cref="ShapeMismatchException">It is out of range.</exception>
    public static int Length(string what, int example, long length, int most) => length >= 0 && length <= most
        ? (int)length
        : throw new ShapeMismatchException($"CtcLoss: example {example} has {length} {what}; allowed: 0 to {most}.");

    /// <summary>A label.</summary>
    /// <exception cref="ShapeMismatchException">It is no class, or the blank.</exception>
    public static int Label(int example, int place, long label, int classes, int blank) => label >= 0 && label < classes && label != blank
        ? (int)label
        : throw new ShapeMismatchException($"CtcLoss: label {place} of example {example} is {label}; allowed: 0 to {classes - 1} but the blank, {blank}.");
}
