using FsCheck;
using FsCheck.Fluent;
using OrleansCompute.Tensors.Kernels.Cpu.Vector;

namespace OrleansCompute.Tensors.Tests.Kernels.Cpu.Vector;

public sealed class TransposeTests
{
    [Fact]
    public void Batches_ForAnyShapeAndLevel_SwapRowsAndColumns() =>
        Prop.ForAll(AxisDraw.Arbitrary(), VectorArbitrary.Level(), (draw, level) =>
        {
            var x = draw.Values();
            var y = new float[x.Length];
            Transpose.Batches(level, draw.Outer, draw.Axis, draw.Inner, x, y);
            for (var i = 0; i < x.Length; i++)
            {
                var (batch, row, column) = (i / (draw.Axis * draw.Inner), i / draw.Inner % draw.Axis, i % draw.Inner);
                Assert.Equal(x[i], y[(((batch * draw.Inner) + column) * draw.Axis) + row]);
            }
        }).Check(VectorArbitrary.Config);
}
