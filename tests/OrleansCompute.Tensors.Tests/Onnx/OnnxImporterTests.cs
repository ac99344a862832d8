using Google.Protobuf;
using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Execution;
using OrleansCompute.Tensors.Onnx;
using OrleansCompute.Tensors.Onnx.Wire;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;
using AttributeType = OrleansCompute.Tensors.Onnx.Wire.AttributeProto.Types.AttributeType;

namespace OrleansCompute.Tensors.Tests.Onnx;

public sealed class OnnxImporterTests
{
    private static readonly (string What, Action<ModelProto> Spoil, string[] Parts)[] BadModels =
    [
        ("no graph", model => model.Graph = null, ["no graph"]),
        ("old opset", model => model.OpsetImport[0].Version = 0, ["opset 0", "1 to 21"]),
        ("future opset", model => model.OpsetImport[0].Version = long.MaxValue, ["1 to 21"]),
        ("opset before the operator's", model => model.OpsetImport[0].Version = 5, ["add", "Add", "opset 5", "from opset 6"]),
        ("opset twice", model => model.OpsetImport.Add(model.OpsetImport[0]), ["twice"]),
        ("unknown operator", model => model.Graph.Node[1].OpType = "Frobnicate", ["relu", "Frobnicate", "opset 17", "not supported"]),
        ("foreign domain", model => model.Graph.Node[1].Domain = "com.evil", ["relu", "com.evil"]),
        ("attribute twice", model => model.Graph.Node[2].Attribute.Add(model.Graph.Node[2].Attribute[0]), ["transpose", "perm", "twice"]),
        ("attribute type", model => model.Graph.Node[2].Attribute[0].Type = AttributeType.Float, ["transpose", "perm"]),
        ("attribute reference", model => model.Graph.Node[2].Attribute[0].Type = AttributeType.Undefined, ["transpose", "perm"]),
        ("cycle", model => model.Graph.Node[0].Input[0] = model.Graph.Node[2].Output[0], ["add", "not defined before"]),
        ("self cycle", model => model.Graph.Node[1].Input[0] = model.Graph.Node[1].Output[0], ["relu", "not defined before"]),
        ("output twice", model => model.Graph.Node[2].Output[0] = model.Graph.Node[1].Output[0], ["twice"]),
        ("output is initialiser", model => model.Graph.Node[2].Output[0] = "bias", ["bias", "twice"]),
        ("initialiser twice", model => model.Graph.Initializer.Add(model.Graph.Initializer[0]), ["bias", "twice"]),
        ("metadata twice", model => { model.MetadataProps.Add(Entry("a")); model.MetadataProps.Add(Entry("a")); }, ["'a'", "twice"]),
        ("negative dimension", model => model.Graph.Initializer[0].Dims[0] = -1, ["bias", "-1"]),
        ("huge dimension", model => model.Graph.Initializer[0].Dims[0] = long.MaxValue, ["bias", $"{long.MaxValue}"]),
        ("huge product", model => model.Graph.Initializer[0].Dims.Add([1 << 20, 1 << 20]), ["bias", "elements"]),
        ("many dimensions", model => model.Graph.Initializer[0].Dims.Add(Enumerable.Repeat(1L, 63)), ["bias", "64 dimensions"]),
        ("short data", model => model.Graph.Initializer[0].RawData = ByteString.CopyFrom(1, 2, 3), ["bias", "3 raw bytes"]),
        ("unknown type", model => model.Graph.Initializer[0].DataType = 14, ["bias", "data type 14"]),
        ("text tensor", model => model.Graph.Initializer[0].DataType = 8, ["bias", "data type 8"]),
        ("external data", model => model.Graph.Initializer[0].DataLocation = TensorProto.Types.DataLocation.External, ["bias", "another file"]),
        ("huge input", model => Size(model, 1L << 40), ["Input 'x'", $"{1L << 40}"]),
        ("negative input", model => Size(model, -3), ["Input 'x'", "-3"]),
        ("large input", model => { Size(model, 1 << 20); model.Graph.Input[0].Type.TensorType.Shape.Dim[0].DimValue = 1 << 20; }, ["Input 'x'", "elements"]),
        ("input type", model => model.Graph.Input[0].Type.TensorType.ElemType = 99, ["Input 'x'", "99"]),
        ("sequence input", model => model.Graph.Input[0].Type = new TypeProto { SequenceType = new TypeProto.Types.Other() }, ["Input 'x'", "tensors"]),
        ("sparse initialiser", model => model.Graph.SparseInitializer.Add(new SparseTensorProto()), ["sparse"]),
        ("function", model => model.Functions.Add(new FunctionProto { Name = "f" }), ["'f'", "functions"]),
        ("no output", model => model.Graph.Output.Clear(), ["no outputs"]),
        ("unknown output", model => model.Graph.Output[0].Name = "nowhere", ["nowhere"]),
        ("shape mismatch", model => Size(model, 4), ["add", "Add", "[?, 4]", "[3]"]),
        ("type mismatch", model => model.Graph.Input[0].Type.TensorType.ElemType = 7, ["add", "Int64", "Float32", "Cast"]),
        ("missing input", model => model.Graph.Node[0].Input.Clear(), ["add", "0 inputs"]),
        ("many inputs", model => model.Graph.Node[1].Input.Add("x"), ["relu", "2 inputs"]),
        ("many outputs", model => model.Graph.Node[1].Output.Add("z"), ["relu", "2 outputs"]),
        ("bad permutation", model => model.Graph.Node[2].Attribute[0].Ints[0] = 7, ["transpose", "7"]),
    ];

