using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Kernels.Reference;

/// <summary>Reference kernels of element-wise operators.</summary>
internal static class ReferenceElementwise
{
    public static ReferenceKernelTable Table { get; } = new ReferenceKernelTable()
        .Add<AddOperator>((_, call) => Binary(call, (a, b) => a + b, (a, b) => a + b))
        .Add<SubOperator>((_, call) => Binary(call, (a, b) => a - b, (a, b) => a - b))
        .Add<MulOperator>((_, call) => Binary(call, (a, b) => a * b, (a, b) => a * b))
        .Add<DivOperator>((_, call) => Binary(call, (a, b) => a / b, (a, b) => a / b))
        .Add<ModOperator>((op, call) => Binary(
            call,
            op.HasSignOfDividend ? (a, b) => a % b : (a, b) => a - (Math.Floor(a / b) * b),
            op.HasSignOfDividend ? (a, b) => a % b : (a, b) => a % b is var rest && rest != 0 && rest < 0 != b < 0 ? rest + b : rest))
        .Add<PowOperator>((_, call) => Pow(call))
        .Add<MathOperator>((op, call) => Unary(call, Real(op.Function), Integer(op.Function)))
        .Add<AffineOperator>((op, call) => Unary(call, x => (op.Factor * x) + op.Offset, x => x))
        .Add<ReluOperator>((_, call) => Unary(call, x => x < 0 ? 0 : x, x => x < 0 ? 0 : x))
        .Add<ReluGradientOperator>((_, call) => Binary(call, (y, dy) => y > 0 ? dy : 0, (y, dy) => y > 0 ? dy : 0))
        .Add<ClipOperator>((op, call) => Clip(op, call))
        .Add<ClipGradientOperator>((op, call) => ClipGradient(op, call))
        .Add<CastOperator>((_, call) => Cast(call))
        .Add<CastLikeOperator>((_, call) => Cast(call))
        .Add<ComparisonOperator>((op, call) => Binary(
            call, (a, b) => Holds(op.Comparison, a, b) ? 1 : 0, (a, b) => Holds(op.Comparison, a, b) ? 1 : 0))
        .Add<LogicOperator>((op, call) => Binary(call, null, op.Function switch
        {
            LogicFunction.And => (a, b) => a & b,
            LogicFunction.Or => (a, b) => a | b,
            _ => (a, b) => a ^ b,
        }))
        .Add<NotOperator>((_, call) => Unary(call, null, x => 1 - x))
        .Add<BitwiseOperator>((op, call) => Binary(call, null, op.Function switch
        {
            BitwiseFunction.BitwiseAnd => (a, b) => a & b,
            BitwiseFunction.BitwiseOr => (a, b) => a | b,
            BitwiseFunction.BitwiseXor => (a, b) => a ^ b,
            BitwiseFunction.ShiftLeft => (a, b) => b < 64 ? a << (int)b : 0,
            _ => (a, b) => b < 64 ? a >> (int)b : 0,
        }))
        .Add<BitwiseNotOperator>((_, call) => Unary(call, null, x => ~x))
        .Add<IsNaNOperator>((_, call) => Unary(call, x => double.IsNaN(x) ? 1 : 0, _ => 0))
        .Add<IsInfOperator>((op, call) => Unary(
            call, x => (op.DetectPositive && double.IsPositiveInfinity(x)) || (op.DetectNegative && double.IsNegativeInfinity(x)) ? 1 : 0, _ => 0))
        .Add<VariadicOperator>((op, call) => Variadic(op.Function, call))
        .Add<WhereOperator>((_, call) => Where(call))
        .Add<ZerosLikeOperator>((_, call) => call.Output(0).AsBytes().Clear())
        .Add<OnesLikeOperator>((_, call) => HostElements.StoreReals(call.Output(0), Filled(call.Output(0).Shape.Elements, 1)))
        .Add<SumToLikeOperator>((_, call) => SumToLike(call));

    public static void Unary(KernelCall call, Func<double, double>? real, Func<Int128, Int128>? integer)
    {
        if (call.Input(0).ElementType.IsFloatingPoint())
        {
            HostElements.StoreReals(call.Output(0), Array.ConvertAll(HostElements.Reals(call.Input(0)), new Converter<double, double>(real!)));
        }
        else
        {
            HostElements.StoreIntegers(call.Output(0), Array.ConvertAll(HostElements.Integers(call.Input(0)), new Converter<Int128, Int128>(integer!)));
        }
    }

