using ILGPU;

namespace OrleansCompute.Tensors.Kernels.Ilgpu;

/// <summary>What the bytes of a product mean, for device code: signs and zero points.</summary>
internal readonly struct ByteShape
{
    /// <summary>128 where the left bytes are signed, else 0.</summary>
    public int LeftFlip { get; init; }

    /// <summary>As <see cref="LeftFlip"/>, of the right bytes.</summary>
    public int RightFlip { get; init; }

    /// <summary>Not 0: there is a zero point.</summary>
    public int HasLeftZero { get; init; }

    public int HasRightZero { get; init; }

    /// <summary>1: a zero point per row of the left matrices; 0: one for all.</summary>
    public int LeftStep { get; init; }

    /// <summary>1: a zero point per column of the right matrices; 0: one for all.</summary>
    public int RightStep { get; init; }

    /// <summary>The number that a byte is.</summary>
    public static int Value(byte bits, int flip) => (bits ^ flip) - flip;

    /// <summary>A left number without its zero point.</summary>
    public int Left(byte bits, ArrayView<byte> zero, int row) =>
        HasLeftZero == 0 ? Value(bits, LeftFlip) : Value(bits, LeftFlip) - Value(zero[row * LeftStep], LeftFlip);

    /// <summary>A right number without its zero point.</summary>
    public int Right(byte bits, ArrayView<byte> zero, int column) =>
        HasRightZero == 0 ? Value(bits, RightFlip) : Value(bits, RightFlip) - Value(zero[column * RightStep], RightFlip);
}
