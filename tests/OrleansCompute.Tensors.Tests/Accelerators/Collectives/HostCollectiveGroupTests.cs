using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Accelerators.Collectives;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Tests.Operators;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Tests.Accelerators.Collectives;

public sealed class HostCollectiveGroupTests
{
    public static TheoryData<int, int, CollectiveReduction> Draws()
    {
        var draws = new TheoryData<int, int, CollectiveReduction>();
        foreach (var size in (int[])[1, 7, 8192, 8195])
        {
            for (var members = 1; members <= 9; members++)
            {
                draws.Add(members, size, CollectiveReduction.Sum);
                draws.Add(members, size, CollectiveReduction.Mean);
            }
        }

        return draws;
    }

    [Theory]
    [MemberData(nameof(Draws))]
    public void AllOperations_ForAnyMembersAndSizes_EqualTheSlowReference(int members, int size, CollectiveReduction reduction)
    {
        using var cpu = new CpuAccelerator();
        using var group = CollectiveGroups.Create([.. Enumerable.Repeat(cpu, members)]);
        Tensor[] wholes = [.. Enumerable.Range(0, members).Select(i => OperatorCase.Normal(i, size * members))];
        Tensor[] parts = [.. wholes.Select(_ => Tensor.Zeros(TensorType.Real(size)))];
        double[][] given = [.. wholes.Select(tensor => tensor.ToDoubles())];
        var sums = Enumerable.Range(0, size * members)
            .Select(i => given.Sum(values => values[i]) / (reduction == CollectiveReduction.Mean ? members : 1)).ToArray();

        group.ReduceScatter(wholes, parts, reduction);
        AssertNear(sums, [.. parts.SelectMany(part => part.ToDoubles())]);
        Assert.All(wholes.Zip(given), pair => Assert.Equal(pair.Second, pair.First.ToDoubles()));

        group.AllGather(parts, wholes);
        Assert.All(wholes, whole => Assert.Equal(parts.SelectMany(part => part.ToDoubles()), whole.ToDoubles()));

        Restore();
        group.AllReduce(wholes, reduction);
        AssertNear(sums, wholes[0].ToDoubles());
        Assert.All(wholes, whole => Assert.Equal(wholes[0].AsBytes(), whole.AsBytes()));

        Restore();
        group.Broadcast(wholes, members - 1);
        Assert.All(wholes, whole => Assert.Equal(given[^1], whole.ToDoubles()));

        void Restore()
        {
            foreach (var (whole, values) in wholes.Zip(given))
            {
                for (var i = 0; i < values.Length; i++)
                {
                    whole.AsSpan<float>()[i] = (float)values[i];
                }
            }
        }
    }

    [Fact]
    public void AllReduce_OfOtherTypes_AddsInTheirArithmetic()
    {
        using var cpu = new CpuAccelerator();
        using var group = CollectiveGroups.Create([cpu, cpu, cpu]);

        Assert.Equal([4L, 6], Sum(group, 1L, 2).AsSpan<long>().ToArray());
        Assert.Equal([4, 6], Sum(group, 1, 2).AsSpan<int>().ToArray());
        Assert.Equal([4.0, 6], Sum(group, 1.0, 2).AsSpan<double>().ToArray());
        Assert.Equal([(Half)4, (Half)6], Sum(group, (Half)1, (Half)2).AsSpan<Half>().ToArray());
        Assert.Equal([(BFloat16)4f, (BFloat16)6f], Sum(group, (BFloat16)1f, (BFloat16)2f).AsSpan<BFloat16>().ToArray());
    }

    [Fact]
    public void AllReduce_OverUnequalDevices_GoesThroughTheHost()
    {
        using var cpu = new CpuAccelerator();
        using var toy = new ToyChip.ToyDriver().Open(new ToyChip.ToyDriver().Enumerate()[0], new AcceleratorOptions());
        using var group = CollectiveGroups.Create([cpu, toy]);
        using var onHost = Tensor.Vector(1f, 2);
        using var onToy = toy.Memory.Allocate(onHost.Type);
        toy.CopyToDevice(Tensor.Vector(10f, 20), onToy);

        group.AllReduce([onHost, onToy], CollectiveReduction.Mean);

        using var back = Tensor.Zeros(onHost.Type);
        toy.CopyToHost(onToy, back);
        Assert.Equal([5.5f, 11], onHost.AsSpan<float>().ToArray());
        Assert.Equal([5.5f, 11], back.AsSpan<float>().ToArray());
    }

    [Fact]
    public void Operations_WithTensorsThatDoNotFit_SayWhich()
    {
        using var cpu = new CpuAccelerator();
        using var group = CollectiveGroups.Create([cpu, cpu]);
        Tensor two = Tensor.Vector(1f, 2), three = Tensor.Vector(1f, 2, 3), integers = Tensor.Vector(1, 2), bytes = Tensor.Vector<byte>(1, 2);

        Assert.Contains("one per member", Refused(() => group.AllReduce([two], CollectiveReduction.Sum)), StringComparison.Ordinal);
        Assert.Contains("tensor 1 is Float32 [3]", Refused(() => group.AllReduce([two, three], CollectiveReduction.Sum)), StringComparison.Ordinal);
        Assert.Contains("Mean", Refused(() => group.AllReduce([integers, integers], CollectiveReduction.Mean)), StringComparison.Ordinal);
        Assert.Contains("UInt8", Refused(() => group.AllReduce([bytes, bytes], CollectiveReduction.Sum)), StringComparison.Ordinal);
        Assert.Contains("2 times", Refused(() => group.AllGather([two, two], [three, three])), StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => group.Broadcast([two, two], 2));
        Assert.Throws<ArgumentException>(() => CollectiveGroups.Create([]));
    }

    private static string Refused(Action action) => Assert.Throws<ShapeMismatchException>(action).Message;

    private static Tensor Sum<T>(ICollectiveGroup group, T one, T two)
        where T : unmanaged
    {
        Tensor[] tensors = [Tensor.Vector(one, two), Tensor.Vector(one, two), Tensor.Vector(two, two)];
        group.AllReduce(tensors, CollectiveReduction.Sum);
        return tensors[2];
    }

    private static void AssertNear(double[] expected, double[] actual) =>
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
}
