namespace ILGPU.Runtime;

public static partial class KernelLoaders
{
    /// <summary>Loads a kernel of 1 parameter that is launched with its own groups.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1> LoadKernel<T1>(
        this Accelerator accelerator, Action<T1> action)
        where T1 : struct =>
        LoadKernel(accelerator, action, out _);

    /// <summary>Loads a kernel of 1 parameter that is launched with its own groups.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1> LoadKernel<T1>(
        this Accelerator accelerator, Action<T1> action, out KernelInfo? kernelInfo)
        where T1 : struct
    {
        var kernel = KernelLoading.Explicit<ValueTuple<T1>>(accelerator, action, default, out kernelInfo);
        return (stream, config, p1) => kernel.Launch(stream, config, new ValueTuple<T1>(p1));
    }

    /// <summary>Loads a kernel of 1 parameter that is launched with its own groups.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1> LoadKernel<T1>(
        this Accelerator accelerator, Action<T1> action, KernelSpecialization specialization)
        where T1 : struct =>
        LoadKernel(accelerator, action, specialization, out _);

    /// <summary>Loads a kernel of 1 parameter that is launched with its own groups.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1> LoadKernel<T1>(
        this Accelerator accelerator, Action<T1> action, KernelSpecialization specialization, out KernelInfo? kernelInfo)
        where T1 : struct
    {
        var kernel = KernelLoading.Explicit<ValueTuple<T1>>(accelerator, action, specialization, out kernelInfo);
        return (stream, config, p1) => kernel.Launch(stream, config, new ValueTuple<T1>(p1));
    }

    /// <summary>Loads a kernel of 1 parameter that is launched with its own groups, on the default stream.</summary>
    public static Action<KernelConfig, T1> LoadStreamKernel<T1>(
        this Accelerator accelerator, Action<T1> action)
        where T1 : struct =>
        LoadStreamKernel(accelerator, action, out _);

    /// <summary>Loads a kernel of 1 parameter that is launched with its own groups, on the default stream.</summary>
    public static Action<KernelConfig, T1> LoadStreamKernel<T1>(
        this Accelerator accelerator, Action<T1> action, out KernelInfo? kernelInfo)
        where T1 : struct
    {
        var kernel = KernelLoading.Explicit<ValueTuple<T1>>(accelerator, action, default, out kernelInfo);
        return (config, p1) => kernel.Launch(accelerator.DefaultStream, config, new ValueTuple<T1>(p1));
    }

    /// <summary>Loads a kernel of 1 parameter that is launched with its own groups, on the default stream.</summary>
    public static Action<KernelConfig, T1> LoadStreamKernel<T1>(
        this Accelerator accelerator, Action<T1> action, KernelSpecialization specialization)
        where T1 : struct =>
        LoadStreamKernel(accelerator, action, specialization, out _);

    /// <summary>Loads a kernel of 1 parameter that is launched with its own groups, on the default stream.</summary>
    public static Action<KernelConfig, T1> LoadStreamKernel<T1>(
        this Accelerator accelerator, Action<T1> action, KernelSpecialization specialization, out KernelInfo? kernelInfo)
        where T1 : struct
    {
        var kernel = KernelLoading.Explicit<ValueTuple<T1>>(accelerator, action, specialization, out kernelInfo);
        return (config, p1) => kernel.Launch(accelerator.DefaultStream, config, new ValueTuple<T1>(p1));
    }

    /// <summary>Loads a kernel of an index and 1 parameter that is launched with an extent.</summary>
    public static Action<AcceleratorStream, TIndex, T1> LoadImplicitlyGroupedKernel<TIndex, T1>(
        this Accelerator accelerator, Action<TIndex, T1> action, int customGroupSize)
        where TIndex : struct, IIndex
        where T1 : struct =>
        LoadImplicitlyGroupedKernel(accelerator, action, customGroupSize, out _);

    /// <summary>Loads a kernel of an index and 1 parameter that is launched with an extent.</summary>
    public static Action<AcceleratorStream, TIndex, T1> LoadImplicitlyGroupedKernel<TIndex, T1>(
        this Accelerator accelerator, Action<TIndex, T1> action, int customGroupSize, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex
        where T1 : struct
    {
        var kernel = KernelLoading.Implicit<TIndex, ValueTuple<T1>>(accelerator, action, customGroupSize, out kernelInfo);
        return (stream, index, p1) => kernel.Launch(stream, index, new ValueTuple<T1>(p1));
    }

    /// <summary>Loads a kernel of an index and 1 parameter that is launched with an extent, on the default stream.</summary>
    public static Action<TIndex, T1> LoadImplicitlyGroupedStreamKernel<TIndex, T1>(
        this Accelerator accelerator, Action<TIndex, T1> action, int customGroupSize)
        where TIndex : struct, IIndex
        where T1 : struct =>
        LoadImplicitlyGroupedStreamKernel(accelerator, action, customGroupSize, out _);

    /// <summary>Loads a kernel of an index and 1 parameter that is launched with an extent, on the default stream.</summary>
    public static Action<TIndex, T1> LoadImplicitlyGroupedStreamKernel<TIndex, T1>(
        this Accelerator accelerator, Action<TIndex, T1> action, int customGroupSize, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex
        where T1 : struct
    {
        var kernel = KernelLoading.Implicit<TIndex, ValueTuple<T1>>(accelerator, action, customGroupSize, out kernelInfo);
        return (index, p1) => kernel.Launch(accelerator.DefaultStream, index, new ValueTuple<T1>(p1));
    }

    /// <summary>Loads a kernel of an index and 1 parameter that is launched with an extent.</summary>
    public static Action<AcceleratorStream, TIndex, T1> LoadAutoGroupedKernel<TIndex, T1>(
        this Accelerator accelerator, Action<TIndex, T1> action)
        where TIndex : struct, IIndex
        where T1 : struct =>
        LoadAutoGroupedKernel(accelerator, action, out _);

    /// <summary>Loads a kernel of an index and 1 parameter that is launched with an extent.</summary>
    public static Action<AcceleratorStream, TIndex, T1> LoadAutoGroupedKernel<TIndex, T1>(
        this Accelerator accelerator, Action<TIndex, T1> action, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex
        where T1 : struct
    {
        var kernel = KernelLoading.Implicit<TIndex, ValueTuple<T1>>(accelerator, action, KernelLoading.AutoGroupSize, out kernelInfo);
        return (stream, index, p1) => kernel.Launch(stream, index, new ValueTuple<T1>(p1));
    }

    /// <summary>Loads a kernel of an index and 1 parameter that is launched with an extent, on the default stream.</summary>
    public static Action<TIndex, T1> LoadAutoGroupedStreamKernel<TIndex, T1>(
        this Accelerator accelerator, Action<TIndex, T1> action)
        where TIndex : struct, IIndex
        where T1 : struct =>
        LoadAutoGroupedStreamKernel(accelerator, action, out _);

    /// <summary>Loads a kernel of an index and 1 parameter that is launched with an extent, on the default stream.</summary>
    public static Action<TIndex, T1> LoadAutoGroupedStreamKernel<TIndex, T1>(
        this Accelerator accelerator, Action<TIndex, T1> action, out KernelInfo? kernelInfo)
        where TIndex : struct, IIndex
        where T1 : struct
    {
        var kernel = KernelLoading.Implicit<TIndex, ValueTuple<T1>>(accelerator, action, KernelLoading.AutoGroupSize, out kernelInfo);
        return (index, p1) => kernel.Launch(accelerator.DefaultStream, index, new ValueTuple<T1>(p1));
    }
}
