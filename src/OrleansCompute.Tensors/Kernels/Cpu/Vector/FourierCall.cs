namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>One pass of a Fourier transform.</summary>
internal readonly unsafe struct FourierCall(int radix, int count, nint side, float* re, float* im, float* toRe, float* toIm, float* factors, float* waves)
{
    /// <summary>Elements of a butterfly.</summary>
    public readonly int Radix = radix;

    /// <summary>Butterflies, each of all lines and of the places that passes before have brought together.</summary>
    public readonly int Count = count;

    /// <summary>Floats that lie side by side and take the same steps.</summary>
    public readonly nint Side = side;

    /// <summary>Real parts.</summary>
    public readonly float* Re = re;

    /// <summary>Imaginary parts.</summary>
    public readonly float* Im = im;

    /// <summary>Real parts of the results.</summary>
    public readonly float* ToRe = toRe;

    /// <summary>Imaginary parts of the results.</summary>
    public readonly float* ToIm = toIm;

    /// <summary>For each butterfly those of its results but the first, real and imaginary parts by turns.</summary>
    public readonly float* Factors = factors;

    /// <summary>Cosines and sines of the radix, by turns.</summary>
    public readonly float* Waves = waves;
}
