using Google.Protobuf;
using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Execution;
using OrleansCompute.Tensors.Onnx;
using OrleansCompute.Tensors.Onnx.Wire;
using OrleansCompute.Tensors.Values;
using AttributeType = OrleansCompute.Tensors.Onnx.Wire.AttributeProto.Types.AttributeType;

namespace OrleansCompute.Tensors.Tests.Onnx;

/// <summary>What the ONNX project's own cases do not say; those run in <c>OnnxConformanceTests</c>.</summary>
public sealed class OnnxSequenceTests
{
    [Fact]
    public void Import_OfAListThatIsChanged_ReadsTheRightElement()
    {
        // [x, x + x], then x * x at place -1 (before the last), without the first: its first is x * x.
        var model = Model(
            Node("Add", ["x", "x"], "double"), Node("Mul", ["x", "x"], "square"), Node("SequenceConstruct", ["x", "double"], "s"), Node("Identity", ["s"], "copy"),
            Node("SequenceInsert", ["copy", "square", "minusOne"], "longer"), Node("SequenceErase", ["longer", "zero"], "shorter"), Node("SequenceAt", ["shorter", "zero"], "y"));

        Assert.Equal([9f, 16], Run(model));
    }

    [Fact]
    public void Import_OfASplitWithARest_StacksNothingElse()
    {
        // [3, 4] in parts of one, stacked again along a new dimension 0.
        var stack = Node("ConcatFromSequence", ["s"], "y", ("axis", 0), ("new_axis", 1));

        Assert.Equal([3f, 4], Run(Model(Node("SplitToSequence", ["x"], "s", ("keepdims", 0)), stack)));
    }

    public static TheoryData<string, string> BadModels => new()
    {
        { "position", "position in a sequence of 1 is 7; allowed -1 to 0" },
        { "computed", "only constant positions" },
        { "tensor", "'s' is a sequence" },
        { "twice", "name of its own" },
        { "empty", "The sequence is empty" },
        { "noSequence", "Input 'x' is no sequence" },
        { "output", "'y' is a sequence; only tensors" },
    };

    [Theory]
    [MemberData(nameof(BadModels))]
    public void Import_OfAMisusedSequence_SaysWhatIsWrong(string what, string part)
    {
        var make = Node("SequenceConstruct", ["x"], "s");
        var model = what switch
        {
            "position" => Model(make, Node("SequenceAt", ["s", "seven"], "y")),
            "computed" => Model(make, Node("ArgMax", ["x"], "q"), Node("SequenceAt", ["s", "q"], "y")),
            "tensor" => Model(make, Node("Relu", ["s"], "y")),
            "twice" => Model(make, Node("SequenceAt", ["s", "zero"], "x")),
            "empty" => Model(Node("SequenceEmpty", [], "s"), Node("ConcatFromSequence", ["s"], "y", ("axis", 0))),
            "noSequence" => Model(Node("SequenceLength", ["x"], "y")),
            _ => Model(Node("SequenceConstruct", ["x"], "y")),
        };

        var message = Assert.Throws<OnnxFormatException>(() => OnnxImporter.Import(model.ToByteArray())).Message;

        Assert.Contains(part, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Import_OfSequencesThatGrowAndGrow_RefusesThemInTime()
    {
        // 3,000 insertions: each list is short enough, but all of them together have 4.5 million parts.
        NodeProto[] grows = [.. Enumerable.Range(0, 3000).Select(i => Node("SequenceInsert", [$"s{i}", "x"], $"s{i + 1}"))];
        var model = Model([Node("SequenceEmpty", [], "s0"), .. grows, Node("SequenceAt", ["s3000", "zero"], "y")]);

        var message = Assert.Throws<OnnxFormatException>(() => OnnxImporter.Import(model.ToByteArray())).Message;

        Assert.Contains("SequenceInsert", message, StringComparison.Ordinal);
        Assert.Contains("Sequence 's1448' has 1448 parts, 1049076 with all sequences before it; allowed 4096 and 1048576", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Import_OfASequenceOfTooManyParts_SaysHowManyThereMayBe()
    {
        var model = Model(Node("SequenceConstruct", [.. Enumerable.Repeat("x", 4097)], "s"), Node("SequenceAt", ["s", "zero"], "y"));

        var message = Assert.Throws<OnnxFormatException>(() => OnnxImporter.Import(model.ToByteArray())).Message;

        Assert.Contains("Sequence 's' has 4097 parts", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Import_OfASequenceOfTheMostParts_ReadsItsElements()
    {
        var model = Model(Node("SequenceConstruct", [.. Enumerable.Repeat("x", 4096)], "s"), Node("SequenceAt", ["s", "zero"], "y"));

        Assert.Equal([3f, 4], Run(model));
    }

    private static float[] Run(ModelProto model)
    {
        using var accelerator = new ReferenceAccelerator();
        return new GraphInterpreter(accelerator).Run(OnnxImporter.Import(model.ToByteArray()).Graph, [Tensor.Vector(3f, 4)])[0].AsSpan<float>().ToArray();
    }

    private static NodeProto Node(string type, string[] inputs, string output, params (string Name, long Value)[] attributes)
    {
        var node = new NodeProto { OpType = type, Output = { output } };
        node.Input.Add(inputs);
        node.Attribute.Add(attributes.Select(attribute => new AttributeProto { Name = attribute.Name, Type = AttributeType.Int, I = attribute.Value }));
        return node;
    }

    private static ModelProto Model(params NodeProto[] nodes)
    {
        var shape = new TensorShapeProto();
        shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = 2 });
        var graph = new GraphProto
        {
            Input = { new ValueInfoProto { Name = "x", Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = 1, Shape = shape } } } },
            Output = { new ValueInfoProto { Name = "y" } },
        };
        graph.Node.Add(nodes);
        foreach (var (name, value) in ((string, long)[])[("minusOne", -1), ("zero", 0), ("seven", 7)])
        {
            graph.Initializer.Add(OnnxTensorCodec.ToProto(Tensor.Scalar(value), name));
        }

        return new ModelProto { OpsetImport = { new OperatorSetIdProto { Version = 17 } }, Graph = graph };
    }
}
