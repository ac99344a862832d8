using ILGPU;
using ILGPU.Runtime;

namespace OrleansCompute.Embedded.Ilgpu.Conformance;

public static class LaunchKernels
{
    public static void AddIndexPlusOne(Index1D index, ArrayView<int> view) => view[index] += index + 1;

    public static void Add2D(Index2D index, ArrayView2D<int, Stride2D.DenseX> view) => view[index] += (100 * index.X) + index.Y + 1;

    public static void Add3D(Index3D index, ArrayView3D<int, Stride3D.DenseXY> view) =>
        view[index] += (10_000 * index.X) + (100 * index.Y) + index.Z + 1;

    public static void WhereAmI(Index1D index, ArrayView<int> thread, ArrayView<int> group)
    {
        thread[index] = Group.IdxX;
        group[index] = Grid.IdxX;
    }

    public static void GlobalIndices(ArrayView<int> seen, ArrayView<int> errors)
    {
        var global = Grid.GlobalIndex;
        var extent = new Index3D(Grid.DimX * Group.DimX, Grid.DimY * Group.DimY, Grid.DimZ * Group.DimZ);
        var linear = (((global.Z * extent.Y) + global.Y) * extent.X) + global.X;
        Atomic.Add(ref seen[linear], 1);
        var inGroup = (((Group.IdxZ * Group.DimY) + Group.IdxY) * Group.DimX) + Group.IdxX;
        if (Group.LinearIndex != inGroup || Grid.GlobalLinearIndex != (Grid.LinearIndex * Group.Dimension.Size) + inGroup)
        {
            Atomic.Add(ref errors[0], 1);
        }

        if (Group.IsFirstThread != (inGroup == 0) || Group.IsLastThread != (inGroup == Group.Dimension.Size - 1))
        {
            Atomic.Add(ref errors[0], 1);
        }
    }

    public static void Number(ArrayView<int> view) => view[Grid.GlobalLinearIndex] = Grid.GlobalIndex.X;

    public static void Twelve(
        Index1D index, ArrayView<double> view, byte b, short c, int d, long e, float f, double g, Pair pair, int i, int j, int k, long l) =>
        view[index] = index + 1 + (b * 2.0 * c) + (d * d) + (e * e) + (f * f) + (g * g) + (pair.First * pair.First)
            + (pair.Second * pair.Second) + (i * i) + (j * j) + (k * k) + (l * l);

    public static void TwelveGrouped(
        ArrayView<double> view, byte b, short c, int d, long e, float f, double g, Pair pair, int i, int j, int k, long l) =>
        Twelve(Group.IdxX, view, b, c, d, e, f, g, pair, i, j, k, l);

    public static void Fill(Index1D index, ArrayView<int> view, SpecializedValue<int> value) => view[index] = value;

    internal static void TakesHidden(Index1D index, ArrayView<int> view, Hidden hidden) => view[index] = hidden.Value;

    public static void Apply<TOperation>(Index1D index, ArrayView<float> view, float value)
        where TOperation : struct, IOperation =>
        view[index] = default(TOperation).Apply(view[index], value);

    public static void CountUp(Index1D index, ArrayView<int> view) => Atomic.Add(ref view[0], 1);
}
