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
internal sealed class NodeRunner(IAccelerator accelerator)
{
    private readonly Dictionary<CacheKey, IKernel> _kernels = [];

    public IAccelerator Accelerator => accelerator;

    public Tensor[] Run(Operator @operator, IReadOnlyList<Tensor?> inputs)
    {
        TensorType?[] types = [.. inputs.Select(input => input?.Type)];
        Tensor?[] host = [.. inputs.Select(input => input?.Storage is HostStorage ? input : null)];
        var outputs = @operator.Infer(new OperatorInputs(@operator, types, host));
        var key = new CacheKey(@operator, types);
        if (!_kernels.TryGetValue(key, out var kernel))
        {
            // Values are not constants here: they may differ in the next call.
            var request = new KernelRequest(accelerator, @operator, types, outputs, new Tensor?[types.Length]);
            kernel = KernelSelection.Create(request).Kernel;
            _kernels[key] = kernel;
        }

        var dense = new Tensor?[inputs.Count];
        for (var i = 0; i < dense.Length; i++)
        {
            dense[i] = inputs[i]?.Contiguous(accelerator.Memory);
        }

        var call = new KernelCall(
            @operator, dense, [.. outputs.Select(type => type.IsStatic ? accelerator.Memory.Allocate(type) : null)], accelerator.Memory);
        kernel.Run(call);
        (accelerator as IKernelCounter)?.Add(1);
        var results = new Tensor[call.OutputCount];
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = call.Output(i);
        }

        foreach (var tensor in dense)
        {
            tensor?.Dispose();
        }

        return results;
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
