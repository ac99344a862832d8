using System.Reflection;
using System.Runtime.CompilerServices;
using ILGPU.Runtime;

namespace ILGPU.Execution;

/// <summary>Loads kernels: checks them and compiles them once.</summary>
internal static class KernelLoading
{
    /// <summary>Stands for the group size that the loader chooses.</summary>
    public const int AutoGroupSize = -1;

    /// <summary>Name of the assembly that the package emits kernels into.</summary>
    private const string EmittedAssembly = "ILGPURuntime";

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
        var (context, _, shares) = reach.Of(kernel);
        if (shares)
        {
            throw new NotSupportedException(
                $"{kernel.DeclaringType?.Name}.{kernel.Name} has shared memory, which kernels that are grouped for you cannot have. Load it with LoadKernel.");
        }

        return context
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

        if (method.GetParameters().Select(static parameter => HiddenIn(parameter.ParameterType)).FirstOrDefault(static type => type is not null) is { } hidden)
        {
            throw new NotSupportedException(
                $"{method.DeclaringType?.Name}.{method.Name} takes {hidden}, which compiled kernels may not see. "
                + $"Make it public, or internal with [assembly: InternalsVisibleTo(\"{EmittedAssembly}\")].");
        }

        return method;
    }

    // The package emits kernels into an assembly of its own: what works here must work there.
    private static Type? HiddenIn(Type type)
    {
        if (type.HasElementType)
        {
            return HiddenIn(type.GetElementType()!);
        }

        var inside = type.IsGenericType ? type.GetGenericArguments().Select(HiddenIn).FirstOrDefault(static found => found is not null) : null;
        for (var outer = type; inside is null && outer is not null; outer = outer.DeclaringType)
        {
            var isPrivate = outer.IsNestedPrivate || outer.IsNestedFamily || outer.IsNestedFamANDAssem;
            if (isPrivate || (!outer.IsPublic && !outer.IsNestedPublic && !IsOpen(outer.Assembly)))
            {
                return type;
            }
        }

        return inside;
    }

    private static bool IsOpen(Assembly assembly) =>
        assembly.GetCustomAttributes<InternalsVisibleToAttribute>().Any(static friend => friend.AssemblyName == EmittedAssembly);
}
