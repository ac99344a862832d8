using System.Text;
using OrleansCompute.Tensors.Formats;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Tests.Formats;

public sealed class NpyFileTests
{
    public static TheoryData<ElementType> Types => [.. Enum.GetValues<ElementType>().Where(type => type is not (ElementType.Undefined or ElementType.BFloat16))];

    [Theory]
    [MemberData(nameof(Types))]
    public void Read_WhatWriteWrote_IsTheSameTensor(ElementType type)
    {
        using var tensor = Tensor.Zeros(new TensorType(type, new Shape(2, 3)));
        new Random(1).NextBytes(tensor.AsBytes());
        if (type == ElementType.Bool)
        {
            new byte[] { 1, 0, 1, 1, 0, 0 }.CopyTo(tensor.AsBytes());
        }

        using var read = NpyFile.Read(NpyFile.Write(tensor));

        Assert.Equal(tensor.Type, read.Type);
        Assert.Equal(tensor.AsBytes(), read.AsBytes());
    }

    [Theory]
    [InlineData(new int[0])]
    [InlineData(new[] { 4 })]
    [InlineData(new[] { 0, 3 })]
    public void Read_OfAnyRank_KeepsTheShape(int[] sizes)
    {
        using var tensor = Tensor.Zeros(TensorType.Real(sizes));

        using var read = NpyFile.Read(NpyFile.Write(tensor));

        Assert.Equal(tensor.Shape, read.Shape);
    }

    [Fact]
    public void Read_WhenBigEndianAndColumnMajor_TurnsBoth()
    {
        var header = "{'descr': '>i2', 'fortran_order': True, 'shape': (2, 3), }\n";
        byte[] bytes = [0x93, .. Encoding.ASCII.GetBytes("NUMPY"), 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header), 0, 1, 0, 4, 0, 2, 0, 5, 0, 3, 0, 6];

        using var read = NpyFile.Read(bytes);

        Assert.Equal([1, 2, 3, 4, 5, 6], read.ToDoubles());
    }

    [Fact]
    public void Read_WhenTruncatedOrMutated_IsRefusedOrStillValid()
    {
        using var tensor = Tensor.Zeros(TensorType.Real(2, 3));
        var bytes = NpyFile.Write(tensor);
        var random = new Random(3);
        for (var i = 0; i < 5_000; i++)
        {
            var mutated = bytes[..random.Next(bytes.Length + 1)].ToArray();
            if (mutated.Length > 0)
            {
                mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
            }

            try
            {
                NpyFile.Read(mutated).Dispose();
            }
            catch (InvalidDataException exception)
            {
                Assert.Contains(".npy", exception.Message, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999,), }", "99999999999")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (65536, 65536), }", "elements")]
    [InlineData("{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }", "<c8")]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", "type")]
    public void Read_WhenTheHeaderAsksForTheImpossible_SaysWhat(string header, string part)
    {
        byte[] bytes = [0x93, .. Encoding.ASCII.GetBytes("NUMPY"), 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header), 0, 0, 0, 0];

        Assert.Contains(part, Assert.Throws<InvalidDataException>(() => NpyFile.Read(bytes)).Message, StringComparison.Ordinal);
    }
}
