using ILGPU;
using ILGPU.Runtime;

namespace OrleansCompute.Embedded.Ilgpu.Conformance;

public sealed class BufferTests : IDisposable
{
    private readonly Rig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void Allocate1D_FromAnArray_GivesItBack()
    {
        var data = Enumerable.Range(0, 1000).Select(i => i * 0.5f).ToArray();
        using var buffer = _rig.Accelerator.Allocate1D(data);
        Assert.Equal((1000L, 4, 4000L), (buffer.Length, buffer.ElementSize, buffer.LengthInBytes));
        Assert.Equal(data, buffer.GetAsArray1D());
        Assert.Equal(data, buffer.View.GetAsArray1D());
    }

    [Fact]
    public void CopyFromCPU_ThenCopyToCPU_KeepsTheElements()
    {
        using var buffer = _rig.Accelerator.Allocate1D<int>(5);
        buffer.CopyFromCPU([1, 2, 3, 4, 5]);
        var all = new int[5];
        buffer.CopyToCPU(all);
        Assert.Equal([1, 2, 3, 4, 5], all);
        var some = new int[2];
        buffer.View.SubView(3, 2).CopyToCPU(some);
        Assert.Equal([4, 5], some);
        buffer.View.SubView(1, 2).CopyFromCPU([20, 30]);
        Assert.Equal([1, 20, 30, 4, 5], buffer.GetAsArray1D());
    }

    [Fact]
    public void CopyFromCPU_WithASpanAndAStream_KeepsTheElements()
    {
        using var stream = _rig.Accelerator.CreateStream();
        using var buffer = _rig.Accelerator.Allocate1D<long>(4);
        buffer.View.CopyFromCPU(stream, new ReadOnlySpan<long>([1L, 2, 3, 4]));
        var back = new long[4];
        buffer.View.CopyToCPU(stream, back.AsSpan());
        stream.Synchronize();
        Assert.Equal([1, 2, 3, 4], back);
        var first = new long[2];
        buffer.View.CopyToCPU(ref first[0], 2);
        Assert.Equal([1, 2], first);
    }

