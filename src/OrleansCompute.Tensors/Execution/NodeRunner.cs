using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Execution;

/// <summary>
/// Runs one operator on tensors at once: infers, allocates, finds the kernel (the accelerator's, else the reference one on the host) and
/// runs it. What eager execution and the interpreter share. Not thread-safe.
/// </summary>
internal sealed class NodeRunner(IAccelerator accelerator, int maxKernels = NodeRunner.DefaultMaxKernels)
{
    /// <summary>
    /// Kernels that are kept: several times the nodes of large models, while a model whose shapes change with every run cannot fill the
    /// memory with kernels (and their scratch) that nobody calls again.
    /// </summary>
    public const int DefaultMaxKernels = 4096;

    private readonly Dictionary<CacheKey, (IKernel Kernel, string Library)> _kernels = [];
    private readonly Queue<CacheKey> _age = [];

    public IAccelerator Accelerator => accelerator;

    /// <summary>Library of the kernel that ran last.</summary>
    public string Library { get; private set; } = "";

    /// <summary>Kernels kept at the moment.</summary>
    public int KernelCount => _kernels.Count;

    /// <summary>Runs the operator; the results are the caller's. When it fails, nothing of it stays allocated.</summary>
    public Tensor[] Run(Operator @operator, IReadOnlyList<Tensor?> inputs, RunScope scope)
    {
        TensorType?[] types = [.. inputs.Select(input => input?.Type)];
        Tensor?[] host = [.. inputs.Select(input => input?.Storage is HostStorage ? input : null)];
        var outputs = @operator.Infer(new OperatorInputs(@operator, types, host));
        var kernel = Kernel(@operator, types, outputs);
        var dense = new Tensor?[inputs.Count];
        var made = new Tensor?[outputs.Count];
        KernelCall? call = null;
        try
        {
            for (var i = 0; i < dense.Length; i++)
            {
                dense[i] = inputs[i]?.Contiguous(accelerator.Memory);
            }

            for (var i = 0; i < made.Length; i++)
            {
                made[i] = outputs[i].IsStatic ? accelerator.Memory.Allocate(outputs[i]) : null;
            }

            call = new KernelCall(@operator, dense, [.. made], accelerator.Memory, scope);
            kernel.Run(call);
            (accelerator as IKernelCounter)?.Add(1);
            var results = new Tensor[call.OutputCount];
            for (var i = 0; i < results.Length; i++)
            {
                results[i] = call.Output(i);
                if (made[i] is { } unused && !ReferenceEquals(unused, results[i]))
                {
                    unused.Dispose();
                }
            }

            return results;
        }
        catch
        {
            for (var i = 0; i < made.Length; i++)
            {
                made[i]?.Dispose();
                if (call?.HasOutput(i) == true && !ReferenceEquals(call.Output(i), made[i]))
                {
                    call.Output(i).Dispose();
                }
            }

            throw;
        }
        finally
        {
            foreach (var tensor in dense)
            {
                tensor?.Dispose();
            }
        }
    }

    private IKernel Kernel(Operator @operator, TensorType?[] types, IReadOnlyList<TensorType> outputs)
    {
        var key = new CacheKey(@operator, types);
        if (_kernels.TryGetValue(key, out var found))
        {
            Library = found.Library;
            return found.Kernel;
        }

        // Values are not constants here: they may differ in the next call.
        found = KernelSelection.Create(new KernelRequest(accelerator, @operator, types, outputs, new Tensor?[types.Length]));
        if (_kernels.Count >= maxKernels)
        {
            _kernels.Remove(_age.Dequeue(), out var oldest);
            (oldest.Kernel as IDisposable)?.Dispose();
        }

        _kernels[key] = found;
        _age.Enqueue(key);
        Library = found.Library;
        return found.Kernel;
    }

    private readonly struct CacheKey(Operator @operator, TensorType?[] types) : IEquatable<CacheKey>
    {
        private readonly Operator _operator = @operator;
        private readonly TensorType?[] _types = types;

        public bool Equals(CacheKey other) => _operator.Equals(other._operator) && _types.AsSpan().SequenceEqual(other._types);

        public override bool Equals(object? obj) => obj is CacheKey other && Equals(other);

        public override int GetHashCode()
        {
            var hash = default(HashCode);
            hash.Add(_operator);
            foreach (var type in _types)
            {
                hash.Add(type);
            }

            return hash.ToHashCode();
        }
    }
}
