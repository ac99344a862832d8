using System.Collections.Immutable;
using System.Numerics;

namespace ILGPU.Runtime.CPU;

/// <summary>A CPU in the shape of a GPU: so many threads per warp, warps per multiprocessor, and multiprocessors.</summary>
[DeviceType(AcceleratorType.CPU)]
public sealed class CPUDevice : Device
{
    /// <summary>4 threads per warp, 4 warps.</summary>
    public static readonly CPUDevice Default = new(4, 4, 1);

    /// <summary>32 threads per warp, 32 warps.</summary>
    public static readonly CPUDevice Nvidia = new(32, 32, 1);

    /// <summary>32 threads per warp, 8 warps.</summary>
    public static readonly CPUDevice AMD = new(32, 8, 1);

    /// <summary>64 threads per warp, 4 warps.</summary>
    public static readonly CPUDevice LegacyAMD = new(64, 4, 1);

    /// <summary>16 threads per warp, 8 warps.</summary>
    public static readonly CPUDevice Intel = new(16, 8, 1);

    /// <summary>All of the above, in the order of <see cref="CPUDeviceKind"/>.</summary>
    public static readonly ImmutableArray<CPUDevice> All = [Default, Nvidia, AMD, LegacyAMD, Intel];

    /// <summary>
    /// A CPU with this shape. A group has at most threads per warp times warps per multiprocessor threads (at most 32767); as many
    /// groups as the machine has processors run at a time, whatever the number of multiprocessors.
    /// </summary>
    /// <param name="numThreadsPerWarp">From 2 on.</param>
    /// <param name="numWarpsPerMultiprocessor">A power of two from 1 on.</param>
    /// <param name="numMultiprocessors">From 1 on.</param>
    public CPUDevice(int numThreadsPerWarp, int numWarpsPerMultiprocessor, int numMultiprocessors)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(numThreadsPerWarp, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(numWarpsPerMultiprocessor, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(numMultiprocessors, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(numMultiprocessors, short.MaxValue);
        if (!BitOperations.IsPow2(numWarpsPerMultiprocessor))
        {
            throw new ArgumentOutOfRangeException(
                nameof(numWarpsPerMultiprocessor),
                numWarpsPerMultiprocessor,
                $"{numWarpsPerMultiprocessor} warps per multiprocessor; a power of two is needed.");
        }

        if ((long)numThreadsPerWarp * numWarpsPerMultiprocessor > short.MaxValue)
        {
            throw new ArgumentOutOfRangeException(
                nameof(numWarpsPerMultiprocessor),
                numWarpsPerMultiprocessor,
                $"{numThreadsPerWarp} threads per warp and {numWarpsPerMultiprocessor} warps make more than {short.MaxValue} threads per group.");
        }

        var threads = numThreadsPerWarp * numWarpsPerMultiprocessor;
        Name = nameof(CPUAccelerator);
        WarpSize = numThreadsPerWarp;
        MaxNumThreadsPerGroup = threads;
        MaxNumThreadsPerMultiprocessor = threads;
        NumMultiprocessors = numMultiprocessors;
        MaxGroupSize = new(threads, threads, threads);
        MemorySize = long.MaxValue;
        MaxGridSize = new(int.MaxValue, ushort.MaxValue, ushort.MaxValue);
        MaxSharedMemoryPerGroup = int.MaxValue;
        MaxConstantMemory = int.MaxValue;
        NumThreads = MaxNumThreads;
    }

    /// <summary>All threads of all multiprocessors.</summary>
    public int NumThreads { get; }

    /// <summary>The device of a shape.</summary>
    public static CPUDevice GetDevice(CPUDeviceKind kind) => kind is >= CPUDeviceKind.Default and <= CPUDeviceKind.Intel
        ? All[(int)kind]
        : throw new ArgumentOutOfRangeException(nameof(kind), kind, $"{kind} is no kind of CPU device; allowed: Default to Intel.");

    /// <summary>The devices of all shapes that fulfil a condition.</summary>
    public static ImmutableArray<Device> GetDevices(Predicate<CPUDevice> predicate)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        return [.. All.Where(device => predicate(device))];
    }

    /// <inheritdoc/>
    public override Accelerator CreateAccelerator(Context context) => CreateCPUAccelerator(context);

    /// <summary>An accelerator that runs in parallel, unless a debugger is attached.</summary>
    public CPUAccelerator CreateCPUAccelerator(Context context) => CreateCPUAccelerator(context, CPUAcceleratorMode.Auto);

    /// <summary>An accelerator that runs in this mode.</summary>
    public CPUAccelerator CreateCPUAccelerator(Context context, CPUAcceleratorMode mode) =>
        CreateCPUAccelerator(context, mode, ThreadPriority.Normal);

    /// <summary>An accelerator that runs in this mode. The priority is kept, but the threads are those of the thread pool.</summary>
    public CPUAccelerator CreateCPUAccelerator(Context context, CPUAcceleratorMode mode, ThreadPriority threadPriority) =>
        new(context, this, mode, threadPriority);
}
