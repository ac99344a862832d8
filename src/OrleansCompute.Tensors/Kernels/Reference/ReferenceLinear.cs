using OrleansCompute.Tensors.Operators.Linear;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Kernels.Reference;

/// <summary>Reference kernels of linear algebra.</summary>
internal static class ReferenceLinear
{
    public static ReferenceKernelTable Table { get; } = new ReferenceKernelTable()
        .Add<MatMulOperator>(MatMul)
        .Add<RowsProductOperator>((_, call) => RowsProduct(call))
        .Add<GemmOperator>(Gemm)
        .Add<EinsumOperator>((op, call) => Einsum(op.Parsed, call))
        .Add<EinsumGradientOperator>(EinsumGradient)
        .Add<DetOperator>((_, call) => HostElements.StoreReals(call.Output(0), [.. Matrices(call.Input(0)).Select(Determinant)]))
        .Add<DetGradientOperator>((_, call) => DetGradient(call))
        .Add<MatMulIntegerOperator>((op, call) => HostElements.StoreIntegers(call.Output(0), IntegerProduct(
            call, call.Input(0), call.Input(1), call.OptionalInput(2), call.OptionalInput(3), call.Output(0).Shape.Elements, out _)))
        .Add<QLinearMatMulOperator>((_, call) => QLinearMatMul(call))
        .Add<CumSumOperator>(CumSum)
        .Add<TriluOperator>(Trilu)
        .Add<DropoutOperator>(Dropout);

    private static void MatMul(MatMulOperator op, KernelCall call)
    {
        var product = MatrixProduct.Of(call.Input(0).Shape, call.Input(1).Shape, op.TransposesLeft, op.TransposesRight, op.Name);
        if (call.Input(0).ElementType.IsFloatingPoint())
        {
            HostElements.StoreReals(call.Output(0), Multiply(
                call, product, HostElements.Reals(call.Input(0)), HostElements.Reals(call.Input(1)), op.TransposesLeft, op.TransposesRight));
        }
        else
        {
            HostElements.StoreIntegers(call.Output(0), Multiply(
                call, product, HostElements.Integers(call.Input(0)), HostElements.Integers(call.Input(1)), op.TransposesLeft, op.TransposesRight));
        }
    }

    private static T[] Multiply<T>(KernelCall call, MatrixProduct p, T[] left, T[] right, bool transposesLeft, bool transposesRight)
        where T : System.Numerics.INumber<T>
    {
        int[] leftBatch = ReferenceElementwise.Sources(p.LeftBatch, p.Batch), rightBatch = ReferenceElementwise.Sources(p.RightBatch, p.Batch);
        var result = new T[p.Batch.Elements * p.Rows * p.Columns];
        for (var i = 0; i < result.Length; i++)
        {
            // One result of a long product takes as long as a thousand of a short one.
            call.Poll((long)i * (1 + (p.Inner >> 6)));
            int column = i % p.Columns, row = i / p.Columns % p.Rows, batch = i / (p.Columns * p.Rows);
            int a = leftBatch[batch] * p.Rows * p.Inner, b = rightBatch[batch] * p.Inner * p.Columns;
            for (var k = 0; k < p.Inner; k++)
            {
                result[i] += left[a + (transposesLeft ? (k * p.Rows) + row : (row * p.Inner) + k)]
                    * right[b + (transposesRight ? (column * p.Inner) + k : (k * p.Columns) + column)];
            }
        }

        return result;
    }

    private static void RowsProduct(KernelCall call)
    {
        double[] left = HostElements.Reals(call.Input(0)), right = HostElements.Reals(call.Input(1));
        int k = call.Output(0).Shape[0], n = call.Output(0).Shape[1];
        var result = new double[k * n];
        for (var i = 0; i < result.Length; i++)
        {
            for (var row = 0; row < call.Input(0).Shape.Product(0, call.Input(0).Shape.Rank - 1); row++)
            {
                result[i] += left[(row * k) + (i / n)] * right[(row * n) + (i % n)];
            }
        }

        HostElements.StoreReals(call.Output(0), result);
    }

    private static void Gemm(GemmOperator op, KernelCall call)
    {
        var product = MatrixProduct.Of(call.Input(0).Shape, call.Input(1).Shape, op.TransposesLeft, op.TransposesRight, op.Name);
        var result = Multiply(call, product, HostElements.Reals(call.Input(0)), HostElements.Reals(call.Input(1)), op.TransposesLeft, op.TransposesRight);
        var addend = ReferenceElementwise.Filled(result.Length, 0);
        if (call.OptionalInput(2) is { } c)
        {
            using var expanded = c.Expand(call.Output(0).Shape);
            addend = HostElements.Reals(expanded);
        }

        HostElements.StoreReals(call.Output(0), ReferenceElementwise.Zip(result, addend, (ab, c) => (op.Alpha * ab) + (op.Beta * c)));
    }

