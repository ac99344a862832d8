using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Eager;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Kernels.Cpu.Vector;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Indexing;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Tests.Kernels.Cpu.Vector;

public sealed unsafe class StreamingTests
{
    [Fact]
    public void Copy_ForAnyLength_CopiesThatManyBytes()
    {
        var buffer = new AlignedBuffer(256);
        var to = new Span<byte>((byte*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref buffer.Floats[0]), 1024);
        var from = Enumerable.Range(0, 1024).Select(i => (byte)(i * 7)).ToArray();
        foreach (var level in SimdLevels.Supported.Where(level => level != SimdLevel.Scalar))
        {
            for (var length = 0; length < 700; length++)
            {
                to.Fill(0xEE);
                fixed (byte* source = from, target = to)
                {
                    Streaming.Copy(level, source, target, length);
                    Streaming.Finish();
                }

                Assert.True(to[..length].SequenceEqual(from.AsSpan(0, length)), $"{length} bytes at {level}");
                Assert.True(to[length] == 0xEE, $"a byte behind {length} at {level} was written");
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Run_WhenTheResultIsLargerThanCaches_IsComplete(int threads)
    {
        // Not whole blocks; a program of one step, one with a broadcast row, a kernel of blocks, and gathered runs.
        var shape = new Shape(5, 839_003);
        var x = Tensor.Of<float>(shape, [.. Enumerable.Range(0, shape.Elements).Select(i => (i % 1009) - 500f)]);
        var row = Tensor.Of<float>(new Shape(839_003), x.AsSpan<float>()[7..839_010]);
        Assert.True(shape.Elements * (long)sizeof(float) >= Streaming.MinBytes);
        using var accelerator = new CpuAccelerator(SimdSupport.Best, threads);
        var context = new EagerContext(accelerator);

        var sum = context.Apply(new AddOperator(), [x, x])[0];
        var rows = context.Apply(new MulOperator(), [x, row])[0];
        var clipped = context.Apply(new ClipOperator(-3, 4), [x])[0];
        var runs = Tensor.Of<float>(new Shape(4096, 8), x.AsSpan<float>()[..32768]);
        var gathered = context.Apply(new GatherOperator(), [runs, Tensor.Of<long>(new Shape(524_301), [.. Enumerable.Range(0, 524_301).Select(i => i * 31L % 4096)])])[0];

        for (var i = 0; i < shape.Elements; i++)
        {
            var value = (i % 1009) - 500f;
            if (sum.AsSpan<float>()[i] != 2 * value || rows.AsSpan<float>()[i] != value * row.AsSpan<float>()[i % 839_003] || clipped.AsSpan<float>()[i] != Math.Clamp(value, -3, 4))
            {
                Assert.Fail($"element {i}: {sum.AsSpan<float>()[i]}, {rows.AsSpan<float>()[i]}, {clipped.AsSpan<float>()[i]} of {value}");
            }
        }

        for (var i = 0; i < gathered.Shape.Elements; i++)
        {
            var value = ((i / 8 * 31L % 4096 * 8) + (i % 8)) % 1009 - 500f;
            if (gathered.AsSpan<float>()[i] != value)
            {
                Assert.Fail($"gathered element {i} is {gathered.AsSpan<float>()[i]} instead of {value}");
            }
        }
    }
}
