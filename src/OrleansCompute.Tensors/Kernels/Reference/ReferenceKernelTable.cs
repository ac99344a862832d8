using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Kernels.Reference;

/// <summary>The reference kernels of a family of operators. Filled once, then only read.</summary>
internal sealed class ReferenceKernelTable
{
    private readonly Dictionary<Type, ReferenceKernelFactory> _entries = [];

    /// <summary>Whether the kernels only move elements, so that they need no array as large as their outputs.</summary>
    public bool MovesOnly { get; init; }

    public IEnumerable<KeyValuePair<Type, ReferenceKernelFactory>> Entries => _entries;

    /// <summary>Adds a kernel that is a function of the operator and the tensors.</summary>
    public ReferenceKernelTable Add<TOperator>(Action<TOperator, KernelCall> run)
        where TOperator : Operator
    {
        _entries.Add(typeof(TOperator), request => new FunctionKernel(MovesOnly, call => run((TOperator)request.Operator, call)));
        return this;
    }

    /// <summary>Adds a kernel that also needs the request: the accelerator, or constants.</summary>
    public ReferenceKernelTable AddWithRequest<TOperator>(Action<TOperator, KernelRequest, KernelCall> run)
        where TOperator : Operator
    {
        _entries.Add(typeof(TOperator), request => new FunctionKernel(MovesOnly, call => run((TOperator)request.Operator, request, call)));
        return this;
    }

    /// <summary>Adds a kernel that keeps something between its runs: the function makes it.</summary>
    public ReferenceKernelTable AddStateful<TOperator>(Func<TOperator, Action<KernelCall>> create)
        where TOperator : Operator
    {
        _entries.Add(typeof(TOperator), request => new FunctionKernel(MovesOnly, create((TOperator)request.Operator)));
        return this;
    }

    private sealed class FunctionKernel(bool movesOnly, Action<KernelCall> run) : IKernel
    {
        public void Run(KernelCall call)
        {
            // Without a budget there is nothing to count against.
            if (call.Allocator is not HostMemory { BudgetBytes: < long.MaxValue } memory)
            {
                run(call);
                return;
            }

            using var scratch = new ScratchCount(memory, movesOnly, call.Operator.Name);
            for (var i = 0; i < call.InputCount; i++)
            {
                scratch.Count(call.OptionalInput(i)?.Type);
            }

            for (var i = 0; i < call.OutputCount; i++)
            {
                scratch.Count(call.HasOutput(i) ? call.Output(i).Type : null);
            }

            call.Scratchpad = scratch;
            try
            {
                run(call);
            }
            finally
            {
                call.Scratchpad = null;
            }
        }
    }
}