    /// <summary>Visits every combination of indices with the places that they mean in each operand and, last, in the result.</summary>
    private static void ForIndices(KernelCall call, EinsumEquation equation, Shape[] operands, Action<int[]> visit)
    {
        var (indices, sizes) = equation.Bind(operands);
        Shape[] shapes = [.. operands, new Shape([.. indices[^1].Select(index => sizes[index])])];
        var strides = shapes.Select((shape, i) =>
        {
            var byIndex = new int[sizes.Length];
            for (var axis = 0; axis < shape.Rank; axis++)
            {
                byIndex[indices[i][axis]] += shape[axis] == 1 ? 0 : shape.Strides()[axis];
            }

            return byIndex;
        }).ToArray();
        var count = sizes.Aggregate(1L, (product, size) => product * size);
        var places = new int[shapes.Length];
        for (long i = 0; i < count; i++)
        {
            call.Poll(i);
            var rest = i;
            Array.Clear(places);
            for (var index = sizes.Length - 1; index >= 0; index--)
            {
                var value = (int)(rest % sizes[index]);
                rest /= sizes[index];
                for (var operand = 0; operand < places.Length; operand++)
                {
                    places[operand] += value * strides[operand][index];
                }
            }

            visit(places);
        }
    }

    private static void Einsum(EinsumEquation equation, KernelCall call)
    {
        var inputs = Enumerable.Range(0, call.InputCount).Select(call.Input).ToArray();
        var values = inputs.Select(HostElements.Reals).ToArray();
        var result = new double[call.Output(0).Shape.Elements];
        ForIndices(call, equation, [.. inputs.Select(input => input.Shape)], places =>
            result[places[^1]] += values.Select((operand, i) => operand[places[i]]).Aggregate(1.0, (a, b) => a * b));
        HostElements.StoreReals(call.Output(0), result);
    }

    private static void EinsumGradient(EinsumGradientOperator op, KernelCall call)
    {
        var inputs = Enumerable.Range(0, call.InputCount - 1).Select(call.Input).ToArray();
        var values = inputs.Select(HostElements.Reals).ToArray();
        var dy = HostElements.Reals(call.Input(call.InputCount - 1));
        var result = new double[call.Output(0).Shape.Elements];
        ForIndices(call, EinsumEquation.Parse(op.Equation), [.. inputs.Select(input => input.Shape)], places =>
            result[places[op.Operand]] += values.Select((operand, i) => i == op.Operand ? 1 : operand[places[i]]).Aggregate(dy[places[^1]], (a, b) => a * b));
        HostElements.StoreReals(call.Output(0), result);
    }

    private static IEnumerable<double[,]> Matrices(Tensor tensor)
    {
        var values = HostElements.Reals(tensor);
        var size = tensor.Shape[tensor.Shape.Rank - 1];
        for (var start = 0; start < values.Length; start += size * size)
        {
            var matrix = new double[size, size];
            Buffer.BlockCopy(values, start * sizeof(double), matrix, 0, size * size * sizeof(double));
            yield return matrix;
        }
    }

    /// <summary>By elimination with the largest pivot.</summary>
    private static double Determinant(double[,] matrix)
    {
        var a = (double[,])matrix.Clone();
        var size = a.GetLength(0);
        var determinant = 1.0;
        for (var k = 0; k < size; k++)
        {
            var pivot = Enumerable.Range(k, size - k).MaxBy(row => Math.Abs(a[row, k]));
            if (a[pivot, k] == 0)
            {
                return 0;
            }

            for (var column = 0; column < size && pivot != k; column++)
            {
                (a[k, column], a[pivot, column]) = (a[pivot, column], a[k, column]);
            }

            determinant *= pivot == k ? a[k, k] : -a[k, k];
            for (var row = k + 1; row < size; row++)
            {
                var factor = a[row, k] / a[k, k];
                for (var column = k; column < size; column++)
                {
                    a[row, column] -= factor * a[k, column];
                }
            }
        }

        return determinant;
    }

    private static void DetGradient(KernelCall call)
    {
        var dy = HostElements.Reals(call.Input(1));
        HostElements.StoreReals(call.Output(0), [.. Matrices(call.Input(0)).SelectMany((matrix, number) =>
        {
            var size = matrix.GetLength(0);
            return Enumerable.Range(0, size * size).Select(i =>
                dy[number] * (((i / size) + (i % size)) % 2 == 0 ? 1 : -1) * Determinant(Without(matrix, i / size, i % size)));
        })]);
    }

    private static double[,] Without(double[,] matrix, int row, int column)
    {
        var size = matrix.GetLength(0) - 1;
        var rest = new double[size, size];
        for (var i = 0; i < size * size; i++)
        {
            int r = i / size, c = i % size;
            rest[r, c] = matrix[r < row ? r : r + 1, c < column ? c : c + 1];
        }

        return rest;
    }

