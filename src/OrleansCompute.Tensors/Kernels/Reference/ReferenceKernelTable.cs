using OrleansCompute.Tensors.Operators;

namespace OrleansCompute.Tensors.Kernels.Reference;

/// <summary>The reference kernels of a family of operators. Filled once, then only read.</summary>
internal sealed class ReferenceKernelTable
{
    private readonly Dictionary<Type, ReferenceKernelFactory> _entries = [];

    public IEnumerable<KeyValuePair<Type, ReferenceKernelFactory>> Entries => _entries;

    /// <summary>Adds a kernel that is a function of the operator and the tensors.</summary>
    public ReferenceKernelTable Add<TOperator>(Action<TOperator, KernelCall> run)
        where TOperator : Operator
    {
        _entries.Add(typeof(TOperator), request => new FunctionKernel(call => run((TOperator)request.Operator, call)));
        return this;
    }

    /// <summary>Adds a kernel that also needs the request: the accelerator, or constants.</summary>
    public ReferenceKernelTable AddWithRequest<TOperator>(Action<TOperator, KernelRequest, KernelCall> run)
        where TOperator : Operator
    {
        _entries.Add(typeof(TOperator), request => new FunctionKernel(call => run((TOperator)request.Operator, request, call)));
        return this;
    }

    /// <summary>Adds a kernel that keeps something between its runs: the function makes it.</summary>
    public ReferenceKernelTable AddStateful<TOperator>(Func<TOperator, Action<KernelCall>> create)
        where TOperator : Operator
    {
        _entries.Add(typeof(TOperator), request => new FunctionKernel(create((TOperator)request.Operator)));
        return this;
    }

    private sealed class FunctionKernel(Action<KernelCall> run) : IKernel
    {
        public void Run(KernelCall call) => run(call);
    }
}