    public static void Binary(KernelCall call, Func<double, double, double>? real, Func<Int128, Int128, Int128>? integer)
    {
        using Tensor left = call.Input(0).Expand(call.Output(0).Shape), right = call.Input(1).Expand(call.Output(0).Shape);
        if (left.ElementType.IsFloatingPoint())
        {
            HostElements.StoreReals(call.Output(0), Zip(HostElements.Reals(left), HostElements.Reals(right), real!));
        }
        else
        {
            HostElements.StoreIntegers(call.Output(0), Zip(HostElements.Integers(left), HostElements.Integers(right), integer!));
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

    public static double[] Filled(int count, double value)
    {
        var values = new double[count];
        Array.Fill(values, value);
        return values;
    }

    /// <summary>Element numbers of a shape, seen from each element of the larger shape that broadcasting makes of it.</summary>
    public static int[] Sources(Shape shape, Shape target)
    {
        var strides = Broadcasting.Strides(shape, shape.Strides(), target);
        var sources = new int[target.Elements];
        for (var i = 0; i < sources.Length; i++)
        {
            int rest = i, source = 0;
            for (var axis = target.Rank - 1; axis >= 0; axis--)
            {
                source += rest % target[axis] * strides[axis];
                rest /= target[axis];
            }

            sources[i] = source;
        }

        return sources;
    }

    /// <summary>The error function by its series of positive terms, 2/sqrt(pi) exp(-x^2) sum of 2^n x^(2n+1) / (1 3 5 ... (2n+1)).</summary>
    public static double Erf(double x)
    {
        if (!(Math.Abs(x) < 6))
        {
            return double.IsNaN(x) ? x : Math.Sign(x);
        }

        double term = x, sum = x;
        for (var n = 1; Math.Abs(term) > 1e-18 * Math.Abs(sum); n++)
        {
            term *= 2 * x * x / ((2 * n) + 1);
            sum += term;
        }

        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }

    private static Func<double, double> Real(MathFunction function) => function switch
    {
        MathFunction.Neg => x => -x,
        MathFunction.Abs => Math.Abs,
        MathFunction.Sign => x => double.IsNaN(x) ? x : Math.Sign(x),
        MathFunction.Sqrt => Math.Sqrt,
        MathFunction.ReciprocalSqrt => x => 1 / Math.Sqrt(x),
        MathFunction.Square => x => x * x,
        MathFunction.Exp => Math.Exp,
        MathFunction.Log => Math.Log,
        MathFunction.Reciprocal => x => 1 / x,
        MathFunction.Floor => Math.Floor,
        MathFunction.Ceil => Math.Ceiling,
        MathFunction.Round => x => Math.Round(x, MidpointRounding.ToEven),
        MathFunction.Erf => Erf,
        MathFunction.Sin => Math.Sin,
        MathFunction.Cos => Math.Cos,
        MathFunction.Tan => Math.Tan,
        MathFunction.Asin => Math.Asin,
        MathFunction.Acos => Math.Acos,
        MathFunction.Atan => Math.Atan,
        MathFunction.Sinh => Math.Sinh,
        MathFunction.Cosh => Math.Cosh,
        MathFunction.Asinh => Math.Asinh,
        MathFunction.Acosh => Math.Acosh,
        MathFunction.Atanh => Math.Atanh,
        _ => throw new NotSupportedException($"{function} has no kernel."),
    };

    private static Func<Int128, Int128>? Integer(MathFunction function) => function switch
    {
        MathFunction.Neg => x => -x,
        MathFunction.Abs => Int128.Abs,
        MathFunction.Sign => x => Int128.Sign(x),
        MathFunction.Square => x => x * x,
        _ => null,
    };

    private static bool Holds<T>(Comparison comparison, T left, T right)
        where T : System.Numerics.INumber<T> => comparison switch
        {
            Comparison.Equal => left == right,
            Comparison.Less => left < right,
            Comparison.LessOrEqual => left <= right,
            Comparison.Greater => left > right,
            _ => left >= right,
        };

    private static void Cast(KernelCall call)
    {
        if (call.Input(0).ElementType.IsFloatingPoint())
        {
            HostElements.StoreReals(call.Output(0), HostElements.Reals(call.Input(0)));
        }
        else
        {
            HostElements.StoreIntegers(call.Output(0), HostElements.Integers(call.Input(0)));
        }
    }

    /// <summary>Whole numbers to whole powers are exact, modulo the type's range; everything else goes through double.</summary>
    private static void Pow(KernelCall call)
    {
        using Tensor left = call.Input(0).Expand(call.Output(0).Shape), right = call.Input(1).Expand(call.Output(0).Shape);
        if (left.ElementType.IsInteger() && right.ElementType.IsInteger())
        {
            HostElements.StoreIntegers(call.Output(0), Zip(HostElements.Integers(left), HostElements.Integers(right), Power));
        }
        else
        {
            HostElements.StoreReals(call.Output(0), Zip(HostElements.Reals(left), HostElements.Reals(right), Math.Pow));
        }
    }

    private static Int128 Power(Int128 value, Int128 exponent)
    {
        if (exponent < 0)
        {
            return value == 1 ? 1 : value == -1 ? (exponent % 2 == 0 ? 1 : -1) : 0;
        }

        Int128 result = 1;
        for (var factor = (ulong)(long)value; exponent > 0; exponent >>= 1, factor = unchecked(factor * factor))
        {
            result = (exponent & 1) == 1 ? (long)unchecked((ulong)(long)result * factor) : result;
        }

        return result;
    }

    private static void Clip(ClipOperator op, KernelCall call)
    {
        var x = call.Input(0);
        if (x.ElementType.IsFloatingPoint())
        {
            double low = Bound(call.OptionalInput(1), op.Min, double.NegativeInfinity), high = Bound(call.OptionalInput(2), op.Max, double.PositiveInfinity);
            HostElements.StoreReals(call.Output(0), Array.ConvertAll(HostElements.Reals(x), value => double.IsNaN(value) ? value : Math.Min(Math.Max(value, low), high)));
        }
        else
        {
            var low = call.OptionalInput(1) is { } least ? HostElements.Integers(least)[0] : (Int128)(op.Min ?? (double)long.MinValue);
            var high = call.OptionalInput(2) is { } most ? HostElements.Integers(most)[0] : (Int128)(op.Max ?? (double)ulong.MaxValue);
            HostElements.StoreIntegers(call.Output(0), Array.ConvertAll(HostElements.Integers(x), value => Int128.Min(Int128.Max(value, low), high)));
        }
    }

    private static void ClipGradient(ClipGradientOperator op, KernelCall call)
    {
        double low = Bound(call.OptionalInput(1), op.Min, double.NegativeInfinity), high = Bound(call.OptionalInput(2), op.Max, double.PositiveInfinity);
        HostElements.StoreReals(call.Output(0), Zip(
            HostElements.Reals(call.Input(0)), HostElements.Reals(call.Input(3)), (x, dy) => x >= low && x <= high ? dy : 0));
    }

    private static double Bound(Tensor? input, float? attribute, double fallback) =>
        input is null ? attribute ?? fallback : HostElements.Reals(input)[0];

    private static void Variadic(VariadicFunction function, KernelCall call)
    {
        var output = call.Output(0);
        var inputs = Enumerable.Range(0, call.InputCount).Select(i =>
        {
            using var expanded = call.Input(i).Expand(output.Shape);
            return expanded.Contiguous();
        }).ToArray();
        if (output.ElementType.IsFloatingPoint())
        {
            var result = inputs.Select(HostElements.Reals).Aggregate((sum, next) => Zip<double, double>(sum, next, function switch
            {
                VariadicFunction.Min => Math.Min,
                VariadicFunction.Max => Math.Max,
                _ => (a, b) => a + b,
            }));
            HostElements.StoreReals(output, function == VariadicFunction.Mean ? Array.ConvertAll(result, sum => sum / inputs.Length) : result);
        }
        else
        {
            var result = inputs.Select(HostElements.Integers).Aggregate((sum, next) => Zip<Int128, Int128>(sum, next, function switch
            {
                VariadicFunction.Min => Int128.Min,
                VariadicFunction.Max => Int128.Max,
                _ => (a, b) => a + b,
            }));
            HostElements.StoreIntegers(output, function == VariadicFunction.Mean ? Array.ConvertAll(result, sum => sum / inputs.Length) : result);
        }
    }

    private static void Where(KernelCall call)
    {
        var output = call.Output(0);
        int[] condition = Sources(call.Input(0).Shape, output.Shape), yes = Sources(call.Input(1).Shape, output.Shape), no = Sources(call.Input(2).Shape, output.Shape);
        var size = output.ElementType.Size();
        for (var i = 0; i < condition.Length; i++)
        {
            var isTrue = call.Input(0).AsSpan<bool>()[condition[i]];
            (isTrue ? call.Input(1) : call.Input(2)).AsBytes().Slice((isTrue ? yes : no)[i] * size, size).CopyTo(output.AsBytes()[(i * size)..]);
        }
    }

    /// <summary>Each element of the input is added to the element of the output that broadcasting would have repeated there.</summary>
    private static void SumToLike(KernelCall call)
    {
        var values = HostElements.Reals(call.Input(0));
        var targets = Sources(call.Output(0).Shape, call.Input(0).Shape);
        var sums = new double[call.Output(0).Shape.Elements];
        for (var i = 0; i < values.Length; i++)
        {
            sums[targets[i]] += values[i];
        }

        HostElements.StoreReals(call.Output(0), sums);
    }
}
