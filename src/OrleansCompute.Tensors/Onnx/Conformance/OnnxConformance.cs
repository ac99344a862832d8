using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Execution;
using OrleansCompute.Tensors.Kernels.Reference;
using OrleansCompute.Tensors.Onnx.Wire;
using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Onnx.Conformance;

/// <summary>
/// Runs the test cases of the ONNX project (folders with model.onnx and test_data_set_N/input_N.pb, output_N.pb) on an accelerator: what a
/// new back end runs to show that it computes what ONNX says. Not thread-safe.
/// </summary>
/// <param name="accelerator">Where the models run; must outlive this.</param>
/// <param name="isRoundTrip">Whether each model is exported and imported again before it runs. Default false.</param>
public sealed class OnnxConformance(IAccelerator accelerator, bool isRoundTrip = false)
{
    /// <summary>The tolerances of the ONNX project's own runner.</summary>
    private const double RelativeTolerance = 1e-3;
    private const double AbsoluteTolerance = 1e-7;

    /// <summary>Cases of operators that are claimed which cannot be compared, and why.</summary>
    private static readonly Dictionary<string, string> Exclusions = new(StringComparer.Ordinal)
    {
        ["test_castlike_BFLOAT16_to_FLOAT"] = "its data do not have the shape that the model declares",
        ["test_castlike_BFLOAT16_to_FLOAT_expanded"] = "its data do not have the shape that the model declares",
        ["test_castlike_FLOAT_to_BFLOAT16"] = "its data do not have the shape that the model declares",
        ["test_castlike_FLOAT_to_BFLOAT16_expanded"] = "its data do not have the shape that the model declares",
        ["test_bernoulli"] = "it wants the random numbers of NumPy",
        ["test_bernoulli_double"] = "it wants the random numbers of NumPy",
        ["test_bernoulli_double_expanded"] = "it wants the random numbers of NumPy",
        ["test_bernoulli_expanded"] = "it wants the random numbers of NumPy",
        ["test_bernoulli_seed"] = "it wants the random numbers of NumPy",
        ["test_bernoulli_seed_expanded"] = "it wants the random numbers of NumPy",
        ["test_adam_multiple"] = "its outputs were made with an epsilon of 0.01, which the model does not have",
        ["test_training_dropout"] = "it wants the random numbers of NumPy",
        ["test_training_dropout_default"] = "it wants the random numbers of NumPy",
        ["test_training_dropout_default_mask"] = "it wants the random numbers of NumPy",
        ["test_training_dropout_mask"] = "it wants the random numbers of NumPy",
    };

    private readonly GraphInterpreter _interpreter = new(accelerator);

    /// <summary>The cases below a folder, sorted by name: folders with a model and data.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static IReadOnlyList<string> FindCases(string folder) =>
    [
        .. Directory.EnumerateFiles(folder, "model.onnx", SearchOption.AllDirectories)
            .Select(file => Path.GetDirectoryName(file)!)
            .Where(path => Directory.Exists(Path.Combine(path, "test_data_set_0")))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Runs one case with all its data sets.</summary>
    /// <param name="folder">Folder of the case.</param>
    public ConformanceResult Run(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var name = Path.GetFileName(folder);
        IReadOnlyList<string> operators = [];
        try
        {
            var options = new OnnxImportOptions();
            var file = Path.Combine(folder, "model.onnx");
            var wire = OnnxImporter.Parse(OnnxImporter.ReadFile(file, options), options);
            operators = OnnxOperators.Of(wire);
            if ((Exclusions.GetValueOrDefault(name) ?? Unclaimed(wire, operators)) is { } reason)
            {
                return new ConformanceResult(name, operators, ConformanceOutcome.Unsupported, reason);
            }

            var model = OnnxImporter.ImportFile(file);
            model = isRoundTrip ? OnnxImporter.Import(OnnxExporter.Export(model.Graph, [], new OnnxExportOptions { OutputNames = model.OutputNames })) : model;
            foreach (var set in Directory.EnumerateDirectories(folder, "test_data_set_*").Order(StringComparer.Ordinal))
            {
                if (RunSet(model, set) is { } difference)
                {
                    return new ConformanceResult(name, operators, ConformanceOutcome.Failed, difference);
                }
            }

            return new ConformanceResult(name, operators, ConformanceOutcome.Passed, "");
        }
#pragma warning disable CA1031 // Whatever goes wrong is this case's result; the others go on.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return new ConformanceResult(name, operators, ConformanceOutcome.Failed, exception.Message);
        }
    }

