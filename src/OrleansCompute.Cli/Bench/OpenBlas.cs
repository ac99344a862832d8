using System.Runtime.InteropServices;

namespace OrleansCompute.Cli.Bench;

/// <summary>
/// OpenBLAS in this process, where it is installed: products of microseconds cannot be compared across processes, as a call through
/// Python alone takes as long. One call at a time.
/// </summary>
internal sealed unsafe partial class OpenBlas
{
    private const int RowMajor = 101;
    private const int Plain = 111;
    private const int Transposed = 112;
    private readonly delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void> _sgemm;
    private readonly delegate* unmanaged<int, void> _setThreads;

    private OpenBlas(nint library)
    {
        _sgemm = (delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void>)
            NativeLibrary.GetExport(library, "cblas_sgemm");
        _setThreads = (delegate* unmanaged<int, void>)NativeLibrary.GetExport(library, "openblas_set_num_threads");
        Configuration = Marshal.PtrToStringAnsi(
            (nint)((delegate* unmanaged<sbyte*>)NativeLibrary.GetExport(library, "openblas_get_config"))()) ?? "OpenBLAS";
    }

    /// <summary>Version and kernels in use.</summary>
    public string Configuration { get; }

    /// <summary>Loads the library; null when it is not installed.</summary>
    public static OpenBlas? TryLoad()
    {
        if (OperatingSystem.IsLinux())
        {
            // The library reads the process's own environment when it is loaded, which .NET's setters do not reach. The first two make it
            // choose kernels for another processor than the one it runs on. The third is how long its threads spin for the next product,
            // as a power of two of clock ticks: 0.3 milliseconds and not 26, in which they would take our threads' time.
            _ = UnsetEnvironment("OPENBLAS_CORETYPE");
            _ = UnsetEnvironment("OPENBLAS_L2_SIZE");
            _ = SetEnvironment("OPENBLAS_THREAD_TIMEOUT", "20", 1);
        }

        return NativeLibrary.TryLoad("libopenblas.so.0", out var library) || NativeLibrary.TryLoad("openblas", out library)
            ? new OpenBlas(library)
            : null;
    }

    /// <summary>Sets the threads of the next products.</summary>
    public void SetThreads(int count) => _setThreads(count);

    /// <summary>C = op(A) * op(B), dense and row-major.</summary>
    public void Multiply(ProductShape shape, Span<float> a, Span<float> b, Span<float> c)
    {
        fixed (float* left = a, right = b, result = c)
        {
            _sgemm(
                RowMajor, shape.TransposesLeft ? Transposed : Plain, shape.TransposesRight ? Transposed : Plain, shape.Rows, shape.Columns, shape.Depth,
                1f, left, shape.TransposesLeft ? shape.Rows : shape.Depth, right, shape.TransposesRight ? shape.Depth : shape.Columns, 0f, result, shape.Columns);
        }
    }

    [LibraryImport("libc", EntryPoint = "unsetenv", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int UnsetEnvironment(string name);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetEnvironment(string name, string value, int overwrites);
}
