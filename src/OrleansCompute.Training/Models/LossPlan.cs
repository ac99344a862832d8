using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Execution;
using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Graphs.Passes;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Training.Models;

/// <summary>
/// Forward and backward pass of a classifier under any loss, compiled per batch size. The plans for the plain loss are faster; this one
/// serves distillation, loss scaling and graphs with fake quantisation. Not thread-safe.
/// </summary>
public sealed class LossPlan : IDisposable
{
    private const int MaxPlans = 4;
    private readonly IAccelerator _accelerator;
    private readonly Graph _graph;
    private readonly GraphValue?[] _gradients;
    private readonly Tensor _parameters;
    private readonly Dictionary<int, CompiledGraph> _plans = [];
    private readonly Queue<int> _order = new();

    /// <summary>Appends loss and gradients to a model.</summary>
    /// <param name="model">One float32 input with the batch first; logits [N, classes] as its first output.</param>
    /// <param name="accelerator">Where it runs; must outlive the plan.</param>
    /// <param name="loss">The loss.</param>
    /// <exception cref="NotSupportedException">The model cannot be trained; the message says why.</exception>
    public LossPlan(Graph model, IAccelerator accelerator, LossGraph loss)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(accelerator);
        ArgumentNullException.ThrowIfNull(loss);
        var logits = model.Outputs[0];
        if (model.Inputs is not [{ Type.ElementType: ElementType.Float32 }] || model.ParameterCount == 0
            || logits.Type.Shape is not { IsRankKnown: true, Rank: 2 } || logits.Type.Shape[1] < 2)
        {
            throw new NotSupportedException(
                $"A model to train has one Float32 input, parameters and logits [N, classes]; this one has {string.Join(", ", model.Inputs)}, {model.ParameterCount} parameters and {logits}.");
        }

        (_accelerator, Model) = (accelerator, model);
        ClassCount = logits.Type.Shape[1];
        SampleLength = model.Inputs[0].Type.Shape.Dimensions[1..].ToArray().Aggregate(1, (product, size) => product * size);
        var builder = new GraphBuilder(model);
        var labels = builder.AddInput("$labels", new TensorType(ElementType.Int32, new Shape(Shape.Any)));
        var sum = loss(builder, logits, labels);
        _gradients = [.. Autograd.Append(builder, sum, [.. model.Parameters.Select(parameter => parameter.Value)])];
        _graph = builder.Build([sum, logits, .. _gradients.OfType<GraphValue>()]);
        _parameters = accelerator.Memory.Allocate(TensorType.Real(model.ParameterCount));
    }

    /// <summary>The model.</summary>
    public Graph Model { get; }

    /// <summary>Values per sample.</summary>
    public int SampleLength { get; }

    /// <summary>Number of classes.</summary>
    public int ClassCount { get; }

    /// <summary>Computes loss and gradients.</summary>
    /// <param name="inputs">labels.Length times <see cref="SampleLength"/> values.</param>
    /// <param name="labels">One class per sample, at least one.</param>
    /// <param name="parameters">The flat vector.</param>
    /// <param name="gradients">Receives the gradient of the loss, as long as the parameters.</param>
    /// <param name="cancellation">Ends it between two kernels; the gradients are then undefined.</param>
    /// <param name="extra">Host tensors for the inputs that the loss added, in their order.</param>
    /// <exception cref="ArgumentException">Sizes do not fit, or a label is out of range.</exception>
    public BatchScore Run(
        ReadOnlySpan<float> inputs,
        ReadOnlySpan<int> labels,
        ReadOnlySpan<float> parameters,
        Span<float> gradients,
        CancellationToken cancellation,
        params ReadOnlySpan<Tensor> extra)
    {
        var count = labels.Length;
        if (count < 1 || inputs.Length != (long)count * SampleLength || parameters.Length != Model.ParameterCount || gradients.Length != parameters.Length
            || extra.Length != _graph.Inputs.Count - 2)
        {
            throw new ArgumentException(
                $"{inputs.Length} inputs, {count} labels, {parameters.Length} parameters, {gradients.Length} gradients and {extra.Length} more inputs; a sample has {SampleLength} values, the model {Model.ParameterCount} parameters, the loss {_graph.Inputs.Count - 2} more inputs.");
        }

        if (labels.IndexOfAnyExceptInRange(0, ClassCount - 1) is var wrong and >= 0)
        {
            throw new ArgumentException($"labels[{wrong}] is {labels[wrong]}; allowed 0 to {ClassCount - 1}.", nameof(labels));
        }

        var plan = Plan(count);
        Write(plan.Inputs[0], Tensor.Of(plan.Inputs[0].Shape, inputs));
        Write(plan.Inputs[1], Tensor.Of(plan.Inputs[1].Shape, labels));
        for (var i = 0; i < extra.Length; i++)
        {
            _accelerator.CopyToDevice(extra[i], plan.Inputs[i + 2]);
        }

        Write(_parameters, Tensor.Of(_parameters.Shape, parameters));
        plan.Run(cancellation);
        ReadGradients(plan, gradients);
        using Tensor sum = Read(plan.Outputs[0]), logits = Read(plan.Outputs[1]);
        return new BatchScore(sum.AsSpan<float>()[0], Correct(logits.AsSpan<float>(), labels, ClassCount), count);
    }

    /// <summary>Rows whose largest value is at the label.</summary>
    internal static int Correct(ReadOnlySpan<float> logits, ReadOnlySpan<int> labels, int classes)
    {
        var correct = 0;
        for (var i = 0; i < labels.Length; i++)
        {
            correct += System.Numerics.Tensors.TensorPrimitives.IndexOfMax(logits.Slice(i * classes, classes)) == labels[i] ? 1 : 0;
        }

        return correct;
    }

    /// <summary>Gives the memory back; the accelerator stays as it is.</summary>
    public void Dispose()
    {
        foreach (var plan in _plans.Values)
        {
            plan.Dispose();
        }

        _plans.Clear();
        _parameters.Dispose();
    }

    private CompiledGraph Plan(int batch)
    {
        if (!_plans.TryGetValue(batch, out var plan))
        {
            if (_order.Count == MaxPlans && _plans.Remove(_order.Dequeue(), out var oldest))
            {
                oldest.Dispose();
            }

            plan = new CompiledGraph(GraphSpecialiser.BindBatch(_graph, batch), _accelerator, new CompileOptions { Parameters = _parameters });
            _plans.Add(batch, plan);
            _order.Enqueue(batch);
        }

        return plan;
    }

    private void ReadGradients(CompiledGraph plan, Span<float> gradients)
    {
        gradients.Clear();
        var output = 2;
        for (var i = 0; i < _gradients.Length; i++)
        {
            if (_gradients[i] is not null)
            {
                var parameter = Model.Parameters[i];
                using var gradient = Read(plan.Outputs[output++]);
                gradient.AsSpan<float>().CopyTo(gradients.Slice(parameter.Offset, parameter.Length));
            }
        }
    }

    private void Write(Tensor device, Tensor host)
    {
        _accelerator.CopyToDevice(host, device);
        host.Dispose();
    }

    private Tensor Read(Tensor device)
    {
        var host = Tensor.Zeros(device.Type);
        using var dense = device.Contiguous(_accelerator.Memory);
        _accelerator.CopyToHost(dense, host);
        return host;
    }
}
