using ILGPU;
using ILGPU.Runtime;

namespace OrleansCompute.Embedded.Ilgpu.Conformance;

public sealed class ViewTests : IDisposable
{
    private readonly Rig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void Cast_OfAView_IsTheSameMemory()
    {
        using var buffer = _rig.Accelerator.Allocate1D<int>([0x3F800000, 0x40000000]);
        var floats = buffer.View.BaseView.Cast<float>();
        Assert.Equal((2L, 1f, 2f), (floats.Length, floats[0], floats[1]));
        Assert.Equal(8, buffer.View.BaseView.Cast<byte>().Length);
    }

    [Fact]
    public void SubView_OfASubView_CountsFromItsBegin()
    {
        using var buffer = _rig.Accelerator.Allocate1D(Enumerable.Range(0, 10).ToArray());
        var view = buffer.View.BaseView.SubView(2, 6).SubView(3);
        Assert.Equal((3L, 5, 7), (view.Length, view[0], view[2]));
        view[1] = -1;
        Assert.Equal(-1, buffer.View[6]);
        Assert.Equal(9, buffer.View.VariableView(9).Value);
    }

    [Fact]
    public void SubView_OfTwoDimensions_IsAWindow()
    {
        var data = new int[4, 4];
        for (var i = 0; i < 16; i++)
        {
            data[i / 4, i % 4] = i;
        }

        using var buffer = _rig.Accelerator.Allocate2DDenseX(data);
        var window = buffer.View.SubView(new Index2D(1, 2), new Index2D(2, 2));
        Assert.Equal((data[1, 2], data[2, 3]), (window[0, 0], window[1, 1]));
        Assert.Equal(new LongIndex2D(2, 2), window.Extent);
    }

    [Fact]
    public void AsTransposed_OfAView_ExchangesTheIndices()
    {
        using var buffer = _rig.Accelerator.Allocate2DDenseX(new int[2, 3] { { 1, 2, 3 }, { 4, 5, 6 } });
        var transposed = buffer.View.AsTransposed();
        Assert.Equal(new LongIndex2D(3, 2), transposed.Extent);
        Assert.Equal(6, transposed[2, 1]);
    }

    [Fact]
    public void AsGeneral_WithAStrideOfZero_RepeatsALine()
    {
        using var buffer = _rig.Accelerator.Allocate1D<int>([1, 2, 3]);
        var view = new ArrayView2D<int, Stride2D.General>(buffer.View.BaseView, new LongIndex2D(3, 5), new Stride2D.General(new Index2D(1, 0)));
        Assert.Equal((3, 3), (view[2, 0], view[2, 4]));
    }

    [Fact]
    public void Strides_ForAnIndex_GiveItsPositionAndBack()
    {
        var extent = new Index3D(3, 4, 5);
        for (var i = 0; i < extent.Size; i++)
        {
            var xy = Stride3D.DenseXY.ReconstructFromElementIndex(i, extent);
            var zy = Stride3D.DenseZY.ReconstructFromElementIndex(i, extent);
            Assert.Equal(i, Stride3D.DenseXY.ComputeElementIndex(xy, extent));
            Assert.Equal(i, Stride3D.DenseZY.ComputeElementIndex(zy, extent));
            Assert.Equal(i, xy.X + (xy.Y * 3) + (xy.Z * 12));
            Assert.Equal(i, zy.Z + (zy.Y * 5) + (zy.X * 20));
        }
    }

    [Fact]
    public void ComputeBufferLength_OfAPitchedStride_EndsWithTheLastElement()
    {
        Assert.Equal((2 * 8) + 5, new Stride2D.DenseX(8).ComputeBufferLength(new Index2D(5, 3)));
        Assert.Equal(0, new Stride2D.DenseX(8).ComputeBufferLength(new Index2D(0, 3)));
    }

    [Fact]
    public void Empty_View_IsNotValid()
    {
        Assert.False(ArrayView<int>.Empty.IsValid);
        Assert.Equal(0, ArrayView<int>.Empty.Length);
        Assert.Equal(0, ArrayView2D<int, Stride2D.DenseX>.GetEmpty(new Stride2D.DenseX(1)).Extent.Size);
    }

    [Fact]
    public void Index_Arithmetic_IsByComponent()
    {
        var first = new Index3D(1, 2, 3);
        var second = new Index3D(4, 5, 6);
        Assert.Equal(new Index3D(5, 7, 9), first + second);
        Assert.Equal(new Index3D(4, 10, 18), first * second);
        Assert.Equal(new Index3D(3), second - first);
        Assert.Equal(120, second.Size);
        Assert.True(first.InBounds(second));
        Assert.False(new Index2D(-1, 0).InBounds(new Index2D(2, 2)));
        Assert.Equal(new Index2D(1, 2), Index2D.Min(new Index2D(1, 5), new Index2D(4, 2)));
        Assert.Equal(8_000_000_000_000L, new Index3D(20_000).LongSize);
        (int x, int y) = new Index2D(7, 8);
        Assert.Equal((7, 8), (x, y));
        Index2D tuple = (3, 4);
        Assert.Equal(new LongIndex2D(3, 4), tuple);
    }
}
