using System.Collections;
using OrleansCompute.Tensors.Operators;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>The kernels of a family of operators. Filled once, then only read.</summary>
internal sealed class CpuKernelTable : IEnumerable<KeyValuePair<Type, CpuKernelFactory>>
{
    private readonly Dictionary<Type, CpuKernelFactory> _entries = [];

    /// <summary>Adds the maker of an operator's kernels.</summary>
    public CpuKernelTable Add<TOperator>(Func<CpuKernelContext, TOperator, KernelRequest, IKernel?> create)
        where TOperator : Operator
    {
        _entries.Add(typeof(TOperator), (context, request) => create(context, (TOperator)request.Operator, request));
        return this;
    }

    public IEnumerator<KeyValuePair<Type, CpuKernelFactory>> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