    private static string? Unclaimed(ModelProto wire, IReadOnlyList<string> operators)
    {
        operators = [.. operators.Where(name => !OnnxSequences.Has(OnnxOperators.Domain(name), OnnxOperators.LocalName(name)))];
        if (operators.FirstOrDefault(name => OperatorRegistry.Default.Find(OnnxOperators.Domain(name), OnnxOperators.LocalName(name)) is null) is { } missing)
        {
            return $"operator {missing}";
        }

        var opset = OnnxImporter.Opsets(wire).GetValueOrDefault("", 1);
        if (operators.Select(name => OperatorRegistry.Default.Find(OnnxOperators.Domain(name), OnnxOperators.LocalName(name))!)
                .FirstOrDefault(definition => definition.Domain.Length == 0 && definition.SinceOpset > opset) is { } newer)
        {
            return $"operator {newer.Name} of opset {opset}";
        }

        foreach (var value in wire.Graph.Input.Concat(wire.Graph.Output).Concat(wire.Graph.ValueInfo))
        {
            if (value.Type is { } type && type.ValueCase is not (TypeProto.ValueOneofCase.None or TypeProto.ValueOneofCase.TensorType))
            {
                return $"'{value.Name}' is a {type.ValueCase}";
            }

            if (value.Type?.TensorType is { } tensor && !Enum.IsDefined((ElementType)tensor.ElemType))
            {
                return $"'{value.Name}' has data type {tensor.ElemType}";
            }
        }

        return null;
    }

    /// <summary>Reads a tensor; the cases keep bfloat16 as the bits in uint16.</summary>
    private static Tensor Read(string file, ElementType expected)
    {
        var tensor = OnnxTensorCodec.Read(File.ReadAllBytes(file));
        return (tensor.ElementType, expected) is (ElementType.UInt16, ElementType.BFloat16)
            ? new Tensor(tensor.Type with { ElementType = ElementType.BFloat16 }, tensor.Storage)
            : tensor;
    }

    private static string? Compare(string name, Tensor expected, Tensor actual)
    {
        if (expected.Type != actual.Type)
        {
            return $"Output '{name}' is {actual}; expected {expected}.";
        }

        if (!expected.ElementType.IsFloatingPoint())
        {
            using var dense = actual.Contiguous();
            return expected.AsBytes().SequenceEqual(dense.AsBytes()) ? null : $"Output '{name}' differs.";
        }

        // The cases cut float32 off to bfloat16; the fabric rounds to the nearest: one unit in the last of its 8 bits.
        var relative = expected.ElementType == ElementType.BFloat16 ? 1.0 / 128 : RelativeTolerance;
        double[] left = HostElements.Reals(expected), right = HostElements.Reals(actual);
        for (var i = 0; i < left.Length; i++)
        {
            if (!left[i].Equals(right[i]) && !(Math.Abs(left[i] - right[i]) <= AbsoluteTolerance + (relative * Math.Abs(left[i]))))
            {
                return $"Output '{name}' has {right[i]} at {i}; expected {left[i]}.";
            }
        }

        return null;
    }

    private string? RunSet(OnnxModel model, string set)
    {
        var inputs = new List<Tensor>();
        IReadOnlyList<Tensor> outputs = [];
        try
        {
            for (var i = 0; i < model.Graph.Inputs.Count; i++)
            {
                using var host = Read(Path.Combine(set, $"input_{i}.pb"), model.Graph.Inputs[i].Type.ElementType);
                var device = accelerator.Memory.Allocate(host.Type);
                accelerator.CopyToDevice(host, device);
                inputs.Add(device);
            }

            outputs = _interpreter.Run(model.Graph, inputs);
            for (var i = 0; i < outputs.Count; i++)
            {
                using var expected = Read(Path.Combine(set, $"output_{i}.pb"), outputs[i].ElementType);
                using var actual = Tensor.Zeros(outputs[i].Type);
                using var dense = outputs[i].Contiguous(accelerator.Memory);
                accelerator.CopyToHost(dense, actual);
                if (Compare(model.OutputNames[i], expected, actual) is { } difference)
                {
                    return difference;
                }
            }

            return null;
        }
        finally
        {
            foreach (var tensor in inputs.Concat(outputs))
            {
                tensor.Dispose();
            }
        }
    }
}
