using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>Copies bytes into scratch memory, signed ones as unsigned ones 128 higher. Stateless.</summary>
internal static unsafe class Int8Copy
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Row(bool signed, byte* source, byte* to, int count)
    {
        if (!signed)
        {
            new ReadOnlySpan<byte>(source, count).CopyTo(new Span<byte>(to, count));
            return;
        }

        var i = 0;
        for (; i <= count - 32; i += 32)
        {
            (Vector256.Load(source + i) ^ Vector256.Create((byte)0x80)).Store(to + i);
        }

        for (; i < count; i++)
        {
            to[i] = (byte)(source[i] ^ 0x80);
        }
    }
}
