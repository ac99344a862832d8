using System.Reflection;
using ILGPU.Runtime;

namespace ILGPU.Execution;

/// <summary>Loads kernels: checks them and compiles them once.</summary>
internal static class KernelLoading
{
    /// <summary>Stands for the group size that the loader chooses.</summary>
    public const int AutoGroupSize = -1;

    private const BindingFlags InstanceFields = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    public static ExplicitKernel<TArgs> Explicit<TArgs>(
        Accelerator accelerator, Delegate action, KernelSpecialization specialization, out KernelInfo? info)
        where TArgs : struct
    {
        var kernel = KernelOf(accelerator, action);
        info = null;
        if (!specialization.IsCompatibleWith(accelerator))
        {
            throw new NotSupportedException($"The specialisation ({specialization}) is not possible on {accelerator.Name}: see its limits.");
        }

        return new(accelerator, KernelCompiler.Group<TArgs>(kernel, null, new KernelReach()), specialization);
    }

    public static ImplicitKernel<TIndex, TArgs> Implicit<TIndex, TArgs>(
        Accelerator accelerator, Delegate action, int groupSize, out KernelInfo? info)
        where TIndex : struct, IIndex
        where TArgs : struct
    {
        var kernel = KernelOf(accelerator, action);
        if (default(TIndex) is KernelConfig or not IIntrinsicIndex)
        {
            throw new NotSupportedException(
                $"{typeof(TIndex)} is no index of kernels that are grouped for you. Take Index1D, Index2D or Index3D, or load with LoadKernel.");
        }

        if (groupSize == AutoGroupSize)
        {
            groupSize = accelerator.WarpSize;
            info = new(groupSize, accelerator.MaxNumThreads / groupSize);
        }
        else
        {
            ArgumentOutOfRangeException.ThrowIfNegative(groupSize, "customGroupSize");
            ArgumentOutOfRangeException.ThrowIfGreaterThan(groupSize, accelerator.MaxNumThreadsPerGroup, "customGroupSize");
            info = new(groupSize, null);
            groupSize = Math.Max(groupSize, 1);
        }

        var reach = new KernelReach();
        return reach.Of(kernel).Context
            ? new(accelerator, null, KernelCompiler.Group<TArgs>(kernel, typeof(TIndex), reach), groupSize)
            : new(accelerator, KernelCompiler.Range<TArgs>(kernel, typeof(TIndex)), null, groupSize);
    }

    private static MethodInfo KernelOf(Accelerator accelerator, Delegate action)
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        ArgumentNullException.ThrowIfNull(action);
        accelerator.Verify();
        if (!action.HasSingleTarget)
        {
            throw new ArgumentException("The delegate has several targets. Load one kernel at a time.", nameof(action));
        }

        var method = action.Method;
        if (!method.IsStatic && (method.DeclaringType is null || method.IsVirtual || method.DeclaringType.GetFields(InstanceFields).Length > 0))
        {
            throw new NotSupportedException(
                $"{method.DeclaringType?.Name}.{method.Name} belongs to an object or takes variables from around it. "
                + "A kernel is a static method, or a lambda that uses its parameters only.");
        }

        return method;
    }
}