    private static Int128[] IntegerProduct(KernelCall call, Tensor left, Tensor right, Tensor? leftZero, Tensor? rightZero, int count, out MatrixProduct product)
    {
        var p = product = MatrixProduct.Of(left.Shape, right.Shape, false, false, "MatMulInteger");
        Int128[] a = HostElements.Integers(left), b = HostElements.Integers(right);
        Int128[] az = leftZero is null ? [0] : HostElements.Integers(leftZero), bz = rightZero is null ? [0] : HostElements.Integers(rightZero);
        for (var i = 0; i < a.Length; i++)
        {
            a[i] -= az[az.Length == 1 ? 0 : i / p.Inner % p.Rows];
        }

        for (var i = 0; i < b.Length; i++)
        {
            b[i] -= bz[bz.Length == 1 ? 0 : i % p.Columns];
        }

        return count == 0 ? [] : Multiply(call, p, a, b, false, false);
    }

    private static void QLinearMatMul(KernelCall call)
    {
        var y = call.Output(0);
        var sums = IntegerProduct(call, call.Input(0), call.Input(3), call.Input(2), call.Input(5), y.Shape.Elements, out var p);
        double[] a = HostElements.Reals(call.Input(1)), b = HostElements.Reals(call.Input(4)), scale = HostElements.Reals(call.Input(6));
        var zero = HostElements.Integers(call.Input(7));
        var (least, most) = y.ElementType == ElementType.Int8 ? (-128, 127) : (0, 255);
        HostElements.StoreIntegers(y, [.. sums.Select((sum, i) =>
        {
            int row = i / p.Columns % p.Rows, column = i % p.Columns;
            double At(double[] values, int index) => values[values.Length == 1 ? 0 : index];
            var real = (double)sum * At(a, row) * At(b, column) / At(scale, row);
            return Int128.Clamp((Int128)Math.Round(real, MidpointRounding.ToEven) + zero[zero.Length == 1 ? 0 : row], least, most);
        })]);
    }

    private static void CumSum(CumSumOperator op, KernelCall call)
    {
        var shape = call.Input(0).Shape;
        var axis = shape.Axis(HostElements.Ints(call.Input(1))[0], op.Name);
        int length = shape[axis], inner = shape.Product(axis + 1, shape.Rank);
        if (call.Input(0).ElementType.IsFloatingPoint())
        {
            HostElements.StoreReals(call.Output(0), Run(HostElements.Reals(call.Input(0))));
        }
        else
        {
            HostElements.StoreIntegers(call.Output(0), Run(HostElements.Integers(call.Input(0))));
        }

        T[] Run<T>(T[] x)
            where T : System.Numerics.INumber<T>
        {
            var sums = new T[x.Length];
            for (var i = 0; i < x.Length; i++)
            {
                var place = i / inner % length;
                for (var other = 0; other < length; other++)
                {
                    if ((op.IsReverse ? other > place : other < place) || (other == place && !op.IsExclusive))
                    {
                        sums[i] += x[i + ((other - place) * inner)];
                    }
                }
            }

            return sums;
        }
    }

    private static void Trilu(TriluOperator op, KernelCall call)
    {
        var shape = call.Input(0).Shape;
        var k = call.OptionalInput(1) is { } moved ? HostElements.Integers(moved)[0] : 0;
        int columns = shape[shape.Rank - 1], rows = shape[shape.Rank - 2], size = call.Input(0).ElementType.Size();
        Span<byte> from = call.Input(0).AsBytes(), to = call.Output(0).AsBytes();
        to.Clear();
        for (var i = 0; i < shape.Elements; i++)
        {
            var distance = (i % columns) - (i / columns % rows);
            if (op.IsUpper ? distance >= k : distance <= k)
            {
                from.Slice(i * size, size).CopyTo(to[(i * size)..]);
            }
        }
    }

    private static void Dropout(DropoutOperator op, KernelCall call)
    {
        var ratio = call.OptionalInput(1) is { } given ? HostElements.Reals(given)[0] : op.Ratio;
        var isTraining = call.OptionalInput(2) is { } mode ? HostElements.Integers(mode)[0] != 0 : op.IsTraining;
        var stream = CounterRandom.Stream(op.Seed, call.OptionalInput(3) is { } step ? (long)HostElements.Integers(step)[0] : 0);
        var x = HostElements.Reals(call.Input(0));
        bool[] mask = [.. Enumerable.Range(0, x.Length).Select(i => !isTraining || CounterRandom.Uniform(stream, (ulong)i) >= ratio)];
        HostElements.StoreReals(call.Output(0), [.. x.Select((value, i) => !isTraining ? value : mask[i] ? value / (1 - ratio) : 0)]);
        if (call.HasOutput(1))
        {
            mask.CopyTo(call.Output(1).AsSpan<bool>());
        }
    }
}
