using ILGPU.Runtime;

namespace OrleansCompute.Tensors.Kernels.Ilgpu;

/// <summary>Cuts long kernels into several launches, so that a cancelled run ends between two of them: a launch itself cannot be stopped. Stateless.</summary>
internal static class LaunchCuts
{
    /// <summary>
    /// Multiply-adds of one launch: a few milliseconds of a graphics card with 20 TFLOP/s, which wait for the host some 10 microseconds in
    /// between; on a processor's device, which is for development, tenths of a second and less.
    /// </summary>
    /// <param name="context">The device.</param>
    public static long Budget(IlgpuContext context) => context.Device.AcceleratorType == AcceleratorType.CPU ? 1L << 25 : 1L << 35;

    /// <summary>Items of one launch, 1 or more.</summary>
    /// <param name="context">The device.</param>
    /// <param name="stepsPerItem">Multiply-adds of an item.</param>
    /// <param name="items">All items.</param>
    public static int Items(IlgpuContext context, long stepsPerItem, int items) =>
        (int)Math.Clamp(Budget(context) / Math.Max(1, stepsPerItem), 1, Math.Max(1, items));

    /// <summary>Waits for the launches so far, and ends the kernel if the run was cancelled.</summary>
    /// <param name="context">The device.</param>
    /// <param name="call">The call of the kernel.</param>
    public static void Between(IlgpuContext context, KernelCall call)
    {
        context.Device.Synchronize();
        call.Cancellation.ThrowIfCancellationRequested();
    }
}
