using System.Collections;
using OrleansCompute.Tensors.Operators;

namespace OrleansCompute.Tensors.Kernels.Ilgpu;

/// <summary>The kernels of a family of operators. Filled once, then only read.</summary>
internal sealed class IlgpuKernelTable : IEnumerable<KeyValuePair<Type, Func<IlgpuContext, KernelRequest, Action<KernelCall>?>>>
{
    private readonly Dictionary<Type, Func<IlgpuContext, KernelRequest, Action<KernelCall>?>> _entries = [];

    /// <summary>Adds the maker of an operator's kernels; it gives null for what it does not suit.</summary>
    public IlgpuKernelTable Add<TOperator>(Func<IlgpuContext, TOperator, KernelRequest, Action<KernelCall>?> create)
        where TOperator : Operator
    {
        _entries.Add(typeof(TOperator), (context, request) => create(context, (TOperator)request.Operator, request));
        return this;
    }

    public IEnumerator<KeyValuePair<Type, Func<IlgpuContext, KernelRequest, Action<KernelCall>?>>> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
