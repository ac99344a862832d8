using OrleansCompute.Tensors.Kernels.Reference;
using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Tests.Operators;

/// <summary>An operator with inputs to run it on: every back end must compute what the reference computes, and gradients must hold.</summary>
/// <param name="Name">Unique name.</param>
/// <param name="Operator">The operator.</param>
/// <param name="Inputs">Inputs; null where an optional one is left out. Floating-point ones are float32.</param>
public sealed record OperatorCase(string Name, Operator Operator, params IReadOnlyList<Tensor?> Inputs)
{
    /// <summary>Whether gradients are compared with finite differences; off where the function is not smooth at the inputs.</summary>
    public bool ChecksGradient { get; init; } = true;

    /// <summary>The operator with sub-graphs of float64, for finite differences; null: the operator takes any type.</summary>
    public Operator? InDouble { get; init; }

    /// <summary>Largest allowed difference between a back end and the reference, relative to 1 + |value|.</summary>
    public double Tolerance { get; init; } = 2e-5;

    /// <summary>Random normal values; the same for the same shape and seed.</summary>
    public static Tensor Normal(int seed, params int[] sizes) => Make(seed, sizes, random =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));

    /// <summary>Random values between two bounds.</summary>
    public static Tensor Uniform(int seed, double low, double high, params int[] sizes) =>
        Make(seed, sizes, random => low + ((high - low) * random.NextDouble()));

    /// <summary>The same values as another type, rounded to it.</summary>
    public static Tensor As(ElementType type, Tensor tensor)
    {
        var result = Tensor.Zeros(tensor.Type with { ElementType = type });
        HostElements.StoreReals(result, HostElements.Reals(tensor));
        return result;
    }

    public override string ToString() => Name;

    private static Tensor Make(int seed, int[] sizes, Func<Random, double> next)
    {
        var random = new Random(seed);
        var tensor = Tensor.Zeros(TensorType.Real(sizes));
        foreach (ref var value in tensor.AsSpan<float>())
        {
            value = (float)next(random);
        }

        return tensor;
    }
}
