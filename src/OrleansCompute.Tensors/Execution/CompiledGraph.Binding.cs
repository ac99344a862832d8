using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Execution;

/// <content>Compilation: every value gets its memory, every node its kernel.</content>
public sealed partial class CompiledGraph
{
    private Dictionary<GraphValue, Tensor> BindKnown()
    {
        var known = new Dictionary<GraphValue, Tensor>();
        var inputs = new Tensor[Graph.Inputs.Count];
        for (var i = 0; i < inputs.Length; i++)
        {
            var value = Graph.Inputs[i];
            var given = _options.Inputs is { } list && i < list.Count ? list[i] : null;
            inputs[i] = given is null ? Own(Accelerator.Memory.Allocate(value.Type)) : RequireFit(given, value, "input");
            known[value] = inputs[i];
        }

        Inputs = inputs;
        if (Graph.Parameters.Count > 0 && (_options.Parameters is not { ElementType: ElementType.Float32 } flat || flat.Shape.Elements < Graph.ParameterCount))
        {
            throw new ArgumentException(
                $"The graph has {Graph.ParameterCount} parameters; the options give {_options.Parameters?.ToString() ?? "none"}.", nameof(CompileOptions.Parameters));
        }

        foreach (var parameter in Graph.Parameters)
        {
            using var slice = _options.Parameters!.Slice(0, parameter.Offset, parameter.Length);
            known[parameter.Value] = Own(slice.Reshape(parameter.Shape));
        }

        foreach (var value in Graph.Nodes.SelectMany(node => node.Inputs).Concat(Graph.Outputs))
        {
            if (value?.Constant is { } constant && !known.ContainsKey(value))
            {
                known[value] = Own(OnAccelerator(constant));
            }
        }

        return known;
    }

    private Tensor OnAccelerator(Tensor constant)
    {
        if (Accelerator.Info.IsHostMemory)
        {
            return constant.Contiguous();
        }

        using var dense = constant.Contiguous();
        var device = Accelerator.Memory.Allocate(constant.Type);
        Accelerator.CopyToDevice(dense, device);
        return device;
    }

    private Tensor?[] BindOutputs()
    {
        var results = new Tensor?[Graph.Outputs.Count];
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = _options.Outputs is { } list && i < list.Count && list[i] is { } given ? RequireFit(given, Graph.Outputs[i], "output") : null;
        }

