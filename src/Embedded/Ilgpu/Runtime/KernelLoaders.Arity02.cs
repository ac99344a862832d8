namespace ILGPU.Runtime;

public static partial class KernelLoaders
{
    /// <summary>Loads a kernel of 2 parameters that is launched with its own groups.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2> LoadKernel<T1, T2>(
        this Accelerator accelerator, Action<T1, T2> action)
        where T1 : struct
        where T2 : struct =>
        LoadKernel(accelerator, action, out _);

    /// <summary>Loads a kernel of 2 parameters that is launched with its own groups.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2> LoadKernel<T1, T2>(
        this Accelerator accelerator, Action<T1, T2> action, out KernelInfo? kernelInfo)
        where T1 : struct
        where T2 : struct
    {
        var kernel = KernelLoading.Explicit<(T1, T2)>(accelerator, action, default, out kernelInfo);
        return (stream, config, p1, p2) => kernel.Launch(stream, config, (p1, p2));
    }

    /// <summary>Loads a kernel of 2 parameters that is launched with its own groups.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2> LoadKernel<T1, T2>(
        this Accelerator accelerator, Action<T1, T2> action, KernelSpecialization specialization)
        where T1 : struct
        where T2 : struct =>
        LoadKernel(accelerator, action, specialization, out _);

    /// <summary>Loads a kernel of 2 parameters that is launched with its own groups.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2> LoadKernel<T1, T2>(
        this Accelerator accelerator, Action<T1, T2> action, KernelSpecialization specialization, out KernelInfo? kernelInfo)
        where T1 : struct
        where T2 : struct
    {
        var kernel = KernelLoading.Explicit<(T1, T2)>(accelerator, action, specialization, out kernelInfo);
        return (stream, config, p1, p2) => kernel.Launch(stream, config, (p1, p2));
    }

    /// <summary>Loads a kernel of 2 parameters that is launched with its own groups, on the default stream.</summary>
    public static Action<KernelConfig, T1, T2> LoadStreamKernel<T1, T2>(
        this Accelerator accelerator, Action<T1, T2> action)
        where T1 : struct
        where T2 : struct =>
        LoadStreamKernel(accelerator, action, out _);

    /// <summary>Loads a kernel of 2 parameters that is launched with its own groups, on the default stream.</summary>
    public static Action<KernelConfig, T1, T2> LoadStreamKernel<T1, T2>(
        this Accelerator accelerator, Action<T1, T2> action, out KernelInfo? kernelInfo)
        where T1 : struct
        where T2 : struct
    {
        var kernel = KernelLoading.Explicit<(T1, T2)>(accelerator, action, default, out kernelInfo);
        return (config, p1, p2) => kernel.Launch(accelerator.DefaultStream, config, (p1, p2));
    }

    /// <summary>Loads a kernel of 2 parameters that is launched with its own groups, on the default stream.</summary>
    public static Action<KernelConfig, T1, T2> LoadStreamKernel<T1, T2>(
        this Accelerator accelerator, Action<T1, T2> action, KernelSpecialization specialization)
        where T1 : struct
        where T2 : struct =>
        LoadStreamKernel(accelerator, action, specialization, out _);

    /// <summary>Loads a kernel of 2 parameters that is launched with its own groups, on the default stream.</summary>
    public static Action<KernelConfig, T1, T2> LoadStreamKernel<T1, T2>(
        this Accelerator accelerator, Action<T1, T2> action, KernelSpecialization specialization, out KernelInfo? kernelInfo)
        where T1 : struct
        where T2 : struct
    {
        var kernel = KernelLoading.Explicit<(T1, T2)>(accelerator, action, specialization, out kernelInfo);
        return (config, p1, p2) => kernel.Launch(accelerator.DefaultStream, config, (p1, p2));
    }

    /// <summary>Loads a kernel of an index and 2 parameters that is launched with an extent.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2> LoadImplicitlyGroupedKernel<TIndex, T1, T2>(
        this Accelerator accelerator, Action<TIndex, T1, T2> action, int customGroupSize)
        where TIndex : struct, IIndex
        where T1 : struct
        where T2 : struct =>
        LoadImplicitlyGroupedKernel(accelerator, action, customGroupSize, out _);

    /// <summary>Loads a kernel of an index and 2 parameters that is launched with an extent.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2> LoadImplicitlyGroupedKernel<TIndex, T1, T2>(
        this Accelerator accelerator, Action<TIndex, T1, T2> action, int customGroupSize, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex
        where T1 : struct
        where T2 : struct
    {
        var kernel = KernelLoading.Implicit<TIndex, (T1, T2)>(accelerator, action, customGroupSize, out kernelInfo);
        return (stream, index, p1, p2) => kernel.Launch(stream, index, (p1, p2));
    }

    /// <summary>Loads a kernel of an index and 2 parameters that is launched with an extent, on the default stream.</summary>
    public static Action<TIndex, T1, T2> LoadImplicitlyGroupedStreamKernel<TIndex, T1, T2>(
        this Accelerator accelerator, Action<TIndex, T1, T2> action, int customGroupSize)
        where TIndex : struct, IIndex
        where T1 : struct
        where T2 : struct =>
        LoadImplicitlyGroupedStreamKernel(accelerator, action, customGroupSize, out _);

    /// <summary>Loads a kernel of an index and 2 parameters that is launched with an extent, on the default stream.</summary>
    public static Action<TIndex, T1, T2> LoadImplicitlyGroupedStreamKernel<TIndex, T1, T2>(
        this Accelerator accelerator, Action<TIndex, T1, T2> action, int customGroupSize, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex
        where T1 : struct
        where T2 : struct
    {
        var kernel = KernelLoading.Implicit<TIndex, (T1, T2)>(accelerator, action, customGroupSize, out kernelInfo);
        return (index, p1, p2) => kernel.Launch(accelerator.DefaultStream, index, (p1, p2));
    }

    /// <summary>Loads a kernel of an index and 2 parameters that is launched with an extent.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2> LoadAutoGroupedKernel<TIndex, T1, T2>(
        this Accelerator accelerator, Action<TIndex, T1, T2> action)
        where TIndex : struct, IIndex
        where T1 : struct
        where T2 : struct =>
        LoadAutoGroupedKernel(accelerator, action, out _);

    /// <summary>Loads a kernel of an index and 2 parameters that is launched with an extent.</summary>
    public static Action<AcceleratorStream, TIndex, T1, T2> LoadAutoGroupedKernel<TIndex, T1, T2>(
        this Accelerator accelerator, Action<TIndex, T1, T2> action, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex
        where T1 : struct
        where T2 : struct
    {
        var kernel = KernelLoading.Implicit<TIndex, (T1, T2)>(accelerator, action, KernelLoading.AutoGroupSize, out kernelInfo);
        return (stream, index, p1, p2) => kernel.Launch(stream, index, (p1, p2));
    }

    /// <summary>Loads a kernel of an index and 2 parameters that is launched with an extent, on the default stream.</summary>
    public static Action<TIndex, T1, T2> LoadAutoGroupedStreamKernel<TIndex, T1, T2>(
        this Accelerator accelerator, Action<TIndex, T1, T2> action)
        where TIndex : struct, IIndex
        where T1 : struct
        where T2 : struct =>
        LoadAutoGroupedStreamKernel(accelerator, action, out _);

    /// <summary>Loads a kernel of an index and 2 parameters that is launched with an extent, on the default stream.</summary>
    public static Action<TIndex, T1, T2> LoadAutoGroupedStreamKernel<TIndex, T1, T2>(
        this Accelerator accelerator, Action<TIndex, T1, T2> action, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex
        where T1 : struct
        where T2 : struct
    {
        var kernel = KernelLoading.Implicit<TIndex, (T1, T2)>(accelerator, action, KernelLoading.AutoGroupSize, out kernelInfo);
        return (index, p1, p2) => kernel.Launch(accelerator.DefaultStream, index, (p1, p2));
    }
}
