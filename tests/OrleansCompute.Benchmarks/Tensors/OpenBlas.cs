using System.Runtime.InteropServices;

namespace OrleansCompute.Benchmarks.Tensors;

/// <summary>OpenBLAS, if the system has it: the peer of the matrix products. Unset OPENBLAS_CORETYPE, which would force other kernels.</summary>
public sealed unsafe class OpenBlas
{
    private const int RowMajor = 101;
    private const int Plain = 111;
    private const int Transposed = 112;
    private readonly delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void> _sgemm;

    private OpenBlas(nint library, int threads)
    {
        _sgemm = (delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void>)
            NativeLibrary.GetExport(library, "cblas_sgemm");
        ((delegate* unmanaged<int, void>)NativeLibrary.GetExport(library, "openblas_set_num_threads"))(threads);
        Configuration = Marshal.PtrToStringAnsi(
            (nint)((delegate* unmanaged<sbyte*>)NativeLibrary.GetExport(library, "openblas_get_config"))()) ?? string.Empty;
    }

    /// <summary>Version and kernels in use.</summary>
    public string Configuration { get; }

    /// <summary>Loads the library; null if there is none.</summary>
    /// <param name="threads">Threads that it uses, 1 or more.</param>
    public static OpenBlas? TryLoad(int threads) =>
        NativeLibrary.TryLoad("libopenblas.so.0", out var library) ? new OpenBlas(library, threads) : null;

    /// <summary>C = op(A) * op(B), dense and row-major.</summary>
    public void Multiply(int rows, int columns, int depth, bool transposeA, bool transposeB, float* a, float* b, float* c) => _sgemm(
        RowMajor, transposeA ? Transposed : Plain, transposeB ? Transposed : Plain, rows, columns, depth,
        1f, a, transposeA ? rows : depth, b, transposeB ? depth : columns, 0f, c, columns);
}
