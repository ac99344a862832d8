using Google.Protobuf;
using OrleansCompute.Tensors.Legacy.Execution;
using OrleansCompute.Tensors.Legacy.Graph;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Legacy.Onnx;
using OrleansCompute.Tensors.Onnx.Wire;

namespace OrleansCompute.Tensors.Tests.Legacy.Onnx;

public sealed class OnnxImporterTests
{
    private static readonly (string What, Action<ModelProto> Spoil, string[] Parts)[] BadModels =
    [
        ("no graph", model => model.Graph = null, ["no graph"]),
        ("no opset", model => model.OpsetImport.Clear(), ["no opset"]),
        ("old opset", model => model.OpsetImport[0].Version = 7, ["opset 7", "11 to 21"]),
        ("unknown operator", model => model.Graph.Node[1].OpType = "Sinh", ["relu0", "Sinh", "opset 17", "not supported"]),
        ("foreign domain", model => model.Graph.Node[1].Domain = "com.evil", ["relu0", "com.evil"]),
        ("group", model => Set(model.Graph.Node[0], "group", 2), ["conv0", "Conv", "opset 17", "group is 2"]),
        ("unknown attribute", model => Set(model.Graph.Node[1], "magic", 2), ["relu0", "magic"]),
        ("attribute twice", model => model.Graph.Node[0].Attribute.Add(model.Graph.Node[0].Attribute[0]), ["conv0", "twice"]),
        ("negative pads", model => Pads(model, -1), ["conv0", "pads", "-1"]),
        ("huge pads", model => Pads(model, 1 << 19), ["conv0", "padding is 524288"]),
        ("cycle", model => model.Graph.Node[0].Input[0] = model.Graph.Node[4].Output[0], ["conv0", "a cycle"]),
        ("self cycle", model => model.Graph.Node[1].Input[0] = model.Graph.Node[1].Output[0], ["relu0", "a cycle"]),
        ("output twice", model => model.Graph.Node[2].Output[0] = model.Graph.Node[1].Output[0], ["pool1", "twice"]),
        ("output is initialiser", model => model.Graph.Node[2].Output[0] = "conv0.weight", ["pool1", "twice"]),
        ("initialiser twice", model => model.Graph.Initializer.Add(model.Graph.Initializer[0]), ["conv0.weight", "twice"]),
        ("metadata twice", model => model.MetadataProps.Add(model.MetadataProps[0]), ["job", "twice"]),
        ("negative dimension", model => model.Graph.Initializer[0].Dims[1] = -1, ["conv0.weight", "-1"]),
        ("zero dimension", model => model.Graph.Initializer[0].Dims[1] = 0, ["conv0.weight", "allowed 1"]),
        ("huge dimension", model => model.Graph.Initializer[0].Dims[1] = long.MaxValue, ["conv0.weight", $"{long.MaxValue}"]),
        ("huge product", model => model.Graph.Initializer[0].Dims.Add([1 << 20, 1 << 20]), ["conv0.weight", "elements"]),
        ("many dimensions", model => model.Graph.Initializer[0].Dims.Add(Enumerable.Repeat(1L, 60)), ["conv0.weight", "64 dimensions"]),
        ("short data", model => model.Graph.Initializer[0].RawData = ByteString.CopyFrom(1, 2, 3), ["conv0.weight", "3 raw bytes"]),
        ("NaN", model => NotANumber(model.Graph.Initializer[0]), ["conv0.weight", "NaN"]),
        ("wrong type", model => model.Graph.Initializer[0].DataType = 11, ["conv0.weight", "data type 11"]),
        ("external data", model => model.Graph.Initializer[0].DataLocation = TensorProto.Types.DataLocation.External, ["another file"]),
        ("huge input", model => model.Graph.Input[0].Type.TensorType.Shape.Dim[2].DimValue = 1L << 40, ["Input 'input'", "dimension 2"]),
        ("large input", model => { model.Graph.Input[0].Type.TensorType.Shape.Dim[2].DimValue = 1 << 19; model.Graph.Input[0].Type.TensorType.Shape.Dim[3].DimValue = 1 << 10; }, ["elements per sample"]),
        ("dynamic height", model => model.Graph.Input[0].Type.TensorType.Shape.Dim[2].DimParam = "H", ["dimension 2 is H"]),
        ("integer input", model => model.Graph.Input[0].Type.TensorType.ElemType = 7, ["element type 7"]),
        ("no input", model => model.Graph.Input.Clear(), ["0 inputs"]),
        ("no output", model => model.Graph.Output.Clear(), ["0 outputs"]),
        ("unknown output", model => model.Graph.Output[0].Name = "nowhere", ["nowhere"]),
        ("shape mismatch", model => model.Graph.Node[4].Input[1] = "conv0.weight", ["dense3", "Gemm", "[N, 54]", "[6, 1, 3, 3]"]),
        ("missing input", model => model.Graph.Node[0].Input.Clear(), ["conv0", "0 inputs"]),
        ("relu bomb", ReluBomb, ["all values together"]),
    ];

