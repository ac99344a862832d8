using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Kernels.Reference;

/// <summary>Reference kernels of element-wise operators.</summary>
internal static class ReferenceElementwise
{
    public static ReferenceKernelTable Table { get; } = new ReferenceKernelTable()
        .Add<AddOperator>((_, call) => Binary(call, (a, b) => a + b, (a, b) => a + b))
        .Add<MulOperator>((_, call) => Binary(call, (a, b) => a * b, (a, b) => a * b))
        .Add<ReluOperator>((_, call) => Unary(call, x => x < 0 ? 0 : x, x => x < 0 ? 0 : x))
        .Add<ReluGradientOperator>((_, call) => Binary(call, (y, dy) => y > 0 ? dy : 0, (y, dy) => y > 0 ? dy : 0))
        .Add<ZerosLikeOperator>((_, call) => call.Output(0).AsBytes().Clear())
        .Add<OnesLikeOperator>((_, call) => HostElements.StoreReals(call.Output(0), Filled(call.Output(0).Shape.Elements, 1)))
        .Add<SumToLikeOperator>((_, call) => SumToLike(call));

    public static void Unary(KernelCall call, Func<double, double> real, Func<Int128, Int128> integer)
    {
        if (call.Input(0).ElementType.IsFloatingPoint())
        {
            HostElements.StoreReals(call.Output(0), Array.ConvertAll(HostElements.Reals(call.Input(0)), new Converter<double, double>(real)));
        }
        else
        {
            HostElements.StoreIntegers(call.Output(0), Array.ConvertAll(HostElements.Integers(call.Input(0)), new Converter<Int128, Int128>(integer)));
        }
    }

    public static void Binary(KernelCall call, Func<double, double, double> real, Func<Int128, Int128, Int128> integer)
    {
        using Tensor left = call.Input(0).Expand(call.Output(0).Shape), right = call.Input(1).Expand(call.Output(0).Shape);
        if (left.ElementType.IsFloatingPoint())
        {
            HostElements.StoreReals(call.Output(0), Zip(HostElements.Reals(left), HostElements.Reals(right), real));
        }
        else
        {
            HostElements.StoreIntegers(call.Output(0), Zip(HostElements.Integers(left), HostElements.Integers(right), integer));
        }
    }

    public static TResult[] Zip<T, TResult>(T[] left, T[] right, Func<T, T, TResult> function)
    {
        var result = new TResult[left.Length];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = function(left[i], right[i]);
        }

        return result;
    }

    private static double[] Filled(int count, double value)
    {
        var values = new double[count];
        Array.Fill(values, value);
        return values;
    }

    /// <summary>Each element of the input is added to the element of the output that broadcasting would have repeated there.</summary>
    private static void SumToLike(KernelCall call)
    {
        Shape from = call.Input(0).Shape, to = call.Output(0).Shape;
        var values = HostElements.Reals(call.Input(0));
        var strides = Broadcasting.Strides(to, to.Strides(), from);
        var sums = new double[to.Elements];
        for (var i = 0; i < values.Length; i++)
        {
            int rest = i, target = 0;
            for (var axis = from.Rank - 1; axis >= 0; axis--)
            {
                target += rest % from[axis] * strides[axis];
                rest /= from[axis];
            }

            sums[target] += values[i];
        }

        HostElements.StoreReals(call.Output(0), sums);
    }
}
