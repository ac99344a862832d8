using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Convolutions;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Linear;
using OrleansCompute.Tensors.Operators.Pooling;
using OrleansCompute.Tensors.Operators.Shaping;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Training.Models;

/// <summary>
/// Builds a classifier layer by layer; an error names the layer's number (from 0) and the shapes. Not thread-safe.
/// </summary>
public sealed class NetworkBuilder
{
    private readonly GraphBuilder _builder = new();
    private GraphValue _value;
    private int _layer;

    /// <summary>Starts a network.</summary>
    /// <param name="sampleShape">Shape of one sample without the batch: channels, height, width; or features.</param>
    public NetworkBuilder(params ReadOnlySpan<int> sampleShape) =>
        _value = _builder.AddInput("input", TensorType.Real([Shape.Any, .. sampleShape]));

    /// <summary>How weights and biases of the layers that follow start; default: as PyTorch's do.</summary>
    public LayerInitialisation Initialisation { get; init; }

    /// <summary>Shape after the last layer; N is the batch.</summary>
    public Shape OutputShape => _value.Type.Shape;

    /// <summary>The reference CNN of the fabric for 28 x 28 grey images: 215,370 parameters with 10 classes.</summary>
    /// <param name="classes">Number of classes, 2 or more.</param>
    /// <param name="initialisation">How it starts; default: as PyTorch's would.</param>
    public static Graph CreateReferenceCnn(int classes = 10, LayerInitialisation initialisation = LayerInitialisation.Uniform) =>
        new NetworkBuilder(1, 28, 28) { Initialisation = initialisation }
            .Conv2d(16, 5, padding: 2, activation: Activation.Relu)
            .MaxPool2d(2)
            .Conv2d(32, 5, padding: 2, activation: Activation.Relu)
            .MaxPool2d(2)
            .Flatten()
            .Dense(128, Activation.Relu)
            .Dense(classes)
            .Build();

    /// <summary>Convolution with bias.</summary>
    /// <param name="filters">Output channels, 1 or more.</param>
    /// <param name="kernel">Side of the square filter, 1 or more.</param>
    /// <param name="stride">Step, 1 or more.</param>
    /// <param name="padding">Zeros on each side, 0 to kernel - 1; (kernel - 1) / 2 keeps the size when the stride is 1.</param>
    /// <param name="activation">What follows.</param>
    /// <exception cref="ShapeMismatchException">The layer does not fit the one before.</exception>
    public NetworkBuilder Conv2d(int filters, int kernel, int stride = 1, int padding = 0, Activation activation = Activation.None) => Layer(
        $"Conv2d({filters}, {kernel})",
        () =>
        {
            RequirePositive(nameof(filters), filters);
            RequirePositive(nameof(kernel), kernel);
            if (OutputShape.Rank != 4)
            {
                throw new ShapeMismatchException($"Conv: input {OutputShape}; expected [N, channels, height, width].");
            }

            var weights = _builder.AddParameter(
                $"conv{_layer}.weight", new Shape(filters, OutputShape[1], kernel, kernel), Weights(activation));
            var bias = _builder.AddParameter($"conv{_layer}.bias", new Shape(filters), Biases, fanIn: checked(OutputShape[1] * kernel * kernel));
            Apply(new ConvOperator(new ConvolutionAttributes(Window(null, stride, padding))), "conv", weights, bias);
            Activate(activation);
        });

    /// <summary>Largest value of each window.</summary>
    /// <param name="size">Side of the square window, 1 or more.</param>
    /// <param name="stride">Step, 1 or more; the window's side when null.</param>
    /// <exception cref="ShapeMismatchException">The window does not fit the layer before.</exception>
    public NetworkBuilder MaxPool2d(int size, int? stride = null) =>
        Layer($"MaxPool2d({size})", () => Apply(new MaxPoolOperator(new PoolAttributes(Window(size, stride ?? size, 0))), "pool"));

    /// <summary>All dimensions after the batch become one.</summary>
    public NetworkBuilder Flatten() => Layer("Flatten()", () => Apply(new FlattenOperator(), "flatten"));

    /// <summary>Fully connected layer with bias.</summary>
    /// <param name="units">Outputs, 1 or more.</param>
    /// <param name="activation">What follows.</param>
    /// <exception cref="ShapeMismatchException">The layer before has more than one dimension per sample; put Flatten between.</exception>
    public NetworkBuilder Dense(int units, Activation activation = Activation.None) => Layer(
        $"Dense({units})",
        () =>
        {
            RequirePositive(nameof(units), units);
            if (OutputShape.Rank != 2)
            {
                throw new ShapeMismatchException($"Gemm: input {OutputShape} x weights [?, {units}]: put Flatten before it.");
            }

            var weights = _builder.AddParameter($"dense{_layer}.weight", new Shape(OutputShape[1], units), Weights(activation));
            var bias = _builder.AddParameter($"dense{_layer}.bias", new Shape(units), Biases, fanIn: OutputShape[1]);
            Apply(new GemmOperator(), "dense", weights, bias);
            Activate(activation);
        });

    /// <summary>The graph; its output are the logits [N, classes].</summary>
    public Graph Build() => _builder.Build(_value);

    private static void RequirePositive(string name, int value)
    {
        if (value < 1)
        {
            throw new ShapeMismatchException($"{name} is {value}; it must be at least 1.");
        }
    }

    private ParameterInitializer Weights(Activation activation) => Initialisation == LayerInitialisation.Uniform ? ParameterInitializer.FanIn
        : activation == Activation.Relu ? ParameterInitializer.He
        : ParameterInitializer.Glorot;

    private ParameterInitializer Biases => Initialisation == LayerInitialisation.Uniform ? ParameterInitializer.FanIn : ParameterInitializer.Zeros;

    private static WindowAttributes Window(int? size, int stride, int padding) => new(
        size is { } side ? IntList.Create([side, side]) : null, IntList.Create([stride, stride]), IntList.Create([padding, padding, padding, padding]));

    private void Apply(Operator @operator, string name, params ReadOnlySpan<GraphValue> parameters) =>
        _value = _builder.Apply(@operator, [_value, .. parameters], $"{name}{_layer}")[0];

    private void Activate(Activation activation)
    {
        if (activation == Activation.Relu)
        {
            Apply(new ReluOperator(), "relu");
        }
    }

    private NetworkBuilder Layer(string call, Action add)
    {
        var before = OutputShape;
        try
        {
            add();
        }
        catch (ShapeMismatchException exception)
        {
            throw new ShapeMismatchException($"Layer {_layer}, {call} after shape {before}: {exception.Message}", exception);
        }

        _layer++;
        return this;
    }
}
