using System.Collections.Immutable;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Operators;

/// <summary>Makes what <see cref="Operator.AttributeInputs"/> returns.</summary>
internal static class AttributeTensors
{
    /// <summary>int64 tensors by input number; lists that are null are left out.</summary>
    public static ImmutableDictionary<int, Tensor> Of(params ReadOnlySpan<(int Index, IntList? Values)> inputs)
    {
        var result = ImmutableDictionary<int, Tensor>.Empty;
        foreach (var (index, values) in inputs)
        {
            result = values is null ? result : result.Add(index, Tensor.Vector<long>(Array.ConvertAll(values.ToArray(), value => (long)value)));
        }

        return result;
    }

    /// <summary>The same and one more.</summary>
    public static ImmutableDictionary<int, Tensor> With(this ImmutableDictionary<int, Tensor> inputs, int index, Tensor tensor) => inputs.Add(index, tensor);
}