    [Fact]
    public void CopyToCPU_WhenTheArrayIsTooShort_Throws()
    {
        using var buffer = _rig.Accelerator.Allocate1D<int>(4);
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.CopyToCPU(new int[3]));
        Assert.Throws<ArgumentNullException>(() => buffer.CopyToCPU(null!));
        Assert.Throws<ArgumentNullException>(() => buffer.CopyFromCPU(null!));
    }

    [Fact]
    public void MemSetToZero_OfAPart_LeavesTheRest()
    {
        using var buffer = _rig.Accelerator.Allocate1D<int>([1, 2, 3, 4]);
        buffer.View.SubView(1, 2).MemSetToZero();
        Assert.Equal([1, 0, 0, 4], buffer.GetAsArray1D());
        buffer.MemSetToZero();
        Assert.Equal(new int[4], buffer.GetAsArray1D());
        buffer.MemSet(0xFF);
        Assert.Equal([-1, -1, -1, -1], buffer.GetAsArray1D());
    }

    [Fact]
    public void CopyTo_AnotherBuffer_CopiesTheElements()
    {
        using var from = _rig.Accelerator.Allocate1D<int>([1, 2, 3, 4]);
        using var to = _rig.Accelerator.Allocate1D<int>(4);
        from.View.CopyTo(to.View);
        Assert.Equal([1, 2, 3, 4], to.GetAsArray1D());
        to.View.SubView(0, 2).CopyFrom(from.View.SubView(2, 2));
        Assert.Equal([3, 4, 3, 4], to.GetAsArray1D());
    }

    [Fact]
    public void Allocate2DDenseX_FromAnArray_IsIndexedAsTheArray()
    {
        var data = new int[3, 2] { { 0, 1 }, { 10, 11 }, { 20, 21 } };
        using var buffer = _rig.Accelerator.Allocate2DDenseX(data);
        Assert.Equal(new LongIndex2D(3, 2), buffer.Extent);
        Assert.Equal((1, 3), (buffer.View.Stride.XStride, buffer.View.Stride.YStride));
        Assert.Equal(21, buffer.View[2, 1]);
        Assert.Equal(data, buffer.GetAsArray2D());

        // X lies side by side.
        Assert.Equal([0, 10, 20, 1, 11, 21], Bare(buffer.AsContiguous()));
    }

    [Fact]
    public void Allocate2DDenseY_FromAnArray_LiesAsTheArrayDoes()
    {
        var data = new int[3, 2] { { 0, 1 }, { 10, 11 }, { 20, 21 } };
        using var buffer = _rig.Accelerator.Allocate2DDenseY(data);
        Assert.Equal((2, 1), (buffer.View.Stride.XStride, buffer.View.Stride.YStride));
        Assert.Equal(21, buffer.View[2, 1]);
        Assert.Equal(data, buffer.GetAsArray2D());
        Assert.Equal([0, 1, 10, 11, 20, 21], Bare(buffer.AsContiguous()));
    }

    [Fact]
    public void Allocate3D_FromAnArray_IsIndexedAsTheArray()
    {
        // Of a size for which the package copies ZY at all: it refuses 2 x 3 x 4.
        var data = new int[2, 3, 6];
        for (var i = 0; i < data.Length; i++)
        {
            data[i / 18, i / 6 % 3, i % 6] = i;
        }

        using var xy = _rig.Accelerator.Allocate3DDenseXY(data);
        using var zy = _rig.Accelerator.Allocate3DDenseZY(data);
        Assert.Equal((1, 2, 6), (xy.View.Stride.XStride, xy.View.Stride.YStride, xy.View.Stride.ZStride));
        Assert.Equal((18, 6, 1), (zy.View.Stride.XStride, zy.View.Stride.YStride, zy.View.Stride.ZStride));
        Assert.Equal(data[1, 2, 3], xy.View[1, 2, 3]);
        Assert.Equal(data[1, 2, 3], zy.View[1, 2, 3]);
        Assert.Equal(data, xy.GetAsArray3D());
        Assert.Equal(data, zy.GetAsArray3D());
    }

    [Fact]
    public void Allocate2DPitchedX_Always_BeginsLinesAtTheAlignment()
    {
        using var buffer = _rig.Accelerator.Allocate2DPitchedX<float>(new LongIndex2D(5, 3), 64);
        Assert.Equal(16, buffer.View.Stride.YStride);
        Assert.Equal((2 * 16) + 5, buffer.Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => _rig.Accelerator.Allocate2DPitchedX<float>(new LongIndex2D(5, 3), 24));
    }

    [Fact]
    public void Allocate1D_WithANegativeLength_Throws() =>
        Assert.ThrowsAny<ArgumentException>(() => _rig.Accelerator.Allocate1D<int>(-1));

    [Fact]
    public void AsRawArrayView_Always_IsTheBytes()
    {
        using var buffer = _rig.Accelerator.Allocate1D<int>([0x01020304, 0x05060708]);
        Assert.Equal([4, 3, 2, 1, 8, 7, 6, 5], Bare(buffer.AsRawArrayView()));
        Assert.Equal([8, 7], Bare(buffer.AsRawArrayView(4, 2)));
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.AsRawArrayView(4, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.AsRawArrayView(8, 0));
    }

    [Fact]
    public void CreatePageLockFromPinned_Always_CanBeCopiedTo()
    {
        var data = GC.AllocateArray<int>(3, pinned: true);
        using var buffer = _rig.Accelerator.Allocate1D<int>([7, 8, 9]);
        unsafe
        {
            fixed (int* first = data)
            {
                using var scope = _rig.Accelerator.CreatePageLockFromPinned<int>((IntPtr)first, 3);
                buffer.View.BaseView.CopyToPageLockedAsync(_rig.Accelerator.DefaultStream, scope);
                _rig.Accelerator.Synchronize();
            }
        }

        Assert.Equal([7, 8, 9], data);
    }

    private static T[] Bare<T>(ArrayView<T> view)
        where T : unmanaged
    {
        var data = new T[view.Length];
        view.CopyToCPU(data);
        return data;
    }
}
