namespace ILGPU.Runtime;

public static partial class KernelLoaders
{
    /// <summary>Loads a kernel of 3 parameters that is launched with its own groups.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3> LoadKernel<T1, T2, T3>(
        this Accelerator accelerator, Action<T1, T2, T3> action)
        where T1 : struct
        where T2 : struct
        where T3 : struct =>
        LoadKernel(accelerator, action, out _);

    /// <summary>Loads a kernel of 3 parameters that is launched with its own groups.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3> LoadKernel<T1, T2, T3>(
        this Accelerator accelerator, Action<T1, T2, T3> action, out KernelInfo? kernelInfo)
        where T1 : struct
        where T2 : struct
        where T3 : struct
    {
        var kernel = KernelLoading.Explicit<(T1, T2, T3)>(accelerator, action, default, out kernelInfo);
        return (stream, config, p1, p2, p3) => kernel.Launch(stream, config, (p1, p2, p3));
    }

    /// <summary>Loads a kernel of 3 parameters that is launched with its own groups.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3> LoadKernel<T1, T2, T3>(
        this Accelerator accelerator, Action<T1, T2, T3> action, KernelSpecialization specialization)
        where T1 : struct
        where T2 : struct
        where T3 : struct =>
        LoadKernel(accelerator, action, specialization, out _);

    /// <summary>Loads a kernel of 3 parameters that is launched with its own groups.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3> LoadKernel<T1, T2, T3>(
        this Accelerator accelerator, Action<T1, T2, T3> action, KernelSpecialization specialization, out KernelInfo? kernelInfo)
        where T1 : struct
        where T2 : struct
        where T3 : struct
    {
        var kernel = KernelLoading.Explicit<(T1, T2, T3)>(accelerator, action, specialization, out kernelInfo);
        return (stream, config, p1, p2, p3) => kernel.Launch(stream, config, (p1, p2, p3));
    }

    /// <summary>Loads a kernel of 3 parameters that is launched with its own groups, on the default stream.</summary>
    public static Action<KernelConfig, T1, T2, T3> LoadStreamKernel<T1, T2, T3>(
        this Accelerator accelerator, Action<T1, T2, T3> action)
        where T1 : struct
        where T2 : struct
        where T3 : struct =>
        LoadStreamKernel(accelerator, action, out _);

    /// <summary>Loads a kernel of 3 parameters that is launched with its own groups, on the default stream.</summary>
    public static Action<KernelConfig, T1, T2, T3> LoadStreamKernel<T1, T2, T3>(
        this Accelerator accelerator, Action<T1, T2, T3> action, out KernelInfo? kernelInfo)
        where T1 : struct
        where T2 : struct
        where T3 : struct
    {
        var kernel = KernelLoading.Explicit<(T1, T2, T3)>(accelerator, action, default, out kernelInfo);
        return (config, p1, p2, p3) => kernel.Launch(accelerator.DefaultStream, config, (p1, p2, p3));
    }

    /// <summary>Loads a kernel of 3 parameters that is launched with its own groups, on the default stream.</summary>
    public static Action<KernelConfig, T1, T2, T3> LoadStreamKernel<T1, T2, T3>(
        this Accelerator accelerator, Action<T1, T2, T3> action, KernelSpecialization specialization)
        where T1 : struct
        where T2 : struct
        where T3 : struct =>
        LoadStreamKernel(accelerator, action, specialization, out _);

    /// <summary>Loads a kernel of 3 parameters that is launched with its own groups, on the default stream.</summary>
    public static Action<KernelConfig, T1, T2, T3> LoadStreamKernel<T1, T2, T3>(
        this Accelerator accelerator, Action<T1, T2, T3> action, KernelSpecialization specialization, out KernelInfo? kernelInfo)
        where T1 : struct
        where T2 : struct
        where T3 : struct
    {
        var kernel = KernelLoading.Explicit<(T1, T2, T3)>(accelerator, action, specialization, out kernelInfo);
        return (config, p1, p2, p3) => kernel.Launch(accelerator.DefaultStream, config, (p1, p2, p3));
    }

    /// <summary>Loads a kernel of an index and 3 parameters that is launched with an extent.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2, T3> LoadImplicitlyGroupedKernel<TIndex, T1, T2, T3>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3> action, int customGroupSize)
        where TIndex : struct, IIndex
        where T1 : struct
        where T2 : struct
        where T3 : struct =>
        LoadImplicitlyGroupedKernel(accelerator, action, customGroupSize, out _);

    /// <summary>Loads a kernel of an index and 3 parameters that is launched with an extent.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2, T3> LoadImplicitlyGroupedKernel<TIndex, T1, T2, T3>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3> action, int customGroupSize, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex
        where T1 : struct
        where T2 : struct
        where T3 : struct
    {
        var kernel = KernelLoading.Implicit<TIndex, (T1, T2, T3)>(accelerator, action, customGroupSize, out kernelInfo);
        return (stream, index, p1, p2, p3) => kernel.Launch(stream, index, (p1, p2, p3));
    }

    /// <summary>Loads a kernel of an index and 3 parameters that is launched with an extent, on the default stream.</summary>
    public static Action<TIndex, T1, T2, T3> LoadImplicitlyGroupedStreamKernel<TIndex, T1, T2, T3>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3> action, int customGroupSize)
        where TIndex : struct, IIndex
        where T1 : struct
        where T2 : struct
        where T3 : struct =>
        LoadImplicitlyGroupedStreamKernel(accelerator, action, customGroupSize, out _);

    /// <summary>Loads a kernel of an index and 3 parameters that is launched with an extent, on the default stream.</summary>
    public static Action<TIndex, T1, T2, T3> LoadImplicitlyGroupedStreamKernel<TIndex, T1, T2, T3>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3> action, int customGroupSize, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex
        where T1 : struct
        where T2 : struct
        where T3 : struct
    {
        var kernel = KernelLoading.Implicit<TIndex, (T1, T2, T3)>(accelerator, action, customGroupSize, out kernelInfo);
        return (index, p1, p2, p3) => kernel.Launch(accelerator.DefaultStream, index, (p1, p2, p3));
    }

    /// <summary>Loads a kernel of an index and 3 parameters that is launched with an extent.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2, T3> LoadAutoGroupedKernel<TIndex, T1, T2, T3>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3> action)
        where TIndex : struct, IIndex
        where T1 : struct
        where T2 : struct
        where T3 : struct =>
        LoadAutoGroupedKernel(accelerator, action, out _);

    /// <summary>Loads a kernel of an index and 3 parameters that is launched with an extent.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2, T3> LoadAutoGroupedKernel<TIndex, T1, T2, T3>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3> action, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex
        where T1 : struct
        where T2 : struct
        where T3 : struct
    {
        var kernel = KernelLoading.Implicit<TIndex, (T1, T2, T3)>(accelerator, action, KernelLoading.AutoGroupSize, out kernelInfo);
        return (stream, index, p1, p2, p3) => kernel.Launch(stream, index, (p1, p2, p3));
    }

    /// <summary>Loads a kernel of an index and 3 parameters that is launched with an extent, on the default stream.</summary>
    public static Action<TIndex, T1, T2, T3> LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3> action)
        where TIndex : struct, IIndex
        where T1 : struct
        where T2 : struct
        where T3 : struct =>
        LoadAutoGroupedStreamKernel(accelerator, action, out _);

    /// <summary>Loads a kernel of an index and 3 parameters that is launched with an extent, on the default stream.</summary>
    public static Action<TIndex, T1, T2, T3> LoadAutoGroupedStreamKernel<TIndex, T1, T2, T3>(
        this Accelerator accelerator, Action<TIndex, T1, T2, T3> action, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex
        where T1 : struct
        where T2 : struct
        where T3 : struct
    {
        var kernel = KernelLoading.Implicit<TIndex, (T1, T2, T3)>(accelerator, action, KernelLoading.AutoGroupSize, out kernelInfo);
        return (index, p1, p2, p3) => kernel.Launch(accelerator.DefaultStream, index, (p1, p2, p3));
    }
}