    public static TheoryData<string> BadModelNames => [.. BadModels.Select(bad => bad.What)];

    [Theory]
    [MemberData(nameof(BadModelNames))]
    public void Import_WhenModelIsBad_NamesWhatIsWrong(string what)
    {
        var (_, spoil, parts) = BadModels.Single(bad => bad.What == what);
        var model = Model();
        spoil(model);

        var message = Assert.Throws<OnnxFormatException>(() => OnnxImporter.Import(model.ToByteArray())).Message;

        Assert.All(parts, part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    [Fact]
    public void Import_WhenModelIsGood_ComputesIt()
    {
        using var accelerator = new ReferenceAccelerator();
        using var input = Tensor.Of<float>(new Shape(2, 3), [-5, 0, 1, 2, 3, 4]);

        var model = OnnxImporter.Import(Model().ToByteArray());

        var output = Assert.Single(new GraphInterpreter(accelerator).Run(model.Graph, [input]));
        Assert.Equal(new Shape(3, 2), output.Shape);
        Assert.Equal([0, 3, 2, 5, 4, 7], output.ToDoubles());
        Assert.Equal("y", Assert.Single(model.OutputNames));
        Assert.Equal("[3, ?]", $"{model.Graph.Outputs[0].Type.Shape}");
    }

    [Fact]
    public void Import_WhenParametersAreTrainable_KeepsTheirValues()
    {
        var model = OnnxImporter.Import(Model().ToByteArray(), new OnnxImportOptions { AreParametersTrainable = true });

        Assert.Equal("bias", Assert.Single(model.Graph.Parameters).Name);
        Assert.Equal([1f, 2f, 3f], model.Graph.CreateParameters(new Random(1)));
    }

    [Fact]
    public void Import_WhenLimitsAreExceeded_RefusesBeforeParsing()
    {
        var bytes = Model().ToByteArray();
        void Refuse(OnnxImportOptions options, string part) => Assert.Contains(
            part, Assert.Throws<OnnxFormatException>(() => OnnxImporter.Import(bytes, options)).Message, StringComparison.Ordinal);

        Refuse(new OnnxImportOptions { MaxBytes = bytes.Length - 1 }, $"{bytes.Length} bytes");
        Refuse(new OnnxImportOptions { MaxNodes = 2 }, "more than 2 nodes");
        Refuse(new OnnxImportOptions { MaxFields = 10 }, "more than 10 fields");
        Refuse(new OnnxImportOptions { MaxConstantBytes = 11 }, "bias");
        Refuse(new OnnxImportOptions { MaxElements = 2 }, "Input 'x'");
    }

    [Fact]
    public void Import_WhenSubGraphsNestDeeply_RefusesBeforeParsing()
    {
        var graph = Model().Graph;
        for (var i = 0; i < 200; i++)
        {
            var node = new NodeProto { OpType = "If", Input = { "x" }, Output = { $"n{i}" } };
            node.Attribute.Add(new AttributeProto { Name = "then_branch", Type = AttributeType.Graph, G = graph });
            graph = new GraphProto { Node = { node } };
        }

        var model = new ModelProto { Graph = graph, OpsetImport = { new OperatorSetIdProto { Version = 17 } } };

        var message = Assert.Throws<OnnxFormatException>(() => OnnxImporter.Import(model.ToByteArray())).Message;

        Assert.Contains("8 levels", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Import_WhenFileIsEmptyMessagesOnly_AllocatesLittle()
    {
        // Two bytes per empty node in the file, about a hundred in memory: 16 MB of them would become 800 MB.
        var graph = new byte[16 << 20];
        for (var i = 0; i < graph.Length; i += 2)
        {
            graph[i] = 10;
        }

        byte[] bytes = [58, 0x80, 0x80, 0x80, 0x08, .. graph];
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<OnnxFormatException>(() => OnnxImporter.Import(bytes));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Import_WhenFileIsTruncatedAnywhere_IsRefusedOrStillComplete()
    {
        var bytes = Model().ToByteArray();
        for (var length = 0; length < bytes.Length; length++)
        {
            ImportOrRefuse(bytes.AsSpan(0, length).ToArray());
        }
    }

    [Fact]
    public void Import_WhenBytesAreMutated_NeverFailsOtherwise()
    {
        var bytes = Model().ToByteArray();
        var random = new Random(11);
        for (var i = 0; i < 20_000; i++)
        {
            var mutated = bytes.ToArray();
            for (var change = random.Next(1, 5); change > 0; change--)
            {
                mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
            }

            ImportOrRefuse(mutated);
        }
    }

    [Theory]
    [InlineData("../secret")]
    [InlineData("/etc/hostname")]
    [InlineData("sub/../../secret")]
    public void ImportFile_WhenExternalDataLieOutside_IsRefused(string location)
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var model = Model();
            var tensor = model.Graph.Initializer[0];
            tensor.RawData = ByteString.Empty;
            tensor.DataLocation = TensorProto.Types.DataLocation.External;
            tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = location });
            var path = Path.Combine(folder.FullName, "model.onnx");
            File.WriteAllBytes(path, model.ToByteArray());

            var message = Assert.Throws<OnnxFormatException>(() => OnnxImporter.ImportFile(path)).Message;

            Assert.Contains("outside the model's folder", message, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Import_WhenPaddingsOverflow_IsRefused()
    {
        var model = Model();
        var conv = new NodeProto { Name = "conv", OpType = "Conv", Input = { "image", "weights" }, Output = { "c" } };
        var pads = new AttributeProto { Name = "pads", Type = AttributeType.Ints };
        pads.Ints.Add([int.MaxValue, 0, int.MaxValue, 0]);
        conv.Attribute.Add(pads);
        model.Graph.Node.Add(conv);
        model.Graph.Initializer.Add(OnnxTensorCodec.ToProto(Tensor.Zeros(TensorType.Real(1, 1, 3, 3)), "image"));
        model.Graph.Initializer.Add(OnnxTensorCodec.ToProto(Tensor.Zeros(TensorType.Real(1, 1, 1, 1)), "weights"));

        var message = Assert.Throws<OnnxFormatException>(() => OnnxImporter.Import(model.ToByteArray())).Message;

        Assert.Contains("padding", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Import_WhenATensorHasNoData_IsRefusedBeforeMemoryIsAllocated()
    {
        var model = Model();
        model.Graph.Initializer[0].RawData = ByteString.Empty;
        model.Graph.Initializer[0].Dims[0] = 1 << 28;

        Assert.Contains("bias", Assert.Throws<OnnxFormatException>(() => OnnxImporter.Import(model.ToByteArray())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ImportFile_WhenAFolderOnTheWayIsALink_IsRefused()
    {
        var folder = Directory.CreateTempSubdirectory();
        var elsewhere = Directory.CreateTempSubdirectory();
        try
        {
            File.WriteAllBytes(Path.Combine(elsewhere.FullName, "secret"), new byte[12]);
            Directory.CreateSymbolicLink(Path.Combine(folder.FullName, "d"), elsewhere.FullName);
            var model = Model();
            model.Graph.Initializer[0].RawData = ByteString.Empty;
            model.Graph.Initializer[0].DataLocation = TensorProto.Types.DataLocation.External;
            model.Graph.Initializer[0].ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "d/secret" });
            var path = Path.Combine(folder.FullName, "model.onnx");
            File.WriteAllBytes(path, model.ToByteArray());

            Assert.Contains("outside", Assert.Throws<OnnxFormatException>(() => OnnxImporter.ImportFile(path)).Message, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
            elsewhere.Delete(recursive: true);
        }
    }

    private static void ImportOrRefuse(byte[] bytes)
    {
        try
        {
            OnnxImporter.Import(bytes, new OnnxImportOptions { MaxElements = 1 << 16, MaxConstantBytes = 1 << 20 });
        }
        catch (OnnxFormatException exception)
        {
            Assert.NotEmpty(exception.Message);
        }
    }

    private static StringStringEntryProto Entry(string key) => new() { Key = key, Value = "1" };

    private static void Size(ModelProto model, long size) => model.Graph.Input[0].Type.TensorType.Shape.Dim[1].DimValue = size;

    /// <summary>y = transpose(relu(x + bias)), with x [N, 3].</summary>
    private static ModelProto Model()
    {
        var shape = new TensorShapeProto();
        shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimParam = "N" });
        shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = 3 });
        var perm = new AttributeProto { Name = "perm", Type = AttributeType.Ints };
        perm.Ints.Add([1, 0]);
        return new ModelProto
        {
            OpsetImport = { new OperatorSetIdProto { Version = 17 } },
            Graph = new GraphProto
            {
                Input = { new ValueInfoProto { Name = "x", Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = 1, Shape = shape } } } },
                Initializer = { OnnxTensorCodec.ToProto(Tensor.Vector(1f, 2f, 3f), "bias") },
                Node =
                {
                    new NodeProto { Name = "add", OpType = "Add", Input = { "x", "bias" }, Output = { "a" } },
                    new NodeProto { Name = "relu", OpType = "Relu", Input = { "a" }, Output = { "r" } },
                    new NodeProto { Name = "transpose", OpType = "Transpose", Input = { "r" }, Output = { "y" }, Attribute = { perm } },
                },
                Output = { new ValueInfoProto { Name = "y" } },
            },
        };
    }
}
