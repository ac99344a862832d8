using Google.Protobuf;
using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Execution;
using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Onnx;
using OrleansCompute.Tensors.Onnx.Wire;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Tests.Operators;
using OrleansCompute.Tensors.Values;
using AttributeType = OrleansCompute.Tensors.Onnx.Wire.AttributeProto.Types.AttributeType;

namespace OrleansCompute.Tensors.Tests.Onnx;

/// <summary>
/// Models of every operator, spoiled where it hurts: attributes of extreme values, operators in one another's place, inputs left out or
/// exchanged, sizes and types that do not fit. Whatever is wrong is refused with an error that says so; nothing else is thrown, nothing hangs, and
/// nothing takes more memory than is allowed.
/// </summary>
public sealed class OnnxFuzzTests
{
    private const int Variants = 25;
    private static readonly long[] _extremes = [0, 1, -1, 2, -2, 7, 127, int.MaxValue, int.MinValue, 1L << 31, 1L << 40, long.MaxValue, long.MinValue];
    private static readonly float[] _extremeReals = [0, -1, 1e-38f, 1e38f, float.NaN, float.PositiveInfinity, float.NegativeInfinity];
    private static readonly OnnxImportOptions _options = new() { MaxElements = 1 << 16, MaxConstantBytes = 1 << 20 };

    [Fact]
    public void Import_OfSpoiledModelsOfEveryOperator_RefusesOrReadsThem()
    {
        var models = Models();
        string[] operators = [.. models.SelectMany(model => model.Graph.Node).Select(node => node.OpType).Distinct()];
        var failures = new List<string>();
        var read = 0;
        for (var i = 0; i < models.Count * Variants; i++)
        {
            // Of the case's name, so that another case does not change what is tried with this one.
            var seed = Hash($"{models[i % models.Count].Graph.Name} {i / models.Count}");
            var random = new Random(seed);
            var model = models[i % models.Count].Clone();
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                Spoil(model, random, operators);
            }

            if (Try(model, seed, failures) is { } imported)
            {
                read++;
                TryToRun(imported, seed, failures);
            }
        }

        Assert.True(failures.Count == 0, string.Join(Environment.NewLine, failures));

