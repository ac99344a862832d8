using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Linear;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;
using static OrleansCompute.Tensors.Tests.Operators.OperatorCase;

namespace OrleansCompute.Tensors.Tests.Operators;

internal static class LinearCases
{
    private static readonly Tensor _bytes = Tensor.Of<byte>(new Shape(2, 3), [208, 236, 0, 3, 214, 255]);
    private static readonly Tensor _signed = Tensor.Of<sbyte>(new Shape(3, 4), [-44, -4, 127, 25, -128, 1, 0, 3, -110, 127, 127, -7]);

    public static IEnumerable<OperatorCase> All { get; } =
    [
        new("MatMul_Matrices", new MatMulOperator(), Normal(1, 7, 5), Normal(2, 5, 9)),
        new("MatMul_Batch", new MatMulOperator(), Normal(1, 2, 3, 4, 5), Normal(2, 2, 3, 5, 6)),
        new("MatMul_SharedWeight", new MatMulOperator(), Normal(1, 2, 3, 5), Normal(2, 5, 4)),
        new("MatMul_SharedTransposedWeight", new MatMulOperator(false, true), Normal(1, 2, 3, 5), Normal(2, 4, 5)),
        new("MatMul_BroadcastBatch", new MatMulOperator(), Normal(1, 2, 1, 3, 5), Normal(2, 4, 5, 2)),
        new("MatMul_MatrixTimesBatch", new MatMulOperator(), Normal(1, 3, 5), Normal(2, 4, 5, 2)),
        new("MatMul_BothTransposed", new MatMulOperator(true, true), Normal(1, 2, 5, 3), Normal(2, 2, 4, 5)),
        new("MatMul_LeftTransposed", new MatMulOperator(true), Normal(1, 2, 5, 3), Normal(2, 5, 4)),
        new("MatMul_Vectors", new MatMulOperator(), Normal(1, 5), Normal(2, 5)),
        new("MatMul_RowTimesBatch", new MatMulOperator(), Normal(1, 5), Normal(2, 2, 5, 3)),
        new("MatMul_BatchTimesColumn", new MatMulOperator(), Normal(1, 2, 3, 5), Normal(2, 5)),
        new("MatMul_Int32", new MatMulOperator(), Tensor.Of(new Shape(1, 2), [3, 4]), Tensor.Of(new Shape(2, 1), [5, -6])),
        new("MatMul_NothingInside", new MatMulOperator(), Normal(1, 2, 0), Normal(2, 0, 3)),
        new("RowsProduct", new RowsProductOperator(), Normal(1, 2, 3, 5), Normal(2, 2, 3, 4)),
        new("Gemm_Plain", new GemmOperator(), Normal(1, 7, 5), Normal(2, 5, 9)),
        new("Gemm_Bias", new GemmOperator(), Normal(1, 7, 5), Normal(2, 5, 9), Normal(3, 9)),
        new("Gemm_ScalarAddend", new GemmOperator(), Normal(1, 3, 5), Normal(2, 5, 4), Tensor.Scalar(2f)),
        new("Gemm_Factors", new GemmOperator(0.25f, 0.35f), Normal(1, 3, 5), Normal(2, 5, 4), Normal(3, 3, 1)),
        new("Gemm_LeftTransposed", new GemmOperator(0.5f, 1, true), Normal(1, 5, 3), Normal(2, 5, 4), Normal(3, 1, 4)),
        new("Gemm_RightTransposed", new GemmOperator(1, 1, false, true), Normal(1, 3, 5), Normal(2, 4, 5), Normal(3, 4)),
        new("Gemm_BothTransposed", new GemmOperator(2, 0.5f, true, true), Normal(1, 5, 3), Normal(2, 4, 5), Normal(3, 3, 4)),
        new("Einsum_BatchProduct", new EinsumOperator("bij,bjk->bik"), Normal(1, 2, 3, 4), Normal(2, 2, 4, 5)),
        new("Einsum_Implicit", new EinsumOperator("ij,jk"), Normal(1, 3, 4), Normal(2, 4, 5)),
        new("Einsum_Transpose", new EinsumOperator("ji->ij"), Normal(1, 3, 4)),
        new("Einsum_SumOfRows", new EinsumOperator("ij->i"), Normal(1, 3, 4)),
        new("Einsum_Diagonal", new EinsumOperator("...ii->...i"), Normal(1, 2, 3, 3)),
        new("Einsum_Trace", new EinsumOperator("ii"), Normal(1, 3, 3)),
        new("Einsum_Outer", new EinsumOperator("i,j->ij"), Normal(1, 3), Normal(2, 4)),
        new("Einsum_ThreeOperands", new EinsumOperator("bi,ij,bj->b"), Normal(1, 2, 3), Normal(2, 3, 4), Normal(3, 2, 4)),
        new("Einsum_BroadcastEllipsis", new EinsumOperator("...ij,...jk->...ik"), Normal(1, 2, 1, 3, 4), Normal(2, 3, 4, 2)),
        new("Einsum_SummedEllipsis", new EinsumOperator("...k,k->"), Normal(1, 2, 3), Normal(2, 3)),
        new("EinsumGradient", new EinsumGradientOperator("...ii->...i", 0), Normal(1, 2, 3, 3), Normal(2, 2, 3)),
        new("Det_Matrix", new DetOperator(), Normal(1, 4, 4)),
        new("Det_Batch", new DetOperator(), Normal(1, 2, 3, 3)),
        new("DetGradient_Singular", new DetGradientOperator(), Tensor.Of(new Shape(2, 2), [1f, 2, 2, 4]), Tensor.Scalar(3f)),
        new("MatMulInteger_ZeroPoints", new MatMulIntegerOperator(), _bytes, _signed, Tensor.Scalar<byte>(113), Tensor.Scalar<sbyte>(-3)),
        new("MatMulInteger_PerRowAndColumn", new MatMulIntegerOperator(), _bytes, _signed, Tensor.Vector<byte>(113, 5), Tensor.Vector<sbyte>(-3, 0, 1, 2)),
        new("MatMulInteger_Plain", new MatMulIntegerOperator(), _bytes, _signed),
        new(
            "QLinearMatMul",
            new QLinearMatMulOperator(),
            _bytes,
            Tensor.Scalar(0.0066f),
            Tensor.Scalar<byte>(113),
            _signed,
            Tensor.Vector(0.00705f, 0.01f, 0.002f, 0.03f),
            Tensor.Vector<sbyte>(-14, 0, 3, 5),
            Tensor.Scalar(0.0107f),
            Tensor.Scalar<byte>(118)),
        new(
            "QLinearMatMul_PerRow",
            new QLinearMatMulOperator(),
            _signed,
            Tensor.Vector(0.007f, 0.01f, 0.02f),
            Tensor.Vector<sbyte>(3, -4, 9),
            Tensor.Of<byte>(new Shape(4, 2), [1, 250, 30, 7, 99, 100, 0, 255]),
            Tensor.Scalar(0.011f),
            Tensor.Scalar<byte>(77),
            Tensor.Vector(0.9f, 0.7f, 1.3f),
            Tensor.Vector<sbyte>(5, -6, 0)),
        new("MatMulInteger_Batch", new MatMulIntegerOperator(), ConvolutionCases.Bytes(1, 3, 2, 5), ConvolutionCases.SignedBytes(2, 3, 5, 4), null, Tensor.Scalar<sbyte>(4)),
        .. new[] { ElementType.Float16, ElementType.BFloat16 }.SelectMany(Narrow),
        .. new[] { (false, false), (true, false), (false, true), (true, true) }.Select(form => new OperatorCase(
            $"CumSum_{form}", new CumSumOperator(form.Item1, form.Item2), Normal(1, 3, 4, 5), Tensor.Scalar(form.Item1 ? -2 : 0))),
        new("CumSum_Int32", new CumSumOperator(), Tensor.Vector(1, 2, 3), Tensor.Scalar(0L)),
        new("Trilu_Upper", new TriluOperator(), Normal(1, 2, 4, 5)),
        new("Trilu_LowerMoved", new TriluOperator(false), Normal(1, 4, 5), Tensor.Scalar(-1L)),
        new("Trilu_UpperFarOut", new TriluOperator(), Normal(1, 3, 3), Tensor.Scalar(10L)),
        new("Dropout_Inference", new DropoutOperator(), Normal(1, 3, 5)),
        new("Dropout_Training", new DropoutOperator(0.4f, 7, true), Normal(1, 8, 40)),
        new("Dropout_Inputs", new DropoutOperator(0.4f, 7), Normal(1, 8, 40), Tensor.Scalar(0.25f), Tensor.Scalar(true), Tensor.Scalar(3L)) { ChecksGradient = false },
    ];

    /// <summary>Products of 16-bit numbers, summed in float32 at least and rounded once: half a unit in the last place, or one where that is the other side.</summary>
    private static IEnumerable<OperatorCase> Narrow(ElementType type)
    {
        OperatorCase Case(string name, Operator @operator, params Tensor[] inputs) => new($"{name}_{type}", @operator, [.. inputs.Select(input => As(type, input))])
        {
            ChecksGradient = false,
            Tolerance = type == ElementType.Float16 ? 1e-3 : 8e-3,
        };

        yield return Case("MatMul", new MatMulOperator(), Normal(1, 7, 5), Normal(2, 5, 9));
        yield return Case("MatMul_BroadcastBatch", new MatMulOperator(true, true), Normal(1, 2, 1, 5, 3), Normal(2, 4, 2, 5));
        yield return Case("Gemm_Bias", new GemmOperator(0.5f, 2, false, true), Normal(1, 3, 5), Normal(2, 4, 5), Normal(3, 4));
        yield return Case("RowsProduct", new RowsProductOperator(), Normal(1, 2, 3, 5), Normal(2, 2, 3, 4));
    }
}