    public static TheoryData<string> BadModelNames => [.. BadModels.Select(bad => bad.What)];

    [Theory]
    [MemberData(nameof(BadModelNames))]
    public void Import_WhenModelIsBad_NamesWhatIsWrong(string what)
    {
        var (_, spoil, parts) = BadModels.Single(bad => bad.What == what);
        var model = ModelProto.Parser.ParseFrom(Model());
        spoil(model);
        var message = Assert.Throws<OnnxFormatException>(() => OnnxImporter.Import(model.ToByteArray())).Message;
        Assert.All(parts, part => Assert.True(message.Contains(part, StringComparison.Ordinal), $"{what}: '{part}' is not in: {message}"));
    }

    [Fact]
    public void Import_WhenLimitsAreExceeded_RefusesBeforeParsing()
    {
        var bytes = Model();
        Refuse(new OnnxImportLimits { MaxBytes = 100 }, "100");
        Refuse(new OnnxImportLimits { MaxNodes = 3 }, "3 nodes");
        Refuse(new OnnxImportLimits { MaxFields = 50 }, "50 fields");
        Refuse(new OnnxImportLimits { MaxParameters = 30 }, "30");
        Refuse(new OnnxImportLimits { MaxElementsPerSample = 40 }, "40");

        void Refuse(OnnxImportLimits limits, string part) => Assert.Contains(
            part, Assert.Throws<OnnxFormatException>(() => OnnxImporter.Import(bytes, limits)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Import_WhenFileIsEmptyMessagesOnly_AllocatesLittle()
    {
        // 20 MB of empty nodes and attributes would be a gigabyte of objects.
        var graph = new byte[20 << 20];
        for (var i = 0; i < graph.Length; i += 2)
        {
            graph[i] = 0x2A;   // field 5 of the graph, an initialiser of length 0
        }

        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
        {
            output.WriteTag(7, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ByteString.CopyFrom(graph));
        }

        var bytes = stream.ToArray();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("fields", Assert.Throws<OnnxFormatException>(() => OnnxImporter.Import(bytes)).Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    [Fact]
    public void Import_WhenFileIsTruncatedAnywhere_IsRefusedOrStillComplete()
    {
        var bytes = Model();
        for (var length = 0; length < bytes.Length; length++)
        {
            Try(bytes.AsMemory(0, length));
        }
    }

    [Fact]
    public void Import_WhenBytesAreMutated_NeverFailsOtherwise()
    {
        var original = Model();
        var random = new Random(17);
        using var kernels = KernelSets.Create(SimdSupport.Best);
        var (refused, accepted) = (0, 0);
        for (var round = 0; round < 6000; round++)
        {
            var bytes = original.ToArray();
            for (var i = random.Next(1, 5); i > 0; i--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            var before = GC.GetAllocatedBytesForCurrentThread();
            var model = Try(bytes);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 50_000_000);
            if (model is null)
            {
                refused++;
                continue;
            }

            // What is accepted must also run.
            accepted++;
            if (model.Graph.Inputs[0].Type.Shape.Elements < 10_000)
            {
                using var plan = new InferencePlan(model.Graph, model.Parameters.Span, kernels, 1);
                plan.Run(new float[model.Graph.Inputs[0].Type.Shape.Elements], 1, new float[plan.Classes]);
            }
        }

        Assert.True(refused > 500 && accepted > 500, $"{refused} refused, {accepted} accepted: the mutations reach only one side");
    }

    [Fact]
    public void Import_WhenWrittenByOthers_AcceptsTheirForms()
    {
        // MatMul and Add with the bias first, [1, n] bias, SAME_UPPER, initialisers listed as inputs, a fixed batch of 1,
        // float_data instead of raw bytes, Constant for the Reshape target, Identity.
        var model = ModelProto.Parser.ParseFrom(Model());
        var graph = model.Graph;
        model.OpsetImport[0].Version = 13;
        graph.Input.Add(new ValueInfoProto { Name = "conv0.weight" });
        graph.Input[0].Type.TensorType.Shape.Dim[0].DimParam = "";
        graph.Input[0].Type.TensorType.Shape.Dim[0].DimValue = 1;
        var conv = graph.Node[0];
        conv.Attribute.Remove(conv.Attribute.Single(attribute => attribute.Name == "pads"));
        conv.Attribute.Add(new AttributeProto { Name = "auto_pad", S = ByteString.CopyFromUtf8("SAME_UPPER") });
        var weight = graph.Initializer.Single(tensor => tensor.Name == "dense3.weight");
        var values = new float[54 * 4];
        OnnxTensors.ReadFloats(weight, values);
        weight.RawData = ByteString.Empty;
        weight.FloatData.Add(values);
        graph.Initializer.Single(tensor => tensor.Name == "dense3.bias").Dims.Insert(0, 1);
        var gemm = graph.Node[4];
        gemm.OpType = "MatMul";
        gemm.Attribute.Clear();
        gemm.Input.RemoveAt(2);
        gemm.Output[0] = "product";
        graph.Node.Insert(5, new NodeProto { OpType = "Add", Input = { "dense3.bias", "product" }, Output = { "sum" } });
        graph.Node.Insert(6, new NodeProto { OpType = "Identity", Input = { "sum" }, Output = { "dense3" } });
        var flatten = graph.Node[3];
        flatten.OpType = "Reshape";
        flatten.Attribute.Clear();
        flatten.Input.Add("target");
        var target = new TensorProto { DataType = 7, Dims = { 2 }, Int64Data = { 0, -1 } };
        graph.Node.Insert(0, new NodeProto { OpType = "Constant", Output = { "target" }, Attribute = { new AttributeProto { Name = "value", T = target } } });

        using var kernels = KernelSets.Create(SimdSupport.Best);
        float[] expected = Run(OnnxImporter.Import(Model()), kernels), actual = Run(OnnxImporter.Import(model.ToByteArray()), kernels);
        Tensors.Tests.Kernels.KernelAssert.Close(expected, actual, "other forms", 1e-6f);
    }

    private static float[] Run(ImportedModel model, IKernelSet kernels)
    {
        using var plan = new InferencePlan(model.Graph, model.Parameters.Span, kernels, 2);
        var outputs = new float[2 * plan.Classes];
        plan.Run(Tensors.Tests.Kernels.KernelAssert.Random(new Random(1), 72), 2, outputs);
        return outputs;
    }

    private static ImportedModel? Try(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return OnnxImporter.Import(bytes);
        }
        catch (OnnxFormatException)
        {
            return null;
        }
    }

    /// <summary>A small model: conv0, relu0, pool1, flatten2, dense3, softmax.</summary>
    private static byte[] Model()
    {
        var graph = new NetworkBuilder(1, 6, 6)
            .Conv2d(6, 3, padding: 1, activation: Activation.Relu).MaxPool2d(2).Flatten().Dense(4).Build();
        return OnnxExporter.Export(graph, graph.CreateParameters(new Random(1)), "1", new Dictionary<string, string> { ["job"] = "acme/1" });
    }

    private static void Set(NodeProto node, string name, long value) => node.Attribute.Add(new AttributeProto { Name = name, I = value });

    private static void Pads(ModelProto model, int value)
    {
        var pads = model.Graph.Node[0].Attribute.Single(attribute => attribute.Name == "pads").Ints;
        pads.Clear();
        pads.Add(Enumerable.Repeat((long)value, 4));
    }

    private static void NotANumber(TensorProto tensor)
    {
        var raw = tensor.RawData.ToByteArray();
        BitConverter.TryWriteBytes(raw, float.NaN);
        tensor.RawData = ByteString.CopyFrom(raw);
    }

    private static void ReluBomb(ModelProto model)
    {
        model.Graph.Input[0].Type.TensorType.Shape.Dim[2].DimValue = 1 << 12;
        model.Graph.Input[0].Type.TensorType.Shape.Dim[3].DimValue = 1 << 11;
        model.Graph.Node.Clear();
        for (var i = 0; i < 5000; i++)
        {
            model.Graph.Node.Add(new NodeProto { OpType = "Relu", Input = { i == 0 ? "input" : $"r{i - 1}" }, Output = { $"r{i}" } });
        }
    }
}