        // If all were refused at the door, what is behind it would not be tested.
        Assert.InRange(read, models.Count, models.Count * Variants);
    }

    /// <summary>The same in every run (FNV-1a).</summary>
    private static int Hash(string text) => (int)(text.Aggregate(2166136261u, (hash, c) => unchecked((hash ^ c) * 16777619)) >> 1);

    private static List<ModelProto> Models()
    {
        var models = new List<ModelProto>();
        foreach (var test in OperatorCases.All)
        {
            var builder = new GraphBuilder();
            GraphValue?[] inputs = [.. test.Inputs.Select((input, i) => input is null ? null : i % 2 == 0 ? builder.AddInput($"x{i}", input.Type) : builder.AddConstant($"c{i}", input))];
            try
            {
                var graph = builder.Build([.. builder.Apply(test.Operator, inputs).Take(test.Operator.OnnxOutputCount)]);
                var model = ModelProto.Parser.ParseFrom(OnnxExporter.Export(graph, []));
                model.Graph.Name = test.Name;
                models.Add(model);
            }
            catch (NotSupportedException)
            {
                // Has no form in ONNX.
            }
        }

        return models;
    }

    private static OnnxModel? Try(ModelProto model, int seed, List<string> failures)
    {
        var bytes = model.ToByteArray();
        try
        {
            OnnxInspector.Inspect(bytes, _options);
            return OnnxImporter.Import(bytes, _options);
        }
        catch (OnnxFormatException exception)
        {
            if (exception.Message.Length is < 10 or > 4000)
            {
                failures.Add($"{seed}: message of {exception.Message.Length} characters");
            }
        }
        catch (Exception exception)
        {
            failures.Add($"{model.Graph.Name} {seed} {string.Join(",", model.Graph.Node.Select(node => node.OpType))}: {exception.GetType().Name} {exception.Message} {exception.StackTrace?.Split('\n').FirstOrDefault(line => line.Contains("OrleansCompute", StringComparison.Ordinal))}");
        }

        return null;
    }

    private static void TryToRun(OnnxModel model, int seed, List<string> failures)
    {
        if (model.Graph.Inputs.Any(input => !input.Type.IsStatic))
        {
            return;
        }

        using var accelerator = new CpuAccelerator(SimdSupport.Best, memoryBudgetBytes: 1 << 24);
        try
        {
            Tensor[] inputs = [.. model.Graph.Inputs.Select(input => Tensor.Zeros(input.Type))];
            foreach (var output in new GraphInterpreter(accelerator, new RunLimits { MaxTrips = 1000 }).Run(model.Graph, inputs))
            {
                output.Dispose();
            }
        }
        catch (Exception exception) when (exception is ShapeMismatchException or MemoryBudgetException or TripBudgetException or NotSupportedException or DivideByZeroException
            || exception.GetType() == typeof(ArgumentException))
        {
            // What the numbers are made it impossible.
            // Which node it was must be said, but by what is about the whole run.
            if (exception is ShapeMismatchException or NotSupportedException
                && !model.Graph.Nodes.Any(node => exception.Message.Contains(node.Operator.Name, StringComparison.OrdinalIgnoreCase) || exception.Message.Contains(node.Name, StringComparison.Ordinal)))
            {
                failures.Add($"{seed} run {string.Join(",", model.Graph.Nodes.Select(node => node.Operator.Name))}: names none of them: {exception.Message}");
            }
        }
        catch (Exception exception)
        {
            failures.Add($"{seed} run {string.Join(",", model.Graph.Nodes.Select(node => node.Operator.Name))}: {exception.GetType().Name} {exception.Message} {exception.StackTrace?.Split('\n').FirstOrDefault(line => line.Contains("OrleansCompute", StringComparison.Ordinal))}");
        }
    }

    private static void Spoil(ModelProto model, Random random, string[] operators)
    {
        var graph = model.Graph;
        var node = graph.Node[random.Next(graph.Node.Count)];
        switch (random.Next(10))
        {
            case 0:
                var draw = random.Next();
                node.OpType = operators.MinBy(name => Hash($"{draw} {name}"));
                break;
            case 1 when node.Input.Count > 0:
                node.Input.RemoveAt(random.Next(node.Input.Count));
                break;
            case 2 when node.Input.Count > 0:
                node.Input[random.Next(node.Input.Count)] = random.Next(3) == 0 ? "" : node.Input[random.Next(node.Input.Count)];
                break;
            case 3 when graph.Input.Count > 0:
                var type = graph.Input[random.Next(graph.Input.Count)].Type?.TensorType;
                if (type is not null && (type.Shape is not { Dim.Count: > 0 } || random.Next(4) == 0))
                {
                    type.ElemType = random.Next(1, 17);
                }
                else if (type is not null)
                {
                    type.Shape.Dim[random.Next(type.Shape.Dim.Count)].DimValue = random.Next(3) == 0 ? 0 : random.Next(1, 9);
                }

                break;
            case 4 when graph.Input.Count > 0 && graph.Input[random.Next(graph.Input.Count)].Type?.TensorType is { Shape: { } shape }:
                if (random.Next(2) == 0 && shape.Dim.Count > 0)
                {
                    shape.Dim.RemoveAt(0);
                }
                else
                {
                    shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = random.Next(1, 4) });
                }

                break;
            case 5 when graph.Initializer.Count > 0:
                Spoil(graph.Initializer[random.Next(graph.Initializer.Count)], random);
                break;
            default:
                if (node.Attribute.Count > 0)
                {
                    Spoil(node.Attribute[random.Next(node.Attribute.Count)], random, node);
                }

                break;
        }
    }

    private static void Spoil(TensorProto tensor, Random random)
    {
        var bytes = tensor.RawData.ToByteArray();
        if (bytes.Length >= 8 && random.Next(3) > 0)
        {
            BitConverter.TryWriteBytes(bytes.AsSpan(8 * random.Next(bytes.Length / 8)), _extremes[random.Next(_extremes.Length)]);
            tensor.RawData = ByteString.CopyFrom(bytes);
        }
        else if (random.Next(2) == 0 && tensor.Dims.Count > 0)
        {
            // As many elements in another shape.
            var elements = tensor.Dims.Aggregate(1L, (product, size) => product * size);
            tensor.Dims.Clear();
            tensor.Dims.Add(random.Next(2) == 0 ? [elements] : [1, elements, 1]);
        }
        else
        {
            tensor.Dims.Clear();
            tensor.Dims.Add(0);
            tensor.RawData = ByteString.Empty;
        }
    }

    private static void Spoil(AttributeProto attribute, Random random, NodeProto node)
    {
        long Extreme() => _extremes[random.Next(_extremes.Length)];
        switch (random.Next(6))
        {
            case 0:
                node.Attribute.Remove(attribute);
                return;
            case 1:
                attribute.Type = (AttributeType)random.Next(9);
                return;
        }

        switch (attribute.Type)
        {
            case AttributeType.Int:
                attribute.I = Extreme();
                break;
            case AttributeType.Float:
                attribute.F = _extremeReals[random.Next(_extremeReals.Length)];
                break;
            case AttributeType.Ints when attribute.Ints.Count > 0 && random.Next(3) > 0:
                attribute.Ints[random.Next(attribute.Ints.Count)] = Extreme();
                break;
            case AttributeType.Ints:
                attribute.Ints.Add(Enumerable.Repeat(Extreme(), random.Next(2) == 0 ? 1 : 1000));
                break;
            case AttributeType.String:
                attribute.S = ByteString.CopyFromUtf8(random.Next(2) == 0 ? "" : "nonsense");
                break;
            case AttributeType.Tensor when attribute.T is not null:
                Spoil(attribute.T, random);
                break;
        }
    }
}