        RequireApart(results);
        return results;
    }

    /// <summary>Refuses memory of an output that something else lies in: it would be overwritten while it is still read.</summary>
    private void RequireApart(Tensor?[] outputs)
    {
        var taken = new List<(string Name, Tensor Tensor)>();
        taken.AddRange(Inputs.Select((tensor, i) => ($"input '{Graph.Inputs[i].Name}'", tensor)));
        if (_options.Parameters is { } parameters)
        {
            taken.Add(("the parameters", parameters));
        }

        // By place within a block, so that the thousands of gradients of a large model are not compared with each other one by one.
        for (var i = 0; i < outputs.Length; i++)
        {
            if (outputs[i] is { } tensor)
            {
                taken.Add(($"output '{Graph.Outputs[i].Name}'", tensor));
            }
        }

        foreach (var block in taken.Where(entry => entry.Tensor.Type.Bytes > 0).GroupBy(entry => entry.Tensor.Storage, ReferenceEqualityComparer.Instance))
        {
            var (last, end) = (default((string Name, Tensor Tensor)), 0L);
            foreach (var entry in block.OrderBy(entry => entry.Tensor.Offset * entry.Tensor.ElementType.Size()))
            {
                var start = entry.Tensor.Offset * entry.Tensor.ElementType.Size();
                var isOutput = entry.Name.StartsWith("output", StringComparison.Ordinal) || last.Name?.StartsWith("output", StringComparison.Ordinal) == true;
                if (start < end && isOutput)
                {
                    throw new ArgumentException(
                        $"The memory for {entry.Name} ({entry.Tensor}) overlaps that of {last.Name} ({last.Tensor}); give each output memory that nothing else uses.", nameof(outputs));
                }

                if (start + entry.Tensor.Type.Bytes > end)
                {
                    (last, end) = (entry, start + entry.Tensor.Type.Bytes);
                }
            }
        }
    }

    /// <summary>
    /// Streams within the cores: threads that outnumber them take turns, and a kernel that waits for a thread of its team which is not
    /// running is slower than one stream alone.
    /// </summary>
    private (int Streams, string? Note) AllowedStreams()
    {
        var cores = _options.MaxCores ?? Environment.ProcessorCount;
        ArgumentOutOfRangeException.ThrowIfLessThan(cores, 1, nameof(CompileOptions.MaxCores));
        var threads = Math.Max(1, Accelerator.Info.ComputeUnits);
        var allowed = Accelerator.Info.IsHostMemory ? Math.Max(1, cores / threads) : _options.Streams;
        return _options.Streams <= allowed
            ? (_options.Streams, null)
            : (allowed, $"{_options.Streams} streams of {threads} threads were asked for; {cores} cores carry {allowed}. Use fewer threads or streams.");
    }

    private (IKernel Kernel, string Library) CreateKernel(GraphNode node)
    {
        try
        {
            return KernelSelection.Create(new KernelRequest(
                Accelerator,
                node.Operator,
                [.. node.Inputs.Select(value => value?.Type)],
                [.. node.Outputs.Select(value => value.Type)],
                [.. node.Inputs.Select(value => value?.Constant)]));
        }
        catch (NotSupportedException exception)
        {
            throw new NotSupportedException($"Node '{node.Name}': {exception.Message}", exception);
        }
    }

    private TensorStorage Arena(ArenaLayout layout)
    {
        try
        {
            return _options.Arena?.Ensure(layout.Bytes) ?? Own(ByteBlock.Allocate(Accelerator.Memory, layout.Bytes)).Storage;
        }
        catch (MemoryBudgetException exception)
        {
            throw new MemoryBudgetException(
                $"The graph needs {layout.Bytes} bytes for intermediate values ({layout.UnplannedBytes} without reuse): {exception.Message}", exception);
        }
    }

    private IEnumerable<CompiledStep> BindSteps((IKernel Kernel, string Library)[] kernels, TensorBinder binder)
    {
        for (var i = 0; i < kernels.Length; i++)
        {
            var node = Graph.Nodes[i];
            if (kernels[i].Kernel is { } kernel)
            {
                Tensor?[] outputs = [.. node.Outputs.Select(binder.TryBind)];
                var call = new KernelCall(
                    node.Operator, [.. node.Inputs.Select(value => value is null ? null : binder.Bind(value))], [.. outputs], Accelerator.Memory, _scope);
                yield return new CompiledStep(node, kernel, kernels[i].Library, call, outputs);
            }
        }
    }

    private Tensor OutputTensor(GraphValue value, int index, ValueGroups groups, TensorBinder binder)
    {
        var tensor = binder.Bind(value);
        if (!groups.Copied.Contains(index))
        {
            return tensor;
        }

        var target = _options.Outputs![index]!;
        _copies.Add((tensor, target, index));
        return target;
    }

    /// <summary>Tells the steps which outputs they finish; returns those that no step computes.</summary>
    private int[] BindReady(ValueGroups groups)
    {
        var after = Graph.Outputs.Select(groups.ReadyAfter).ToArray();
        foreach (var step in _steps)
        {
            step.Ready = [.. Enumerable.Range(0, after.Length).Where(i =>
                after[i] >= 0 && ReferenceEquals(Graph.Nodes[after[i]], step.Node) && !groups.Copied.Contains(i))];
        }

        return [.. Enumerable.Range(0, after.Length).Where(i => after[i] < 0 && !groups.Copied.Contains(i))];
    }

    private Tensor Own(Tensor tensor)
    {
        _owned.Add(tensor);
        return tensor;
    }

    private static Tensor RequireFit(Tensor given, GraphValue value, string role) => given.Type == value.Type && given.IsContiguous
        ? given
        : throw new ArgumentException($"The memory for {role} '{value.Name}' is {given}; it must be a contiguous {value.Type}.", nameof(given));
}
